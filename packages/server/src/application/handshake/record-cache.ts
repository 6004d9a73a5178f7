// Records in memory of which each part is read again after every change, also by another process. Access and
// enrolment hold one with a part for each site, operators one that is a single part.

import type { Cancel, Clock } from '../../ports/clock.ts';
import type { Store, WatchedCollection } from '../../ports/store.ts';

/** How long to wait before trying again to read what could not be read. */
const TRY_AGAIN_MS = 1000;

/** The name of a part of the records, such as a site; undefined for all of them. */
type Part = string | undefined;

export interface RecordCacheOptions<Records> {
  readonly store: Pick<Store, 'watch'>;
  readonly clock: Clock;
  /** A change in one of them is a reason to read. */
  readonly collections: readonly WatchedCollection[];
  /** The part that a changed record belongs to. */
  readonly partOf: (key: string) => Part;
  readonly read: (part: Part) => Promise<Records>;
  /** Called with what was read, before the listeners of `onChange` are. */
  readonly onRead: (records: Records, part: Part) => void;
}

export class RecordCache<Records> {
  readonly #options: RecordCacheOptions<Records>;
  readonly #changed = new Set<(part: Part) => void>();
  readonly #stops: (() => void)[] = [];
  /** The latest reading of each part, as long as it is under way. */
  readonly #readings = new Map<Part, Promise<void>>();
  #retry: Cancel | undefined;
  #closed = false;

  constructor(following: RecordCacheOptions<Records>) {
    this.#options = following;
  }

  /** Reads what there is and follows it from then on. */
  async start(): Promise<void> {
    const { store, collections, partOf } = this.#options;
    for (const collection of collections) {
      const stop = store.watch(collection, (key) =>
        this.#readWithRetry(key === undefined ? undefined : partOf(key)),
      );
      this.#stops.push(stop);
    }
    try {
      await this.read();
    } catch (cause) {
      this.close();
      throw cause;
    }
  }

  /** Reads a part, or all; fulfilled when this reading or a later one is taken. */
  read(part?: string): Promise<void> {
    // A reading of all that is under way may hold what was before the change.
    const wanted = this.#readings.has(undefined) ? undefined : part;
    if (wanted === undefined) this.#readings.clear();
    const reading: Promise<void> = this.#options.read(wanted).then(
      (records) => this.#take(records, wanted, reading),
      (cause: unknown) => {
        if (this.#readings.get(wanted) === reading) this.#readings.delete(wanted);
        throw cause;
      },
    );
    this.#readings.set(wanted, reading);
    return reading;
  }

  /** Calls `changed` after each reading with what was read; returns a function that unsubscribes. */
  onChange(changed: (part: Part) => void): () => void {
    this.#changed.add(changed);
    return () => this.#changed.delete(changed);
  }

  /** Calls the listeners of `onChange`. */
  notify(part: Part): void {
    for (const changed of this.#changed) changed(part);
  }

  close(): void {
    this.#closed = true;
    this.#retry?.();
    for (const stop of this.#stops) stop();
  }

  /** Retries: a failed read must not keep a revoked token valid. */
  #readWithRetry(part: Part): void {
    this.read(part).catch(() => {
      this.#retry?.();
      if (this.#closed) return;
      this.#retry = this.#options.clock.after(TRY_AGAIN_MS, () => this.#readWithRetry(undefined));
    });
  }

  /** The latest reading counts, however long an earlier one takes. */
  #take(records: Records, part: Part, reading: Promise<void>): Promise<void> | undefined {
    const latest = this.#readings.get(part) ?? this.#readings.get(undefined);
    if (latest !== reading) return latest;
    this.#readings.delete(part);
    if (this.#closed) return undefined;
    this.#options.onRead(records, part);
    this.notify(part);
    return undefined;
  }
}
