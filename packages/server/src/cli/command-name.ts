// How the command line is called where it was installed: for the welcome of `serve`, for what commands advise to do
// next, and for the commands that the console copies.

import { realpathSync } from 'node:fs';
import { delimiter, join, sep } from 'node:path';
import { isExecutable } from '../embedded-files.ts';

interface Installation {
  /** The file of the command, without symbolic links. */
  readonly file: string;
  /** The PATH of the shell. */
  readonly path: string;
  /** The words by which the executable was called; absent for a package. */
  readonly called?: string;
}

const { PATH: path = '' } = process.env;
const here: Installation = isExecutable
  ? { file: process.execPath, path, called: process.argv0 }
  : { file: join(import.meta.dirname, 'tillgate.ts'), path };

/**
 * A command in the path if it is this one; otherwise `npx tillgate` of a package, `npm run tillgate --` of the repository,
 * or the path of the executable.
 */
export function commandName({ file, path, called }: Installation = here): string {
  // npm and npx put folders of the package into the path, which the shell of a user does not have.
  const folders = path.split(delimiter).filter((one) => !one.includes(`node_modules${sep}.bin`));
  if (folders.some((folder) => leadsTo(join(folder, 'tillgate'), file))) return 'tillgate';
  if (called !== undefined) return called;
  return file.includes(`${sep}node_modules${sep}`) ? 'npx tillgate' : 'npm run tillgate --';
}

/** What to type here for a command, such as `npx tillgate site list`. */
export function commandText(words: string): string {
  return `${commandName()} ${words}`;
}

/** The compiled file of the package has the same name but for its ending. */
function leadsTo(command: string, file: string): boolean {
  try {
    return realpathSync(command).replace(/\.\w+$/, '') === file.replace(/\.\w+$/, '');
  } catch {
    return false;
  }
}
