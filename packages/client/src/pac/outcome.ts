// The outcome of a transaction, as a till acts on it. Never a boolean: an outcome that is not known is
// `unknown`, with what to do about it.

import type { Payment, TransactionResult } from '@tillgate/protocol';

/** An outcome that is certain. Only `approved` pays the bill [C-4.16]. */
export interface KnownOutcome {
  /** How it ended; of these only `approved` pays the bill. */
  readonly outcome: 'approved' | 'declined' | 'cancelled' | 'void' | 'unsuccessful';
  /** The result that the gateway sent; from `resolve()` perhaps with the CUSTOMER receipt only [C-4.17]. */
  readonly payment: Payment;
}

/**
 * Why the outcome is not known. `timedOut`: the gateway itself does not know [C-4.13]. `connectionLost`: the
 * connection broke before the answer. `noAnswer`: none came in time. `badAnswer`: the answer is
 * invalid.
 */
export type UnknownReason = 'timedOut' | 'connectionLost' | 'noAnswer' | 'badAnswer';

/** An outcome that is not known, and what to do about it: never take it for a failure. */
export interface UnknownOutcome {
  /** The bill may be paid or not. */
  readonly outcome: 'unknown';
  /** Why it is not known. */
  readonly reason: UnknownReason;
  /**
   * Whether the card machine got the transaction. `yes`: it showed something or a result came.
   * `maybe`: nothing came from it. `no`: `resolve()` found the machine free, and nothing has ended on
   * it since before this transaction was sent.
   */
  readonly handedOver: 'yes' | 'maybe' | 'no';
  /** True while the card machine may still take the payment. */
  readonly machineMayBeAtWork: boolean;
  /** Only with `timedOut`: what the gateway sent. */
  readonly payment?: Payment;
  /** The id of the request. */
  readonly requestId: number;
  /** A sentence to show to staff as it is. */
  readonly advice: string;
  /**
   * Finds the outcome and never starts a payment: waits for the connection and for the result itself, or
   * otherwise until the card machine is free, requests its last transaction, and compares. Resolves with
   * an unknown outcome if that stays unclear, at the latest after `limitMs`. May be called again. Rejects
   * with `TillError` if the gateway had refused the request.
   */
  readonly resolve: (options?: ResolveOptions) => Promise<Outcome>;
}

/** The options of `resolve`. */
export interface ResolveOptions {
  /** Milliseconds from now. Default: 290000, or 490000 if the card is not present [C-11.19]. */
  readonly limitMs?: number;
}

/** How a transaction ended; `outcome` says whether that is known, and how. */
export type Outcome = KnownOutcome | UnknownOutcome;

const outcomes: Readonly<Record<Exclude<TransactionResult, 'TIMED_OUT'>, KnownOutcome['outcome']>> =
  {
    SUCCESSFUL: 'approved',
    DECLINED: 'declined',
    CANCELLED: 'cancelled',
    VOID: 'void',
    UNSUCCESSFUL: 'unsuccessful',
  };

/** Undefined for TIMED_OUT. */
export function knownOutcome(payment: Payment): KnownOutcome | undefined {
  if (payment.transactionResult === 'TIMED_OUT') return undefined;
  return { outcome: outcomes[payment.transactionResult], payment };
}

/** Why an outcome is unknown, and stays so; each has its sentence for staff. */
export type Finding =
  | UnknownReason
  /** The machine's last transaction is another one. */
  | 'otherPayment'
  /** Its last transaction is an older one, so this never got there. */
  | 'nothingSince'
  /** Its last transaction could be this one or an older one alike. */
  | 'unclear'
  /** It did not become free, or was not reached, within the limit. */
  | 'notFree'
  | 'noConnection'
  /** It is free, and the gateway still does not know. */
  | 'neverTold';

/** With these the machine is known to have ended. */
export const foundFree: ReadonlySet<Finding> = new Set<Finding>([
  'badAnswer',
  'otherPayment',
  'nothingSince',
  'unclear',
  'neverTold',
]);

const adviceTexts: Readonly<Record<Finding, string>> = {
  timedOut:
    'It is not known whether the payment was taken. Look at card machine {tid} before you try again.',
  connectionLost:
    'The connection was lost. Card machine {tid} may still be taking this payment; ' +
    'do not take it again yet.',
  noAnswer:
    'No answer came in time. Card machine {tid} may still be taking this payment; ' +
    'do not take it again yet.',
  badAnswer:
    'The answer could not be read. Look at card machine {tid} before you try again, ' +
    'and tell your till supplier.',
  otherPayment:
    'Another payment has ended on card machine {tid}. Look for this one among its receipts or ' +
    'in the journal before you take it again.',
  nothingSince:
    'Card machine {tid} has not made this payment. If its screen is idle, the payment can be ' +
    'taken again.',
  unclear:
    'The last payment on card machine {tid} may be this one or an older one of the same amount. ' +
    'Compare the time on its last receipt before you take it again.',
  notFree:
    'Card machine {tid} is busy or cannot be reached. Look at its screen before you try again.',
  noConnection:
    'There is no connection to the payment gateway. Look at the screen and the last receipt of ' +
    'card machine {tid} before you try again.',
  neverTold:
    'Card machine {tid} has finished, but not said how. Look at its last receipt before you ' +
    'try again.',
};

export function adviceFor(finding: Finding, tid: string): string {
  return adviceTexts[finding].replace('{tid}', tid);
}
