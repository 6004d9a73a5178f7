// What the journal holds of a table, in a sentence each. A sentence says what its event stands for and
// nothing that only another event can say.

import type { LeaveCause, RefusedRequest, TableEvent } from '../../domain/table.ts';
import { amountText, moneyText } from './money-text.ts';

export function tableEventText(event: TableEvent): string {
  switch (event.kind) {
    case 'lockAsked': {
      const waiter = event.waiterId === undefined ? 'A waiter' : `Waiter ${event.waiterId}`;
      return `${waiter} asked for table ${event.tableId} at ${event.tid}.`;
    }
    case 'lockConfirmed':
      return `The till locked the table; ${amountText(event.amount)} is to pay.`;
    case 'lockRefused':
      return lockRefusals[event.by ?? 'unknown'];
    case 'lockFailed':
      return 'It is unknown whether the till locked the table; an unlock is queued to be safe.';
    case 'billAsked':
      return 'The waiter asked for the bill.';
    case 'waiterHeard':
      return refusedText(event);
    case 'paymentStarted':
      return `The waiter started a card payment of ${orderText(event)}.`;
    case 'paymentNoted':
      return `The waiter recorded ${amountText(event.amount)} as paid by other means.`;
    case 'leaveAsked':
      return `${askers[event.by ?? 'unknown']} asked to leave when what is in progress has ended.`;
    case 'tableLeft':
      return leaveTexts[event.cause ?? 'unknown'];
    case 'tableUnlocked':
      return 'The unlock of the table is queued for the till.';
    case 'noticeDelivered':
      return `Delivery of ${noticeNames[event.notice ?? 'unknown']} to the till is confirmed.`;
  }
}

const lockRefusals = {
  till: 'The till refused to lock the table.',
  gateway: 'The table was not locked: no till was connected.',
  unknown: 'The table was not locked.',
} as const;

const askers = { waiter: 'The waiter', gateway: 'The gateway', unknown: 'Somebody' } as const;

const leaveTexts: Readonly<Record<LeaveCause | 'unknown', string>> = {
  waiter: 'The waiter left the table.',
  gateway: 'The gateway left the table.',
  idle: 'The table was left: nothing was asked for within the idle limit.',
  paid: 'The table was left: nothing is left to pay.',
  ended: 'The table was left: what was in progress has ended.',
  unknown: 'The table was left.',
};

const noticeNames = {
  paid: 'the payments (transactionResponse)',
  unlock: 'the unlock (tableUnlock)',
  unknown: 'a message about the table',
} as const;

function refusedText({ request, refusal }: Partial<RefusedRequest>): string {
  const asked = request ? `asked for ${requestText(request)}` : 'sent a request';
  return refusal === undefined
    ? `The waiter ${asked}.`
    : `The waiter ${asked}, which was refused: "${refusal}"`;
}

function requestText(request: NonNullable<RefusedRequest['request']>): string {
  switch (request.kind) {
    case 'tables':
      return 'the list of tables';
    case 'lock':
      return `table ${request.tableId}`;
    case 'bill':
      return 'the bill';
    case 'pay': {
      const means = request.by === 'card' ? 'a card payment' : 'a payment by other means';
      return `${means} of ${amountText(request.amount)}`;
    }
  }
}

function orderText({ order }: TableEvent & { readonly kind: 'paymentStarted' }): string {
  const { currency, amount, amountCashback, table } = order;
  const extras = { cashback: amountCashback, gratuity: table?.amountGratuity ?? 0 };
  const parts = Object.entries(extras)
    .filter(([, extra]) => extra > 0)
    .map(([name, extra]) => ` and ${name} ${moneyText(currency, extra)}`);
  return `${moneyText(currency, amount)}${parts.join('')}`;
}
