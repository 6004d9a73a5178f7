// The payments a till has received, by card machine, so that `resolve()` never takes an old one for a new
// one; and the offset of the site's clock, from their times.

import type { Payment } from '@tillgate/protocol';
import { siteTimeMs } from './compare.ts';

interface Seen {
  /** Its position in the order of all received payments. */
  readonly sequence: number;
  /** The request that this payment answered, if it was one of this till. */
  readonly claimedBy: number | undefined;
}

/** Payments remembered for each card machine; only the latest are compared. */
const KEPT = 100;
/** A larger difference means that a clock was changed: the earlier offset is discarded. */
const CLOCK_CHANGE_MS = 600_000;

export class PaymentMemory {
  readonly #byTid = new Map<string, Map<string, Seen>>();
  #siteOffsetMs: number | undefined;
  #sequence = 0;

  /** A point in the order of things seen, for `seenBefore`; finer than any clock. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Site time minus own time in ms; undefined until a result came right as its payment ended. */
  get siteOffsetMs(): number | undefined {
    return this.#siteOffsetMs;
  }

  /** Remembers a payment; the request that it belongs to does not change afterwards. */
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
