// The lines that were typed at the prompt of `tillgate send`, kept in the user's folder for the state of programs, for
// this user only. A line with a token or a card number is not kept.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { mask } from '@tillgate/protocol';

/** The most lines that are kept. */
export const MOST_LINES = 500;
/** Longer lines are not kept, in characters. */
const LONGEST_LINE = 10_000;

/** By the XDG Base Directory Specification; in the local data of the user on Windows. */
export function historyFile(env: NodeJS.ProcessEnv): string {
  const state = env.XDG_STATE_HOME || env.LOCALAPPDATA || join(homedir(), '.local', 'state');
  return join(state, 'tillgate', 'send-history');
}

/** The newest first, as readline wants them; none if the file cannot be read. */
export function readHistory(file: string): string[] {
  try {
    return kept(readFileSync(file, 'utf8').split('\n').reverse());
  } catch {
    return [];
  }
}

/** The newest first. Returns whether they could be written. */
export function writeHistory(file: string, lines: readonly string[]): boolean {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, `${kept(lines).reverse().join('\n')}\n`, { mode: 0o600 });
    return true;
  } catch {
    return false;
  }
}

function kept(lines: readonly string[]): string[] {
  return lines.filter(isFit).slice(0, MOST_LINES);
}

function isFit(line: string): boolean {
  return line !== '' && line.length <= LONGEST_LINE && mask(line) === line;
}
