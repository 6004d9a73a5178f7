import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MAX_AMOUNT, MAX_CASHBACK } from '@tillgate/protocol';
import type { TableRequest } from './machine.ts';
import type { TableRefusal } from './table-decide.ts';
import { decideTable, tableRefusal } from './table-decide.ts';
import { outcome } from './test-job.ts';
import type { AnyTableCommand } from './test-table.ts';
import { atTable, payByCard, payInCash } from './test-table.ts';

type Pay = TableRequest & { readonly kind: 'pay' };

const lock = (amount: number): AnyTableCommand => ({ kind: 'confirmLock', amount });
const charged: AnyTableCommand = { kind: 'finish', outcome: outcome('SUCCESSFUL') };
const declined: AnyTableCommand = { kind: 'finish', outcome: outcome('DECLINED') };
const limit: AnyTableCommand = { kind: 'reachLimit', localTime: '' };
const bill: TableRequest = { kind: 'bill' };
const leave: TableRequest = { kind: 'leave' };

function pay(values: Partial<Pay>): Pay {
  return { kind: 'pay', by: 'card', amount: 100, amountCashback: 0, amountGratuity: 0, ...values };
}

/** Why a request is refused; as a command it leads to events only if it is not. */
function judge(said: readonly AnyTableCommand[], request: TableRequest): TableRefusal | undefined {
  const { session } = atTable(said);
  const why = tableRefusal(session, request);
  const command = commandOf(request);
  if (command) assert.equal(decideTable(session, command, 99_000).length === 0, why !== undefined);
  return why;
}

function commandOf(request: TableRequest): AnyTableCommand | undefined {
  if (request.kind === 'bill') return { kind: 'askBill' };
  if (request.kind !== 'pay') return undefined;
  if (request.by === 'card') return payByCard(9, request);
  const isPlain = request.amountCashback + request.amountGratuity === 0;
  return isPlain ? payInCash(9, request.amount) : undefined;
}

describe('a waiter may pay', () => {
  const at = (amount: number, request: Partial<Pay>) => judge([lock(amount)], pay(request));

  test('C-9.19 a waiter may pay up to the amount due, and no more', () => {
    assert.equal(at(4820, { amount: 4820 }), undefined);
    assert.equal(at(4820, { amount: 4821 }), 'tooMuch');
    const part = [lock(4820), payInCash(1, 1000)];
    assert.equal(judge(part, pay({ amount: 3820 })), undefined);
    assert.equal(judge(part, pay({ amount: 3821 })), 'tooMuch');
    assert.equal(judge(part, pay({ by: 'other', amount: 3820 })), undefined);
    assert.equal(judge(part, pay({ by: 'other', amount: 3821 })), 'tooMuch');
  });

  test('a payment is one minor unit or more', () => {
    assert.equal(at(4820, { amount: 1 }), undefined);
    for (const amount of [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.equal(at(4820, { amount }), 'noAmount');
      assert.equal(at(4820, { by: 'other', amount }), 'noAmount');
    }
    for (const wrong of [-1, 0.5, Number.NaN]) {
      assert.equal(at(4820, { amountCashback: wrong }), 'noAmount');
      assert.equal(at(4820, { amountGratuity: wrong }), 'noAmount');
    }
  });

  test('C-9.17 cashback and gratuity stay within what a transactionResponse can carry', () => {
    assert.equal(at(4820, { amountCashback: MAX_CASHBACK }), undefined);
    assert.equal(at(4820, { amountCashback: MAX_CASHBACK + 1 }), 'tooMuchCashback');
    assert.equal(at(4820, { amountGratuity: MAX_AMOUNT }), undefined);
    assert.equal(at(4820, { amountGratuity: MAX_AMOUNT + 1 }), 'tooMuch');
    const most = { amount: MAX_AMOUNT - 500, amountCashback: 500 };
    assert.equal(at(MAX_AMOUNT, most), undefined);
    assert.equal(at(MAX_AMOUNT, { ...most, amountCashback: 501 }), 'tooMuchCashback');
  });

  test('cashback and gratuity go with a card only', () => {
    assert.equal(at(4820, { by: 'other' }), undefined);
    assert.equal(at(4820, { by: 'other', amountCashback: 1 }), 'cardOnly');
    assert.equal(at(4820, { by: 'other', amountGratuity: 1 }), 'cardOnly');
  });

  test('C-12.17 a payment needs a locked table, and no other may be in progress', () => {
    const paying = [lock(4820), payByCard(1, { amount: 100 })];
    const left: readonly AnyTableCommand[] = [lock(4820), { kind: 'leave', by: 'waiter' }];
    assert.equal(judge([], pay({})), 'underWay');
    assert.equal(judge(paying, pay({})), 'underWay');
    assert.equal(judge(paying, pay({ by: 'other' })), 'underWay');
    assert.equal(judge([...paying, charged], pay({})), undefined);
    assert.equal(judge([...paying, declined], pay({})), undefined);
    assert.equal(judge(left, pay({})), 'notLocked');
    assert.equal(judge([...left, { kind: 'unlock' }], pay({})), 'notLocked');
    assert.equal(judge([{ kind: 'refuseLock', by: 'till' }], pay({})), 'notLocked');
  });

  test('C-9.38 no payment is accepted while the outcome of one is unknown', () => {
    const unknown = [lock(4820), payByCard(1, { amount: 100 }), limit];
    assert.equal(judge(unknown, pay({})), 'underWay');
    assert.equal(judge(unknown, pay({ by: 'other' })), 'underWay');
    assert.equal(judge([...unknown, { kind: 'reachIdleLimit' }], pay({})), 'notLocked');
  });
});

describe('a waiter may also', () => {
  const open = [lock(4820)];
  const paying = [...open, payByCard(1, { amount: 100 })];

  test('C-9.15 a waiter may have the bill until the first payment', () => {
    assert.equal(judge(open, bill), undefined);
    assert.equal(judge([...paying, declined], bill), undefined);
    assert.equal(judge([...paying, charged], bill), 'alreadyPaid');
    assert.equal(judge([...open, payInCash(1, 100)], bill), 'alreadyPaid');
    assert.equal(judge([], bill), 'underWay');
    assert.equal(judge(paying, bill), 'underWay');
    assert.equal(judge([{ kind: 'failLock' }], bill), 'notLocked');
  });

  test('a waiter may leave at any time', () => {
    for (const said of [[], open, paying, [...paying, limit], [{ kind: 'failLock' } as const]]) {
      assert.equal(judge(said, leave), undefined);
    }
  });

  test('a waiter may not list tables before this one is left', () => {
    assert.equal(judge(open, { kind: 'tables' }), 'underWay');
    assert.equal(judge(open, { kind: 'lock', tableId: '7' }), 'underWay');
  });
});
