// A disk for a tablespace of PostgreSQL that a test can fill. It is a `tmpfs`, which only root can mount.

import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestEnd } from '../wait.ts';
import { atEnd } from '../wait.ts';

export interface SmallDisk {
  readonly folder: string;
  /** Leaves no byte. */
  fill(): void;
  /** Frees what `fill` has taken. */
  free(): void;
}

/** Gone when the test ends; what uses it has to be closed before. */
export function mountSmallDisk(t: TestEnd, mib: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'tillgate-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tillgate-test', folder]);
  atEnd(t, () => {
    execFileSync('umount', ['--lazy', folder]);
    rmSync(folder, { recursive: true });
  });
  const filler = join(folder, 'filler');
  return {
    folder,
    fill: () => fill(filler),
    free: () => rmSync(filler),
  };
}

function fill(file: string): void {
  const descriptor = openSync(file, 'w');
  const block = Buffer.alloc(4096, 1);
  try {
    for (;;) writeSync(descriptor, block);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOSPC') throw cause;
  } finally {
    closeSync(descriptor);
  }
}
