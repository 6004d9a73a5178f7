// Records in memory that are read again after every change, also by another process: the settings and tokens of
// a site, its card machines, the operators.

import type { Cancel, Clock } from '../../ports/clock.ts';

/** How long to wait before trying again to read what could not be read. */
const TRY_AGAIN_MS = 1000;

export interface RecordCacheOptions<Records> {
  readonly clock: Clock;
  /** Calls `changed` after each change of the records; returns a function that unsubscribes. */
  readonly watch: (changed: () => void) => () => void;
  readonly read: () => Promise<Records>;
  /** Called with what was read, before the listeners of `onChange` are. */
  readonly onRead: (records: Records) => void;
}

export class RecordCache<Records> {
  readonly #options: RecordCacheOptions<Records>;
  readonly #changed = new Set<() => void>();
  #unsubscribe: (() => void) | undefined;
  /** The latest reading, as long as it is under way. */
  #reading: Promise<void> | undefined;
  #retry: Cancel | undefined;
  #closed = false;

  constructor(options: RecordCacheOptions<Records>) {
    this.#options = options;
  }

  /** Reads what there is and follows it from then on. */
  async start(): Promise<void> {
    this.#unsubscribe = this.#options.watch(() => this.#readWithRetry());
    try {
      await this.read();
    } catch (cause) {
      this.close();
      throw cause;
    }
  }

  /** Fulfilled when this reading or a later one is taken. */
  read(): Promise<void> {
    const reading: Promise<void> = this.#options.read().then(
      (records) => this.#take(records, reading),
      (cause: unknown) => {
        if (this.#reading === reading) this.#reading = undefined;
        throw cause;
      },
    );
    this.#reading = reading;
    return reading;
  }

  /** Calls `changed` after each reading; returns a function that unsubscribes. */
  onChange(changed: () => void): () => void {
    this.#changed.add(changed);
    return () => this.#changed.delete(changed);
  }

  /** Calls the listeners of `onChange`. */
  notify(): void {
    for (const changed of this.#changed) changed();
  }

  close(): void {
    this.#closed = true;
    this.#retry?.();
    this.#unsubscribe?.();
  }

  /** Retries: a failed read must not keep a revoked token valid. */
  #readWithRetry(): void {
    this.read().catch(() => {
      this.#retry?.();
      if (this.#closed) return;
      this.#retry = this.#options.clock.after(TRY_AGAIN_MS, () => this.#readWithRetry());
    });
  }

  /** The latest reading counts, however long an earlier one takes. */
  #take(records: Records, reading: Promise<void>): Promise<void> | undefined {
    if (this.#reading !== reading) return this.#reading;
    this.#reading = undefined;
    if (this.#closed) return undefined;
    this.#options.onRead(records);
    this.notify();
    return undefined;
  }
}
