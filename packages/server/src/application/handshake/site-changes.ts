// Tells the open sites that their records have changed: one watch of each collection for all of them.

import type { Store } from '../../ports/store.ts';

/** The key of every record here begins with the name of its site. */
const COLLECTIONS = ['sites', 'tokens', 'terminals'] as const;

export class SiteChanges {
  /** By site. */
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #stops: readonly (() => void)[];

  constructor(store: Pick<Store, 'watch'>) {
    this.#stops = COLLECTIONS.map((collection) =>
      store.watch(collection, (key) => this.#tell(key)),
    );
  }

  /** Calls `changed` whenever the settings, tokens or card machines of a site may have changed; returns a function that unsubscribes. */
  watch(site: string, changed: () => void): () => void {
    const listeners = this.#listeners.get(site) ?? new Set();
    this.#listeners.set(site, listeners.add(changed));
    return () => {
      listeners.delete(changed);
      if (listeners.size === 0 && this.#listeners.get(site) === listeners) {
        this.#listeners.delete(site);
      }
    };
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }

  /** Without a key any record may have changed. */
  #tell(key: string | undefined): void {
    const site = key?.split('/', 1)[0];
    const told =
      site === undefined ? [...this.#listeners.values()] : [this.#listeners.get(site) ?? []];
    for (const listeners of told) for (const changed of listeners) changed();
  }
}
