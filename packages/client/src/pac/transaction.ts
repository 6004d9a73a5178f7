// The options of a transaction, and what its caller gets: a promise of the outcome, with the progress
// meanwhile.

import type { Outcome } from './outcome.ts';
import type { Shown } from './progress.ts';
import { Progress } from './progress.ts';
import type { OnSignature } from './signature.ts';

/** The options of one transaction. An error that a callback throws never changes the outcome. */
export interface TransactionOptions {
  /**
   * Called with each value that the card machine shows; for the screen, never the outcome [C-6.3]. An
   * error that it throws is reported as the warning `listenerFailed`. Default: none.
   */
  readonly onProgress?: (value: Shown) => void;
  /** Called when the signature of this transaction must be checked. Default: `onSignature` of the till. */
  readonly onSignature?: OnSignature;
  /**
   * Called once with the id of the request, after it was sent and before the call returns. An error that
   * it throws is reported as the warning `listenerFailed`. Default: none.
   */
  readonly onSent?: (requestId: number) => void;
  /**
   * Aborting it sends one request to cancel; the outcome says whether that was in time. If it is aborted
   * before the call, nothing is sent and the call rejects with the signal's reason. Default: none.
   */
  readonly signal?: AbortSignal;
}

/**
 * A promise of the outcome, with the progress meanwhile. Rejects with `TypeError` or `RangeError`
 * (wrong params, nothing sent), `NotSent` (no connection, nothing sent) or `TillError` (refused,
 * nothing handed over). Everything else is an `Outcome`, a dropped connection too.
 *
 * @example
 * const sale = till.sale({ tid, currency: 'GBP', amount: 1250 });
 * for await (const value of sale.progress) console.log(progressText(value));
 * const { outcome } = await sale;
 */
export type Transaction = Promise<Outcome> & {
  /** What the card machine shows, from the first value on, until the outcome is there. */
  readonly progress: AsyncIterable<Shown>;
  /** Asks the card machine, once, to give up [C-4.22]. Does nothing when the outcome is there. */
  readonly cancel: () => void;
};

/** A transaction that was never sent. */
export function refusedTransaction(cause: unknown): Transaction {
  const outcome = Promise.reject<Outcome>(cause);
  // Whoever reads the progress first and awaits later must not crash by it.
  outcome.catch(() => undefined);
  const progress = new Progress();
  progress.end({ cause });
  return Object.assign(outcome, { progress, cancel: () => undefined });
}
