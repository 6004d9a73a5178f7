// The files in `deploy` as a whole: none is there that nobody tries.

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { succeed } from '../support/packages.ts';

const top = join(import.meta.dirname, '../..');
const text = (file: string) => readFileSync(join(top, file), 'utf8');
const filesIn = (pattern: string) =>
  globSync(pattern, { cwd: top, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name).slice(top.length + 1));

test('each file in deploy is used by a test, and one that was only checked says so at its top', () => {
  const users = [...filesIn('test/deploy/*.test.ts'), 'scripts/debian-package.ts'].map(text).join();
  const files = filesIn('deploy/**/*');
  assert.ok(files.length > 20);
  for (const file of files) {
    const [head = ''] = text(file).split(/^[^#\n]/m);
    const isChecked = /checked\s+(# )?against/i.test(head);
    if (/^deploy\/(compose|kubernetes)\//.test(file)) assert.ok(isChecked, `${file} was not run`);
    else assert.ok(users.includes(basename(file)), `${file} is not used by a test`);
  }
});

test('shellcheck finds nothing in the shell scripts of the repository', async () => {
  const scripts = filesIn('{.ci,deploy,scripts,test}/**/*').filter((file) =>
    /^#!.*\b(ba)?sh\n/.test(text(file)),
  );
  assert.ok(scripts.includes('deploy/debian/postinst'));
  await succeed(['shellcheck', ...scripts], top);
});
