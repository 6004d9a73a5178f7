// The sessions of the card machines of a site: each is opened when it is first needed, or when the site is opened
// and something was left open there.

import type { Refusal } from '@tillgate/protocol';
import { refuse } from '@tillgate/protocol';
import { isComplete, isTable } from '../../domain/activity.ts';
import type { Job } from '../../domain/job.ts';
import type { Site } from '../../domain/site.ts';
import type { TableRules } from '../../domain/table.ts';
import { backgroundTurn } from '../../ports/background-turn.ts';
import type { Cancel, Clock } from '../../ports/clock.ts';
import { localTime } from '../../ports/local-time.ts';
import type { Observer } from '../../ports/observer.ts';
import type { Store } from '../../ports/store.ts';
import type { TerminalDriver } from '../../ports/terminal-driver.ts';
import type { Tracer } from '../../ports/tracer.ts';
import type { OnDamaged } from '../journal/entries.ts';
import type { StoredActivity } from '../journal/journal.ts';
import { INCOMPLETE } from '../journal/journal.ts';
import type { TransactionSpan } from '../journal/transaction-span.ts';
import type { PatOutbox } from '../pat/pat-outbox.ts';
import type { JobListener } from './job-service.ts';
import { TerminalSession } from './terminal-session.ts';

/**
 * Most sessions while further ones are opened for machines that the driver does not list: at a
 * test site any name is a machine [C-10.2].
 */
const MAX_SESSIONS = 10_000;
/** Sessions of such machines that a site keeps open though nothing happens there. */
const MAX_UNLISTED_SESSIONS = 1_000;
/** Milliseconds until the sessions above that are closed. */
const CLOSE_UNUSED_AFTER_MS = 1_000;
/** Incomplete activities that are read at once, before others have their turn. */
const RECOVERED_AT_ONCE = 20;

/** Finds who waits for a job that the journal has, after a restart. */
export interface JobRecovery {
  recover(session: TerminalSession, activityId: number, job: Job): JobListener | undefined;
}

export interface TerminalsDeps {
  /** Name of the site. */
  readonly name: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly observer: Observer;
  /** Called for each entry of the journal that cannot be read. */
  readonly onDamaged: OnDamaged;
  readonly driver: TerminalDriver;
  readonly tills: JobRecovery;
  readonly outbox: PatOutbox;
  readonly tableRules: () => TableRules;
  readonly isDraining: () => boolean;
  /** Whether this node still owns the site: asked before each effect. */
  readonly holdsLease: () => boolean;
  /** Whether a fault of the test site makes the machine busy. */
  readonly isInUse: (tid: string) => boolean;
  /** Called when an activity has ended, and at what happens to it after that. */
  readonly onEnded: (span: TransactionSpan) => void;
  /** Absent where no traces are wanted. */
  readonly tracer: Tracer | undefined;
  /** The site as it is now; undefined once it is removed. */
  readonly site: () => Site | undefined;
  /** When a machine that links was last heard, in milliseconds since 1970. */
  readonly lastHeardAt: (tid: string) => number | undefined;
}

export class Terminals {
  readonly #deps: TerminalsDeps;
  /** By tid; a promise while it is being opened. */
  readonly #sessions = new Map<string, TerminalSession | Promise<TerminalSession>>();
  #cancelClosing: Cancel | undefined;
  #isClosed = false;

  constructor(deps: TerminalsDeps) {
    this.#deps = deps;
  }

  /** The session of a connected machine; refuses with [C-3.28]. */
  connected(tid: string): TerminalSession | Promise<TerminalSession> {
    const session = this.#serves(tid) ? this.#find(tid) : undefined;
    if (!session) throw refuse('terminalUnavailable', { tid });
    if (session instanceof TerminalSession) return this.#mustBeConnected(session);
    return session.then((opened) => this.#mustBeConnected(opened));
  }

  /** The session of a machine, if it is open. */
  opened(tid: string): TerminalSession | undefined {
    const session = this.#sessions.get(tid);
    return session instanceof TerminalSession ? session : undefined;
  }

  /** The sessions that are open. */
  get allOpened(): readonly TerminalSession[] {
    return [...this.#sessions.values()].filter((one) => one instanceof TerminalSession);
  }

  /** Whether the session of a machine is open or being opened. */
  isOpen(tid: string): boolean {
    return this.#sessions.has(tid);
  }

  /** All machines now connected, ordered by tid [C-4.3]. */
  async allConnected(): Promise<readonly TerminalSession[]> {
    const tids = new Set([...this.#known(), ...this.#sessions.keys()]);
    const sessions = await Promise.all([...tids].map((tid) => this.#find(tid)));
    return sessions
      .filter((session) => session !== undefined)
      .filter((session) => session.profile !== undefined)
      .sort((a, b) => (a.tid < b.tid ? -1 : 1));
  }

  /** Opens every machine with an incomplete activity: no end yet, or a result not delivered. */
  async recover(): Promise<void> {
    const { store, name } = this.#deps;
    const records = await store.list(INCOMPLETE, `${name}/`);
    for (let first = 0; first < records.length; first += RECOVERED_AT_ONCE) {
      await backgroundTurn();
      const some = records.slice(first, first + RECOVERED_AT_ONCE);
      const read = some.map(({ key }) => this.#readIncomplete(key.slice(name.length + 1)));
      // In their order, however they were read.
      for (const found of await Promise.all(read)) {
        if (found) this.#takeUp(found.session, found.loaded);
      }
    }
  }

  /** Whether no job is open on any machine. */
  get allIdle(): boolean {
    for (const session of this.#sessions.values()) {
      if (session instanceof Promise || session.isWorking) return false;
    }
    return true;
  }

  /** Whether nothing is in progress or to be written: what is not delivered is recovered when they are opened again. */
  get allAtRest(): boolean {
    for (const session of this.#sessions.values()) {
      if (session instanceof Promise || !session.isAtRest) return false;
    }
    return true;
  }

  /** On shutdown, close table sessions: report payments to the till first. */
  leaveTables(): void {
    for (const session of this.#sessions.values()) {
      if (session instanceof TerminalSession) session.leaveTable();
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelClosing?.();
    for (const session of this.#sessions.values()) {
      if (session instanceof TerminalSession) session.close();
    }
  }

  #serves(tid: string): boolean {
    return this.#deps.driver.serves(this.#deps.name, tid);
  }

  #known(): readonly string[] {
    return this.#deps.driver.known(this.#deps.name);
  }

  /** A line that could not be opened before is tried again. */
  #mustBeConnected(session: TerminalSession): TerminalSession {
    if (!session.profile) session.open(this.#deps.driver);
    if (!session.profile) throw this.#outOfReach(session);
    return session;
  }

  /** Of a machine that links the refusal says when it was last heard [C-13.18]. */
  #outOfReach({ tid }: TerminalSession): Refusal {
    const at = this.#deps.lastHeardAt(tid);
    if (at === undefined) return refuse('terminalUnavailable', { tid });
    const heard = localTime(at, this.#timeZone).replace('T', ' ');
    return refuse('terminalSilent', { tid, heard });
  }

  get #timeZone(): string {
    return this.#deps.site()?.timeZone ?? 'UTC';
  }

  #find(tid: string): TerminalSession | Promise<TerminalSession> | undefined {
    const session = this.#sessions.get(tid);
    if (session) return session;
    if (!this.#serves(tid) || !this.#hasRoom(tid)) return undefined;
    const opening = this.#open(tid);
    this.#sessions.set(tid, opening);
    opening.then(
      (opened) => {
        this.#sessions.set(tid, opened);
        if (this.#isClosed) opened.close();
      },
      () => this.#sessions.delete(tid),
    );
    if (this.#sessions.size > MAX_UNLISTED_SESSIONS) this.#closeUnusedSoon();
    return opening;
  }

  /** For a machine that the driver lists there always is. */
  #hasRoom(tid: string): boolean {
    return this.#sessions.size < MAX_SESSIONS || this.#known().includes(tid);
  }

  /** In a timer: whoever has just got a session has begun with it by then, or is done with it. */
  #closeUnusedSoon(): void {
    this.#cancelClosing ??= this.#deps.clock.after(CLOSE_UNUSED_AFTER_MS, () => {
      this.#cancelClosing = undefined;
      this.#closeUnused();
    });
  }

  /** Closes the sessions opened first, of machines that are not listed and where nothing is left to do. */
  #closeUnused(): void {
    if (this.#sessions.size <= MAX_UNLISTED_SESSIONS) return;
    const listed = new Set(this.#known());
    const unlisted = [...this.#sessions].filter(([tid]) => !listed.has(tid));
    let excess = unlisted.length - MAX_UNLISTED_SESSIONS;
    for (const [tid, session] of unlisted) {
      if (excess <= 0) return;
      if (session instanceof Promise || !session.isUnused) continue;
      session.close();
      this.#sessions.delete(tid);
      excess -= 1;
    }
  }

  async #open(tid: string): Promise<TerminalSession> {
    const { name, store, clock, observer, driver, tills, outbox } = this.#deps;
    const { onDamaged, tableRules, isDraining, holdsLease, isInUse, onEnded, tracer } = this.#deps;
    const session = new TerminalSession(name, tid, {
      store,
      clock,
      observer,
      onDamaged,
      tableRules,
      isDraining,
      holdsLease,
      onEnded,
      tracer,
      outbox,
      isInUse: () => isInUse(tid),
      localTime: () => localTime(clock.now(), this.#timeZone),
    });
    await session.load(({ activityId }, job) => tills.recover(session, activityId, job));
    session.open(driver);
    return session;
  }

  /** An earlier activity whose result or notices are not delivered yet, and its session; `name` is `TID/ACTIVITY`. */
  async #readIncomplete(name: string) {
    const [tid = '', number] = splitKey(name);
    const activityId = Number(number);
    const session = await this.#find(tid);
    if (!session || activityId === session.activityId) return undefined;
    const loaded = await session.readActivity(activityId);
    if (loaded && !isComplete(loaded.activity)) return { session, loaded };
    await session.expire(activityId);
    return undefined;
  }

  #takeUp(session: TerminalSession, loaded: StoredActivity): void {
    session.resume(loaded);
    const { activityId, activity } = loaded;
    if (
      !isTable(activity) &&
      activity.phase === 'ended' &&
      !activity.delivered &&
      activity.requestedBy?.eposId
    ) {
      this.#deps.tills.recover(session, activityId, activity);
    }
  }
}

/** A tid may itself hold slashes. */
function splitKey(key: string): readonly string[] {
  const last = key.lastIndexOf('/');
  return [key.slice(0, last), key.slice(last + 1)];
}
