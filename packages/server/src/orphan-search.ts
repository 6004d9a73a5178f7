// Has a node take over sites that no node has though something was left open there: when some have just become free, and
// every few seconds.

import type { Cancel, Clock } from './ports/clock.ts';
import type { Ownership } from './ports/ownership.ts';
import { forEachInPages, SITES_AT_ONCE } from './waiting.ts';

/** How often they are looked for, in ms, should this node not hear that they have become free. */
const SEARCH_EVERY_MS = 5_000;
/** Most that are taken at once, and how long after that the next ones, in ms: other nodes are to get some, too. */
const TAKEN_AT_ONCE = 50;
const MORE_AFTER_MS = 100;

export interface OrphanSearchDeps {
  readonly clock: Clock;
  readonly ownership: Pick<Ownership, 'orphans' | 'onFreed'>;
  /** Takes up what was left open at a site, unless another node has it; gives whether it is here. Never rejects. */
  readonly takeUp: (site: string) => Promise<boolean>;
}

/** Returns what ends it. */
export function startOrphanSearch(deps: OrphanSearchDeps): Cancel {
  const search = new OrphanSearch(deps);
  return () => search.close();
}

class OrphanSearch {
  readonly #deps: OrphanSearchDeps;
  readonly #unsubscribe: () => void;
  #cancelNext: Cancel = () => {};
  #isSearching = false;
  /** Sites have become free during a search. */
  #isStale = false;
  #isClosed = false;

  constructor(deps: OrphanSearchDeps) {
    this.#deps = deps;
    this.#unsubscribe = deps.ownership.onFreed(() => this.#search());
    this.#searchAfter(SEARCH_EVERY_MS);
  }

  close(): void {
    this.#isClosed = true;
    this.#unsubscribe();
    this.#cancelNext();
  }

  #searchAfter(delayMs: number): void {
    if (!this.#isClosed) this.#cancelNext = this.#deps.clock.after(delayMs, () => this.#search());
  }

  #search(): void {
    this.#isStale = this.#isSearching;
    if (this.#isSearching) return;
    this.#isSearching = true;
    this.#cancelNext();
    void this.#takeSome().then((taken) => {
      this.#isSearching = false;
      const isMore = this.#isStale || taken === TAKEN_AT_ONCE;
      this.#searchAfter(isMore ? MORE_AFTER_MS : SEARCH_EVERY_MS);
    });
  }

  /** Gives how many sites were taken. */
  async #takeSome(): Promise<number> {
    const { ownership, takeUp } = this.#deps;
    let taken = 0;
    try {
      const orphans = await ownership.orphans(TAKEN_AT_ONCE);
      await forEachInPages(orphans, SITES_AT_ONCE, async (site) => {
        if (await takeUp(site)) taken += 1;
      });
    } catch {
      // The health of the node says so.
    }
    return taken;
  }
}
