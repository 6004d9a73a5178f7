// What one card machine is busy with: every command enters the same decide, what follows is
// journalled, and each event is handed on when it is durable, in order. Knows neither tills nor machines.

import type {
  Activity,
  ActivityCommand,
  ActivityEvent,
  StartEvent,
} from '../../domain/activity.ts';
import {
  deadlineOf,
  decideActivity,
  evolveActivity,
  isComplete,
  isInProgress,
  isTransient,
} from '../../domain/activity.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';
import { DeadlineTimer } from './deadline-timer.ts';
import type { StoredActivity } from './journal.ts';
import { Journal } from './journal.ts';

export interface StateMachineDeps {
  readonly store: Store;
  readonly clock: Clock;
  /** Local time of the site now, as payments carry it. */
  readonly localTime: () => string;
  readonly journalFailed: (cause: unknown) => void;
}

/** An event of the activity in hand, and the state after it. */
export interface CommittedEvent {
  readonly activityId: number;
  readonly event: ActivityEvent;
  readonly activity: Activity;
}

/** Does what a queued asks for, once it is durable. */
export type OnCommitted = (queued: CommittedEvent) => void;

interface QueuedEvent extends CommittedEvent {
  durable: boolean;
}

export class PersistentStateMachine {
  /** Such as `shop1/12345678`. */
  readonly stream: string;
  readonly #deps: StateMachineDeps;
  readonly #journal: Journal;
  readonly #timer: DeadlineTimer;
  readonly #onCommitted: OnCommitted;
  readonly #queue: QueuedEvent[] = [];
  /** Chapters before the one in hand that still wait for a delivery. */
  readonly #earlier = new Map<number, Activity>();
  #activity: Activity | undefined;
  #activityId = 0;

  constructor(stream: string, deps: StateMachineDeps, act: OnCommitted) {
    this.stream = stream;
    this.#deps = deps;
    this.#journal = new Journal(stream, deps, deps.journalFailed);
    this.#timer = new DeadlineTimer(deps.clock);
    this.#onCommitted = act;
  }

  /** Reads the last activity from the journal. */
  async load(): Promise<StoredActivity | undefined> {
    const loaded = await this.#journal.load();
    this.#activity = loaded?.activity;
    this.#activityId = loaded?.activityId ?? 0;
    return loaded;
  }

  /** An earlier activityId, as the journal has it. */
  readActivity(activityId: number): Promise<StoredActivity | undefined> {
    return this.#journal.readActivity(activityId);
  }

  /** Commands to an earlier activityId that still waits for a delivery are heard from now on. */
  track({ activityId, activity }: StoredActivity): void {
    if (activityId !== this.#activityId && !isComplete(activity))
      this.#earlier.set(activityId, activity);
  }

  /** The activity in hand, or the last one. */
  get activity(): Activity | undefined {
    return this.#activity;
  }

  get activityId(): number {
    return this.#activityId;
  }

  /** Whether anything is still on its way to the journal, or something is under way. */
  get isBusy(): boolean {
    return this.#queue.length > 0 || (this.#activity !== undefined && isInProgress(this.#activity));
  }

  /** Starts an activity; the promise is rejected, and all is as before, if it cannot be written. */
  start(make: (id: string, at: number) => StartEvent): {
    readonly activityId: number;
    readonly durable: Promise<void>;
  } {
    const before = { activity: this.#activity, activityId: this.#activityId };
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const activityId = this.#journal.nextActivityId;
    this.#activityId = activityId;
    this.#activity = undefined;
    if (before.activity) this.track({ activityId: before.activityId, activity: before.activity });
    const beginning = make(`${this.stream}/${activityId}`, this.#deps.clock.now());
    this.#apply(beginning, (error) => {
      if (error === undefined) return resolve();
      this.#queue.length = 0;
      this.#earlier.delete(before.activityId);
      this.#activity = before.activity;
      this.#activityId = before.activityId;
      this.#schedule();
      reject(error);
    });
    return { activityId, durable: promise };
  }

  /** Whether it changed anything. */
  command(command: ActivityCommand): boolean {
    if (!this.#activity) return false;
    const events = decideActivity(this.#activity, command, this.#deps.clock.now());
    for (const event of events) this.#apply(event);
    return events.length > 0;
  }

  /** A command to an activity, perhaps an earlier one: something of it was delivered. */
  commandActivity(activityId: number, command: ActivityCommand): void {
    if (activityId === this.#activityId) {
      this.command(command);
      return;
    }
    const activity = this.#earlier.get(activityId);
    const at = this.#deps.clock.now();
    if (activity) {
      for (const event of decideActivity(activity, command, at))
        this.#applyEarlier(activityId, event);
    } else if (command.kind === 'markDelivered') {
      // Needed nothing more, but it is good to know.
      const event: ActivityEvent = { kind: 'delivered', at };
      this.#journal.append({ activityId, event, transient: false, complete: true });
    }
  }

  /** Nobody fetched the result in time. */
  expire(activityId: number): Promise<void> {
    this.#earlier.delete(activityId);
    return this.#journal.expire(activityId);
  }

  close(): void {
    this.#timer.cancel();
  }

  #applyEarlier(activityId: number, event: ActivityEvent): void {
    const activity = evolveActivity(this.#earlier.get(activityId), event);
    const complete = isComplete(activity);
    if (complete) this.#earlier.delete(activityId);
    else this.#earlier.set(activityId, activity);
    this.#journal.append({ activityId, event, transient: false, complete });
  }

  /** State first, then journal, then deeds. */
  #apply(event: ActivityEvent, durable?: (error?: unknown) => void): void {
    const before = this.#activity;
    const activity = evolveActivity(before, event);
    this.#activity = activity;
    const transient = isTransient(event);
    const queued = { activityId: this.#activityId, event, activity, durable: transient };
    this.#queue.push(queued);
    const complete = isComplete(activity) && !(before && isComplete(before));
    const told = { activityId: this.#activityId, event, transient, complete };
    this.#schedule();
    if (transient) {
      this.#journal.append(told);
      this.#dispatchCommitted();
      return;
    }
    this.#journal.append({
      ...told,
      onDurable: (error) => {
        queued.durable = true;
        durable?.(error);
        if (error === undefined) this.#dispatchCommitted();
      },
    });
  }

  /** Acts on every queued that is durable, never overtaking one that is not. */
  #dispatchCommitted(): void {
    for (let queued = this.#queue[0]; queued?.durable; queued = this.#queue[0]) {
      this.#queue.shift();
      this.#onCommitted(queued);
    }
  }

  /** Time itself may be the next to speak. */
  #schedule(): void {
    const next = this.#activity && deadlineOf(this.#activity);
    this.#timer.set(next?.at, () => {
      if (!next) return;
      const { kind } = next;
      if (kind !== 'reachLimit') this.command({ kind });
      else this.command({ kind, localTime: this.#deps.localTime() });
    });
  }
}
