// How many payments ended in each hour of the last day, by site and result, and how long they took: counted in
// memory as they end, for the overview. Old hours go; more sites than there is room for are counted together.

import type { api } from '@tillgate/protocol';
import { paymentResults } from '@tillgate/protocol';
import type { Clock } from '../../ports/clock.ts';
import type { EndedTransaction, Observer } from '../../ports/observer.ts';
import { moment } from './moment.ts';

const HOUR_MS = 3_600_000;
const HOURS = 24;
/** Counts of one site in one hour, of which so many are kept; each takes some 400 bytes. */
const MAX_COUNTS = 10_000;
/** Durations are counted in steps: each is so much longer than the one before. */
const STEP = 1.2;
const SHORTEST_MS = 10;
/** The last one begins at 326 s and holds all that took longer. */
const STEPS = 59;
/** No site has this name: those for which there was no room. */
const OTHERS = '';

/** The results, then the steps of the durations. */
type Counts = Uint32Array;

export class PaymentCounts {
  /** In milliseconds since 1970. */
  readonly since: number;
  readonly #clock: Pick<Clock, 'now'>;
  /** By number of the hour since 1970, then by site. */
  readonly #hours = new Map<number, Map<string, Counts>>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
    this.since = clock.now();
  }

  /** The observer, with these counts. */
  around(observer: Observer): Observer {
    return {
      ...observer,
      transactionEnded: (ended) => {
        observer.transactionEnded(ended);
        this.count(ended);
      },
    };
  }

  count({ site, result, durationMs, currency }: EndedTransaction): void {
    const index = (paymentResults as readonly string[]).indexOf(result);
    // A report has no currency.
    if (index < 0 || currency === undefined) return;
    const counts = this.#countsOf(site);
    for (const place of [index, paymentResults.length + stepOf(durationMs)]) {
      counts[place] = (counts[place] ?? 0) + 1;
    }
  }

  /** Sites whose payments ended in this hour or the one before. */
  get lately(): readonly string[] {
    const now = this.#hour;
    const sites = [now, now - 1].flatMap((hour) => [...(this.#hours.get(hour)?.keys() ?? [])]);
    return [...new Set(sites)].filter((site) => site !== OTHERS);
  }

  /** Of these sites; of all for null. */
  read(sites: readonly string[] | null): Pick<api.Overview, 'countedSince' | 'lastDay' | 'hours'> {
    this.#removeOld();
    const first = this.#hour - HOURS + 1;
    const hours = Array.from({ length: HOURS }, (_, index) => {
      const counted = this.#hours.get(first + index);
      const seen = sites ? sites.map((site) => counted?.get(site)) : [...(counted?.values() ?? [])];
      return sumOf(seen.filter((one) => one !== undefined));
    });
    return {
      countedSince: moment(this.since),
      lastDay: shown(sumOf(hours)),
      hours: hours.map((counts, index) => ({
        startsAt: moment((first + index) * HOUR_MS),
        ...shown(counts),
      })),
    };
  }

  get #hour(): number {
    return Math.floor(this.#clock.now() / HOUR_MS);
  }

  #countsOf(site: string): Counts {
    const hour = this.#hour;
    const ofHour = this.#hours.get(hour) ?? new Map<string, Counts>();
    const known = ofHour.get(site);
    if (known) return known;
    if (!this.#hours.has(hour)) {
      this.#removeOld();
      this.#hours.set(hour, ofHour);
    }
    const name = this.#size < MAX_COUNTS ? site : OTHERS;
    const counts = ofHour.get(name) ?? newCounts();
    ofHour.set(name, counts);
    return counts;
  }

  /** Counts that are kept. */
  get #size(): number {
    return [...this.#hours.values()].reduce((sum, { size }) => sum + size, 0);
  }

  #removeOld(): void {
    const first = this.#hour - HOURS + 1;
    for (const hour of this.#hours.keys()) if (hour < first) this.#hours.delete(hour);
  }
}

function newCounts(): Counts {
  return new Uint32Array(paymentResults.length + STEPS);
}

function stepOf(durationMs: number): number {
  const step = Math.ceil(Math.log(durationMs / SHORTEST_MS) / Math.log(STEP));
  return Math.min(Math.max(step, 0), STEPS - 1) || 0;
}

function sumOf(all: readonly Counts[]): Counts {
  const sum = newCounts();
  for (const one of all) {
    for (const [index, count] of one.entries()) sum[index] = (sum[index] ?? 0) + count;
  }
  return sum;
}

function shown(counts: Counts): api.PaymentCounts {
  const results = Object.fromEntries(
    paymentResults.map((result, index) => [result, counts[index] ?? 0]),
  ) as api.PaymentCounts['results'];
  const steps = counts.subarray(paymentResults.length);
  const total = steps.reduce((sum, count) => sum + count, 0);
  if (total === 0) return { results };
  return { results, p50Ms: percentile(steps, total * 0.5), p95Ms: percentile(steps, total * 0.95) };
}

/** The middle of the step that holds the payment of this rank, so that it is a tenth off at most. */
function percentile(steps: Counts, rank: number): number {
  let counted = 0;
  const step = steps.findIndex((count) => {
    counted += count;
    return counted >= rank;
  });
  return Math.round(SHORTEST_MS * STEP ** Math.max(step - 0.5, 0));
}
