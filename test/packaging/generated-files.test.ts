// The generated files: fresh in the repository, and watched by --check.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { dialects, publishedSchemas } from '@tillgate/protocol';

const program = join(import.meta.dirname, '../../scripts/generate.ts');
const folder = mkdtempSync(join(tmpdir(), 'tillgate-generated-'));
after(() => rmSync(folder, { recursive: true }));

function generate(...options: string[]) {
  const { status, stderr } = spawnSync(process.execPath, [program, ...options], {
    encoding: 'utf8',
  });
  return { status, troubles: stderr.split('\n').filter((line) => /^\w+: /.test(line)) };
}

test('the generated files in the repository are up to date', () => {
  assert.deepEqual(generate('--check'), { status: 0, troubles: [] });
});

test('a missing file is written, a stale one corrected, and a superfluous one removed', () => {
  const sale = 'schemas/v1/pac/sale.request.json';
  assert.equal(generate('--into', folder).status, 0);
  assert.deepEqual(generate('--check', '--into', folder), { status: 0, troubles: [] });
  const text = publishedSchemas(dialects).get('v1/pac/sale.request.json');
  assert.equal(readFileSync(join(folder, sale), 'utf8'), text);

  appendFileSync(join(folder, sale), ' ');
  rmSync(join(folder, 'docs/errors.md'));
  writeFileSync(join(folder, 'schemas/v1/old.json'), '{}');
  writeFileSync(join(folder, 'docs/messages/v1/pac/old.md'), '# old');
  const { status, troubles } = generate('--check', '--into', folder);
  assert.equal(status, 1);
  assert.deepEqual(troubles.toSorted(), [
    'missing: docs/errors.md',
    `stale: ${sale}`,
    'superfluous: docs/messages/v1/pac/old.md',
    'superfluous: schemas/v1/old.json',
  ]);
  assert.ok(!existsSync(join(folder, 'docs/errors.md')), '--check writes nothing');

  assert.equal(generate('--into', folder).status, 0);
  assert.deepEqual(generate('--check', '--into', folder), { status: 0, troubles: [] });
  assert.ok(!existsSync(join(folder, 'schemas/v1/old.json')));
  assert.ok(!existsSync(join(folder, 'docs/messages/v1/pac/old.md')));
});
