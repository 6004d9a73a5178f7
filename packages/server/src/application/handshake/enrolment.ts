// The enrolled card machines of an open site: whose key is good, who may pair, and when each was last heard
// [C-13.1 - C-13.3, C-13.18]. Follows the records, whoever changes them.

import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';
import type { SiteRecordsDeps } from './access.ts';
import { findByHash, hashOf } from './access.ts';
import type { EnrolledTerminal, ListedEnrolment } from './enrolled-terminal.ts';
import { listEnrolled, TERMINAL_USES, terminalKey } from './enrolled-terminal.ts';
import { RecordCache } from './record-cache.ts';

/** How fresh the kept time is: not every ping is worth a write. */
const HEARD_STEP_MS = 60_000;

export class Enrolment {
  readonly #site: string;
  readonly #store: Store;
  readonly #clock: Clock;
  /** By tid, as the two below. */
  #terminals: ReadonlyMap<string, EnrolledTerminal> = new Map();
  readonly #heardAt = new Map<string, number>();
  readonly #heardKeptAt = new Map<string, number>();
  readonly #cache: RecordCache<readonly ListedEnrolment[]>;

  /** Reads what there is of a site and follows it from then on. */
  static async open(site: string, deps: SiteRecordsDeps): Promise<Enrolment> {
    const enrolment = new Enrolment(site, deps);
    await enrolment.#cache.start();
    return enrolment;
  }

  private constructor(site: string, { store, clock, changes }: SiteRecordsDeps) {
    this.#site = site;
    this.#store = store;
    this.#clock = clock;
    this.#cache = new RecordCache({
      clock,
      watch: (changed) => changes.watch(site, changed),
      read: () => listEnrolled(store, site),
      onRead: (enrolled) => this.#take(enrolled),
    });
  }

  /** Reads the records again; fulfilled once they count. */
  reload(): Promise<void> {
    return this.#cache.read();
  }

  /** Calls `changed` after machines of the site have changed. Returns a function that unsubscribes. */
  onChange(changed: () => void): () => void {
    return this.#cache.onChange(changed);
  }

  close(): void {
    this.#cache.close();
  }

  /** The tids that may link, or could once they are paired. */
  enrolled = (): readonly string[] =>
    [...this.#terminals.values()]
      .filter((terminal) => terminal.revokedAt === undefined)
      .map((terminal) => terminal.tid);

  /** Whether a machine has a key that is good. */
  isPaired = (tid: string): boolean => this.#terminals.get(tid)?.key !== undefined;

  isKnown = (tid: string): boolean => this.#terminals.has(tid);

  /** SHA-256 of the key, if it opens the line of that machine now. */
  keyHash(tid: string, key: string): string | undefined {
    const known = this.#terminals.get(tid)?.key;
    // A key of a machine without one is compared too, so that the time taken reveals nothing.
    const found = findByHash([known ?? { hash: hashOf('') }], key);
    return known && found?.hash;
  }

  /** Whether a key that let a machine in would still do so. */
  isValid(tid: string, hash: string): boolean {
    return this.#terminals.get(tid)?.key?.hash === hash;
  }

  /** Notes a sign of life: exactly in memory, and once a minute in the store. */
  markHeard = (tid: string): void => {
    const now = this.#clock.now();
    this.#heardAt.set(tid, now);
    if (now - (this.#heardKeptAt.get(tid) ?? 0) < HEARD_STEP_MS) return;
    this.#heardKeptAt.set(tid, now);
    const key = terminalKey(this.#site, tid);
    const put = [{ collection: TERMINAL_USES, key, value: String(now) }];
    this.#store.write({ put }).catch(() => {});
  };

  /** Milliseconds since 1970; undefined if it never was. */
  lastHeardAt = (tid: string): number | undefined => this.#heardAt.get(tid);

  #take(enrolled: readonly ListedEnrolment[]): void {
    this.#terminals = new Map(enrolled.map((terminal) => [terminal.tid, terminal]));
    for (const { tid, lastHeardAt } of enrolled) {
      const heardAt = Math.max(lastHeardAt ?? 0, this.#heardAt.get(tid) ?? 0);
      if (heardAt > 0) this.#heardAt.set(tid, heardAt);
    }
  }
}
