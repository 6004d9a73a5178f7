// What a till at the tables must get after its connection was lost, and the sweep of lost connections.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Frame, TestTill } from 'tillgate/testing';
import { connectTill } from 'tillgate/testing';
import { startUnreliableGateway } from '../support/gateway/unreliable-gateway.ts';
import { Bills } from '../support/scenario/bills.ts';
import { assertBooksAgree } from '../support/scenario/pat-till.ts';
import { tablesCutSettings, tablesCutSweep } from '../support/sweep/tables-cut.ts';
import type { Cleanup } from '../support/wait.ts';
import { cleanups } from '../support/wait.ts';

const TID = 'VCMCUTSIP0';

test('wherever the line is cut, the till books what was paid once [C-9.22, C-9.23]', async (t) => {
  await tablesCutSweep(t, {
    every: 5,
    open: async () => {
      const { uri, store, stop } = await startUnreliableGateway({ settings: tablesCutSettings });
      const waiter = (tid: string) => uri('waiter', { tid });
      return { till: uri('pat'), waiter, store, bills: new Bills(), close: stop };
    },
  });
});

const tables = ['1', '2', '3'];
/** To the till, for each table: what was paid, and the unlock. */
const NOTICES = 2 * tables.length;

test('a notification that a till cannot have received is sent again, in the old order and with the same contents [C-9.23]', async (t) => {
  for (let kept = 0; kept < NOTICES; kept += 1) {
    await t.test(`${kept} notifications are proven and not sent again`, (each) =>
      loses(kept, cleanups(each)),
    );
  }
});

/** A till of its own make proves that it has the first notices, and loses all others with its line. */
async function loses(kept: number, atEnd: Cleanup): Promise<void> {
  const server = await startUnreliableGateway();
  atEnd(() => void server.stop());
  const bills = new Bills();
  for (const tableId of tables) bills.open(tableId, 3000);
  const first = await connectTill(server.uri('pat'), { autoPong: false });
  let marks = 0;
  first.socket.on('ping', (mark: Buffer) => {
    marks += 1;
    if (marks <= kept) first.socket.pong(mark);
  });
  answers(first, bills);
  const waiter = await connectTill(server.uri('waiter', { tid: TID }));
  for (const tableId of tables) await payInTwo(waiter, tableId);
  await first.until(() => noticesOf(first).length === NOTICES);
  const notices = noticesOf(first);
  for (const notice of notices.slice(0, kept)) takes(bills, notice);
  first.cut();

  const second = await connectTill(server.uri('pat'));
  await second.until(() => noticesOf(second).length === NOTICES - kept);
  assert.deepEqual(noticesOf(second), notices.slice(kept));
  for (const notice of noticesOf(second)) takes(bills, notice);
  const { payments } = await assertBooksAgree(server.store, bills, [TID]);
  assert.equal(payments, 2 * tables.length);
  assert.deepEqual(bills.list(), []);
  second.cut();

  const third = await connectTill(server.uri('pat'));
  answers(third, bills);
  await waiter.request('tables');
  assert.deepEqual(noticesOf(third), [], 'nothing is sent a third time');
}

const isNotice = ({ method, id }: Frame) => method !== undefined && id === undefined;

function noticesOf({ received }: TestTill): readonly Frame[] {
  return received.filter(isNotice);
}

function answers(till: TestTill, bills: Bills): void {
  const say = (id: unknown, result: object) => till.send({ jsonrpc: '2.0', id, result });
  till.socket.on('message', (data: Buffer) => {
    const { id, method, params } = JSON.parse(data.toString()) as Frame;
    if (method === 'tableListRequest') say(id, { tables: bills.list(), currency: 'GBP' });
    else if (method === 'tableLockRequest') say(id, { confirmed: true, ...bills.lock(params) });
  });
}

function takes(bills: Bills, { method, params }: Frame): void {
  if (method === 'tableUnlock') bills.unlock(params);
  else bills.book({ ...params, amountOffBill: params.amountPaid - params.amountCashback });
}

async function payInTwo(waiter: TestTill, tableId: string): Promise<void> {
  await waiter.request('lock', { tableId });
  await waiter.request('pay', { by: 'card', amount: 1000, amountGratuity: 100 });
  const last = await waiter.request('pay', { by: 'card', amount: 2000, amountCashback: 500 });
  assert.deepEqual(last.result, { answer: 'payment', paid: true, left: 0 });
  await waiter.request('leave');
}
