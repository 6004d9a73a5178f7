// One transaction from its request to its outcome, and beyond: after an unknown outcome a late answer is
// still taken. Does not send anything itself; the caller forwards answers and disconnects.

import type {
  Payment,
  Response,
  SignatureAnswer,
  SignatureQuestion,
  TransactionRequest,
} from '@tillgate/protocol';
import { parseAnswer, rowOf } from '../connection/read.ts';
import type { RequestListener } from '../connection/request-registry.ts';
import type { Timing } from '../connection/timing.ts';
import type { Warn } from '../connection/warning.ts';
import { guard } from '../connection/warning.ts';
import { withResolvers } from '../connection/with-resolvers.ts';
import type { Verdict } from './compare.ts';
import { compare, matchesRequest } from './compare.ts';
import type {
  Finding,
  KnownOutcome,
  Outcome,
  ResolveOptions,
  UnknownOutcome,
  UnknownReason,
} from './outcome.ts';
import { adviceFor, foundFree } from './outcome.ts';
import type { PaymentMemory } from './payment-memory.ts';
import type { Shown } from './progress.ts';
import { Progress } from './progress.ts';
import type { OnSignature } from './signature.ts';
import { askForSignature } from './signature.ts';
import type { TransactionEvent, TransactionState } from './transaction-state.ts';
import { next, pending } from './transaction-state.ts';

export interface OpenTransactionDeps {
  readonly method: string;
  readonly request: TransactionRequest;
  readonly limitMs: number;
  readonly onProgress: ((value: Shown) => void) | undefined;
  readonly onSignature: OnSignature | undefined;
  readonly timing: Timing;
  readonly memory: PaymentMemory;
  readonly warn: Warn;
  readonly resolve: (
    open: OpenTransaction,
    options: ResolveOptions | undefined,
  ) => Promise<Outcome>;
  /** Called when the outcome is known, or the request was refused; nothing more is expected. */
  readonly onFinished: (open: OpenTransaction) => void;
}

export class OpenTransaction implements RequestListener {
  readonly deps: OpenTransactionDeps;
  readonly progress = new Progress();
  readonly #outcome = withResolvers<Outcome>();
  readonly #sentAt: number;
  /** Position in the payment memory when the request was sent. */
  readonly #sentSequence: number;
  #state: TransactionState = pending;
  #requestId = 0;
  #cancelLimit: () => void = () => undefined;
  #nextAnswer = withResolvers<undefined>();
  #signature:
    | { readonly connection: unknown; readonly answer: Promise<SignatureAnswer> }
    | undefined;

  constructor(deps: OpenTransactionDeps) {
    this.deps = deps;
    this.#sentAt = deps.timing.now();
    this.#sentSequence = deps.memory.sequence;
    // Whoever reads the progress first and awaits later must not crash by it.
    this.#outcome.promise.catch(() => undefined);
  }

  get outcome(): Promise<Outcome> {
    return this.#outcome.promise;
  }

  get isSettled(): boolean {
    return this.#state.kind !== 'pending';
  }

  /** Whether its answer may still come on the connection that the request was sent on. */
  get awaitsAnswer(): boolean {
    return this.#state.awaitsAnswer;
  }

  get tid(): string {
    return this.deps.request.tid;
  }

  /** Fulfilled when the next answer comes. */
  get nextAnswer(): Promise<undefined> {
    return this.#nextAnswer.promise;
  }

  /** The outcome, once it is known. Throws `TillError` if the gateway refused the request. */
  knownOutcome(): KnownOutcome | undefined {
    if (this.#state.kind === 'refused') throw this.#state.error;
    return this.#state.kind === 'known' ? this.#state.outcome : undefined;
  }

  /** The request was sent under this number; the limit starts. */
  sent(requestId: number): void {
    this.#requestId = requestId;
    const { timing, limitMs } = this.deps;
    this.#cancelLimit = timing.after(limitMs, () => this.#apply({ kind: 'limitReached' }));
  }

  onAnswer(answer: Response): void {
    const { method, warn } = this.deps;
    const parsed = parseAnswer(rowOf(method), answer, warn);
    switch (parsed.kind) {
      case 'result':
        this.#receive(parsed.result as Payment);
        break;
      case 'refused':
        this.#apply({ kind: 'answerRefused', error: parsed.error });
        break;
      case 'nothing':
        this.#apply({ kind: 'answerUnreadable' });
        break;
    }
    const answered = this.#nextAnswer;
    this.#nextAnswer = withResolvers<undefined>();
    answered.resolve(undefined);
  }

  onConnectionLost(): void {
    this.#apply({ kind: 'connectionLost' });
  }

  show(value: Shown): void {
    this.#apply({ kind: 'progressed' });
    this.progress.add(value);
    guard(this.deps.warn, 'onProgress', () => this.deps.onProgress?.(value));
  }

  /** A question repeated on a new connection [C-4.40] gets the answer under way; staff are asked once. */
  askForSignature(question: SignatureQuestion, connection: unknown): Promise<SignatureAnswer> {
    this.#apply({ kind: 'progressed' });
    if (!this.#signature || this.#signature.connection === connection) {
      const answer = askForSignature(question, this.deps.onSignature, this.deps.warn);
      this.#signature = { connection, answer };
    }
    return this.#signature.answer;
  }

  foundBusy(): void {
    this.#apply({ kind: 'foundBusy' });
  }

  /** Compares the machine's last payment with this request; one that is its own becomes the outcome. */
  judgeLast(payment: Payment): Verdict | 'nothingSince' {
    if (this.#state.kind === 'known') return 'same';
    const { memory, request, limitMs, timing } = this.deps;
    const seenBefore = memory.seenBefore(payment, this.#sentSequence);
    const verdict = compare(payment, {
      request,
      limitMs,
      sentAt: this.#sentAt,
      seenAt: timing.now(),
      handedOver: this.#state.handedOver,
      wasBusy: this.#state.wasBusy,
      knownAsOther: seenBefore || memory.belongsToOther(payment, this.#requestId),
      siteOffsetMs: memory.siteOffsetMs,
    });
    if (verdict === 'same') {
      memory.note(payment, this.#requestId);
      this.#apply({ kind: 'paymentFound', payment });
    }
    return seenBefore ? this.judgeNone() : verdict;
  }

  /** Judges that nothing has ended on the machine since the request. */
  judgeNone(): 'nothingSince' | 'other' {
    return this.#state.handedOver ? 'other' : 'nothingSince';
  }

  unknownBecause(finding: Finding): UnknownOutcome {
    const reason = this.#state.kind === 'unknown' ? this.#state.reason : 'connectionLost';
    return this.#unknownOutcome(reason, finding);
  }

  #receive(payment: Payment): void {
    const { memory, method, request, timing, warn } = this.deps;
    if (matchesRequest(payment, request)) {
      if (!this.isSettled) memory.noteClock(payment, timing.now());
      memory.note(payment, this.#requestId);
    } else {
      const message = `The answer to ${method} is about another payment.`;
      warn({ warning: 'badMessage', message, tid: this.tid });
    }
    this.#apply({ kind: 'resultReceived', payment });
  }

  /** Moves to the next state and does what the change asks for. */
  #apply(event: TransactionEvent): void {
    const before = this.#state;
    const state = next(before, event, this.deps.request);
    this.#state = state;
    if (state.kind === 'pending' || state.kind === before.kind) return;
    this.#cancelLimit();
    if (state.kind === 'known') this.#outcome.resolve(state.outcome);
    if (state.kind === 'refused') this.#outcome.reject(state.error);
    if (state.kind === 'unknown') {
      this.#outcome.resolve(this.#unknownOutcome(state.reason, state.reason));
    }
    this.progress.end(state.kind === 'refused' ? { cause: state.error } : {});
    if (state.kind !== 'unknown') this.deps.onFinished(this);
  }

  #unknownOutcome(reason: UnknownReason, finding: Finding): UnknownOutcome {
    const payment = this.#state.kind === 'unknown' ? this.#state.payment : undefined;
    const fromGateway = finding === 'timedOut' ? payment?.userMessage : undefined;
    return {
      outcome: 'unknown',
      reason,
      handedOver: this.#handedOver(finding),
      machineMayBeAtWork: !foundFree.has(finding),
      ...(payment && { payment }),
      requestId: this.#requestId,
      advice: fromGateway ?? adviceFor(finding, this.tid),
      resolve: (options) => this.deps.resolve(this, options),
    };
  }

  #handedOver(finding: Finding): UnknownOutcome['handedOver'] {
    if (this.#state.handedOver) return 'yes';
    return finding === 'nothingSince' ? 'no' : 'maybe';
  }
}
