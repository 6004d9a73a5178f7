// @tillgate/client in a real browser, as it stands: an import map leads to the sources, which a small
// server strips of their types on the way. No bundler, so nothing hides what a browser cannot load.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { run } from '../cli/command-line.ts';
import { browserFixture } from './browser-fixture.ts';

const top = join(import.meta.dirname, '../..');
/** What a bundler would read from the package.json files, under the condition "browser". */
const imports = {
  '@tillgate/client': '/packages/client/src/index.ts',
  '@tillgate/protocol': '/packages/protocol/src/index.ts',
  '#socket': '/packages/client/src/connection/socket-browser.ts',
  'get-east-asian-width': '/node_modules/get-east-asian-width/index.js',
  typebox: '/node_modules/typebox/build/index.mjs',
  'typebox/compile': '/node_modules/typebox/build/compile/index.mjs',
  'typebox/value': '/node_modules/typebox/build/value/index.mjs',
};
const page = `<!doctype html><link rel="icon" href="data:,"><script type="importmap">
${JSON.stringify({ imports })}</script><script type="module">
import * as tillgate from '@tillgate/client';
window.tillgate = tillgate;
</script>`;

const fixture = browserFixture();
let files: Server;
before(async () => {
  files = createServer(({ url = '/' }, response) => {
    response.setHeader('Content-Type', url === '/' ? 'text/html' : 'text/javascript');
    response.end(url === '/' ? page : script(url));
  });
  files.listen(0, '127.0.0.1');
  await once(files, 'listening');
});
after(() => files?.close());

test('the SDK takes a signature sale in a browser, and learns why it is refused', async () => {
  const { port } = files.address() as AddressInfo;
  const { page: tab, faults } = await fixture.open(`http://127.0.0.1:${port}/`);
  await tab.waitForFunction('window.tillgate');
  const sale = await tab.evaluate(`(async () => {
    const till = await tillgate.connect({ uri: '${fixture.testGateway.uri()}', onSignature: () => true });
    const sale = till.sale({ tid: 'VCMINVLSIS0', currency: 'GBP', amount: 1234 });
    const shown = [];
    for await (const value of sale.progress) shown.push(value);
    const { outcome, payment } = await sale;
    till.close();
    return { outcome, amountTotal: payment.amountTotal, last: shown.at(-1) };
  })()`);
  const expected = { outcome: 'approved', amountTotal: 1234, last: 'TRANSACTION_FINISHED' };
  assert.deepEqual(sale, expected);
  assert.deepEqual(faults, []);

  const refused = await tab.evaluate(`
    tillgate.connect({ uri: '${fixture.testGateway.uri('pac', { token: 'wrong' })}' })
      .catch(({ name, status, code }) => ({ name, status, code }))`);
  assert.deepEqual(refused, { name: 'HandshakeRefused', status: 401, code: 'unauthorized' });
});

test('the SDK serves tables in a browser, and books what a waiter takes', async () => {
  const { port } = files.address() as AddressInfo;
  const { page: tab, faults } = await fixture.open(`http://127.0.0.1:${port}/`);
  await tab.waitForFunction('window.tillgate');
  await tab.evaluate(`(async () => {
    const { serveTables, seenInStorage, receipt } = tillgate;
    window.booked = [];
    const left = new Promise((resolve) => {
      window.tables = serveTables(
        { uri: '${fixture.testGateway.uri('pat')}', currency: 'GBP', seen: seenInStorage(localStorage) },
        {
          listTables: () => ['12A'],
          lockTable: () => ({ amount: 4820 }),
          bill: () => receipt().text('Table 12A').lines,
          recordPayments: (paid) => { window.booked.push(paid.amountOffBill); },
          unlock: resolve,
        },
      );
    });
    window.left = left;
    await window.tables;
  })()`);
  const { code, err } = await run(['table', 'pay', '--table', '12A'], {
    env: { TILLGATE_URI: fixture.testGateway.uri() },
  });
  assert.equal(code, 0, err);
  const end = await tab.evaluate(`(async () => {
    await window.left;
    (await window.tables).close();
    const kept = JSON.parse(localStorage.getItem('tillgate-payments'));
    return { booked: window.booked, kept: kept.length };
  })()`);
  assert.deepEqual([end, faults], [{ booked: [4820], kept: 1 }, []]);
});

function script(url: string): string {
  const text = readFileSync(join(top, url), 'utf8');
  return url.endsWith('.ts') ? stripTypeScriptTypes(text) : text;
}
