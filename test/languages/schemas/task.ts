// Gives a program of another language one task as JSON, and takes its result.

import { execFileSync } from 'node:child_process';

const MANY = 1 << 28;

/** What the command writes to its stdout, given `task` at its stdin. Throws if it fails. */
export function answerOf(
  [command = '', ...args]: readonly string[],
  task: unknown,
  env: NodeJS.ProcessEnv = process.env,
): unknown {
  const input = JSON.stringify(task);
  const out = execFileSync(command, args, { input, env, encoding: 'utf8', maxBuffer: MANY });
  return JSON.parse(out);
}
