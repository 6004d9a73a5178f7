// The packages as they are published: packed, and installed by npm into a folder of their own, where the rest of
// the repository is out of reach. npm takes what they depend on from its registry.

import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProgram } from './scenario/program.ts';

const top = join(import.meta.dirname, '../..');

/** Far beyond what any of these programs takes; one that has not ended by then is killed. */
const LIMIT_MS = 600_000;

/** Runs a program to its end and gives its stdout; rejects with all that it has written if it fails or does not end. */
export async function succeed(command: readonly string[], cwd: string): Promise<string> {
  const { child, ended } = startProgram(command, { cwd, env: process.env });
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  const { code, out, err } = await ended.finally(() => clearTimeout(limit));
  if (code !== 0) throw new Error(`${command.join(' ')}\nended with ${code}:\n${out}${err}`);
  return out;
}

/** Installs packages of the registry, or files, into `folder`; no script of theirs is run. */
export async function install(folder: string, packages: readonly string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{}');
  await succeed(['npm', 'install', '--ignore-scripts', '--prefer-offline', ...packages], folder);
}

/** Packs `protocol`, `client` and `server` into `folder`; gives the files. */
export async function pack(folder: string): Promise<readonly string[]> {
  const made = join(folder, 'made');
  await succeed([process.execPath, join(top, 'scripts/packages.ts'), '--to', made], top);
  const names = ['protocol', 'client', 'server'];
  await succeed(['npm', 'pack', ...names.map((name) => join(made, name))], folder);
  return globSync('*.tgz', { cwd: folder }).map((file) => join(folder, file));
}
