import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { card } from '../../domain/test-job.ts';
import { cardOrder, lockAsked } from '../../domain/test-table.ts';
import { eventText } from './event-text.ts';
import type { TransactionEvent } from './transactions.ts';

type Kind = TransactionEvent['kind'];
type Fields<K extends Kind> = Omit<TransactionEvent & { readonly kind: K }, 'kind' | 'at'>;
type Cases = {
  readonly [K in Kind]: readonly (readonly [fields: Fields<K>, text: string])[];
};

const requestedBy = {
  requestId: 7,
  version: 'v1',
  eposId: 'TILL-1',
  softwareHouseId: 'SH1001',
  installerId: 'IN2002',
} as const;
const { eposId: _, ...nameless } = requestedBy;
const { payment: rules } = lockAsked.rules;
const started = { tid: '12345678', requestedBy, rules };
const order = cardOrder('shop1/12345678/1', { amount: 1250, amountCashback: 500 });
const report = { id: 'shop1/12345678/1', reportType: 'X_BALANCE' } as const;
const result = { transactionResult: 'SUCCESSFUL' } as never;
const reportResult = { reportResult: 'COMPLETE' } as never;

/** Every event, and each variant of it that has a text of its own. */
const cases: Cases = {
  started: [
    [
      { ...started, order: { kind: 'transaction', order } },
      'Asked for by till TILL-1 under id 7 (SH1001): SALE of GBP 12.50 and cashback GBP 5.00 at 12345678.',
    ],
    [
      {
        ...started,
        order: {
          kind: 'transaction',
          order: { ...order, amountCashback: 0 },
          omittedCashback: 500,
        },
      },
      'Asked for by till TILL-1 under id 7 (SH1001): SALE of GBP 12.50 and cashback GBP 5.00 at 12345678. ' +
        'The card machine does not offer cashback and was not asked for it.',
    ],
    [
      { ...started, requestedBy: nameless, order: { kind: 'report', order: report } },
      'Asked for under id 7 (SH1001): X_BALANCE at 12345678.',
    ],
    [
      {
        ...started,
        order: {
          kind: 'transaction',
          order: {
            ...{ ...order, transactionType: 'ACCOUNT_VERIFICATION' },
            ...{ amount: 0, amountCashback: 0 },
          },
        },
      },
      'Asked for by till TILL-1 under id 7 (SH1001): ACCOUNT_VERIFICATION at 12345678.',
    ],
  ],
  showed: [[{ value: 'PRESENT_CARD' }, 'The card machine showed PRESENT_CARD.']],
  cancelAsked: [[{}, 'A till asked to cancel.']],
  cancelDecided: [
    [{ cancelled: true }, 'The card machine cancels.'],
    [{ cancelled: false }, 'The card machine reported that it is too late to cancel.'],
  ],
  signatureAsked: [
    [
      { wanted: { merchantReceipt: [], card } },
      'The card machine asked for a check of the signature.',
    ],
  ],
  signatureAnswerInvalid: [
    [
      { errors: [{ path: '/result/accepted', expected: 'boolean', got: 'string "no"' }] },
      'The till gave an answer about the signature that cannot be read: /result/accepted: boolean expected, string "no" came.',
    ],
  ],
  signatureJudged: [
    [
      { accepted: false, by: 'invalidAnswer' },
      'The till gave no answer that can be read in time: the signature counts as rejected.',
    ],
    [{ accepted: true, by: 'till' }, 'The till accepted the signature.'],
    [{ accepted: false, by: 'till' }, 'The till rejected the signature.'],
    [
      { accepted: true, by: 'timeout' },
      'The till did not answer in time: the signature counts as accepted.',
    ],
    [
      { accepted: false, by: 'timeout' },
      'The till did not answer in time: the signature counts as rejected.',
    ],
  ],
  terminalLost: [[{}, 'The connection to the card machine was lost.']],
  terminalReturned: [
    [{}, 'The card machine is connected again and is asked about its last order.'],
  ],
  terminalWorking: [[{}, 'The card machine reported that it is still working on its order.']],
  terminalReportInvalid: [
    [{}, 'The card machine sent a message that cannot be used and is asked about its last order.'],
  ],
  gatewayRestarted: [[{}, 'The gateway was started again.']],
  ended: [
    [{ result, cause: 'machine' }, 'Ended: SUCCESSFUL.'],
    [{ result: reportResult, cause: 'machine' }, 'Ended: COMPLETE.'],
    [{ result, cause: 'limit' }, 'Ended: SUCCESSFUL, since the time limit had passed.'],
    [
      { result, cause: 'forgotten' },
      'Ended: SUCCESSFUL, since the card machine has no record of its order.',
    ],
  ],
  outcomeLearnt: [[{ result }, 'The card machine reported the true outcome: SUCCESSFUL.']],
  terminalFreed: [
    [{}, 'The card machine reported that it has no record of its order; it is free again.'],
  ],
  delivered: [[{}, 'Delivery of the result to the till is confirmed.']],
  tableReportDelivered: [[{}, 'Delivery of the report to the till at the table is confirmed.']],
  lockAsked: [
    [lockAsked, 'Waiter 007 asked for table 12A at 12345678.'],
    [
      { tid: '12345678', tableId: '7', currency: 'GBP', rules: lockAsked.rules },
      'A waiter asked for table 7 at 12345678.',
    ],
  ],
  lockConfirmed: [[{ amount: 4820 }, 'The till locked the table; 48.20 is to pay.']],
  lockRefused: [
    [{ by: 'till' }, 'The till refused to lock the table.'],
    [{ by: 'gateway' }, 'The table was not locked: no till was connected.'],
    [{}, 'The table was not locked.'],
  ],
  lockFailed: [
    [{}, 'It is unknown whether the till locked the table; an unlock is queued to be safe.'],
  ],
  billAsked: [[{}, 'The waiter asked for the bill.']],
  waiterHeard: [
    [
      { request: { kind: 'bill' }, refusal: 'No bill.' },
      'The waiter asked for the bill, which was refused: "No bill."',
    ],
    [
      { request: { kind: 'tables' }, refusal: 'Busy.' },
      'The waiter asked for the list of tables, which was refused: "Busy."',
    ],
    [
      { request: { kind: 'lock', tableId: '7' }, refusal: 'Busy.' },
      'The waiter asked for table 7, which was refused: "Busy."',
    ],
    [
      { request: { kind: 'pay', by: 'card', amount: 9900 }, refusal: 'Too much.' },
      'The waiter asked for a card payment of 99.00, which was refused: "Too much."',
    ],
    [
      { request: { kind: 'pay', by: 'other', amount: 5 }, refusal: 'Too much.' },
      'The waiter asked for a payment by other means of 0.05, which was refused: "Too much."',
    ],
    [{ refusal: 'No.' }, 'The waiter sent a request, which was refused: "No."'],
    [{}, 'The waiter sent a request.'],
  ],
  paymentStarted: [
    [
      { paymentId: 'p', order: cardOrder('o', { amount: 1820 }) },
      'The waiter started a card payment of GBP 18.20.',
    ],
    [
      {
        paymentId: 'p',
        order: cardOrder('o', { amount: 1820, amountCashback: 500, amountGratuity: 300 }),
      },
      'The waiter started a card payment of GBP 18.20 and cashback GBP 5.00 and gratuity GBP 3.00.',
    ],
  ],
  paymentNoted: [
    [{ paymentId: 'p', amount: 1000 }, 'The waiter recorded 10.00 as paid by other means.'],
  ],
  leaveAsked: [
    [{ by: 'waiter' }, 'The waiter asked to leave when what is in progress has ended.'],
    [{ by: 'gateway' }, 'The gateway asked to leave when what is in progress has ended.'],
    [{}, 'Somebody asked to leave when what is in progress has ended.'],
  ],
  tableLeft: [
    [{ cause: 'waiter' }, 'The waiter left the table.'],
    [{ cause: 'gateway' }, 'The gateway left the table.'],
    [{ cause: 'idle' }, 'The table was left: nothing was asked for within the idle limit.'],
    [{ cause: 'paid' }, 'The table was left: nothing is left to pay.'],
    [{ cause: 'ended' }, 'The table was left: what was in progress has ended.'],
    [{}, 'The table was left.'],
  ],
  tableUnlocked: [[{}, 'The unlock of the table is queued for the till.']],
  noticeDelivered: [
    [
      { number: 0, notice: 'paid' },
      'Delivery of the payments (transactionResponse) to the till is confirmed.',
    ],
    [
      { number: 1, notice: 'unlock' },
      'Delivery of the unlock (tableUnlock) to the till is confirmed.',
    ],
    [{ number: 1 }, 'Delivery of a message about the table to the till is confirmed.'],
  ],
};

describe('the text of an event says what the event stands for', () => {
  for (const [kind, variants] of Object.entries(cases)) {
    test(`the text of ${kind} says so`, () => {
      for (const [fields, text] of variants) {
        assert.equal(eventText({ ...fields, kind, at: 0 } as TransactionEvent), text);
      }
    });
  }
});

test('C-12.21 a card number that a till uses as an id is masked in the text of the journal', () => {
  const requestId = '4111.1111.1111.1111';
  const event = {
    kind: 'started',
    at: 0,
    ...started,
    requestedBy: { ...requestedBy, requestId },
    order: { kind: 'report', order: report },
  } as const;
  assert.equal(
    eventText(event),
    'Asked for by till TILL-1 under id ************1111 (SH1001): X_BALANCE at 12345678.',
  );
});
