// The folder that `tillgate rehearse --report DIR` writes: made and tried before the rehearsal begins, so that its
// reports are not lost after it.

import { accessSync, constants, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { escapeControls } from '@tillgate/protocol';
import { UsageError } from '../exit-code.ts';
import { clean } from '../output.ts';
import type { PlayedRehearsal } from './report-data.ts';
import { reportOf } from './report-data.ts';
import { htmlOf } from './report-html.ts';
import { junitOf } from './report-junit.ts';
import { scenarioPicture } from './report-picture.ts';

/** Makes the folder if there is none; throws `UsageError` if reports cannot be written there. */
export function openReportFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    if (!statSync(folder).isDirectory()) throw new Error('not a folder');
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new UsageError(
      `--report: expected a folder to write to, got "${clean(folder)}": ${reasonOf(cause)}.`,
      { cause },
    );
  }
}

const reasons: Readonly<Record<string, string>> = {
  EEXIST: 'it is a file',
  ENOTDIR: 'a part of its path is a file',
  EACCES: 'it may not be written',
  EPERM: 'it may not be written',
  EROFS: 'its disk may only be read',
  ENOSPC: 'its disk is full',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'it cannot be made',
};

function reasonOf(cause: unknown): string {
  return reasons[String(Object(cause).code)] ?? 'it cannot be used';
}

/** Writes all reports, each whole or not at all; returns the path of the page. */
export function writeReports(folder: string, rehearsal: PlayedRehearsal): string {
  const report = reportOf(rehearsal);
  const pictures = new Map(
    rehearsal.results.map((result) => [result.scenario.name, scenarioPicture(result)]),
  );
  const page = join(folder, 'rehearsal.html');
  write(join(folder, 'rehearsal.json'), `${escapeControls(JSON.stringify(report, null, 2))}\n`);
  write(join(folder, 'rehearsal.junit.xml'), junitOf(report));
  write(page, htmlOf(report, pictures));
  return page;
}

/** A program that watches the folder never reads half of it. */
function write(path: string, text: string): void {
  const half = `${path}.part`;
  writeFileSync(half, text);
  renameSync(half, path);
}
