import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { WorkEvent } from './activity.ts';
import {
  deadlineOf,
  decideWork,
  evolveWork,
  instructWork,
  isFleeting,
  isMachineFree,
  isUnderWay,
  lastPaymentOf,
  orderInHand,
} from './activity.ts';
import { after, outcome, report, started } from './test-job.ts';
import type { AnyTableCommand } from './test-table.ts';
import { atTable, payByCard, tableRules } from './test-table.ts';

const confirmed: AnyTableCommand = { command: 'confirmLock', amount: 4820 };
const pay = payByCard(1, { amount: 1820 });
const limit: AnyTableCommand = { command: 'reachLimit', localTime: '' };
const charged: AnyTableCommand = { command: 'finish', outcome: outcome('SUCCESSFUL') };
const paying = atTable([confirmed, pay]);
const left = atTable([confirmed, pay, limit, { command: 'reachIdleLimit' }, { command: 'unlock' }]);

describe('what a card machine is busy with', () => {
  test("a waiter's word to a job changes nothing", () => {
    const words: readonly AnyTableCommand[] = [
      confirmed,
      { command: 'refuseLock' },
      { command: 'failLock' },
      { command: 'askBill' },
      { command: 'hearWaiter' },
      pay,
      { command: 'notePayment', paymentId: 'payment-1', amount: 100 },
      { command: 'leave' },
      { command: 'reachIdleLimit' },
      { command: 'unlock' },
      { command: 'markNotice', number: 0 },
    ];
    for (const word of words) {
      assert.deepEqual(decideWork(after([]).job, word, 1000), [], word.command);
      assert.deepEqual(decideWork(after([charged as never]).job, word, 1000), [], word.command);
    }
  });

  test('a table does not begin in the middle', () => {
    const event: WorkEvent = { event: 'tableLeft', at: 0 };
    assert.throws(() => evolveWork(undefined, event), /no table for tableLeft/);
    assert.throws(() => evolveWork(after([]).job, event), /no table for tableLeft/);
  });

  test('a card payment at a table is given to the machine when it starts, and only then', () => {
    const told = paying.events.map((event) => [event.event, instructWork(paying.session, event)]);
    assert.deepEqual(told, [
      ['lockConfirmed', []],
      ['paymentStarted', [{ tell: 'start' }]],
    ]);
    assert.equal(orderInHand(paying.session), 'shop1/12345678/1/1');
  });

  test('C-9.38 the machine is asked about a payment of a table long left, and is not free before', () => {
    const [back] = decideWork(left.session, { command: 'regainTerminal' }, 9_000_000);
    assert.ok(back);
    assert.deepEqual(instructWork(left.session, back), [{ tell: 'askLastOrder' }]);
    assert.deepEqual([isMachineFree(left.session), isUnderWay(left.session)], [false, false]);
    const nothing = {
      command: 'tellLastOrder',
      last: { knows: 'nothing' },
      localTime: '',
    } as const;
    const [freed] = decideWork(left.session, nothing, 9_000_000);
    assert.ok(freed);
    assert.equal(isMachineFree(evolveWork(left.session, freed)), true);
  });

  test('only what the screen shows may wait for the next row of the journal', () => {
    assert.equal(isFleeting({ event: 'showed', value: 'PLEASE_WAIT', at: 0 }), true);
    const { events } = atTable([confirmed, { command: 'askBill' }, pay, charged]);
    assert.deepEqual(events.filter(isFleeting), []);
  });

  test('C-4.18 the last payment is the one that ended last, at the counter or at a table', () => {
    assert.equal(lastPaymentOf(after([]).job), undefined);
    assert.equal(lastPaymentOf(after([charged as never]).job)?.amountBase, 1250);
    assert.equal(lastPaymentOf(after([limit as never], started(report)).job), undefined);
    assert.equal(lastPaymentOf(paying.session), undefined);
    const both = [confirmed, pay, charged, payByCard(2, { amount: 3000 })];
    assert.equal(lastPaymentOf(atTable(both).session)?.amountBase, 1820);
    assert.equal(lastPaymentOf(atTable([...both, charged]).session)?.amountBase, 3000);
  });
});

describe('the next moment at which time itself speaks', () => {
  const { idleMs, payment } = tableRules;

  test('C-9.37 at a table it is the idle limit, counted from the last word', () => {
    const open = atTable([confirmed, { command: 'askBill' }]).session;
    assert.deepEqual(deadlineOf(open), { at: 2000 + idleMs, command: 'reachIdleLimit' });
  });

  test('C-9.37 a waiter who is told no is there all the same, written down once a second', () => {
    const hear = { command: 'hearWaiter' } as const;
    const open = atTable([confirmed]).session;
    assert.deepEqual(decideWork(open, hear, 1999), []);
    const [heard] = decideWork(open, hear, 2000);
    assert.ok(heard);
    const at = 2000 + idleMs;
    assert.deepEqual(deadlineOf(evolveWork(open, heard)), { at, command: 'reachIdleLimit' });
  });

  test('C-11.7 while a card is being paid it is the limit of the payment', () => {
    const at = 2000 + payment.limitMs;
    assert.deepEqual(deadlineOf(paying.session), { at, command: 'reachLimit' });
  });

  test('C-9.38 when a payment has no known end it is the idle limit again', () => {
    const silent = atTable([confirmed, pay, limit]).session;
    assert.deepEqual(deadlineOf(silent), { at: 3000 + idleMs, command: 'reachIdleLimit' });
  });

  test('C-9.37 after a restart the idle limit counts anew', () => {
    const silent = atTable([confirmed, pay, limit, { command: 'restart' }]).session;
    assert.deepEqual(deadlineOf(silent), { at: 4000 + idleMs, command: 'reachIdleLimit' });
  });

  test('while the till is asked, and after the end, it is none', () => {
    for (const commands of [
      [],
      [confirmed, { command: 'leave' } as const],
      [{ command: 'failLock' } as const],
    ]) {
      assert.equal(deadlineOf(atTable(commands).session), undefined);
    }
    assert.equal(deadlineOf(left.session), undefined);
  });
});
