// Entries of the journal that cannot be read: they are left out, named and counted, and quoted nowhere.

import assert from 'node:assert/strict';
import test from 'node:test';
import { MemoryStore, startTestGateway } from 'tillgate/testing';
import { keptLog } from '../support/gateway/log-lines.ts';
import { shareStore } from '../support/gateway/shared-store.ts';

const tid = 'VCMINVLSIP0';
const SECRET = 'Table 12, Mrs Example';
const sale = { tid, currency: 'GBP', amount: 1250 };

/** Of the list of transactions, or of `/readyz`. */
interface Answer {
  readonly transactions: readonly { readonly result: string }[];
  readonly damaged: readonly string[];
}

/** A store with a sale, and with broken entries of the same machine and of another. */
async function damagedStore(): Promise<MemoryStore> {
  const store = new MemoryStore();
  const server = await startTestGateway({ store: shareStore(store) });
  const till = await server.till({ 'epos-id': 'TILL-1' });
  await till.request('sale', sale);
  await till.close();
  await server.stop();
  const at = Date.now();
  const broken = async (stream: string, body: string) => {
    const version = (await store.lastVersion(stream)) + 1;
    await store.write({
      append: { stream, version, activityId: version, at, body },
      put: [{ collection: 'incomplete', key: `${stream}/${version}`, value: '{}' }],
    });
  };
  await broken(`testhost/${tid}`, `[{"kind":"started","text":"${SECRET}`);
  await broken('testhost/VCMINVLSCD0', `{"text":"${SECRET}"}`);
  return store;
}

test('a damaged entry leaves the other transactions readable, and is named, counted and not quoted', async (t) => {
  const store = await damagedStore();
  const { log, lines } = keptLog();
  const server = await startTestGateway({ store, log });
  t.after(() => server.stop());
  const get = async (path: string) => {
    const response = await fetch(`${server.gateway.httpUrl}${path}`);
    return { status: response.status, body: (await response.json()) as Answer };
  };
  for (let times = 0; times < 2; times += 1) {
    const { status, body } = await get('/api/v1/transactions');
    assert.equal(status, 200);
    assert.deepEqual(
      body.transactions.map(({ result }: { result: string }) => result),
      ['SUCCESSFUL'],
    );
    assert.equal(body.damaged.length, 2);
    assert.ok(body.damaged.includes('testhost/VCMINVLSCD0/1'));
  }
  const ready = await get('/readyz');
  assert.deepEqual(ready, { status: 200, body: { ready: true, damagedEntries: 2 } });
  const said = lines.filter((line) => line.where === 'journal');
  assert.equal(said.length, 2, 'each entry is logged once');
  assert.ok(
    said.some(({ cause }) =>
      String(cause).includes('Entry 1 of testhost/VCMINVLSCD0 in the journal'),
    ),
  );
  assert.ok(!JSON.stringify(lines).includes('Mrs Example'));
});

test('a gateway with a damaged last entry of a card machine starts and takes the next sale there', async (t) => {
  const server = await startTestGateway({ store: await damagedStore() });
  t.after(() => server.stop());
  const till = await server.till({ 'epos-id': 'TILL-1' });
  for (const at of [tid, 'VCMINVLSCD0']) {
    const { result } = await till.request('sale', { ...sale, tid: at });
    assert.equal(result.transactionResult, 'SUCCESSFUL', at);
  }
});
