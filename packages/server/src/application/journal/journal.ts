// The room between events and rows. `Journal` writes the events of one card machine, one row at a
// time, and says when each is durable; `PersistentStateMachine` acts on an event only then.

import type { Activity, ActivityEvent } from '../../domain/activity.ts';
import { evolveActivity, isStartEvent } from '../../domain/activity.ts';
import type { Cancel, Clock } from '../../ports/clock.ts';
import type { Append, RecordName, Store, StoredRecord, Write } from '../../ports/store.ts';
import { Deposed, VersionConflict } from '../../ports/store.ts';
import type { OnDamaged } from './entries.ts';
import { foldEntries } from './entries.ts';
import { textOfEvents } from './result-text.ts';

/**
 * Collection with one record for each activity that still lacks an end, a free terminal or a
 * delivery.
 */
export const INCOMPLETE = 'incomplete';
/** Milliseconds until a failed write is retried. */
const RETRY_MS = 500;

/** Events of one activity that are written together. */
interface Row {
  readonly activityId: number;
  readonly events: ActivityEvent[];
  readonly onDurable: ((error?: unknown) => void)[];
  put?: StoredRecord;
  remove?: RecordName;
  keys?: readonly string[];
  /** Whether it has an event that may not wait for another. */
  due: boolean;
}

export interface PendingEvent {
  readonly activityId: number;
  readonly event: ActivityEvent;
  /** The event may wait for the next row: only a till's screen needs it. */
  readonly transient: boolean;
  /** Whether the activity needs nothing more after this event. */
  readonly complete: boolean;
  /** What the activity is found by after this event, if that has changed. */
  readonly keys?: readonly string[];
  /** Called when the event is durable, or with the error when its activity could not be started. */
  readonly onDurable?: (error?: unknown) => void;
}

export class Journal {
  readonly stream: string;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #onDamaged: OnDamaged;
  readonly #failed: (cause: unknown) => void;
  readonly #rows: Row[] = [];
  #version = 0;
  #writing = false;
  #closed = false;
  #cancelRetry: Cancel | undefined;

  constructor(
    stream: string,
    deps: { readonly store: Store; readonly clock: Clock; readonly onDamaged: OnDamaged },
    failed: (cause: unknown) => void,
  ) {
    this.stream = stream;
    this.#onDamaged = deps.onDamaged;
    this.#store = deps.store;
    this.#clock = deps.clock;
    this.#failed = failed;
  }

  /** Reads the version of the stream, and its last activity. */
  async load(): Promise<StoredActivity | undefined> {
    this.#version = await this.#store.lastVersion(this.stream);
    return this.#version === 0 ? undefined : this.readActivity();
  }

  /** One activity; the last one if no id is given. */
  async readActivity(activityId?: number): Promise<StoredActivity | undefined> {
    const entries = await this.#store.readActivity(this.stream, activityId);
    const activity = foldEntries(entries, evolveActivity, this.#onDamaged);
    const [first] = entries;
    return activity && first && { activityId: first.activityId, activity };
  }

  /** The id of an activity that is started now: the version of its first row. */
  get nextActivityId(): number {
    return this.#version + this.#rows.length + 1;
  }

  /** Whether all of it is written. */
  get isIdle(): boolean {
    return this.#rows.length === 0;
  }

  append(pending: PendingEvent): void {
    const row = this.#rowFor(pending);
    row.events.push(pending.event);
    if (pending.onDurable) row.onDurable.push(pending.onDurable);
    if (isStartEvent(pending.event)) {
      row.put = { ...this.#incompleteRecord(pending.activityId), value: '{}' };
    }
    if (pending.keys) row.keys = pending.keys;
    if (pending.complete) row.remove = this.#incompleteRecord(pending.activityId);
    if (!pending.transient) row.due = true;
    this.#pump();
  }

  /** No delivery of this activity is expected any more [C-11.11]. */
  async expire(activityId: number): Promise<void> {
    await this.#store.write({ remove: [this.#incompleteRecord(activityId)] });
  }

  /** Whether a delivery of this activity is still expected. */
  async isExpected(activityId: number): Promise<boolean> {
    return (await this.#store.get(this.#incompleteRecord(activityId))) !== undefined;
  }

  /** From now on what cannot be written is not retried; the next start takes up what is stored. */
  close(): void {
    this.#closed = true;
    this.#cancelRetry?.();
  }

  #retryLater(retry: () => void): void {
    if (!this.#closed) this.#cancelRetry = this.#clock.after(RETRY_MS, retry);
  }

  #incompleteRecord(activityId: number): RecordName {
    return { collection: INCOMPLETE, key: `${this.stream}/${activityId}` };
  }

  #rowFor({ activityId }: PendingEvent): Row {
    const last = this.#rows.at(-1);
    const isBeingWritten = this.#writing && this.#rows.length === 1;
    if (last && !isBeingWritten && last.activityId === activityId) return last;
    const row: Row = { activityId, events: [], onDurable: [], due: false };
    this.#rows.push(row);
    return row;
  }

  #pump(): void {
    const [row, next] = this.#rows;
    if (this.#writing || !row || !(row.due || next)) return;
    this.#writing = true;
    void this.#write(row);
  }

  async #write(row: Row): Promise<void> {
    // Its id was given when the stream seemed to have another version.
    if (isStart(row) && row.activityId !== this.#version + 1) {
      this.#refuseStart(row, new VersionConflict(this.stream, row.activityId));
      return;
    }
    const write = this.#writeOf(row);
    try {
      await this.#store.write(write);
    } catch (cause) {
      await this.#resolve(row, write.append, cause);
      return;
    }
    this.#written(row);
  }

  #writeOf(row: Row): Write & { readonly append: Append } {
    const append = {
      stream: this.stream,
      version: this.#version + 1,
      activityId: row.activityId,
      at: row.events[0]?.at ?? this.#clock.now(),
      body: textOfEvents(row.events),
    };
    return {
      append,
      ...(row.keys && { keys: row.keys }),
      ...(row.put && !row.remove ? { put: [row.put] } : {}),
      ...(row.remove && !row.put ? { remove: [row.remove] } : {}),
    };
  }

  #written(row: Row): void {
    this.#writing = false;
    this.#version += 1;
    this.#rows.shift();
    for (const onDurable of row.onDurable) onDurable();
    this.#pump();
  }

  /**
   * After a failed write the stream tells what holds: the row may have been kept although the store
   * said otherwise. If it was not kept, an activity that it starts is refused, and other events are
   * written again after the version that the stream has.
   */
  async #resolve(row: Row, append: Append, cause: unknown): Promise<void> {
    if (cause instanceof Deposed) {
      this.#stop(row, cause);
      return;
    }
    this.#failed(cause);
    let last: number;
    try {
      last = await this.#store.lastVersion(this.stream);
      if (await this.#isKept(append, last)) {
        this.#written(row);
        return;
      }
    } catch (unreadable) {
      this.#failed(unreadable);
      this.#retryLater(() => void this.#resolve(row, append, cause));
      return;
    }
    this.#version = last;
    if (isStart(row)) {
      this.#refuseStart(row, cause);
      return;
    }
    this.#retryLater(() => {
      this.#writing = false;
      this.#pump();
    });
  }

  /** The site has another owner, who goes on from what the stream has. */
  #stop(row: Row, cause: Deposed): void {
    if (isStart(row)) this.#refuseStart(row, cause);
    this.close();
  }

  async #isKept({ version, activityId, body }: Append, last: number): Promise<boolean> {
    if (last < version) return false;
    const entries = await this.#store.readActivity(this.stream, activityId);
    return entries.some((entry) => entry.version === version && entry.body === body);
  }

  /** Rows of other activities, such as delivery marks, stay in the queue. */
  #refuseStart({ activityId }: Row, cause: unknown): void {
    const refused = this.#rows.filter((row) => row.activityId === activityId);
    const others = this.#rows.filter((row) => row.activityId !== activityId);
    this.#rows.splice(0, this.#rows.length, ...others);
    this.#writing = false;
    for (const row of refused) for (const onDurable of row.onDurable) onDurable(cause);
    this.#pump();
  }
}

function isStart({ events: [first] }: Row): boolean {
  return first !== undefined && isStartEvent(first);
}

export interface StoredActivity {
  readonly activityId: number;
  readonly activity: Activity;
}
