// How many payments somebody should look at, in the whole store: for the metrics, while the overview lists some of them.

import { backgroundTurn } from '../../ports/background-turn.ts';
import type { Store } from '../../ports/store.ts';
import type { OnDamaged } from '../journal/entries.ts';
import { INCOMPLETE } from '../journal/journal.ts';
import { readSummary } from '../journal/transactions.ts';
import { findUnknown } from './unknown.ts';

/** The most that are counted. */
export const MAX_COUNTED = 1_000;

export interface AttentionCountsDeps {
  readonly store: Pick<Store, 'list' | 'readActivity' | 'findActivities'>;
  readonly clock: { now(): number };
  readonly onDamaged: OnDamaged;
  /** Those that are in progress in this process, as `SITE/TID/NUMBER`: they need not be read. */
  readonly openHere: () => ReadonlySet<string>;
}

export interface IncompleteCounts {
  /** Payments, reports and table sessions that are open or have something that no till has got. */
  readonly incomplete: number;
  /** Those of them that have ended. */
  readonly undelivered: number;
}

export class AttentionCounts {
  readonly #deps: AttentionCountsDeps;
  /** Those of the last count that have ended, which remains so: each is read once. */
  #ended: ReadonlySet<string> = new Set();

  constructor(deps: AttentionCountsDeps) {
    this.#deps = deps;
  }

  async incomplete(): Promise<IncompleteCounts> {
    const records = await this.#deps.store.list(INCOMPLETE, '', { limit: MAX_COUNTED });
    const openHere = this.#deps.openHere();
    const ended = new Set<string>();
    for (const { key } of records) {
      if (openHere.has(key)) continue;
      if (this.#ended.has(key) || (await this.#hasEnded(key))) ended.add(key);
    }
    this.#ended = ended;
    return { incomplete: records.length, undelivered: ended.size };
  }

  /** Payments of the last day of which nobody knows whether money was taken. */
  async unknown(): Promise<number> {
    const { transactions } = await findUnknown(this.#deps, null, MAX_COUNTED);
    return transactions.length;
  }

  async #hasEnded(id: string): Promise<boolean> {
    await backgroundTurn();
    return (await readSummary(this.#deps, id))?.endedAt !== undefined;
  }
}
