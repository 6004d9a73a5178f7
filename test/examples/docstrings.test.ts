// Every function that the SDK exports, and the base class of its errors, has an @example in its docstring,
// and the type checker accepts all examples.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import * as client from '@tillgate/client';

const top = join(import.meta.dirname, '../..');
const source = join(top, 'packages/client/src');
// Inside node_modules, so that @tillgate/client is found.
const folder = mkdtempSync(join(top, 'node_modules/.tillgate-docstrings-'));
after(() => rmSync(folder, { recursive: true }));

/** What the examples take from the program around them. */
const surroundings = `
import type * as client from '@tillgate/client';
declare global {
  const host: string, token: string, tid: string, error: unknown, log: Console, till: client.PacTill;
  const reader: { read(options: { signal: AbortSignal }): Promise<object> };
  const bank: {
    charge(card: object, amount: number): Promise<{ approved: boolean; authCode: string }>;
    lookUp(id: string): Promise<client.PlayedOutcome | undefined>;
  };
  const bills: {
    open(): string[];
    lock(tableId: string, tid: string): client.LockAnswer;
    print(tableId: string): client.TillReceiptLine[];
    book(tableId: string, payments: readonly client.TablePayment[]): void;
    unlock(tableId: string, tid: string): void;
  };
  function bookPayment(payment: client.Payment): void;
  function tellStaff(advice: string, resolved: client.Outcome): void;
  function showStaff(text: string): void;
}`;

interface Example {
  readonly path: string;
  /** The function, class or type below the docstring. */
  readonly name: string;
  readonly code: string;
}

const examples = globSync('**/*.ts', { cwd: source }).flatMap(examplesOf);

test('every function and the base class of the errors that the SDK exports has an example', () => {
  const documented = new Set(examples.map(({ name }) => name));
  const needed = Object.entries(client).filter(
    ([name, value]) => typeof value === 'function' && name !== 'openSocket' && !isErrorOf(value),
  );
  assert.deepEqual(
    needed.map(([name]) => name).filter((name) => !documented.has(name)),
    [],
  );
});

test('the type checker accepts every example in a docstring of the SDK', () => {
  const names = Object.keys(client).join(', ');
  const head = `import { ${names} } from '@tillgate/client';\nimport type { ClientError } from '@tillgate/client';\n`;
  const files = examples.map(({ path, name, code }) => {
    const file = `${path.replaceAll('/', '.')}.${name}.ts`;
    writeFileSync(join(folder, file), `${head}${code}\n`);
    return file;
  });
  writeFileSync(join(folder, 'surroundings.ts'), surroundings);
  const compilerOptions = {
    ...{ composite: false, noEmit: true, declarationMap: false, sourceMap: false },
    lib: ['es2024', 'dom', 'dom.iterable', 'dom.asynciterable'],
    moduleDetection: 'force',
  };
  const config = {
    extends: join(top, 'tsconfig.base.json'),
    compilerOptions,
    files: [...files, 'surroundings.ts'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(top, 'node_modules/typescript/bin/tsc');
  const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  assert.equal(stdout, '');
  assert.equal(status, 0);
});

/** The base class and its own example stand for the classes below it. */
function isErrorOf(value: unknown): boolean {
  return Object.getPrototypeOf(value) === client.TillgateError;
}

function examplesOf(path: string): readonly Example[] {
  const text = readFileSync(join(source, path), 'utf8');
  const blocks = text.matchAll(
    /^ \* @example\n((?: \*.*\n)+?) \*\/\nexport (?:async |abstract )?\w+ (\w+)/gm,
  );
  return [...blocks].map(([, lines = '', name = '']) => ({
    path,
    name,
    code: lines.replace(/^ \* ?/gm, ''),
  }));
}
