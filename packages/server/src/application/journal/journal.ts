// The journal of one card machine: puts events into rows, one write under way at a time, and says
// when each is safe. Journal before deed: what is not safe yet is not acted upon.

import type { Activity, ActivityEvent } from '../../domain/activity.ts';
import { evolveActivity, isStartEvent } from '../../domain/activity.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Entry, RecordName, Store, StoredRecord, Write } from '../../ports/store.ts';
import { textOfEvents } from './result-text.ts';

/** Records of activity that still needs something: an end, a freed machine, a delivery. */
export const INCOMPLETE = 'incomplete';
/** Wait before a row is tried again on a disk that failed. */
const RETRY_MS = 500;

interface Row {
  readonly activityId: number;
  readonly events: ActivityEvent[];
  readonly onDurable: ((error?: unknown) => void)[];
  put?: StoredRecord;
  remove?: RecordName;
}

export interface PendingEvent {
  readonly activityId: number;
  readonly event: ActivityEvent;
  /** Only the screen needs it: it may wait for the next row. */
  readonly transient: boolean;
  /** Whether its activity needs nothing more from this event on. */
  readonly complete: boolean;
  /** Called when the event is safe; with an error when a beginning could not be written. */
  readonly onDurable?: (error?: unknown) => void;
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
    deps: { readonly store: Store; readonly clock: Clock },
    failed: (cause: unknown) => void,
  ) {
    this.stream = stream;
    this.#store = deps.store;
    this.#clock = deps.clock;
    this.#failed = failed;
  }

  /** Reads where the stream stands and its last activityId. */
  async load(): Promise<StoredActivity | undefined> {
    this.#version = await this.#store.lastVersion(this.stream);
    return this.#version === 0 ? undefined : this.readActivity();
  }

  /** One activityId, the last if none is named. */
  async readActivity(activityId?: number): Promise<StoredActivity | undefined> {
    return replay(await this.#store.readActivity(this.stream, activityId));
  }

  /** The id of the activity that an event written now would begin. */
  get nextActivityId(): number {
    return this.#version + this.#rows.length + 1;
  }

  append(pending: PendingEvent): void {
    const row = this.#rowFor(pending);
    row.events.push(pending.event);
    if (pending.onDurable) row.onDurable.push(pending.onDurable);
    if (isStartEvent(pending.event)) {
      row.put = { ...this.#incompleteRecord(pending.activityId), value: '{}' };
    }
    if (pending.complete) row.remove = this.#incompleteRecord(pending.activityId);
    if (!pending.transient) this.#pump();
  }

  /** Gives up on a delivery that nobody fetched in time [C-11.11]. */
  async expire(activityId: number): Promise<void> {
    await this.#store.write({ remove: [this.#incompleteRecord(activityId)] });
  }

  #incompleteRecord(activityId: number): RecordName {
    return { collection: INCOMPLETE, key: `${this.stream}/${activityId}` };
  }

  #rowFor({ activityId }: PendingEvent): Row {
    const last = this.#rows.at(-1);
    const underWay = this.#writing && this.#rows.length === 1;
    if (last && !underWay && last.activityId === activityId) return last;
    const row: Row = { activityId, events: [], onDurable: [] };
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
      activityId: row.activityId,
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
    for (const safe of row.onDurable) safe();
    if (this.#rows.length > 0) this.#pump();
  }

  /** A beginning that cannot be written never was; anything later is tried until it is safe. */
  #notWritten(row: Row, cause: unknown): void {
    this.#failed(cause);
    if (row.events[0] && isStartEvent(row.events[0])) {
      this.#writing = false;
      const never = this.#rows.splice(0, this.#rows.length);
      for (const one of never) for (const safe of one.onDurable) safe(cause);
      return;
    }
    this.#clock.after(RETRY_MS, () => {
      this.#writing = false;
      this.#pump();
    });
  }
}

export interface StoredActivity {
  readonly activityId: number;
  readonly activity: Activity;
}

/** Replays entries; `undefined` if there are none. */
export function replay(entries: readonly Entry[]): StoredActivity | undefined {
  let activity: Activity | undefined;
  for (const event of eventsOf(entries)) activity = evolveActivity(activity, event);
  const activityId = entries[0]?.activityId;
  return activity && activityId !== undefined ? { activityId, activity } : undefined;
}

export function eventsOf(entries: readonly Entry[]): readonly ActivityEvent[] {
  return entries.flatMap((entry) => JSON.parse(entry.body) as ActivityEvent[]);
}
