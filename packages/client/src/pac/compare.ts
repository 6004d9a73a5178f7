// Whether a payment that a card machine shows as its last is the one that was asked for. Pure; when
// the evidence does not suffice it says so, for a wrong yes gives goods away and a wrong no charges
// twice.

import type { Payment, TransactionRequest } from '@tillgate/protocol';

/** What was observed of the transaction whose outcome is missing. */
export interface Evidence {
  readonly request: TransactionRequest;
  /** When the request was sent, ms since 1970. */
  readonly sentAt: number;
  /** When the payment was shown as the last one, ms since 1970. */
  readonly seenAt: number;
  /** Longest it can have taken, in ms. */
  readonly limitMs: number;
  /** A notification, a signature question or a result came: the machine got the transaction. */
  readonly handedOver: boolean;
  /** The machine was seen busy after the request, and free later. */
  readonly wasBusy: boolean;
  /** The payment was seen before the request, or is known to be another request's. */
  readonly knownAsOther: boolean;
  /** Site time less the till's time in ms, if payments seen as they ended have shown it. */
  readonly siteOffsetMs: number | undefined;
}

export type Verdict = 'same' | 'other' | 'unclear';

/** Two clocks, and a machine that stamps the start rather than the end. */
const TOLERANCE_MS = 10_000;

export function compare(payment: Payment, evidence: Evidence): Verdict {
  if (!matchesRequest(payment, evidence.request) || evidence.knownAsOther) return 'other';
  switch (endedAt(payment, evidence)) {
    case 'inTime':
      return 'same';
    case 'later':
      return 'unclear';
    case 'impossible':
    case undefined:
      // Handed over and free again: the last transaction is this one or a later one, never an older.
      return evidence.handedOver || evidence.wasBusy ? 'same' : 'unclear';
  }
}

/** Type, machine and money [C-4.18]; cashback may be less than asked, or typed in [C-4.10]. */
export function matchesRequest(payment: Payment, request: TransactionRequest): boolean {
  const { amountBase, amountCashback, amountGratuity, amountTotal } = payment;
  return (
    payment.tid === request.tid &&
    payment.transactionType === request.transactionType &&
    payment.currency === request.currency &&
    amountBase === expectedBase(request) &&
    (request.amountCashback === 0 || amountCashback <= request.amountCashback) &&
    amountTotal === amountBase + amountCashback + amountGratuity
  );
}

/** An account verification takes nothing, whatever was asked [C-4.12]. */
function expectedBase(request: TransactionRequest): number {
  return request.transactionType === 'ACCOUNT_VERIFICATION' ? 0 : request.amount;
}

/**
 * When a payment ended, by the till's clock. `later`: after the limit, perhaps of another till. `impossible`
 * for a payment of this request: before it was sent, or in the future. Summer time or a clock that was set
 * explains each of these, so no time makes a payment another one. Undefined where the two clocks were
 * never seen side by side: local times have no zone [C-5.2].
 */
function endedAt(
  payment: Payment,
  { siteOffsetMs, sentAt, seenAt, limitMs }: Evidence,
): 'inTime' | 'later' | 'impossible' | undefined {
  if (siteOffsetMs === undefined) return undefined;
  const ended = siteTimeMs(payment.transactionTime) - siteOffsetMs;
  if (ended < sentAt - TOLERANCE_MS) return 'impossible';
  if (ended <= sentAt + limitMs + TOLERANCE_MS) return 'inTime';
  return ended > seenAt + TOLERANCE_MS ? 'impossible' : 'later';
}

/** A local time read as if it were UTC: only differences of two such count. */
export function siteTimeMs(transactionTime: string): number {
  return Date.parse(`${transactionTime}Z`);
}
