// Which till of a site waits for which result: routes progress, signature questions and results of jobs to
// the connection that the till has now, also after it has reconnected [C-4.39 - C-4.43].

import type {
  Id,
  NotificationValue,
  SchemaViolation,
  SignatureQuestion,
  Version,
} from '@tillgate/protocol';
import { CloseCode } from '@tillgate/protocol';
import type { Job, JobResult } from '../../domain/job.ts';
import type { SignatureWanted } from '../../domain/machine.ts';
import type { Clock } from '../../ports/clock.ts';
import { discardText } from '../journal/result-text.ts';
import type { JobListener } from '../terminal/job-service.ts';
import { signatureSecondsLeft } from '../terminal/job-service.ts';
import type { TerminalSession } from '../terminal/terminal-session.ts';

/** One open socket of a till, as its jobs need it. */
export interface TillConnection {
  show(tid: string, value: NotificationValue): void;
  /** Asks the till's staff; the returned function cancels. */
  ask(question: SignatureQuestion, answers: SignatureAnswers): () => void;
  /** Sends a result under the id of an earlier request; `delivered` on its delivery mark. */
  respond(id: Id, result: JobResult, delivered: () => void): void;
  /** `delivered` once the till is known to hold all that was sent before [C-3.49]. */
  mark(delivered: () => void): void;
  close(code: number, reason: string): void;
}

/** Takes the answers to one question; several come if some cannot be used [C-4.37]. */
export interface SignatureAnswers {
  /** Returns false for an answer that does not count any more. */
  judged(accepted: boolean): boolean;
  /** Called for an answer that cannot be used, after the till has its error message. */
  rejected(errors: readonly SchemaViolation[]): void;
}

export interface TillIdentity {
  readonly version: Version;
  readonly eposId?: string;
  /** Absent where it was not kept: then any token of the site is the right one. */
  readonly tokenId?: string;
}

export interface TillsDeps {
  readonly clock: Clock;
  /** How long an undelivered result is kept for an epos-id, in ms [C-11.11]. */
  readonly holdMs: number;
  /** Whether a token still opens the counter of the site. */
  readonly isTokenValid: (tokenId: string) => boolean;
}

export class Tills {
  readonly #deps: TillsDeps;
  /** By version and epos-id, then by token: what a till is owed belongs to the token that asked. */
  readonly #identified = new Map<string, Map<string, Till>>();

  constructor(deps: TillsDeps) {
    this.#deps = deps;
  }

  /**
   * The till of a new socket: with an epos-id the one known before, else a new one. What was asked for
   * under a token that is not valid any more is its own, too [C-4.47].
   */
  attach(name: TillIdentity, connection: TillConnection): Till {
    const till = this.getOrCreate(name);
    for (const [tokenId, other] of this.#identified.get(keyOf(name)) ?? []) {
      if (other !== till && !this.#isValid(tokenId)) till.takeOver(other);
    }
    till.attach(connection);
    return till;
  }

  /** Expires the results that nobody has fetched in time [C-11.11]. */
  expireOld(): void {
    for (const ofName of this.#identified.values()) {
      for (const till of ofName.values()) till.expireOld();
    }
  }

  /** Forgets the results that have not been delivered. */
  discardResults(): void {
    for (const ofName of this.#identified.values()) {
      for (const till of ofName.values()) till.discardResults();
    }
  }

  #isValid(tokenId: string): boolean {
    return tokenId !== '' && this.#deps.isTokenValid(tokenId);
  }

  /** After a restart: gives a job that the journal has back to the till that requested it. */
  recover(session: TerminalSession, activityId: number, job: Job): PendingRequest | undefined {
    const { requestedBy } = job;
    if (!requestedBy) return undefined;
    const pending = new PendingRequest({
      till: this.getOrCreate(requestedBy),
      session,
      activityId,
      requestId: requestedBy.requestId,
      resumable: requestedBy.eposId !== undefined,
      now: () => this.#deps.clock.now(),
    });
    if (job.phase === 'ended' && !job.delivered) pending.finish(job.result, job.endedAt);
    return pending;
  }

  /** The till of that name; without an epos-id always a new one. */
  getOrCreate(name: TillIdentity): Till {
    if (name.eposId === undefined) return new Till(this.#deps);
    const { tokenId = '' } = name;
    const key = keyOf(name);
    const ofName = this.#identified.get(key) ?? new Map<string, Till>();
    const known = ofName.get(tokenId);
    if (known) return known;
    const till: Till = new Till(this.#deps, () => {
      if (ofName.get(tokenId) === till) ofName.delete(tokenId);
      if (ofName.size === 0 && this.#identified.get(key) === ofName) this.#identified.delete(key);
    });
    this.#identified.set(key, ofName.set(tokenId, till));
    return till;
  }
}

/** Of a till that nobody finds by its name; one for all of them. */
function doNothing(): void {}

function keyOf({ version, eposId }: TillIdentity): string {
  return `${version}|${eposId}`;
}

/** One till: at most one connection, and its requests whose results are not delivered yet. */
export class Till {
  readonly #deps: Pick<TillsDeps, 'clock' | 'holdMs'>;
  /** Called when neither a connection nor a request needs it any more. */
  readonly #onIdle: () => void;
  /** Made with the first: an idle till holds none. */
  #requests: Set<PendingRequest> | undefined;
  /** Ids of requests taken whose machine is still being looked up. */
  #claims: Set<string> | undefined;
  #connection: TillConnection | undefined;

  constructor(deps: Pick<TillsDeps, 'clock' | 'holdMs'>, onIdle: () => void = doNothing) {
    this.#deps = deps;
    this.#onIdle = onIdle;
  }

  get connection(): TillConnection | undefined {
    return this.#connection;
  }

  /**
   * Replaces the connection; sends the results still due, then where the open jobs stand [C-4.40].
   */
  attach(connection: TillConnection): void {
    const older = this.#connection;
    this.#connection = connection;
    older?.close(CloseCode.superseded, 'Connection Discontinued');
    this.expireOld();
    const pending = [...(this.#requests ?? [])];
    for (const request of pending.toSorted((a, b) => a.endedAt - b.endedAt))
      request.sendResult(connection);
    for (const request of pending) request.replayState();
  }

  /** What was asked for as another till is this one's from now on; called before `attach`. */
  takeOver(other: Till): void {
    for (const request of other.#requests ?? []) request.moveTo(this);
    other.#requests?.clear();
    other.#removeIfIdle();
  }

  /** The connection has closed; a newer one may have taken over before. */
  detach(connection: TillConnection): void {
    if (this.#connection === connection) this.#connection = undefined;
    for (const request of this.#requests ?? []) request.connectionClosed(connection);
    this.#removeIfIdle();
  }

  expireOld(): void {
    const oldest = this.#deps.clock.now() - this.#deps.holdMs;
    for (const request of this.#requests ?? []) if (request.endedAt < oldest) request.expire();
  }

  discardResults(): void {
    for (const request of this.#requests ?? []) if (request.hasResult) request.discard();
  }

  /** Whether `id` is that of a request still open or undelivered [C-4.41]. */
  hasPending(id: Id): boolean {
    const text = JSON.stringify(id);
    if (this.#claims?.has(text)) return true;
    for (const request of this.#requests ?? []) if (request.idText === text) return true;
    return false;
  }

  /** Holds an id, and the till, until a pending request does; the returned function releases it. */
  claim(id: Id): () => void {
    const text = JSON.stringify(id);
    this.#claims ??= new Set();
    this.#claims.add(text);
    return () => {
      this.#claims?.delete(text);
      this.#removeIfIdle();
    };
  }

  add(request: PendingRequest): void {
    this.#requests ??= new Set();
    this.#requests.add(request);
  }

  remove(request: PendingRequest): void {
    this.#requests?.delete(request);
    this.#removeIfIdle();
  }

  #removeIfIdle(): void {
    if (!this.#connection && !this.#requests?.size && !this.#claims?.size) this.#onIdle();
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
  #till: Till;
  #reply: PendingRequestOptions['reply'];
  #result: { readonly result: JobResult; readonly at: number } | undefined;
  /** Of each time that the till was asked: an answer to an earlier question counts too. */
  readonly #cancelQuestions: (() => void)[] = [];
  /** Whether an answer was rejected and the till is about to be asked again: once, whatever comes meanwhile. */
  #isAskingAgain = false;

  constructor(options: PendingRequestOptions) {
    this.#options = options;
    this.#till = options.till;
    this.#reply = options.reply;
    this.idText = JSON.stringify(options.requestId);
    options.till.add(this);
  }

  show(value: NotificationValue): void {
    this.#connection?.show(this.#options.session.tid, value);
  }

  askSignature(job: Job, wanted: SignatureWanted, secondsLeft: number): void {
    const { session, activityId } = this.#options;
    this.#isAskingAgain = false;
    const cancel = this.#connection?.ask(questionOf(job, wanted, secondsLeft), {
      judged: (accepted) => session.jobs.judge(activityId, accepted),
      rejected: (errors) => {
        if (this.#isAskingAgain) return;
        this.#isAskingAgain = true;
        session.jobs.rejectAnswer(activityId, errors);
      },
    });
    if (cancel) this.#cancelQuestions.push(cancel);
  }

  closeSignature(): void {
    for (const cancel of this.#cancelQuestions.splice(0)) cancel();
  }

  finish(result: JobResult, at: number = this.#options.now()): void {
    this.#result = { result, at };
    const connection = this.#connection;
    if (this.#reply && this.#reply.connection === connection) this.#reply.answer(result);
    else if (connection) this.sendResult(connection);
    else if (!this.#options.resumable) this.discard();
  }

  /** The till holds the result. */
  readonly delivered = (): void => {
    const { session, activityId } = this.#options;
    if (this.#result) discardText(this.#result.result);
    session.delivered(activityId);
    this.discard();
  };

  /** Nothing is expected for it any more, or its job could not be started. */
  discard(): void {
    this.#till.remove(this);
  }

  moveTo(till: Till): void {
    this.#till = till;
    till.add(this);
  }

  /** Sends the result if there is one. */
  sendResult(connection: TillConnection): void {
    if (!this.#result) return;
    connection.respond(this.#options.requestId, this.#result.result, this.delivered);
  }

  /** Sends a till that reconnected the state of its open job [C-4.40]. */
  replayState(): void {
    const { session, activityId } = this.#options;
    const job = session.jobs.openJob(activityId);
    if (job?.order.kind !== 'transaction') return;
    this.show(job.showing);
    if (job.signature.kind !== 'open') return;
    this.closeSignature();
    const secondsLeft = signatureSecondsLeft(job, this.#options.now());
    this.askSignature(job, job.signature.wanted, secondsLeft);
  }

  connectionClosed(connection: TillConnection): void {
    if (this.#reply?.connection === connection) this.#reply = undefined;
    if (!this.#options.resumable && this.#result) this.discard();
  }

  get hasResult(): boolean {
    return this.#result !== undefined;
  }

  /** Infinity while it has not ended. */
  get endedAt(): number {
    return this.#result?.at ?? Number.POSITIVE_INFINITY;
  }

  expire(): void {
    const { session, activityId } = this.#options;
    this.discard();
    void session.expire(activityId).catch(() => {});
  }

  get #connection(): TillConnection | undefined {
    return this.#till.connection;
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
