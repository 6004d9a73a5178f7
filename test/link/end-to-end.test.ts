// Card machines made with the kit, a gateway, and tills made with the kit, over real sockets.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import type { PlayedOutcome } from '@tillgate/client';
import { serveTables } from '@tillgate/client';
import { HandMachine } from '../../packages/client/src/testing/link-script.ts';
import { commandLine } from '../../packages/server/src/application/admin/actor.ts';
import { revokeTerminal } from '../../packages/server/src/application/admin/linked-terminals.ts';
import { Bills } from '../support/scenario/bills.ts';
import { acceleratedTiming } from '../support/scenario/client-options.ts';
import { startCuttingProxy } from '../support/scenario/cutting-proxy.ts';
import { SITE, startLinkGateway } from '../support/terminal/link-gateway.ts';
import { eventually } from '../support/wait.ts';

const TID = '12345678';
const sale = { tid: TID, currency: 'GBP', amount: 1250 } as const;
const timing = acceleratedTiming((ms) => ms === 15_000 || ms >= 60_000);

/** A gateway with one linked card machine that the test drives. */
async function shopWithMachine(t: TestContext) {
  const harness = await startLinkGateway(t);
  const token = await harness.pair(TID);
  const till = await harness.till();
  const machine = new HandMachine();
  const linked = await harness.link({ tid: TID, token }, machine, { timing });
  await listed(till);
  /** Waits until the machine has begun its n-th order. */
  const began = (count = 1, by = machine) => eventually('an order', () => by.started[count - 1]);
  return { ...harness, tillWith: harness.till, token, till, machine, linked, began };
}

type Till = Awaited<ReturnType<Awaited<ReturnType<typeof startLinkGateway>>['till']>>;

function listed(till: Till, tid = TID) {
  return eventually(`${tid} to be listed`, async () =>
    (await till.terminals()).find((terminal) => terminal.tid === tid),
  );
}

const approved: PlayedOutcome = {
  transactionResult: 'SUCCESSFUL',
  transactionNumber: '0042',
  card: { authCode: 'Q7M2K4', cardSchemeName: 'VISA', primaryAccountNumber: '4111111111111111' },
  receiptLines: { MERCHANT: [{ value: 'MERCHANT COPY' }], CUSTOMER: [{ value: 'PAID 12.50' }] },
};

describe('a card machine that links', () => {
  test('a sale at a linked card machine shows its progress and outcome at the till', async (t) => {
    const { till, machine, began } = await shopWithMachine(t);
    const { status, currency } = await till.terminal({ tid: TID });
    assert.deepEqual([status, currency], ['AVAILABLE', 'GBP']);
    const running = till.sale({ ...sale, amountCashback: 500 });
    const order = await began();
    assert.deepEqual([order.amount, order.amountCashback], [1250, 500]);
    machine.screen.show('PRESENT_CARD');
    await machine.screen.commit();
    machine.screen.show('APPROVED');
    const shown: string[] = [];
    void machine.ends(approved);
    for await (const value of running.progress) shown.push(value);
    const outcome = await running;
    assert.ok(outcome.outcome === 'approved');
    const { payment } = outcome;
    assert.deepEqual(
      [payment.amountTotal, payment.transactionNumber, payment.authCode],
      [1750, '0042', 'Q7M2K4'],
    );
    assert.equal(payment.primaryAccountNumber, '************1111');
    assert.deepEqual(payment.receiptLines.CUSTOMER, [{ value: 'PAID 12.50' }]);
    assert.deepEqual(shown, [
      'TRANSACTION_STARTED',
      'PRESENT_CARD',
      'APPROVED',
      'TRANSACTION_FINISHED',
    ]);
  });

  test('a report is made, and one that the machine cannot make ends at once', async (t) => {
    const { till, machine } = await shopWithMachine(t);
    const report = await till.reportXBalance({ tid: TID });
    assert.equal(report.reportResult, 'COMPLETE');
    assert.deepEqual(report.reportLines, [{ value: 'REPORT COMPLETE' }]);
    machine.report = () => {
      throw new Error('No totals.');
    };
    assert.equal((await till.reportXBalance({ tid: TID })).reportResult, 'TIMED_OUT');
    assert.equal((await till.terminal({ tid: TID })).status, 'AVAILABLE');
  });

  test('a cancel in time ends the order, and one too late does not [C-13.13]', async (t) => {
    const { till, machine, began } = await shopWithMachine(t);
    const first = till.sale(sale);
    await began();
    await first.cancel();
    await eventually('the cancel', () => machine.screen.cancel.aborted || undefined);
    await machine.fails(machine.screen.cancel.reason);
    assert.equal((await first).outcome, 'cancelled');

    const second = till.sale(sale);
    await began(2);
    await machine.screen.commit();
    const shown: string[] = [];
    void (async () => {
      for await (const value of second.progress) shown.push(value);
    })();
    await second.cancel();
    const late = () => shown.includes('UNABLE_TO_CANCEL') || undefined;
    await eventually('the answer to the cancel', late);
    await machine.ends(approved);
    assert.equal((await second).outcome, 'approved');
  });

  test('a signature is judged by the till [C-4.35]', async (t) => {
    const { machine, began, tillWith } = await shopWithMachine(t);
    for (const accepted of [true, false]) {
      const till = await tillWith({ onSignature: () => accepted });
      await listed(till);
      const running = till.sale(sale);
      await began(accepted ? 1 : 2);
      await machine.screen.commit();
      const merchantReceipt = [{ value: 'PLEASE SIGN BELOW' }];
      const verdict = await machine.screen.askSignature({ merchantReceipt, card: {} });
      assert.deepEqual(verdict, { accepted, unanswered: false });
      await machine.ends({ transactionResult: accepted ? 'SUCCESSFUL' : 'VOID' });
      assert.equal((await running).outcome, accepted ? 'approved' : 'void');
    }
  });

  test('a machine that cannot store an order has taken nothing [C-13.9]', async (t) => {
    const { till, machine } = await shopWithMachine(t);
    machine.memory.failures.push(new Error('The disk is full.'));
    assert.equal((await till.sale(sale)).outcome, 'unsuccessful');
    assert.deepEqual(machine.started, []);
  });
});

describe('a card machine that drops', () => {
  test('a machine that disconnects during a sale goes on, and the till gets the outcome [C-13.16]', async (t) => {
    const { gateway, token, began, till, ...harness } = await shopWithMachine(t);
    harness.linked.close();
    const wire = await startCuttingProxy(
      `${gateway.gateway.url}/terminal?token=${token}&tid=${TID}`,
    );
    harness.atEnd(() => wire.close());
    const machine = new HandMachine();
    const { origin } = new URL(wire.uri);
    await harness.link({ tid: TID, token, host: origin }, machine, { timing });
    await listed(till);
    const running = till.sale(sale);
    await began(1, machine);
    await machine.screen.commit();
    wire.cutAt({ at: 0, arrives: false });
    await machine.ends(approved);
    assert.equal((await running).outcome, 'approved');
    assert.equal(machine.started.length, 1);
  });

  test('a machine that loses power is asked for its last order when it reconnects [C-13.11]', async (t) => {
    const { till, machine, linked, token, began, link } = await shopWithMachine(t);
    let before = machine;
    let current = linked;
    for (const [committed, ends] of [
      [false, 'unsuccessful'],
      [true, 'approved'],
    ] as const) {
      const running = till.sale(sale);
      await began(1, before);
      if (committed) await before.screen.commit();
      current.close();
      const after = Object.assign(new HandMachine(), { recall: () => approved });
      after.memory.kept = before.memory.kept;
      current = await link({ tid: TID, token }, after);
      assert.equal((await running).outcome, ends);
      assert.deepEqual(after.started, []);
      await listed(till);
      before = after;
    }
  });

  test('a machine whose key is revoked does not reconnect [C-13.3]', async (t) => {
    const { linked, gateway } = await shopWithMachine(t);
    const world = { store: gateway.store, clock: { now: () => Date.now() } };
    await revokeTerminal(world as never, commandLine, { site: SITE, tid: TID });
    await assert.rejects(linked.closed, { name: 'Discontinued', reason: 'tokenRevoked' });
  });

  test('the newer of two machines with one tid goes on, and the older does not reconnect [C-13.15]', async (t) => {
    const { linked, link, till, token, machine: older, began } = await shopWithMachine(t);
    const newer = new HandMachine();
    const second = await link({ tid: TID, token }, newer);
    await assert.rejects(linked.closed, { name: 'Discontinued', reason: 'takenOver' });
    await listed(till);
    const running = till.sale(sale);
    await began(1, newer);
    await newer.screen.commit();
    await newer.ends(approved);
    assert.equal((await running).outcome, 'approved');
    assert.deepEqual(older.started, []);
    assert.equal(second.state.state, 'connected');
  });
});

describe('a waiter at a card machine that links', () => {
  test('a waiter takes payment for a table in two parts, and the till books both [C-13.14]', async (t) => {
    const { linked: link, machine, gateway, began, atEnd } = await shopWithMachine(t);
    const bills = new Bills();
    bills.open('12A', 4820);
    const till = await serveTables(
      { uri: gateway.uri('pat'), currency: 'GBP' },
      {
        listTables: () => bills.list(),
        lockTable: (at) => bills.lock(at),
        bill: () => [{ value: 'Dinner 48.20' }],
        recordPayments: (paid) => bills.book(paid),
        finalReceipt: () => [{ value: 'Thank you' }],
        unlock: (at) => bills.unlock(at),
      },
    );
    atEnd(() => till.close());
    assert.deepEqual(await link.tables({ waiterId: '007' }), { answer: 'tables', tables: ['12A'] });
    const locked = { answer: 'locked', amount: 4820, currency: 'GBP' };
    assert.deepEqual(await link.lock({ tableId: '12A', waiterId: '007' }), locked);
    const bill = { answer: 'bill', receiptLines: [{ value: 'Dinner 48.20' }] };
    assert.deepEqual(await link.bill(), bill);

    const paying = link.pay({ by: 'card', amount: 3000, amountGratuity: 300 });
    const { table, amount } = await began();
    assert.deepEqual([amount, table?.tableId, table?.amountGratuity], [3000, '12A', 300]);
    assert.equal((await link.pay({ by: 'other', amount: 1 })).answer, 'no', 'one thing at a time');
    await machine.screen.commit();
    await machine.ends(approved);
    assert.deepEqual(await paying, { answer: 'payment', paid: true, left: 1820 });

    const rest = await link.pay({ by: 'other', amount: 1820 });
    assert.deepEqual(rest, { answer: 'payment', paid: true, left: 0 });
    const left = { answer: 'left', receiptLines: [{ value: 'Thank you' }] };
    assert.deepEqual(await link.leave(), left);
    assert.deepEqual(bills.list(), []);
    assert.deepEqual(bills.locked, []);
    const booked = [...bills.booked.values()].map(({ payment }) => payment.amountPaid);
    assert.deepEqual(booked, [3000, 1820]);
  });
});
