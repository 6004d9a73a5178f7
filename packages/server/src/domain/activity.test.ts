import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ActivityEvent } from './activity.ts';
import {
  currentOrderId,
  deadlineOf,
  decideActivity,
  evolveActivity,
  isInProgress,
  isTerminalFree,
  isTransient,
  lastPaymentOf,
  terminalEffects,
} from './activity.ts';
import { after, outcome, report, started } from './test-job.ts';
import type { AnyTableCommand } from './test-table.ts';
import { atTable, payByCard, tableRules } from './test-table.ts';

const confirmed: AnyTableCommand = { kind: 'confirmLock', amount: 4820 };
const pay = payByCard(1, { amount: 1820 });
const limit: AnyTableCommand = { kind: 'reachLimit', localTime: '' };
const charged: AnyTableCommand = { kind: 'finish', outcome: outcome('SUCCESSFUL') };
const paying = atTable([confirmed, pay]);
const left = atTable([confirmed, pay, limit, { kind: 'reachIdleLimit' }, { kind: 'unlock' }]);

describe('an activity', () => {
  test("a waiter's command to a job changes nothing", () => {
    const words: readonly AnyTableCommand[] = [
      confirmed,
      { kind: 'refuseLock', by: 'till' },
      { kind: 'failLock' },
      { kind: 'askBill' },
      { kind: 'noteRefusedRequest', refusal: 'No.' },
      pay,
      { kind: 'notePayment', paymentId: 'payment-1', amount: 100 },
      { kind: 'leave', by: 'waiter' },
      { kind: 'reachIdleLimit' },
      { kind: 'unlock' },
      { kind: 'markNotice', number: 0 },
    ];
    for (const word of words) {
      assert.deepEqual(decideActivity(after([]).job, word, 1000), [], word.kind);
      assert.deepEqual(decideActivity(after([charged as never]).job, word, 1000), [], word.kind);
    }
  });

  test('a table does not begin in the middle', () => {
    const event: ActivityEvent = { kind: 'tableLeft', at: 0 };
    assert.throws(() => evolveActivity(undefined, event), /no table for tableLeft/);
    assert.throws(() => evolveActivity(after([]).job, event), /no table for tableLeft/);
  });

  test('a card payment at a table is given to the machine when it starts, and only then', () => {
    const effects = paying.events.map((event) => [
      event.kind,
      terminalEffects(paying.session, event),
    ]);
    assert.deepEqual(effects, [
      ['lockConfirmed', []],
      ['paymentStarted', [{ kind: 'start' }]],
    ]);
    assert.equal(currentOrderId(paying.session), 'shop1/12345678/1/1');
  });

  test('C-9.38 the machine is queried about a payment of a table that was left, and is not free before', () => {
    const [back] = decideActivity(left.session, { kind: 'reconnectTerminal' }, 9_000_000);
    assert.ok(back);
    assert.deepEqual(terminalEffects(left.session, back), [{ kind: 'queryLastOrder' }]);
    assert.deepEqual([isTerminalFree(left.session), isInProgress(left.session)], [false, false]);
    const nothing = {
      kind: 'reportLastOrder',
      last: { status: 'nothing' },
      localTime: '',
    } as const;
    const [freed] = decideActivity(left.session, nothing, 9_000_000);
    assert.ok(freed);
    assert.equal(isTerminalFree(evolveActivity(left.session, freed)), true);
  });

  test('only an event for the screen may wait for the next row of the journal', () => {
    assert.equal(isTransient({ kind: 'showed', value: 'PLEASE_WAIT', at: 0 }), true);
    const { events } = atTable([confirmed, { kind: 'askBill' }, pay, charged]);
    assert.deepEqual(events.filter(isTransient), []);
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

describe('the next deadline', () => {
  const { idleMs, payment } = tableRules;

  test('C-9.37 the deadline of a table is the idle limit, counted from the last activity', () => {
    const open = atTable([confirmed, { kind: 'askBill' }]).session;
    assert.deepEqual(deadlineOf(open), { at: 2000 + idleMs, kind: 'reachIdleLimit' });
  });

  test('C-9.37 a refused request counts as activity, and is journalled once a second', () => {
    const refused = { kind: 'noteRefusedRequest', refusal: 'No.' } as const;
    const open = atTable([confirmed]).session;
    assert.deepEqual(decideActivity(open, refused, 1999), []);
    const [event] = decideActivity(open, refused, 2000);
    assert.ok(event);
    const at = 2000 + idleMs;
    assert.deepEqual(deadlineOf(evolveActivity(open, event)), { at, kind: 'reachIdleLimit' });
  });

  test('C-11.7 the deadline during a card payment is the limit of the payment', () => {
    const at = 2000 + payment.limitMs;
    assert.deepEqual(deadlineOf(paying.session), { at, kind: 'reachLimit' });
  });

  test('C-9.38 the deadline is the idle limit again when the outcome of a payment is unknown', () => {
    const silent = atTable([confirmed, pay, limit]).session;
    assert.deepEqual(deadlineOf(silent), { at: 3000 + idleMs, kind: 'reachIdleLimit' });
  });

  test('C-9.37 the idle limit starts again after a restart', () => {
    const silent = atTable([confirmed, pay, limit, { kind: 'restart' }]).session;
    assert.deepEqual(deadlineOf(silent), { at: 4000 + idleMs, kind: 'reachIdleLimit' });
  });

  test('there is no deadline while the till is asked, nor after the end', () => {
    for (const commands of [
      [],
      [confirmed, { kind: 'leave', by: 'waiter' } as const],
      [{ kind: 'failLock' } as const],
    ]) {
      assert.equal(deadlineOf(atTable(commands).session), undefined);
    }
    assert.equal(deadlineOf(left.session), undefined);
  });
});
