// The executable of `npm run executable`, and a gateway that a program serves.

import { join } from 'node:path';
import { succeed } from '../packages.ts';
import type { ProgramOptions } from '../scenario/program.ts';
import { startProgram } from '../scenario/program.ts';
import { atEnd, within } from '../wait.ts';

const top = join(import.meta.dirname, '../../..');

/** Builds it into `folder`, and gives its path. */
export async function buildExecutable(folder: string): Promise<string> {
  await succeed([process.execPath, join(top, 'scripts/executable.ts'), '--to', folder], top);
  return join(folder, 'tillgate');
}

/** Runs `serve` of a command, at a free port if none is given, until `stop` or the end of the test. */
export async function serving(
  t: Parameters<typeof atEnd>[0],
  command: readonly string[],
  { port = '0', ...options }: ProgramOptions & { readonly port?: string },
) {
  const flags = ['serve', '--json', '--port', port, '--pace', 'instant'];
  const { child, ended, shown } = startProgram([...command, ...flags], options);
  const first = new Promise<string>((resolve) => {
    child.stdout.once('data', resolve);
  });
  const stop = () => {
    child.kill('SIGTERM');
    return within('the end of the gateway', ended);
  };
  atEnd(t, stop);
  await within('a gateway', shown('"ready":true'));
  const { pac, http } = JSON.parse(await first) as { pac: string; http: string };
  return { pac, http, stop };
}
