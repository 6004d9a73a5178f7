// What the journal holds, in a sentence each.

import { moneyText } from './money-text.ts';
import { tableEventText } from './table-event-text.ts';
import type { TransactionEvent } from './transactions.ts';

export function eventText(event: TransactionEvent): string {
  switch (event.kind) {
    case 'started':
      return startedText(event);
    case 'showed':
      return `The card machine showed ${event.value}.`;
    case 'cancelAsked':
      return 'A till asked to cancel.';
    case 'cancelDecided':
      return event.cancelled ? 'The card machine cancels.' : 'It was too late to cancel.';
    case 'signatureAsked':
      return 'A signature was to be checked; the till was asked.';
    case 'signatureJudged':
      return signatureText(event);
    case 'terminalLost':
      return 'The card machine was lost.';
    case 'terminalReturned':
      return 'The card machine came back and was asked what became of this.';
    case 'terminalWorking':
      return 'The card machine was still busy with it.';
    case 'gatewayRestarted':
      return 'The gateway was started again.';
    case 'ended':
      return `Ended: ${resultWord(event)}${causes[event.cause]}.`;
    case 'outcomeLearnt':
      return `The card machine reported the true outcome: ${resultWord(event)}.`;
    case 'terminalFreed':
      return 'The card machine is free again.';
    case 'delivered':
      return 'The till has the result.';
    case 'tableReportDelivered':
      return 'The till at the table has the report.';
    default:
      return tableEventText(event);
  }
}

/**
 * An event as the admin API and `tillgate transaction --json` publish it: there its kind is called
 * `event`, and the till that asked is the `starter`.
 */
export function publishedEvent(stored: TransactionEvent): object {
  const { kind: event, ...rest } = stored;
  if (!('requestedBy' in rest)) return { event, ...rest };
  const { requestedBy: starter, ...details } = rest;
  return { event, ...details, starter };
}

const causes = {
  machine: '',
  limit: ', for the limit had passed',
  forgotten: ', for the card machine knew nothing of it',
} as const;

type Event<Name extends TransactionEvent['kind']> = TransactionEvent & { readonly kind: Name };

function startedText({ order, requestedBy, tid }: Event<'started'>): string {
  const by = requestedBy.eposId === undefined ? '' : ` by till ${requestedBy.eposId}`;
  const asked = `Asked for${by} under id ${requestedBy.requestId} (${requestedBy.softwareHouseId})`;
  if (order.kind === 'report') return `${asked}: ${order.order.reportType} at ${tid}.`;
  const { transactionType, currency, amount, amountCashback } = order.order;
  const cashback = amountCashback > 0 ? ` and cashback ${moneyText(currency, amountCashback)}` : '';
  return `${asked}: ${transactionType} of ${moneyText(currency, amount)}${cashback} at ${tid}.`;
}

function signatureText({ accepted, by }: Event<'signatureJudged'>): string {
  const word = accepted ? 'accepted' : 'rejected';
  return by === 'till' ? `The till ${word} the signature.` : `Nobody judged it in time: ${word}.`;
}

function resultWord({ result }: Event<'ended'> | Event<'outcomeLearnt'>): string {
  return 'reportResult' in result ? result.reportResult : result.transactionResult;
}
