// The journal of one card machine: puts events into rows, one write under way at a time, and says
// when each is safe. Journal before deed: what is not safe yet is not acted upon.

import type { Work, WorkEvent } from '../../domain/activity.ts';
import { evolveWork, isBeginning } from '../../domain/activity.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Entry, RecordName, Store, StoredRecord, Write } from '../../ports/store.ts';
import { textOfEvents } from './result-text.ts';

/** Records of work that still needs something: an end, a freed machine, a delivery. */
export const UNSETTLED = 'unsettled';
/** Wait before a row is tried again on a disk that failed. */
const RETRY_MS = 500;

interface Row {
  readonly chapter: number;
  readonly events: WorkEvent[];
  readonly safe: ((error?: unknown) => void)[];
  put?: StoredRecord;
  remove?: RecordName;
}

export interface Told {
  readonly chapter: number;
  readonly event: WorkEvent;
  /** Only the screen needs it: it may wait for the next row. */
  readonly fleeting: boolean;
  /** Whether its work needs nothing more from this event on. */
  readonly settled: boolean;
  /** Called when the event is safe; with an error when a beginning could not be written. */
  readonly safe?: (error?: unknown) => void;
}

export class Journal {
  readonly stream: string;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #failed: (cause: unknown) => void;
  readonly #rows: Row[] = [];
  #version = 0;
  #writing = false;

  constructor(
    stream: string,
    world: { readonly store: Store; readonly clock: Clock },
    failed: (cause: unknown) => void,
  ) {
    this.stream = stream;
    this.#store = world.store;
    this.#clock = world.clock;
    this.#failed = failed;
  }

  /** Reads where the stream stands and its last chapter. */
  async load(): Promise<LoadedChapter | undefined> {
    this.#version = await this.#store.lastVersion(this.stream);
    return this.#version === 0 ? undefined : this.chapter();
  }

  /** One chapter, the last if none is named. */
  async chapter(chapter?: number): Promise<LoadedChapter | undefined> {
    return readChapter(await this.#store.chapter(this.stream, chapter));
  }

  /** The chapter that an event written now would begin. */
  get nextChapter(): number {
    return this.#version + this.#rows.length + 1;
  }

  tell(told: Told): void {
    const row = this.#rowFor(told);
    row.events.push(told.event);
    if (told.safe) row.safe.push(told.safe);
    if (isBeginning(told.event)) {
      row.put = { ...this.#unsettled(told.chapter), value: '{}' };
    }
    if (told.settled) row.remove = this.#unsettled(told.chapter);
    if (!told.fleeting) this.#pump();
  }

  /** Gives up on a delivery that nobody fetched in time [C-11.11]. */
  async forget(chapter: number): Promise<void> {
    await this.#store.write({ remove: [this.#unsettled(chapter)] });
  }

  #unsettled(chapter: number): RecordName {
    return { collection: UNSETTLED, key: `${this.stream}/${chapter}` };
  }

  #rowFor({ chapter }: Told): Row {
    const last = this.#rows.at(-1);
    const underWay = this.#writing && this.#rows.length === 1;
    if (last && !underWay && last.chapter === chapter) return last;
    const row: Row = { chapter, events: [], safe: [] };
    this.#rows.push(row);
    return row;
  }

  #pump(): void {
    const row = this.#rows[0];
    if (this.#writing || !row) return;
    this.#writing = true;
    this.#store.write(this.#writeOf(row)).then(
      () => this.#written(row),
      (cause: unknown) => this.#notWritten(row, cause),
    );
  }

  #writeOf(row: Row): Write {
    const append = {
      stream: this.stream,
      version: this.#version + 1,
      chapter: row.chapter,
      at: this.#clock.now(),
      body: textOfEvents(row.events),
    };
    return {
      append,
      ...(row.put && !row.remove ? { put: [row.put] } : {}),
      ...(row.remove && !row.put ? { remove: [row.remove] } : {}),
    };
  }

  #written(row: Row): void {
    this.#writing = false;
    this.#version += 1;
    this.#rows.shift();
    for (const safe of row.safe) safe();
    if (this.#rows.length > 0) this.#pump();
  }

  /** A beginning that cannot be written never was; anything later is tried until it is safe. */
  #notWritten(row: Row, cause: unknown): void {
    this.#failed(cause);
    if (row.events[0] && isBeginning(row.events[0])) {
      this.#writing = false;
      const never = this.#rows.splice(0, this.#rows.length);
      for (const one of never) for (const safe of one.safe) safe(cause);
      return;
    }
    this.#clock.after(RETRY_MS, () => {
      this.#writing = false;
      this.#pump();
    });
  }
}

export interface LoadedChapter {
  readonly chapter: number;
  readonly work: Work;
}

/** Replays entries; `undefined` if there are none. */
export function readChapter(entries: readonly Entry[]): LoadedChapter | undefined {
  let work: Work | undefined;
  for (const event of eventsOf(entries)) work = evolveWork(work, event);
  const chapter = entries[0]?.chapter;
  return work && chapter !== undefined ? { chapter, work } : undefined;
}

export function eventsOf(entries: readonly Entry[]): readonly WorkEvent[] {
  return entries.flatMap((entry) => JSON.parse(entry.body) as WorkEvent[]);
}
