import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Payment, TransactionRequest } from '@tillgate/protocol';
import { TillError } from '../connection/errors.ts';
import type { TransactionEvent, TransactionState } from './transaction-state.ts';
import { next, pending } from './transaction-state.ts';

const request: TransactionRequest = {
  tid: '12345678',
  transactionType: 'SALE',
  currency: 'GBP',
  amount: 1250,
  amountCashback: 0,
  cardholderNotPresent: false,
};

const approved = {
  tid: '12345678',
  transactionType: 'SALE',
  transactionResult: 'SUCCESSFUL',
  currency: 'GBP',
  amountBase: 1250,
  amountCashback: 0,
  amountGratuity: 0,
  amountTotal: 1250,
} as Payment;
const timedOut: Payment = { ...approved, transactionResult: 'TIMED_OUT' };
const another: Payment = { ...approved, amountBase: 1, amountTotal: 1 };

const refusal = new TillError('sale', { code: -32071, message: 'Terminal 12345678 is busy.' });

const received = (payment: Payment): TransactionEvent => ({ kind: 'resultReceived', payment });
const found = (payment: Payment): TransactionEvent => ({ kind: 'paymentFound', payment });
const lost: TransactionEvent = { kind: 'connectionLost' };
const limit: TransactionEvent = { kind: 'limitReached' };
const unreadable: TransactionEvent = { kind: 'answerUnreadable' };
const refused: TransactionEvent = { kind: 'answerRefused', error: refusal };

function after(...events: readonly TransactionEvent[]): TransactionState {
  return events.reduce<TransactionState>((state, event) => next(state, event, request), pending);
}

/** In a few words: the kind, and the reason of an unknown one. */
function shown(state: TransactionState): string {
  return state.kind === 'unknown' ? `unknown ${state.reason}` : state.kind;
}

const transitions: readonly (readonly [string, readonly TransactionEvent[], string])[] = [
  ['its result makes a transaction known', [received(approved)], 'known'],
  ['a refusal makes a transaction refused', [refused], 'refused'],
  ['a lost connection makes a transaction unknown', [lost], 'unknown connectionLost'],
  ['the limit makes a transaction unknown', [limit], 'unknown noAnswer'],
  ['an unreadable answer makes a transaction unknown', [unreadable], 'unknown badAnswer'],
  ['the result of another payment is a bad answer', [received(another)], 'unknown badAnswer'],
  ['TIMED_OUT makes a transaction unknown', [received(timedOut)], 'unknown timedOut'],
  ['a late result makes an unknown transaction known', [lost, received(approved)], 'known'],
  ['a payment that was found makes an unknown transaction known', [lost, found(approved)], 'known'],
  ['a late TIMED_OUT replaces the reason', [lost, received(timedOut)], 'unknown timedOut'],
  ['a late refusal makes an unknown transaction refused', [lost, refused], 'refused'],
  ['a known transaction stays known when the limit passes', [received(approved), limit], 'known'],
  [
    'a known transaction stays known after TIMED_OUT',
    [found(approved), received(timedOut)],
    'known',
  ],
  ['a refusal outweighs a payment that was found', [lost, found(approved), refused], 'refused'],
  ['a refused transaction stays refused', [refused, lost, found(approved)], 'refused'],
];

for (const [title, events, expected] of transitions) {
  test(title, () => assert.equal(shown(after(...events)), expected));
}

test('a transaction awaits its answer until it came or the connection was lost', () => {
  assert.equal(pending.awaitsAnswer, true);
  assert.equal(after(limit).awaitsAnswer, true);
  for (const event of [lost, unreadable, refused, received(approved), received(another)]) {
    assert.equal(after(event).awaitsAnswer, false);
  }
});

test('a notification and a result prove that the card machine got the transaction', () => {
  assert.equal(after({ kind: 'progressed' }, lost).handedOver, true);
  assert.equal(after(received(timedOut)).handedOver, true);
  for (const event of [lost, limit, unreadable, refused, received(another)]) {
    assert.equal(after(event).handedOver, false);
  }
});

test('what the gateway knew at TIMED_OUT stays when the connection is lost later', () => {
  const state = after(received(timedOut), lost);
  assert.equal(state.kind === 'unknown' && state.payment, timedOut);
});
