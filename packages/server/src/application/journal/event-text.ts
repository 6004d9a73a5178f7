// What the journal holds, in a sentence each. A sentence says what its event stands for and nothing
// that only another event can say.

import type { SchemaViolation } from '@tillgate/protocol';
import { idToText, maskPans } from '@tillgate/protocol';
import { moneyText } from './money-text.ts';
import { tableEventText } from './table-event-text.ts';
import type { TransactionEvent } from './transactions.ts';

/** Card numbers in ids of tills are masked [C-12.21]. */
export function eventText(event: TransactionEvent): string {
  return maskPans(sentenceOf(event));
}

function sentenceOf(event: TransactionEvent): string {
  switch (event.kind) {
    case 'started':
      return startedText(event);
    case 'showed':
      return `The card machine showed ${event.value}.`;
    case 'cancelAsked':
      return 'A till asked to cancel.';
    case 'cancelDecided':
      return event.cancelled
        ? 'The card machine cancels.'
        : 'The card machine reported that it is too late to cancel.';
    case 'signatureAsked':
      return 'The card machine asked for a check of the signature.';
    case 'signatureAnswerInvalid':
      return `The till gave an answer about the signature that cannot be read: ${errorsText(event.errors)}.`;
    case 'signatureJudged':
      return signatureText(event);
    case 'terminalLost':
      return 'The connection to the card machine was lost.';
    case 'terminalReturned':
      return 'The card machine is connected again and is asked about its last order.';
    case 'terminalWorking':
      return 'The card machine reported that it is still working on its order.';
    case 'terminalReportInvalid':
      return 'The card machine sent a message that cannot be used and is asked about its last order.';
    case 'gatewayRestarted':
      return 'The gateway was started again.';
    case 'ended':
      return `Ended: ${resultWord(event)}${causes[event.cause]}.`;
    case 'outcomeLearnt':
      return `The card machine reported the true outcome: ${resultWord(event)}.`;
    case 'terminalFreed':
      return 'The card machine reported that it has no record of its order; it is free again.';
    case 'delivered':
      return 'Delivery of the result to the till is confirmed.';
    case 'tableReportDelivered':
      return 'Delivery of the report to the till at the table is confirmed.';
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
  const { requestedBy, ...details } = rest;
  const { tokenId: _, ...starter } = requestedBy;
  return { event, ...details, starter };
}

const causes = {
  machine: '',
  limit: ', since the time limit had passed',
  notStarted: ', since its start was recorded too late: no card machine has heard of it',
  forgotten: ', since the card machine has no record of its order',
} as const;

type Event<Name extends TransactionEvent['kind']> = TransactionEvent & { readonly kind: Name };

function startedText({ order, requestedBy, tid }: Event<'started'>): string {
  const by = requestedBy.eposId === undefined ? '' : ` by till ${requestedBy.eposId}`;
  const asked = `Asked for${by} under id ${idToText(requestedBy.requestId)} (${requestedBy.softwareHouseId})`;
  if (order.kind === 'report') return `${asked}: ${order.order.reportType} at ${tid}.`;
  const { omittedCashback = 0 } = order;
  const { transactionType, currency, amount, amountCashback } = order.order;
  const wanted = amountCashback + omittedCashback;
  const cashback = wanted > 0 ? ` and cashback ${moneyText(currency, wanted)}` : '';
  const of = amount > 0 ? ` of ${moneyText(currency, amount)}` : '';
  const omitted =
    omittedCashback > 0
      ? ' The card machine does not offer cashback and was not asked for it.'
      : '';
  return `${asked}: ${transactionType}${of}${cashback} at ${tid}.${omitted}`;
}

function signatureText({ accepted, by }: Event<'signatureJudged'>): string {
  const word = accepted ? 'accepted' : 'rejected';
  if (by === 'till') return `The till ${word} the signature.`;
  const answered = by === 'timeout' ? 'did not answer' : 'gave no answer that can be read';
  return `The till ${answered} in time: the signature counts as ${word}.`;
}

function errorsText(errors: readonly SchemaViolation[]): string {
  return errors
    .map(({ path, expected, got }) => `${path}: ${expected} expected, ${got} came`)
    .join('; ');
}

function resultWord({ result }: Event<'ended'> | Event<'outcomeLearnt'>): string {
  return 'reportResult' in result ? result.reportResult : result.transactionResult;
}
