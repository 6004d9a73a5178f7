// C-9.2 over a real socket: the names of the messages at the table are data, so a vendor who spells
// them otherwise is served by another set of words.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dialects } from '@tillgate/protocol';
import { createPatCodec, dialects, patMethodNames } from '@tillgate/protocol';
import { startTestGateway } from 'tillgate/testing';
import { WebSocket } from 'ws';

const { codec, messages } = createPatCodec({
  terminalKey: 'terminal',
  requests: { tables: 'listTables', lock: 'openTable', bill: 'printBill' },
  notifications: { paid: 'tablePaid', unlock: 'tableClosed', report: 'tableReport' },
});
const otherVendor: Dialects = { ...dialects, v1: { ...dialects.v1, messages, pat: codec } };

const answers: Readonly<Record<string, unknown>> = {
  listTables: ['12'],
  openTable: { confirmed: true, amount: 1000, currency: 'GBP' },
  printBill: { receiptLines: [] },
};

test('C-9.2 other method names at the table are a change of data', async (t) => {
  const server = await startTestGateway({ dialects: otherVendor });
  t.after(() => server.stop());
  const received: { method: string; params: Record<string, unknown> }[] = [];
  const till = new WebSocket(server.uri('pat', { 'final-pos-receipt-request': '' }));
  till.on('message', (data) => {
    const { id, method, params } = JSON.parse(String(data));
    received.push({ method, params });
    const result = answers[method];
    if (result) till.send(JSON.stringify({ jsonrpc: '2.0', id, result }));
  });
  await new Promise((resolve) => till.once('open', resolve));

  const ask = await waiterAt(server.uri('waiter', { tid: 'VCMINVLSCD0' }));
  assert.deepEqual(await ask('tables'), { answer: 'tables', tables: ['12'] });
  assert.equal((await ask('lock', { tableId: '12' })).answer, 'locked');
  assert.equal((await ask('bill')).answer, 'bill');
  assert.equal((await ask('pay', { by: 'card', amount: 1000 })).answer, 'payment');
  assert.deepEqual(await ask('leave'), { answer: 'left' });

  const names = ['listTables', 'openTable', 'printBill', 'tablePaid', 'tableClosed'];
  assert.deepEqual(
    received.map(({ method }) => method),
    names,
  );
  assert.ok(
    received.every(({ params }) => params.terminal === 'VCMINVLSCD0' && !('tid' in params)),
  );
  const page = await fetch(`${server.gateway.httpUrl}/schemas/v1/pat/openTable.response.json`);
  assert.equal(page.status, 200);
  const gone = `${server.gateway.httpUrl}/schemas/v1/pat/${patMethodNames.requests.lock}.response.json`;
  assert.equal((await fetch(gone)).status, 404);
});

/** A waiter's socket that gives one answer after the other. */
async function waiterAt(uri: string) {
  const socket = new WebSocket(uri);
  await new Promise((resolve) => socket.once('open', resolve));
  return (method: string, params: object = {}) =>
    new Promise<{ answer: string }>((resolve) => {
      const take = (data: unknown): void => {
        const { id, result } = JSON.parse(String(data));
        if (id !== 1) return;
        socket.off('message', take);
        resolve(result);
      };
      socket.on('message', take);
      socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
    });
}
