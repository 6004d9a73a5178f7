// `tillgate open`, with a program of the test in the place of the one that opens a browser, and the overview.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { commandGroups, commands } from '../../packages/server/src/cli/commands.ts';
import { eventually } from '../support/wait.ts';
import { run } from './command-line.ts';

test('tillgate open prints the address of a page and opens it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tillgate-open-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const opened = join(folder, 'opened');
  const script = `#!/bin/sh\necho "$1" > '${opened}.part'\nmv '${opened}.part' '${opened}'\n`;
  writeFileSync(join(folder, 'xdg-open'), script, { mode: 0o755 });
  const env = { PATH: `${folder}${delimiter}${process.env.PATH}` };
  const gateway = ['--gateway', 'https://pay.example:8443'];
  for (const [words, address] of [
    [[], 'https://pay.example:8443/'],
    [['console'], 'https://pay.example:8443/'],
    [['machine'], 'https://pay.example:8443/machine'],
    [['docs'], 'https://pay.example:8443/docs/'],
  ] as const) {
    rmSync(opened, { force: true });
    const { code, out } = await run(['open', ...words, ...gateway], { env });
    assert.deepEqual([code, out], [0, `${address}\n`]);
    if (process.platform !== 'linux') continue;
    const seen = await eventually('the browser', async () => {
      try {
        return readFileSync(opened, 'utf8');
      } catch {
        return undefined;
      }
    });
    assert.equal(seen, `${address}\n`);
  }
});

test('tillgate open prints the address where nothing can open it', async () => {
  const { code, out } = await run(['open', 'docs'], { env: { PATH: '/nowhere' } });
  assert.deepEqual([code, out], [0, 'http://127.0.0.1:8765/docs/\n']);
});

test('tillgate open refuses a page that there is not, and an address that is none', async () => {
  const unknown = await run(['open', 'receipts']);
  assert.equal(unknown.code, 2);
  assert.match(unknown.err, /"receipts" is no page: expected console, machine, docs\./);
  for (const gateway of ['pay.example', 'ftp://pay.example', '']) {
    const { code, err } = await run(['open', '--gateway', gateway]);
    assert.equal(code, 2);
    assert.match(err, /--gateway: expected an address such as https:\/\/pay\.example\./);
  }
});

test('the overview has every command once', () => {
  const listed = commandGroups.flatMap(({ members }) => members);
  assert.deepEqual(listed.toSorted(), Object.keys(commands).toSorted());
});
