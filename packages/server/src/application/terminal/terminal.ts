// Finds the session of a card machine, opening it when it is first needed, and takes up again what
// was open when the gateway last stopped.

import type { Refusal } from '@tillgate/protocol';
import { refuse } from '@tillgate/protocol';
import { isComplete, isTable } from '../../domain/activity.ts';
import type { Job } from '../../domain/job.ts';
import type { Site } from '../../domain/site.ts';
import type { TableRules } from '../../domain/table.ts';
import type { Cancel, Clock } from '../../ports/clock.ts';
import { localTime } from '../../ports/local-time.ts';
import type { Observer } from '../../ports/observer.ts';
import type { Store } from '../../ports/store.ts';
import type { TerminalDriver } from '../../ports/terminal-driver.ts';
import type { OnDamaged } from '../journal/entries.ts';
import { INCOMPLETE } from '../journal/journal.ts';
import type { PatOutboxes } from '../pat/pat-outbox.ts';
import type { JobListener } from './job-service.ts';
import { TerminalSession } from './terminal-session.ts';

/**
 * Most sessions of a site while further ones are opened for machines that the driver does not list: at a
 * test site any name is a machine [C-10.2].
 */
const MAX_SESSIONS_OF_SITE = 10_000;
/** Sessions of such machines that a site keeps open though nothing happens there. */
const MAX_UNLISTED_SESSIONS = 1_000;
/** Milliseconds until the sessions above that are closed. */
const CLOSE_UNUSED_AFTER_MS = 1_000;

/** Finds who waits for a job that the journal has, after a restart. */
export interface JobRecovery {
  recover(session: TerminalSession, activityId: number, job: Job): JobListener | undefined;
}

export interface TerminalsDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly observer: Observer;
  /** Called for each entry of the journal that cannot be read. */
  readonly onDamaged: OnDamaged;
  readonly driver: TerminalDriver;
  readonly tills: JobRecovery;
  readonly patOutboxes: PatOutboxes;
  readonly tableRules: () => TableRules;
  readonly isDraining: () => boolean;
  readonly siteNamed: (name: string) => Site | undefined;
  /** When a machine that links was last heard, in milliseconds since 1970. */
  readonly lastHeardAt: (site: string, tid: string) => number | undefined;
}

export class Terminals {
  readonly #deps: TerminalsDeps;
  /** By site, then by tid; a promise while it is being opened. */
  readonly #sites = new Map<string, Map<string, TerminalSession | Promise<TerminalSession>>>();
  #cancelClosing: Cancel | undefined;

  constructor(deps: TerminalsDeps) {
    this.#deps = deps;
  }

  /** The session of a connected machine; refuses with [C-3.28]. */
  connected(site: string, tid: string): TerminalSession | Promise<TerminalSession> {
    const session = this.#deps.driver.serves(site, tid) ? this.#find(site, tid) : undefined;
    if (!session) throw refuse('terminalUnavailable', { tid });
    if (session instanceof TerminalSession) return this.#mustBeConnected(session);
    return session.then((opened) => this.#mustBeConnected(opened));
  }

  /** The session of a machine, if it is open. */
  opened(site: string, tid: string): TerminalSession | undefined {
    const session = this.#sites.get(site)?.get(tid);
    return session instanceof TerminalSession ? session : undefined;
  }

  /** Whether the session of a machine is open or being opened. */
  isOpen(site: string, tid: string): boolean {
    return this.#sites.get(site)?.has(tid) ?? false;
  }

  /** All machines now connected to a site, ordered by tid [C-4.3]. */
  async allConnected(site: string): Promise<readonly TerminalSession[]> {
    const tids = new Set([...this.#deps.driver.known(site), ...this.#of(site).keys()]);
    const sessions = await Promise.all([...tids].map((tid) => this.#find(site, tid)));
    return sessions
      .filter((session) => session !== undefined)
      .filter((session) => session.profile !== undefined)
      .sort((a, b) => (a.tid < b.tid ? -1 : 1));
  }

  /** Opens every machine with an incomplete activity: no end yet, or a result not delivered. */
  async recover(): Promise<void> {
    const { store } = this.#deps;
    for (const { key } of await store.list(INCOMPLETE, '')) {
      const [site = '', tid = '', activityId = ''] = splitKey(key);
      if (this.#deps.siteNamed(site)) {
        const session = await this.#find(site, tid);
        if (session) await this.#recoverResult(session, Number(activityId));
      }
    }
  }

  /** Whether no job is open on any machine. */
  get allIdle(): boolean {
    for (const session of this.#all()) {
      if (session instanceof Promise || session.isWorking) return false;
    }
    return true;
  }

  /** On shutdown, close table sessions: report payments to the till first. */
  leaveTables(): void {
    for (const session of this.#all()) {
      if (session instanceof TerminalSession) session.leaveTable();
    }
  }

  close(): void {
    this.#cancelClosing?.();
    for (const session of this.#all()) {
      if (session instanceof TerminalSession) session.close();
    }
  }

  /** Of every site; a promise for each that is being opened. */
  *#all() {
    for (const site of this.#sites.values()) yield* site.values();
  }

  /** A line that could not be opened before is tried again. */
  #mustBeConnected(session: TerminalSession): TerminalSession {
    if (!session.profile) session.open(this.#deps.driver);
    if (!session.profile) throw this.#outOfReach(session);
    return session;
  }

  /** Of a machine that links the refusal says when it was last heard [C-13.18]. */
  #outOfReach({ site, tid }: TerminalSession): Refusal {
    const { lastHeardAt, siteNamed } = this.#deps;
    const at = lastHeardAt(site, tid);
    if (at === undefined) return refuse('terminalUnavailable', { tid });
    const heard = localTime(at, siteNamed(site)?.timeZone ?? 'UTC').replace('T', ' ');
    return refuse('terminalSilent', { tid, heard });
  }

  #of(site: string) {
    const known = this.#sites.get(site) ?? new Map();
    this.#sites.set(site, known);
    return known;
  }

  #find(site: string, tid: string): TerminalSession | Promise<TerminalSession> | undefined {
    const known = this.#of(site);
    const session = known.get(tid);
    if (session) return session;
    if (!this.#deps.driver.serves(site, tid) || !this.#hasRoom(site, tid)) return undefined;
    const opening = this.#open(site, tid);
    known.set(tid, opening);
    opening.then(
      (opened) => known.set(tid, opened),
      () => known.delete(tid),
    );
    if (known.size > MAX_UNLISTED_SESSIONS) this.#closeUnusedSoon();
    return opening;
  }

  /** For a machine that the driver lists there always is. */
  #hasRoom(site: string, tid: string): boolean {
    return (
      this.#of(site).size < MAX_SESSIONS_OF_SITE || this.#deps.driver.known(site).includes(tid)
    );
  }

  /** In a timer: whoever has just got a session has begun with it by then, or is done with it. */
  #closeUnusedSoon(): void {
    this.#cancelClosing ??= this.#deps.clock.after(CLOSE_UNUSED_AFTER_MS, () => {
      this.#cancelClosing = undefined;
      for (const site of this.#sites.keys()) this.#closeUnused(site);
    });
  }

  /** Closes the sessions opened first, of machines that are not listed and where nothing is left to do. */
  #closeUnused(site: string): void {
    const sessions = this.#of(site);
    if (sessions.size <= MAX_UNLISTED_SESSIONS) return;
    const listed = new Set(this.#deps.driver.known(site));
    const unlisted = [...sessions].filter(([tid]) => !listed.has(tid));
    let excess = unlisted.length - MAX_UNLISTED_SESSIONS;
    for (const [tid, session] of unlisted) {
      if (excess <= 0) return;
      if (session instanceof Promise || !session.isUnused) continue;
      session.close();
      sessions.delete(tid);
      excess -= 1;
    }
  }

  async #open(site: string, tid: string): Promise<TerminalSession> {
    const { store, clock, observer, driver, tills, patOutboxes } = this.#deps;
    const { onDamaged, tableRules, isDraining } = this.#deps;
    const session = new TerminalSession(site, tid, {
      store,
      clock,
      observer,
      onDamaged,
      tableRules,
      isDraining,
      outbox: patOutboxes.of(site),
      localTime: () => localTime(clock.now(), this.#deps.siteNamed(site)?.timeZone ?? 'UTC'),
    });
    await session.load(({ activityId }, job) => tills.recover(session, activityId, job));
    session.open(driver);
    return session;
  }

  /** Takes up an earlier activity whose result or notices are not delivered yet. */
  async #recoverResult(session: TerminalSession, activityId: number): Promise<void> {
    if (activityId === session.activityId) return;
    const loaded = await session.readActivity(activityId);
    if (!loaded || isComplete(loaded.activity)) {
      await session.expire(activityId);
      return;
    }
    session.resume(loaded);
    const { activity } = loaded;
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

/** `SITE/TID/CHAPTER`; a tid may itself hold slashes. */
function splitKey(key: string): readonly string[] {
  const first = key.indexOf('/');
  const last = key.lastIndexOf('/');
  return [key.slice(0, first), key.slice(first + 1, last), key.slice(last + 1)];
}
