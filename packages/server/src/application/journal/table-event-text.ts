// What the journal holds of a table, in a sentence each.

import type { TableEvent } from '../../domain/table.ts';
import { moneyText } from './money-text.ts';

export function tableEventText(event: TableEvent): string {
  switch (event.kind) {
    case 'lockAsked': {
      const waiter = event.waiterId === undefined ? 'A waiter' : `Waiter ${event.waiterId}`;
      return `${waiter} chose table ${event.tableId} at ${event.tid}; the till was asked to lock it.`;
    }
    case 'lockConfirmed':
      return `The till locked the table; ${plain(event.amount)} was to pay.`;
    case 'lockRefused':
      return 'The till did not give the table.';
    case 'lockFailed':
      return 'The till gave no usable answer; the table is unlocked to be safe.';
    case 'billAsked':
      return 'The waiter wanted the bill on paper.';
    case 'waiterHeard':
      return 'The waiter wished something that could not be done.';
    case 'paymentStarted': {
      const { currency, amount } = event.order;
      return `A card payment of ${moneyText(currency, amount)} was started.`;
    }
    case 'paymentNoted':
      return `${plain(event.amount)} was noted as paid by other means.`;
    case 'leaveAsked':
      return 'The table is to be left when the payment has ended.';
    case 'tableLeft':
      return 'The table was left; the till is told what was paid.';
    case 'tableUnlocked':
      return 'The table was unlocked.';
    case 'noticeDelivered':
      return 'The till has the message.';
  }
}

/** In pounds or euros: the journal has the currency where the table was chosen. */
function plain(amount: number): string {
  return (amount / 100).toFixed(2);
}
