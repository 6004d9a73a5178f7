// The one session that writes to PostgreSQL: all writes of a turn share a statement, one statement is
// under way at a time, and a write is settled only when it is known whether it was written.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ClientConfig } from 'pg';
import type { Cancel, Clock } from '../../../ports/clock.ts';
import type { Lease } from '../../../ports/ownership.ts';
import type { Write } from '../../../ports/store.ts';
import { Deposed, RecordConflict, VersionConflict } from '../../../ports/store.ts';
import { closedFault, writeFault } from '../faults.ts';
import type { Batch, Notice, PendingWrite } from './batch.ts';
import { BATCH_STATEMENT, encodeBatch, isWritable, takeBatch } from './batch.ts';
import type { Session } from './client.ts';
import { codeOf, connect, isSessionLost, isUndone, reasonOf } from './client.ts';

/** Time until a database that is away is tried again, in ms; the first time it is tried at once. */
const RETRY_MS = 500;

/** How often a batch is sent that was not written for a reason that may pass. */
const MAX_ATTEMPTS = 3;

export interface BatchWriterDeps {
  readonly config: ClientConfig;
  readonly clock: Clock;
  /** Marks the notifications of this store. */
  readonly origin: string;
  readonly onCommitted: (seconds: number) => void;
  /** Called with the watched records that have changed. */
  readonly onChanged: (notices: readonly Notice[]) => void;
  /** Called when the database is away, and when it is back. */
  readonly onWarning: (message: string) => void;
  /** Called with each lease that the database has given to another. */
  readonly onDeposed: (lease: Lease) => void;
}

/** How a batch ended; after an `error` nothing of it was written. */
type Outcome = { readonly refused: readonly number[] } | { readonly error: unknown };

export class BatchWriter {
  readonly #deps: BatchWriterDeps;
  readonly #queue: PendingWrite[] = [];
  #session: WritingSession | undefined;
  #isWorking = false;
  #worked: Promise<void> = Promise.resolve();
  /** Why the last batch was not written. */
  #failure: string | undefined;
  /** Why there is no session, after an attempt to have one. */
  #absence: string | undefined;
  #endPause: (() => void) | undefined;
  #closed = false;

  constructor(deps: BatchWriterDeps) {
    this.#deps = deps;
  }

  get failure(): string | undefined {
    return this.#absence ?? this.#failure;
  }

  /** The first session; rejects if there can be none. */
  async open(): Promise<void> {
    this.#session = await this.#newSession();
  }

  write(write: Write, lease?: Lease): Promise<void> {
    if (this.#closed) return Promise.reject(closedFault());
    if (this.#absence !== undefined) return Promise.reject(writeFault(this.#absence));
    if (!isWritable(write)) return Promise.reject(writeFault('a text contains a NUL'));
    return new Promise((resolve, reject) => {
      this.#queue.push({ write, lease, resolve, reject });
      this.#run();
    });
  }

  /** Settles all writes, without waiting for a database that is away. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#endPause?.();
    await this.#worked;
    for (const { reject } of this.#queue.splice(0)) reject(closedFault());
    await this.#session?.close();
    this.#session = undefined;
  }

  #run(): void {
    if (this.#isWorking) return;
    this.#isWorking = true;
    this.#worked = this.#work();
  }

  /** Runs while there are writes, or no session. */
  async #work(): Promise<void> {
    while (this.#queue.length > 0 || !(this.#session || this.#closed)) {
      if (!(await this.#connected())) break;
      // Writes of the same turn share the statement.
      await nextTurn();
      const taken = takeBatch(this.#queue);
      if (taken.length > 0) await this.#deliver(taken);
    }
    // In the same turn as the condition: a write that comes later starts it again.
    this.#isWorking = false;
  }

  async #deliver(pending: readonly PendingWrite[]): Promise<void> {
    const startedAt = performance.now();
    const batch = encodeBatch(pending, this.#deps.origin);
    const outcome = await this.#outcome(batch);
    // One write that the database cannot store must not fail the others.
    if ('error' in outcome && pending.length > 1 && isFaultOfData(outcome.error)) {
      for (const single of pending) await this.#deliver([single]);
      return;
    }
    this.#failure = failureOf(outcome);
    settle(pending, outcome, await this.#leasesLeft(pending, outcome));
    this.#deps.onCommitted((performance.now() - startedAt) / 1000);
    if ('error' in outcome) return;
    this.#deps.onChanged(batch.notices.filter(({ write }) => !outcome.refused.includes(write)));
  }

  /** Sends a batch until it is known how it ended. */
  async #outcome(batch: Batch): Promise<Outcome> {
    let error: unknown;
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const session = this.#session ?? (await this.#connectOnce());
      if (!session) return { error: error ?? new Error(this.#absence) };
      try {
        return { refused: await session.write(batch) };
      } catch (cause) {
        error = cause;
      }
      if (!isUndone(error)) {
        this.#drop(session);
        const settled = await this.#readBack(session);
        if (settled) return settled;
      }
      if (!isPassing(error)) break;
    }
    return { error };
  }

  /** The outcome of the last batch of a session that is over, as the database has it; undefined if it was not written. */
  async #readBack(lost: WritingSession): Promise<Outcome | undefined> {
    const known = await this.#ask((session) => session.outcomeOf(lost));
    return known ? known.answer : { error: new Error('it is not known whether it was written') };
  }

  /** Of the leases of refused writes, the numbers of those that the database still has; undefined if it cannot be asked. */
  async #leasesLeft(
    pending: readonly PendingWrite[],
    outcome: Outcome,
  ): Promise<ReadonlySet<string> | undefined> {
    const refused = 'refused' in outcome ? outcome.refused : [];
    const leases = new Set(refused.flatMap((n) => pending[n]?.lease ?? []));
    if (leases.size === 0) return new Set();
    const known = await this.#ask((session) => session.leasesOf([...leases]));
    if (!known) return undefined;
    for (const lease of leases) if (!known.answer.has(lease.number)) this.#deps.onDeposed(lease);
    return known.answer;
  }

  /** Asks the database, however long it takes; undefined if the store is closed and the database is away. */
  async #ask<T>(
    question: (session: WritingSession) => Promise<T>,
  ): Promise<{ readonly answer: T } | undefined> {
    for (;;) {
      const session = await this.#connected();
      if (!session) return undefined;
      try {
        return { answer: await question(session) };
      } catch (cause) {
        this.#drop(session);
        this.#markAway(cause);
        await this.#pause();
      }
    }
  }

  /** The session, however long it takes; undefined if the store is closed and the database is away. */
  async #connected(): Promise<WritingSession | undefined> {
    for (;;) {
      const session = this.#session ?? (await this.#connectOnce());
      if (session || this.#closed) return session;
      await this.#pause();
    }
  }

  async #connectOnce(): Promise<WritingSession | undefined> {
    try {
      this.#session = await this.#newSession();
      if (this.#absence !== undefined) this.#deps.onWarning('The database is back.');
      this.#absence = undefined;
    } catch (cause) {
      this.#markAway(cause);
    }
    return this.#session;
  }

  #newSession(): Promise<WritingSession> {
    return WritingSession.open(this.#deps, (session) => {
      if (this.#session !== session) return;
      this.#session = undefined;
      if (!this.#closed) this.#run();
    });
  }

  #drop(session: WritingSession): void {
    if (this.#session === session) this.#session = undefined;
    session.cut();
  }

  /** Writes that were not sent are refused at once, so that nobody waits for a database that is away. */
  #markAway(cause: unknown): void {
    const reason = reasonOf(cause);
    if (this.#absence === undefined) this.#deps.onWarning(`The database is away: ${reason}.`);
    this.#absence = reason;
    for (const { reject } of this.#queue.splice(0)) reject(writeFault(reason));
  }

  #pause(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel: Cancel = this.#deps.clock.after(RETRY_MS, resolve);
      this.#endPause = () => {
        cancel();
        resolve();
      };
    });
  }
}

/** What the next write may meet, too. A lost session is over: its successor is there, or is missed by itself. */
function failureOf(outcome: Outcome): string | undefined {
  if (!('error' in outcome) || isSessionLost(outcome.error)) return undefined;
  return reasonOf(outcome.error);
}

function settle(
  pending: readonly PendingWrite[],
  outcome: Outcome,
  leases: ReadonlySet<string> | undefined,
): void {
  const fault = 'error' in outcome ? writeFault(reasonOf(outcome.error)) : undefined;
  const refused = new Set('refused' in outcome ? outcome.refused : []);
  for (const [n, each] of pending.entries()) {
    if (fault) each.reject(fault);
    else if (refused.has(n)) each.reject(refusalOf(each, leases));
    else each.resolve();
  }
}

function refusalOf({ write, lease }: PendingWrite, leases: ReadonlySet<string> | undefined): Error {
  if (lease && !leases) return writeFault('it is not known whether its lease holds');
  if (lease && !leases?.has(lease.number)) return new Deposed(lease.site);
  if (write.append) return new VersionConflict(write.append.stream, write.append.version);
  return write.when ? new RecordConflict() : writeFault('the database refused it');
}

/** The classes of errors that come from what was to be written: data, constraints, limits. */
function isFaultOfData(error: unknown): boolean {
  return /^(22|23|54)/.test(codeOf(error) ?? '');
}

/** The same batch may be written when it is sent again: the session was lost, or it met another writer (40, 23505). */
function isPassing(error: unknown): boolean {
  return isSessionLost(error) || /^(40|23505)/.test(codeOf(error) ?? '');
}

/** Statements use the indexes also in tables that have grown since the server looked at them last. */
const SETTINGS = `SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan;
  SET default_transaction_isolation = 'read committed';
  SELECT set_config('synchronous_commit', 'on', false)
    WHERE current_setting('synchronous_commit') = 'off'`;

/** A session with its row in the table `writer`, which tells how its last batch ended. */
class WritingSession {
  readonly id: string;
  readonly #session: Session;
  #batch = 0;

  static async open(
    { config, clock }: Pick<BatchWriterDeps, 'config' | 'clock'>,
    onEnded: (session: WritingSession) => void,
  ): Promise<WritingSession> {
    let opened: WritingSession | undefined;
    const session = await connect(config, () => {
      if (opened) onEnded(opened);
    });
    const id = clock.id();
    try {
      await session.client.query(SETTINGS);
      await session.client.query('INSERT INTO writer (id) VALUES ($1)', [id]);
    } catch (error) {
      session.cut();
      throw error;
    }
    opened = new WritingSession(id, session);
    return opened;
  }

  private constructor(id: string, session: Session) {
    this.id = id;
    this.#session = session;
  }

  /** Number of the batch sent last. */
  get batch(): number {
    return this.#batch;
  }

  /** Returns which writes of the batch were refused. */
  async write(batch: Batch): Promise<readonly number[]> {
    this.#batch += 1;
    const values = [this.id, this.#batch, ...batch.values];
    const { rows } = await this.#session.client
      .query({ ...BATCH_STATEMENT, values })
      .catch((error: unknown) => {
        if (isUndone(error)) this.#batch -= 1;
        throw error;
      });
    if (!rows[0]) throw new Error('the session is not known to the database');
    return rows[0].refused;
  }

  /**
   * How the last batch of another session ended; undefined if it was not written. If its statement is still
   * running, this waits for it; if it has not begun, it will write nothing. May be asked again.
   */
  async outcomeOf({ id, batch }: WritingSession): Promise<Outcome | undefined> {
    const { rows } = await this.#session.client.query(
      'UPDATE writer SET closed = true WHERE id = $1 RETURNING batch, refused',
      [id],
    );
    return rows[0]?.batch === batch ? { refused: rows[0].refused } : undefined;
  }

  /** The numbers of those leases that the database still has. */
  async leasesOf(leases: readonly Lease[]): Promise<ReadonlySet<string>> {
    const { rows } = await this.#session.client.query(
      `SELECT owner.lease::text AS number FROM unnest($1::text[], $2::bigint[]) AS asked (site, lease)
        JOIN owner USING (site, lease)`,
      [leases.map(({ site }) => site), leases.map(({ number }) => number)],
    );
    return new Set(rows.map(({ number }) => number));
  }

  cut(): void {
    this.#session.cut();
  }

  async close(): Promise<void> {
    await this.#session.client.query('DELETE FROM writer WHERE id = $1', [this.id]).catch(() => {});
    await this.#session.close();
  }
}
