// What one card machine is doing, as a state machine whose events are journalled: a command is
// decided upon, its events are applied and written, and `onCommitted` is called for each once it is
// durable, in order. TerminalSession owns one.

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
import type { Tracer } from '../../ports/tracer.ts';
import { ActivityTracing } from './activity-tracing.ts';
import { DeadlineTimer } from './deadline-timer.ts';
import type { OnDamaged } from './entries.ts';
import type { StoredActivity } from './journal.ts';
import { Journal } from './journal.ts';
import { searchKeys } from './search-keys.ts';
import type { TransactionSpan } from './transaction-span.ts';
import { spanOf } from './transaction-span.ts';

export interface StateMachineDeps {
  readonly store: Store;
  readonly clock: Clock;
  /** Local time of the site now, as payments carry it. */
  readonly localTime: () => string;
  readonly journalFailed: (cause: unknown) => void;
  readonly onDamaged: OnDamaged;
  /** Whether this node still owns the site: asked before each effect. */
  readonly holdsLease: () => boolean;
  /** Called when an activity has ended, and at what happens to it after that. */
  readonly onEnded: (span: TransactionSpan) => void;
  /** Absent where no traces are wanted. */
  readonly tracer: Tracer | undefined;
}

/** A durable event of the current activity, and the state after it. */
export interface CommittedEvent {
  readonly activityId: number;
  readonly event: ActivityEvent;
  /** The state before the event; undefined if it is the first of its activity. */
  readonly before: Activity | undefined;
  readonly activity: Activity;
}

export type OnCommitted = (committed: CommittedEvent) => void;

/** An event whose `onCommitted` is still to be called. */
interface QueuedEvent extends CommittedEvent {
  durable: boolean;
}

export class PersistentStateMachine {
  /** Such as `shop1/12345678`. */
  readonly stream: string;
  readonly #deps: StateMachineDeps;
  readonly #journal: Journal;
  readonly #timer: DeadlineTimer;
  readonly #tracing: ActivityTracing | undefined;
  readonly #onCommitted: OnCommitted;
  readonly #queue: QueuedEvent[] = [];
  /** Activities before the current one that still wait for a delivery. */
  readonly #earlier = new Map<number, Activity>();
  /** What was current before an activity whose start is not durable yet. */
  #before: { readonly activityId: number; readonly activity: Activity | undefined } | undefined;
  #activity: Activity | undefined;
  #activityId = 0;
  /** What the current activity is found by, as far as that was written since the start. */
  #keys: readonly string[] = [];
  /** The current activity, if nobody fetched its result in time. */
  #expiredId: number | undefined;

  constructor(stream: string, deps: StateMachineDeps, onCommitted: OnCommitted) {
    this.stream = stream;
    this.#deps = deps;
    this.#journal = new Journal(stream, deps, deps.journalFailed);
    this.#timer = new DeadlineTimer(deps.clock);
    this.#tracing = deps.tracer && new ActivityTracing(deps.tracer, stream);
    this.#onCommitted = onCommitted;
  }

  /** Reads the last activity from the journal. */
  async load(): Promise<StoredActivity | undefined> {
    const loaded = await this.#journal.load();
    this.#activity = loaded?.activity;
    this.#activityId = loaded?.activityId ?? 0;
    const [undelivered] = this.undelivered;
    if (undelivered !== undefined && !(await this.#journal.isExpected(undelivered))) {
      this.#expiredId = undelivered;
    }
    return loaded;
  }

  /** An earlier activity, as the journal has it. */
  readActivity(activityId: number): Promise<StoredActivity | undefined> {
    return this.#journal.readActivity(activityId);
  }

  /** From now on an earlier activity that still waits for a delivery takes commands. */
  track({ activityId, activity }: StoredActivity): void {
    if (activityId === this.#activityId || isComplete(activity)) return;
    this.#earlier.set(activityId, activity);
  }

  /** The current activity, or the last one. */
  get activity(): Activity | undefined {
    return this.#activity;
  }

  get activityId(): number {
    return this.#activityId;
  }

  /** Whether an event is not durable yet, or an activity is in progress. */
  get isBusy(): boolean {
    return this.#queue.length > 0 || (this.#activity !== undefined && isInProgress(this.#activity));
  }

  /** Whether every event is durable and no activity is in progress. */
  get isAtRest(): boolean {
    return !this.isBusy && this.#journal.isIdle;
  }

  /** Whether every event is durable and no activity lacks anything. */
  get isSettled(): boolean {
    return this.isAtRest && this.undelivered.length === 0;
  }

  /** The activities that lack nothing but a delivery that is still expected. */
  get undelivered(): readonly number[] {
    const activity = this.#activity;
    const isCurrent =
      activity !== undefined &&
      this.#expiredId !== this.#activityId &&
      !isInProgress(activity) &&
      !isComplete(activity);
    return [...this.#earlier.keys(), ...(isCurrent ? [this.#activityId] : [])];
  }

  /**
   * Starts an activity. If that cannot be written `durable` rejects and the one before is current
   * again.
   */
  start(make: (id: string, at: number) => StartEvent): {
    readonly activityId: number;
    readonly durable: Promise<void>;
  } {
    const before = { activityId: this.#activityId, activity: this.#activity };
    const activityId = this.#journal.nextActivityId;
    this.#before = before;
    this.#activityId = activityId;
    this.#activity = undefined;
    this.#keys = [];
    if (before.activity) this.track({ ...before, activity: before.activity });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#apply(make(this.#idOf(activityId), this.#deps.clock.now()), (error) => {
      if (error === undefined) {
        this.#before = undefined;
        resolve();
        return;
      }
      this.#restore();
      reject(error);
    });
    return { activityId, durable: promise };
  }

  /** Returns whether it changed anything. */
  command(command: ActivityCommand): boolean {
    if (!this.#activity) return false;
    const events = decideActivity(this.#activity, command, this.#deps.clock.now());
    for (const event of events) this.#apply(event);
    return events.length > 0;
  }

  /** A command to the current or an earlier activity: something of it was delivered. */
  commandActivity(activityId: number, command: ActivityCommand): void {
    if (activityId === this.#activityId) {
      this.command(command);
      return;
    }
    const activity = this.#earlier.get(activityId);
    const at = this.#deps.clock.now();
    if (activity) {
      const events = decideActivity(activity, command, at);
      for (const event of events) this.#applyEarlier(activityId, event);
    } else if (command.kind === 'markDelivered') {
      // Already complete; recorded for the transaction list only.
      const event: ActivityEvent = { kind: 'delivered', at };
      this.#journal.append({ activityId, event, transient: false, complete: true });
      this.#tracing?.delivered(activityId);
    }
  }

  /** Nobody fetched the result in time [C-11.11]. */
  expire(activityId: number): Promise<void> {
    this.#earlier.delete(activityId);
    if (activityId === this.#activityId) this.#expiredId = activityId;
    this.#tracing?.expired(activityId);
    return this.#journal.expire(activityId);
  }

  close(): void {
    this.#timer.cancel();
    this.#journal.close();
    this.#tracing?.close();
  }

  #applyEarlier(activityId: number, event: ActivityEvent): void {
    const activity = evolveActivity(this.#earlier.get(activityId), event);
    const complete = isComplete(activity);
    if (complete) this.#earlier.delete(activityId);
    else this.#earlier.set(activityId, activity);
    if (this.#before?.activityId === activityId) this.#before = { activityId, activity };
    const traced = this.#tracing?.happened({ activityId, event, activity });
    const onDurable = traced && { onDurable: traced };
    this.#journal.append({ activityId, event, transient: false, complete, ...onDurable });
    this.#deps.onEnded(spanOf(this.#idOf(activityId), activity, event.at));
  }

  /**
   * The current activity could not be started: the one before is current again, as it is by now.
   */
  #restore(): void {
    const { activityId = 0, activity } = this.#before ?? {};
    const others = this.#queue.filter((queued) => queued.activityId !== this.#activityId);
    this.#queue.splice(0, this.#queue.length, ...others);
    this.#before = undefined;
    this.#earlier.delete(activityId);
    this.#activityId = activityId;
    this.#activity = activity;
    this.#keys = [];
    this.#schedule();
    this.#dispatchCommitted();
  }

  /** Applies an event, writes it, and has side effects run only after the write. */
  #apply(event: ActivityEvent, onDurable?: (error?: unknown) => void): void {
    const before = this.#activity;
    const activity = evolveActivity(before, event);
    const activityId = this.#activityId;
    const transient = isTransient(event);
    const queued: QueuedEvent = { activityId, event, before, activity, durable: transient };
    this.#activity = activity;
    this.#queue.push(queued);
    const traced = this.#traced(queued);
    this.#schedule();
    if (transient) {
      this.#journal.append({ activityId, event, transient, complete: false });
      this.#dispatchCommitted();
      return;
    }
    this.#journal.append({
      activityId,
      event,
      transient,
      ...this.#changedKeys(activity),
      complete: isComplete(activity) && !(before && isComplete(before)),
      onDurable: (error) => {
        queued.durable = true;
        traced?.(error);
        onDurable?.(error);
        if (error === undefined) this.#dispatchCommitted();
      },
    });
    if (!isInProgress(activity)) {
      this.#deps.onEnded(spanOf(this.#idOf(activityId), activity, event.at));
    }
  }

  /** What is to be called when the event is durable. */
  #traced(queued: QueuedEvent): ((error?: unknown) => void) | undefined {
    if (!queued.durable) return this.#tracing?.happened(queued);
    this.#tracing?.showed(queued);
    return undefined;
  }

  #idOf(activityId: number): string {
    return `${this.stream}/${activityId}`;
  }

  #changedKeys(activity: Activity): { readonly keys?: readonly string[] } {
    const keys = searchKeys(this.stream, activity);
    if (keys.join() === this.#keys.join()) return {};
    this.#keys = keys;
    return { keys };
  }

  /**
   * Dispatches durable events in order; none overtakes one that is not durable yet. Once the lease of the site is over
   * nothing is done: its next owner does what the journal asks for.
   */
  #dispatchCommitted(): void {
    for (let next = this.#queue[0]; next?.durable; next = this.#queue[0]) {
      if (!this.#deps.holdsLease()) return;
      this.#queue.shift();
      this.#onCommitted(next);
    }
  }

  /** Schedules the next deadline of the state (signature, limit, idle). */
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
