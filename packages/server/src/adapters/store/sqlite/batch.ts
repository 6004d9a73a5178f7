// Encodes writes for the writer's thread as one flat list of plain values, which is the cheapest message
// between threads.

import type { Append, ReadRecord, RecordName, StoredRecord, Write } from '../../../ports/store.ts';

export type Value = string | number | null;

/** An append with the keys of its activity, as JSON; null if they stay as they are. */
export interface KeyedAppend extends Append {
  readonly keys: string | null;
}

/** Adds a write to the list: its append or how many conditions and which, how many puts and which, how many removals. */
export function encodeWrite(write: Write, into: Value[]): void {
  const { append, keys, put, remove, when } = write;
  if (append) {
    into.push(append.stream, append.version, append.activityId, append.at, append.body);
    into.push(keys ? JSON.stringify(keys) : null);
  } else {
    into.push(null, when?.length ?? 0);
    for (const { collection, key, value } of when ?? []) into.push(collection, key, value ?? null);
  }
  into.push(put?.length ?? 0);
  for (const record of put ?? []) into.push(record.collection, record.key, record.value);
  into.push(remove?.length ?? 0);
  for (const name of remove ?? []) into.push(name.collection, name.key);
}

/** Reads the list again: call the methods in the order of `encodeWrite`. */
export class WriteDecoder {
  readonly #values: readonly Value[];
  #next = 0;

  constructor(values: readonly Value[]) {
    this.#values = values;
  }

  get isAtEnd(): boolean {
    return this.#next >= this.#values.length;
  }

  append(): KeyedAppend | undefined {
    const stream = this.#take();
    if (stream === null) return undefined;
    return {
      stream: stream as string,
      version: this.#number(),
      activityId: this.#number(),
      at: this.#number(),
      body: this.#text(),
      keys: this.#take() as string | null,
    };
  }

  /** What the write depends on; of a write without append, after it. */
  conditions(): readonly ReadRecord[] {
    return Array.from({ length: this.#number() }, () => {
      const name = { collection: this.#text(), key: this.#text() };
      return { ...name, value: (this.#take() as string | null) ?? undefined };
    });
  }

  /** Those that are put. */
  *records(): Generator<StoredRecord> {
    for (let left = this.#number(); left > 0; left -= 1) {
      yield { collection: this.#text(), key: this.#text(), value: this.#text() };
    }
  }

  /** Those that are removed; after all `records`. */
  *names(): Generator<RecordName> {
    for (let left = this.#number(); left > 0; left -= 1) {
      yield { collection: this.#text(), key: this.#text() };
    }
  }

  #number(): number {
    return this.#take() as number;
  }

  #text(): string {
    return this.#take() as string;
  }

  #take(): Value | undefined {
    const value = this.#values[this.#next];
    this.#next += 1;
    return value;
  }
}
