// One card machine while the gateway runs: takes its reports and the requests of tills, has the
// state machine decide, and runs the side effects of what happened. `Terminals` makes one for each
// machine that is used.

import type { Payment, SchemaViolation } from '@tillgate/protocol';
import { refuse } from '@tillgate/protocol';
import type { StartEvent } from '../../domain/activity.ts';
import {
  currentJob,
  currentOrderId,
  isComplete,
  isInProgress,
  isTable,
  isTerminalFree,
  lastPaymentOf,
  terminalEffects,
} from '../../domain/activity.ts';
import { contradictions } from '../../domain/contradictions.ts';
import type { TerminalEffect } from '../../domain/effects.ts';
import type { Job, JobEvent, JobRules, Order, RequestedBy } from '../../domain/job.ts';
import type {
  LastOrder,
  TerminalDriver,
  TerminalHandle,
  TerminalProfile,
  TerminalReport,
} from '../../ports/terminal-driver.ts';
import { DeadlineTimer } from '../journal/deadline-timer.ts';
import type { StoredActivity } from '../journal/journal.ts';
import type { CommittedEvent, StateMachineDeps } from '../journal/persistent-state-machine.ts';
import { PersistentStateMachine } from '../journal/persistent-state-machine.ts';
import type { TableDeps, TableTerminal } from '../pat/pat.ts';
import { TableService } from '../pat/pat.ts';
import type { AnswerWaiter } from '../pat/waiter-state.ts';
import type { JobListener } from './job-service.ts';
import { JobService } from './job-service.ts';
import { commandOf, sanitizeLastOrder, sendEffect } from './terminal-mapping.ts';

export interface SessionDeps extends Omit<StateMachineDeps, 'journalFailed'>, TableDeps {
  /** Whether a fault of the test site makes the machine busy. */
  readonly isInUse: () => boolean;
}

/** Milliseconds from one query for the last order to the next, unless the machine was disconnected. */
const LAST_ORDER_INTERVAL_MS = 5_000;

/** A job taken on; `durable` is fulfilled once it is journalled, rejected if it cannot be. */
export interface Accepted {
  readonly activityId: number;
  readonly durable: Promise<void>;
}

export class TerminalSession implements TableTerminal {
  readonly site: string;
  readonly tid: string;
  readonly stateMachine: PersistentStateMachine;
  /** The current job, towards its till. */
  readonly jobs: JobService;
  readonly #deps: SessionDeps;
  readonly #tables: TableService;
  readonly #lastOrderTimer: DeadlineTimer;
  /** When the machine was last asked for its last order; in milliseconds since 1970. */
  #lastOrderAskedAt = Number.NEGATIVE_INFINITY;
  #handle: TerminalHandle | undefined;
  #profile: TerminalProfile | undefined;
  #free = true;
  /** Activity with the last transaction that ended here. */
  #lastTransaction: StoredActivity | undefined;

  constructor(site: string, tid: string, deps: SessionDeps) {
    const { observer } = deps;
    this.site = site;
    this.tid = tid;
    this.#deps = deps;
    this.stateMachine = new PersistentStateMachine(
      `${site}/${tid}`,
      { ...deps, journalFailed: (cause) => observer.fault('journal', cause) },
      (committed) => this.#onCommitted(committed),
    );
    this.jobs = new JobService(deps, this.stateMachine);
    this.#tables = new TableService(deps, this);
    this.#lastOrderTimer = new DeadlineTimer(deps.clock);
  }

  /**
   * Reads the journal; an open activity continues, and `listenerOf` finds who waits for its result.
   */
  async load(
    listenerOf: (loaded: StoredActivity, job: Job) => JobListener | undefined,
  ): Promise<void> {
    const loaded = await this.stateMachine.load();
    if (!loaded) return;
    const { activity } = loaded;
    this.#lastTransaction = await this.#findLastTransaction(loaded);
    this.#free = isTerminalFree(activity);
    if (isComplete(activity) || this.stateMachine.isSettled) return;
    if (!isTable(activity)) this.jobs.attach(listenerOf(loaded, activity));
    this.resume(loaded);
    this.stateMachine.command({ kind: 'restart' });
  }

  /** Queues what the till at the table has not got yet of an activity, perhaps an earlier one. */
  resume(loaded: StoredActivity): void {
    const { activityId, activity } = loaded;
    this.stateMachine.track(loaded);
    if (isTable(activity)) this.#tables.resume(activityId, activity);
    else this.jobs.enqueueReport(activityId, activity);
  }

  /** Opens the machine, unless it is open; its reports are handled from then on. */
  open(driver: TerminalDriver): void {
    if (this.#handle) return;
    try {
      this.#handle = driver.open(this.site, this.tid, (report) => this.#onReport(report));
    } catch (cause) {
      this.#deps.observer.fault('terminal', cause);
      return;
    }
    if (this.#profile) this.stateMachine.command({ kind: 'reconnectTerminal' });
  }

  close(): void {
    // An answer that is still awaited must not set the timer again.
    this.#profile = undefined;
    this.#lastOrderTimer.cancel();
    this.stateMachine.close();
    this.#tables.close();
    this.#handle?.close();
  }

  /** What the machine can do; undefined while it is not connected. */
  get profile(): TerminalProfile | undefined {
    return this.#profile;
  }

  /** Whether it takes a job now. */
  get isFree(): boolean {
    return this.#free && !this.#tables.isChoosing && !this.#deps.isInUse();
  }

  /** Whether neither a job nor a table session is in progress. */
  get isIdle(): boolean {
    return this.#free;
  }

  /** The activity that has not ended, and when it was started in milliseconds since 1970; undefined if none is open. */
  get openActivity(): { readonly activityId: number; readonly startedAt: number } | undefined {
    const { activity, activityId } = this.stateMachine;
    if (!activity || !isInProgress(activity)) return undefined;
    return { activityId, startedAt: activity.startedAt };
  }

  /** Whether a shutdown has to wait. */
  get isWorking(): boolean {
    return this.stateMachine.isBusy;
  }

  /** Whether nothing is in progress or to be written: what is not delivered is recovered when it is opened again. */
  get isAtRest(): boolean {
    return this.#free && this.stateMachine.isAtRest && this.#tables.isIdle;
  }

  /** Whether nothing is in progress, to be written or to be delivered: closed and opened again it is the same. */
  get isUnused(): boolean {
    return this.stateMachine.isSettled && this.#tables.isIdle;
  }

  /** Id of the current activity, or of the last. */
  get activityId(): number {
    return this.stateMachine.activityId;
  }

  /** An activity before the current one. */
  readActivity(activityId: number): Promise<StoredActivity | undefined> {
    return this.stateMachine.readActivity(activityId);
  }

  /**
   * The last transaction that ended here, as the machine's last word has it [C-4.17 - C-4.19]; of
   * these types, if any are named.
   */
  async lastPayment(types?: readonly Payment['transactionType'][]): Promise<Payment | undefined> {
    let loaded = this.#lastTransaction;
    while (loaded) {
      const payment = lastPaymentOf(loaded.activity);
      if (payment && (types?.includes(payment.transactionType) ?? true)) return payment;
      const before = loaded.activity.lastTransaction;
      loaded = before === undefined ? undefined : await this.readActivity(before);
    }
    return undefined;
  }

  /** Takes a job on if the machine is free. */
  start(order: (id: string) => Order, requestedBy: RequestedBy, rules: JobRules): Accepted {
    if (!this.isFree) throw refuse('terminalBusy', { tid: this.tid });
    const { tid } = this;
    const accepted = this.begin((id, at) => ({
      kind: 'started',
      at,
      tid,
      order: order(id),
      requestedBy,
      rules,
    }));
    accepted.durable.catch(() => this.jobs.startFailed());
    return accepted;
  }

  /** Starts an activity: from here until its end the machine is busy. */
  begin(make: (id: string, at: number) => StartEvent): Accepted {
    const last = this.#lastTransaction?.activityId;
    const lastTransaction = last === undefined ? {} : { lastTransaction: last };
    const accepted = this.stateMachine.start((id, at) => ({ ...make(id, at), ...lastTransaction }));
    this.#free = false;
    accepted.durable.catch(() => {
      this.#free = true;
    });
    return accepted;
  }

  /** Why an end of this order cannot be; nothing about an order that is not the current one [C-13.21, C-13.22]. */
  contradictions(order: string, end: LastOrder): readonly SchemaViolation[] {
    const { activity } = this.stateMachine;
    const job = activity && this.#isCurrent(order) ? currentJob(activity) : undefined;
    return job && this.#profile ? contradictions(job.order, end, this.#profile) : [];
  }

  /** The till has the result of this activity. */
  delivered(activityId: number): void {
    this.stateMachine.commandActivity(activityId, { kind: 'markDelivered' });
  }

  /** Nobody fetched the result in time. */
  expire(activityId: number): Promise<void> {
    return this.stateMachine.expire(activityId);
  }

  /** Nothing that has ended is delivered any more. */
  async dropUndelivered(): Promise<void> {
    const { stateMachine } = this;
    await Promise.all(stateMachine.undelivered.map((id) => stateMachine.expire(id)));
  }

  /** Leaves a table as soon as what is in progress there has ended. */
  leaveTable(): void {
    this.#tables.leaveSoon();
  }

  /** A report between does not hide the transaction before it [C-4.18]. */
  async #findLastTransaction(loaded: StoredActivity): Promise<StoredActivity | undefined> {
    const { activity } = loaded;
    if (lastPaymentOf(activity)) return loaded;
    return activity.lastTransaction === undefined
      ? undefined
      : this.readActivity(activity.lastTransaction);
  }

  #onReport(report: TerminalReport): void {
    switch (report.kind) {
      case 'connected':
        this.#profile = report.profile;
        if (this.#handle) this.stateMachine.command({ kind: 'reconnectTerminal' });
        return;
      case 'disconnected':
        this.#profile = undefined;
        this.#tables.onDisconnected();
        this.stateMachine.command({ kind: 'disconnectTerminal' });
        return;
      case 'tableRequest':
        this.#tables.onRequest(report.request, this.#guarded(report.answer));
        return;
      case 'unreadable':
        this.#queryWhenDue();
        return;
      default:
        // A report on another order than the current one is a mistake of the machine and changes nothing.
        if (this.#isCurrent(report.order)) this.stateMachine.command(commandOf(report));
    }
  }

  /** A driver that throws when it is answered does no harm here. */
  #guarded(answer: AnswerWaiter): AnswerWaiter {
    return (given) => {
      try {
        answer(given);
      } catch (cause) {
        this.#deps.observer.fault('terminal', cause);
      }
    };
  }

  /**
   * Whether the order has ended while its start was not durable yet. An order whose start was durable
   * too late is ended here [C-11.26].
   */
  #isTooLateToStart(id: string): boolean {
    const { activity } = this.stateMachine;
    const job = activity && this.#isCurrent(id) ? currentJob(activity) : undefined;
    if (job?.phase !== 'open') return true;
    if (this.#deps.clock.now() - job.startedAt <= job.rules.startMs) return false;
    return this.stateMachine.command({ kind: 'expireStart', localTime: this.#deps.localTime() });
  }

  /** Whether the order is the current one, and what became of it must still be found out. */
  #isUndecided(id: string): boolean {
    const { activity } = this.stateMachine;
    const job = activity && this.#isCurrent(id) ? currentJob(activity) : undefined;
    return job?.phase === 'open' ? job.link === 'querying' : job?.terminal === 'unknown';
  }

  #isCurrent(order: string): boolean {
    const { activity } = this.stateMachine;
    return activity !== undefined && order === currentOrderId(activity);
  }

  /** Runs the side effects of an event, now that it is durable. */
  #onCommitted(committed: CommittedEvent): void {
    const { event, activity } = committed;
    this.#markFreeIfDone(committed);
    this.#observeEnd(committed);
    if (isTable(activity)) this.#tables.onCommitted(committed, activity);
    else this.jobs.onCommitted(event as JobEvent, activity);
    const job = currentJob(activity);
    if (job) for (const effect of terminalEffects(activity, event)) this.#perform(job, effect);
  }

  #observeEnd({ event, before }: CommittedEvent): void {
    const job = before && currentJob(before);
    if (event.kind !== 'ended' || job?.phase !== 'open') return;
    const { result, at } = event;
    const [type, how] =
      'transactionResult' in result
        ? [result.transactionType, result.transactionResult]
        : [result.reportType, result.reportResult];
    this.#deps.observer.transactionEnded({
      site: this.site,
      tid: this.tid,
      type,
      result: how,
      durationMs: at - job.startedAt,
      ...('amountTotal' in result && { amount: result.amountTotal, currency: result.currency }),
    });
  }

  /** If the machine cannot be reached the job still ends at its limit. */
  #perform({ order }: Job, effect: TerminalEffect): void {
    if (effect.kind === 'queryLastOrder') {
      void this.#queryLastOrder(order.order.id);
      return;
    }
    if (effect.kind === 'start' && this.#isTooLateToStart(order.order.id)) return;
    try {
      if (this.#handle) sendEffect(this.#handle, order, effect);
    } catch (cause) {
      this.#deps.observer.fault('terminal', cause);
    }
  }

  /**
   * Marks the terminal free before the till gets the result, so its next request is accepted
   * [C-4.14, C-12.7].
   */
  #markFreeIfDone({ activityId, activity }: CommittedEvent): void {
    if (activityId !== this.stateMachine.activityId) return;
    if (lastPaymentOf(activity)) this.#lastTransaction = { activityId, activity };
    if (isTerminalFree(activity)) this.#free = true;
  }

  /**
   * Asks what became of an order. A machine out of reach is asked again when it is back; one that gives no
   * usable answer is asked again after a while.
   */
  async #queryLastOrder(id: string): Promise<void> {
    this.#lastOrderAskedAt = this.#deps.clock.now();
    try {
      const last = await this.#handle?.lastOrder(id);
      if (!last || !this.#isCurrent(id)) return;
      const localTime = this.#deps.localTime();
      this.stateMachine.command({
        kind: 'reportLastOrder',
        last: sanitizeLastOrder(last),
        localTime,
      });
      // The end of an order of another kind ends nothing.
      if (last.status !== 'running' && this.#isUndecided(id)) this.#queryWhenDue();
    } catch (cause) {
      this.#deps.observer.fault('lastOrder', cause);
      if (this.#isUndecided(id)) this.#queryWhenDue();
    }
  }

  /** Asks what became of the current order, unless that was asked a moment ago: then after a while [C-13.5]. */
  #queryWhenDue(): void {
    if (!this.#profile) return;
    const now = this.#deps.clock.now();
    const due = this.#lastOrderAskedAt + LAST_ORDER_INTERVAL_MS;
    if (now < due) {
      this.#lastOrderTimer.set(due, () => this.#queryWhenDue());
      return;
    }
    const { activity } = this.stateMachine;
    const id = activity && currentOrderId(activity);
    if (id !== undefined && this.#isUndecided(id)) void this.#queryLastOrder(id);
    // The query follows when the event is durable; another message meanwhile must not lead to a second one.
    else if (this.stateMachine.command({ kind: 'rejectReport' })) this.#lastOrderAskedAt = now;
  }
}
