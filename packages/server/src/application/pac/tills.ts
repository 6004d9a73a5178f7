// Who waits for what: finds the socket of a till for its jobs' progress and results, also after it has
// come back on another socket [C-4.39 - C-4.43]. Knows connections only as lines to talk on.

import type { Id, NotificationValue, SignatureQuestion, Version } from '@tillgate/protocol';
import type { Job, JobResult } from '../../domain/job.ts';
import type { SignatureWanted } from '../../domain/machine.ts';
import type { Clock } from '../../ports/clock.ts';
import { discardText } from '../journal/result-text.ts';
import type { JobListener } from '../terminal/job-listener.ts';
import type { TerminalSession } from '../terminal/terminal-session.ts';

/** One open socket of a till, as its jobs need it. */
export interface TillConnection {
  show(tid: string, value: NotificationValue): void;
  /** `judged` returns false for an answer that does not count; the returned function forgets. */
  ask(question: SignatureQuestion, judged: (accepted: boolean) => boolean): () => void;
  /** Sends a result under the id of an earlier request; `delivered` on its delivery mark. */
  respond(id: Id, result: JobResult, delivered: () => void): void;
  /** `delivered` once the till is known to hold all that was sent before [C-3.49]. */
  mark(delivered: () => void): void;
  close(code: number, reason: string): void;
}

export interface TillIdentity {
  readonly site: string;
  readonly version: Version;
  readonly eposId?: string;
}

/** Close code of a socket that a newer one has replaced [C-3.44]. */
export const DISCONTINUED = 4001;

export class Tills {
  readonly #deps: TillDeps;
  readonly #identified = new Map<string, Till>();

  /** `holdMs`: how long an undelivered result is kept for an epos-id [C-11.11]. */
  constructor(clock: Clock, holdMs: number) {
    this.#deps = { clock, holdMs };
  }

  /** The till of a new socket: with an epos-id the one known before, else a new one. */
  attach(name: TillIdentity, line: TillConnection): Till {
    const till = this.getOrCreate(name);
    till.attach(line);
    return till;
  }

  /** Gives up the results that nobody has fetched in time [C-11.11]. */
  expireOld(): void {
    for (const till of this.#identified.values()) till.expireOld();
  }

  /** The till that a journalled job belongs to. */
  getOrCreate(name: TillIdentity): Till {
    if (name.eposId === undefined) return new Till(this.#deps);
    const key = `${name.site}|${name.version}|${name.eposId}`;
    const known = this.#identified.get(key) ?? new Till(this.#deps);
    this.#identified.set(key, known);
    known.onIdle = () => this.#identified.delete(key);
    return known;
  }
}

interface TillDeps {
  readonly clock: Clock;
  /** How long an undelivered result is kept [C-11.11]. */
  readonly holdMs: number;
}

/** One till: at most one socket now, and the jobs it has started and not yet heard the end of. */
export class Till {
  readonly #deps: TillDeps;
  /** Made with the first: an idle till holds none. */
  #requests: Set<PendingRequest> | undefined;
  /** Ids of requests taken whose machine is still being looked up. */
  #claims: Set<string> | undefined;
  #connection: TillConnection | undefined;
  onIdle: (() => void) | undefined;

  constructor(keeping: TillDeps) {
    this.#deps = keeping;
  }

  get connection(): TillConnection | undefined {
    return this.#connection;
  }

  /** Takes up a new socket: first the results still due, then where the open jobs stand [C-4.40]. */
  attach(line: TillConnection): void {
    const older = this.#connection;
    this.#connection = line;
    older?.close(DISCONTINUED, 'Connection Discontinued');
    this.expireOld();
    const tickets = [...(this.#requests ?? [])];
    for (const ticket of tickets.toSorted((a, b) => a.endedAt - b.endedAt)) ticket.sendResult(line);
    for (const ticket of tickets) ticket.replayState();
  }

  /** The socket is gone; a newer one may already be there. */
  detach(line: TillConnection): void {
    if (this.#connection === line) this.#connection = undefined;
    for (const ticket of this.#requests ?? []) ticket.connectionClosed(line);
    this.#removeIfIdle();
  }

  expireOld(): void {
    const oldest = this.#deps.clock.now() - this.#deps.holdMs;
    for (const ticket of this.#requests ?? []) if (ticket.endedAt < oldest) ticket.expire();
  }

  /** Whether `id` is that of a request still open or undelivered [C-4.41]. */
  hasPending(id: Id): boolean {
    const text = JSON.stringify(id);
    if (this.#claims?.has(text)) return true;
    for (const ticket of this.#requests ?? []) if (ticket.idText === text) return true;
    return false;
  }

  /** Holds an id, and the till, until a ticket does; returns release. */
  claim(id: Id): () => void {
    const text = JSON.stringify(id);
    this.#claims ??= new Set();
    this.#claims.add(text);
    return () => {
      this.#claims?.delete(text);
      this.#removeIfIdle();
    };
  }

  add(ticket: PendingRequest): void {
    this.#requests ??= new Set();
    this.#requests.add(ticket);
  }

  remove(ticket: PendingRequest): void {
    this.#requests?.delete(ticket);
    this.#removeIfIdle();
  }

  #removeIfIdle(): void {
    if (!this.#connection && !this.#requests?.size && !this.#claims?.size) this.onIdle?.();
  }
}

interface PendingRequestOptions {
  readonly till: Till;
  readonly session: TerminalSession;
  readonly activityId: number;
  readonly requestId: Id;
  /** A till without epos-id gets nothing on another socket [C-4.39]. */
  readonly resumable: boolean;
  /** The time a result came, in milliseconds since 1970. */
  readonly now: () => number;
  /** The open call that the result answers, as long as the socket it came in on is there. */
  readonly reply?: {
    readonly connection: TillConnection;
    readonly answer: (result: JobResult) => void;
  };
}

/** One request of a till for a job: passes everything on to whatever socket the till has now. */
export class PendingRequest implements JobListener {
  readonly idText: string;
  readonly #options: PendingRequestOptions;
  #reply: PendingRequestOptions['reply'];
  #result: { readonly result: JobResult; readonly at: number } | undefined;
  #cancelQuestion: (() => void) | undefined;

  constructor(options: PendingRequestOptions) {
    this.#options = options;
    this.#reply = options.reply;
    this.idText = JSON.stringify(options.requestId);
    options.till.add(this);
  }

  show(value: NotificationValue): void {
    this.#connection?.show(this.#options.session.tid, value);
  }

  askSignature(job: Job, wanted: SignatureWanted, secondsLeft: number): void {
    this.closeSignature();
    const { session, activityId } = this.#options;
    this.#cancelQuestion = this.#connection?.ask(questionOf(job, wanted, secondsLeft), (accepted) =>
      session.jobs.judge(activityId, accepted),
    );
  }

  closeSignature(): void {
    this.#cancelQuestion?.();
    this.#cancelQuestion = undefined;
  }

  finish(result: JobResult, at: number = this.#options.now()): void {
    this.#result = { result, at };
    const line = this.#connection;
    if (this.#reply && this.#reply.connection === line) this.#reply.answer(result);
    else if (line) this.sendResult(line);
    else if (!this.#options.resumable) this.#options.till.remove(this);
  }

  /** The till holds the result. */
  readonly delivered = (): void => {
    const { session, activityId, till } = this.#options;
    if (this.#result) discardText(this.#result.result);
    session.delivered(activityId);
    till.remove(this);
  };

  /** Sends the result if there is one. */
  sendResult(line: TillConnection): void {
    if (!this.#result) return;
    line.respond(this.#options.requestId, this.#result.result, this.delivered);
  }

  /** Tells a till that came back where its open job stands. */
  replayState(): void {
    const { session, activityId } = this.#options;
    const job = session.jobs.openJob(activityId);
    if (job?.order.kind !== 'transaction') return;
    this.show(job.showing);
    if (job.signature.kind !== 'open') return;
    const leftMs = job.signature.askedAt + job.rules.signatureMs - this.#options.now();
    this.askSignature(job, job.signature.wanted, Math.max(1, Math.ceil(leftMs / 1000)));
  }

  connectionClosed(line: TillConnection): void {
    if (this.#reply?.connection === line) this.#reply = undefined;
    if (!this.#options.resumable && this.#result) this.#options.till.remove(this);
  }

  /** Infinity while it has not ended. */
  get endedAt(): number {
    return this.#result?.at ?? Number.POSITIVE_INFINITY;
  }

  expire(): void {
    const { session, activityId, till } = this.#options;
    till.remove(this);
    void session.expire(activityId).catch(() => {});
  }

  get #connection(): TillConnection | undefined {
    return this.#options.till.connection;
  }
}

function questionOf(job: Job, wanted: SignatureWanted, timeout: number): SignatureQuestion {
  if (job.order.kind !== 'transaction') throw new Error('A report has no signature.');
  const { card } = wanted;
  return {
    timeout,
    tid: job.tid,
    receiptLines: { MERCHANT: [...wanted.merchantReceipt] },
    authCode: card.authCode,
    applicationId: card.applicationId,
    applicationLabel: card.applicationLabel,
    cardholderVerificationMethod: 'SIGNATURE',
    paymentMethod: card.paymentMethod,
    primaryAccountNumber: card.primaryAccountNumber,
    transactionType: job.order.order.transactionType,
  };
}
