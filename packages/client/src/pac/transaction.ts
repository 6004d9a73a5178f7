// The options of a transaction, and what its caller gets: a promise of the outcome, with the progress
// meanwhile.

import type { Outcome } from './outcome.ts';
import type { Shown } from './progress.ts';
import { Progress } from './progress.ts';
import type { OnSignature } from './signature.ts';

export interface TransactionOptions {
  /** Told what the card machine shows; for the screen, never the outcome [C-6.3]. */
  readonly onProgress?: (value: Shown) => void;
  /** Judges this transaction's signature. */
  readonly onSignature?: OnSignature;
  /** Told the number of the request right after it was sent. */
  readonly onSent?: (requestId: number) => void;
  /** Aborting it asks the card machine, once, to give up. The outcome is what really happened. */
  readonly signal?: AbortSignal;
}

/**
 * A promise of the outcome, with what goes on meanwhile. Rejects with `TypeError` or `RangeError`
 * (wrong params, nothing sent), `NotSent` (no connection, nothing sent) or `TillError` (refused,
 * nothing handed over). All else is an `Outcome`: a dropped connection too.
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
