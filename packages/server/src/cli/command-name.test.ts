import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { commandName } from './command-name.ts';

const top = realpathSync(mkdtempSync(join(tmpdir(), 'tillgate-installed-')));
after(() => rmSync(top, { recursive: true }));

/** A file of the command in `folder`, and a folder for a path with a link to it. */
function install(folder: string, bin: string) {
  const file = join(top, folder, 'tillgate.js');
  mkdirSync(join(top, folder), { recursive: true });
  mkdirSync(join(top, bin), { recursive: true });
  writeFileSync(file, '');
  symlinkSync(file, join(top, bin, 'tillgate'));
  return { file, path: ['/usr/bin', join(top, bin)].join(delimiter) };
}

test('a command in the path is called by its name', () => {
  const { file, path } = install('lib/node_modules/tillgate/dist/cli', 'bin');
  assert.equal(commandName({ file, path }), 'tillgate');
  const other = join(top, 'other/node_modules/tillgate/dist/cli/tillgate.js');
  assert.equal(commandName({ file: other, path }), 'npx tillgate', 'the path has another one');
});

test('a package in a folder is called by npx, whatever npm has put into the path', () => {
  const installed = install('shop/node_modules/tillgate/dist/cli', 'shop/node_modules/.bin');
  assert.equal(commandName(installed), 'npx tillgate');
});

test('in the repository it is a script', () => {
  assert.equal(commandName(), 'npm run tillgate --');
  assert.equal(
    commandName(install('house/src/cli', 'house/node_modules/.bin')),
    'npm run tillgate --',
  );
});
