// The payments a till has seen, by card machine: an old one must never pass for a new one. Also what
// they tell of the site's clock.

import type { Payment } from '@tillgate/protocol';
import { siteTimeMs } from './compare.ts';

interface Seen {
  /** Its place in the order of all that was seen. */
  readonly sequence: number;
  /** The request that this payment answered, if it was one's own. */
  readonly claimedBy: number | undefined;
}

/** Payments kept for each card machine; the question is only ever about the latest. */
const KEPT = 100;
/** The site's clocks went forward or back: what was learnt before is void. */
const CLOCK_CHANGE_MS = 600_000;

export class PaymentMemory {
  readonly #byTid = new Map<string, Map<string, Seen>>();
  #siteOffsetMs: number | undefined;
  #sequence = 0;

  /** A point in the order of things seen, for `seenBefore`; finer than any clock. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Site time less own time in ms; undefined until a payment was seen as it ended. */
  get siteOffsetMs(): number | undefined {
    return this.#siteOffsetMs;
  }

  /** Remembers a payment; a claim, once made, stays. */
  note(payment: Payment, claimedBy?: number): void {
    const seen = this.#byTid.get(payment.tid) ?? new Map<string, Seen>();
    this.#byTid.set(payment.tid, seen);
    const key = keyOf(payment);
    const before = seen.get(key);
    this.#sequence += 1;
    seen.set(key, {
      sequence: before?.sequence ?? this.#sequence,
      claimedBy: before?.claimedBy ?? claimedBy,
    });
    const [oldest] = seen.keys();
    if (seen.size > KEPT && oldest !== undefined) seen.delete(oldest);
  }

  /** A result came right as its transaction ended: compares the two clocks. */
  noteClock(payment: Payment, now: number): void {
    const offset = siteTimeMs(payment.transactionTime) - now;
    if (Number.isNaN(offset)) return;
    const before = this.#siteOffsetMs;
    const changed = before === undefined || Math.abs(offset - before) > CLOCK_CHANGE_MS;
    this.#siteOffsetMs = changed ? offset : Math.max(before, offset);
  }

  seenBefore(payment: Payment, place: number): boolean {
    const seen = this.#seen(payment);
    return seen !== undefined && seen.sequence <= place;
  }

  belongsToOther(payment: Payment, requestId: number): boolean {
    const claimedBy = this.#seen(payment)?.claimedBy;
    return claimedBy !== undefined && claimedBy !== requestId;
  }

  #seen(payment: Payment): Seen | undefined {
    return this.#byTid.get(payment.tid)?.get(keyOf(payment));
  }
}

/** What stays the same between a result and its duplicate [C-4.17]. */
function keyOf(payment: Payment): string {
  const { transactionId, transactionNumber, transactionTime, transactionType } = payment;
  const parts = [transactionId, transactionNumber, transactionTime, transactionType];
  return [...parts, payment.amountTotal].join('|');
}
