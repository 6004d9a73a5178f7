// Who waits for what: finds the socket of a till for its jobs' progress and results, also after it has
// come back on another socket [C-4.39 - C-4.43]. Knows connections only as lines to talk on.

import type { Id, NotificationValue, SignatureQuestion, Version } from '@tillgate/protocol';
import type { Job, JobResult } from '../../domain/job.ts';
import type { SignatureWanted } from '../../domain/machine.ts';
import type { Clock } from '../../ports/clock.ts';
import { forgetText } from '../journal/result-text.ts';
import type { JobOwner } from '../terminal/job-listener.ts';
import type { TerminalSession } from '../terminal/terminal-session.ts';

/** One open socket of a till, as its jobs need it. */
export interface TillLine {
  show(tid: string, value: NotificationValue): void;
  /** `judged` returns false for an answer that does not count; the returned function forgets. */
  ask(question: SignatureQuestion, judged: (accepted: boolean) => boolean): () => void;
  /** Sends a result under the id of an earlier request; `delivered` on its delivery mark. */
  respond(id: Id, result: JobResult, delivered: () => void): void;
  /** `delivered` once the till is known to hold all that was sent before [C-3.49]. */
  mark(delivered: () => void): void;
  close(code: number, reason: string): void;
}

export interface TillName {
  readonly site: string;
  readonly version: Version;
  readonly eposId?: string;
}

/** Close code of a socket that a newer one has replaced [C-3.44]. */
export const DISCONTINUED = 4001;

export class Tills {
  readonly #keeping: Keeping;
  readonly #named = new Map<string, Till>();

  /** `holdMs`: how long an undelivered result is kept for an epos-id [C-11.11]. */
  constructor(clock: Clock, holdMs: number) {
    this.#keeping = { clock, holdMs };
  }

  /** The till of a new socket: with an epos-id the one known before, else a new one. */
  arrive(name: TillName, line: TillLine): Till {
    const till = this.named(name);
    till.attach(line);
    return till;
  }

  /** Gives up the results that nobody has fetched in time [C-11.11]. */
  forgetOld(): void {
    for (const till of this.#named.values()) till.forgetOld();
  }

  /** The till that a journalled job belongs to. */
  named(name: TillName): Till {
    if (name.eposId === undefined) return new Till(this.#keeping);
    const key = `${name.site}|${name.version}|${name.eposId}`;
    const known = this.#named.get(key) ?? new Till(this.#keeping);
    this.#named.set(key, known);
    known.onIdle = () => this.#named.delete(key);
    return known;
  }
}

interface Keeping {
  readonly clock: Clock;
  /** How long an undelivered result is kept [C-11.11]. */
  readonly holdMs: number;
}

/** One till: at most one socket now, and the jobs it has started and not yet heard the end of. */
export class Till {
  readonly #keeping: Keeping;
  /** Made with the first: an idle till holds none. */
  #tickets: Set<Ticket> | undefined;
  /** Ids of requests taken whose machine is still being looked up. */
  #claims: Set<string> | undefined;
  #line: TillLine | undefined;
  onIdle: (() => void) | undefined;

  constructor(keeping: Keeping) {
    this.#keeping = keeping;
  }

  get line(): TillLine | undefined {
    return this.#line;
  }

  /** Takes up a new socket: first the results still due, then where the open jobs stand [C-4.40]. */
  attach(line: TillLine): void {
    const older = this.#line;
    this.#line = line;
    older?.close(DISCONTINUED, 'Connection Discontinued');
    this.forgetOld();
    const tickets = [...(this.#tickets ?? [])];
    for (const ticket of tickets.toSorted((a, b) => a.endedAt - b.endedAt)) ticket.handIn(line);
    for (const ticket of tickets) ticket.catchUp();
  }

  /** The socket is gone; a newer one may already be there. */
  detach(line: TillLine): void {
    if (this.#line === line) this.#line = undefined;
    for (const ticket of this.#tickets ?? []) ticket.lost(line);
    this.#rest();
  }

  forgetOld(): void {
    const oldest = this.#keeping.clock.now() - this.#keeping.holdMs;
    for (const ticket of this.#tickets ?? []) if (ticket.endedAt < oldest) ticket.giveUp();
  }

  /** Whether `id` is that of a request still open or undelivered [C-4.41]. */
  owes(id: Id): boolean {
    const text = JSON.stringify(id);
    if (this.#claims?.has(text)) return true;
    for (const ticket of this.#tickets ?? []) if (ticket.idText === text) return true;
    return false;
  }

  /** Holds an id, and the till, until a ticket does; returns release. */
  claim(id: Id): () => void {
    const text = JSON.stringify(id);
    this.#claims ??= new Set();
    this.#claims.add(text);
    return () => {
      this.#claims?.delete(text);
      this.#rest();
    };
  }

  open(ticket: Ticket): void {
    this.#tickets ??= new Set();
    this.#tickets.add(ticket);
  }

  close(ticket: Ticket): void {
    this.#tickets?.delete(ticket);
    this.#rest();
  }

  #rest(): void {
    if (!this.#line && !this.#tickets?.size && !this.#claims?.size) this.onIdle?.();
  }
}

interface TicketOptions {
  readonly till: Till;
  readonly session: TerminalSession;
  readonly chapter: number;
  readonly requestId: Id;
  /** A till without epos-id gets nothing on another socket [C-4.39]. */
  readonly resumable: boolean;
  /** The time a result came, in milliseconds since 1970. */
  readonly now: () => number;
  /** The open call that the result answers, as long as the socket it came in on is there. */
  readonly reply?: { readonly line: TillLine; readonly answer: (result: JobResult) => void };
}

/** One request of a till for a job: passes everything on to whatever socket the till has now. */
export class Ticket implements JobOwner {
  readonly idText: string;
  readonly #options: TicketOptions;
  #reply: TicketOptions['reply'];
  #result: { readonly result: JobResult; readonly at: number } | undefined;
  #forgetQuestion: (() => void) | undefined;

  constructor(options: TicketOptions) {
    this.#options = options;
    this.#reply = options.reply;
    this.idText = JSON.stringify(options.requestId);
    options.till.open(this);
  }

  show(value: NotificationValue): void {
    this.#line?.show(this.#options.session.tid, value);
  }

  askSignature(job: Job, wanted: SignatureWanted, secondsLeft: number): void {
    this.closeSignature();
    const { session, chapter } = this.#options;
    this.#forgetQuestion = this.#line?.ask(questionOf(job, wanted, secondsLeft), (accepted) =>
      session.jobs.judge(chapter, accepted),
    );
  }

  closeSignature(): void {
    this.#forgetQuestion?.();
    this.#forgetQuestion = undefined;
  }

  finish(result: JobResult, at: number = this.#options.now()): void {
    this.#result = { result, at };
    const line = this.#line;
    if (this.#reply && this.#reply.line === line) this.#reply.answer(result);
    else if (line) this.handIn(line);
    else if (!this.#options.resumable) this.#options.till.close(this);
  }

  /** The till holds the result. */
  readonly delivered = (): void => {
    const { session, chapter, till } = this.#options;
    if (this.#result) forgetText(this.#result.result);
    session.delivered(chapter);
    till.close(this);
  };

  /** Sends the result if there is one. */
  handIn(line: TillLine): void {
    if (!this.#result) return;
    line.respond(this.#options.requestId, this.#result.result, this.delivered);
  }

  /** Tells a till that came back where its open job stands. */
  catchUp(): void {
    const { session, chapter } = this.#options;
    const job = session.jobs.openJob(chapter);
    if (job?.order.kind !== 'transaction') return;
    this.show(job.showing);
    if (job.signature.signature !== 'open') return;
    const leftMs = job.signature.askedAt + job.rules.signatureMs - this.#options.now();
    this.askSignature(job, job.signature.wanted, Math.max(1, Math.ceil(leftMs / 1000)));
  }

  lost(line: TillLine): void {
    if (this.#reply?.line === line) this.#reply = undefined;
    if (!this.#options.resumable && this.#result) this.#options.till.close(this);
  }

  /** Infinity while it has not ended. */
  get endedAt(): number {
    return this.#result?.at ?? Number.POSITIVE_INFINITY;
  }

  giveUp(): void {
    const { session, chapter, till } = this.#options;
    till.close(this);
    void session.forget(chapter).catch(() => {});
  }

  get #line(): TillLine | undefined {
    return this.#options.till.line;
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
