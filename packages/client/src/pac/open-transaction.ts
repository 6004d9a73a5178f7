// One transaction from its request to its outcome, and beyond: after an unknown outcome it still takes
// what comes late. Knows no line; it is told.

import type {
  Payment,
  Response,
  SignatureAnswer,
  SignatureQuestion,
  TransactionRequest,
} from '@tillgate/protocol';
import type { TillError } from '../connection/errors.ts';
import { parseAnswer, rowOf } from '../connection/read.ts';
import type { RequestListener } from '../connection/request-registry.ts';
import type { Timing } from '../connection/timing.ts';
import type { Warn } from '../connection/warning.ts';
import { guard } from '../connection/warning.ts';
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
import { adviceFor, foundFree, knownOutcome } from './outcome.ts';
import type { PaymentMemory } from './payment-memory.ts';
import type { Shown } from './progress.ts';
import { Progress } from './progress.ts';
import type { OnSignature } from './signature.ts';
import { askForSignature } from './signature.ts';

export interface OpenTransactionParts {
  readonly method: string;
  readonly wish: TransactionRequest;
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
  /** The outcome is known for sure; nothing more is expected. */
  readonly finished: (open: OpenTransaction) => void;
}

export class OpenTransaction implements RequestListener {
  readonly parts: OpenTransactionParts;
  readonly progress = new Progress();
  readonly #outcome = Promise.withResolvers<Outcome>();
  #late = Promise.withResolvers<undefined>();
  readonly #sentAt: number;
  /** What had been seen of the machine when the request went out. */
  readonly #place: number;
  #requestId = 0;
  #callOffLimit: () => void = () => undefined;
  #settled = false;
  #live = true;
  #reason: UnknownReason = 'connectionLost';
  #timedOut: Payment | undefined;
  #known: KnownOutcome | undefined;
  #refused: TillError | undefined;
  #handedOver = false;
  #wasBusy = false;
  #signature: { readonly onLine: unknown; readonly answer: Promise<SignatureAnswer> } | undefined;

  constructor(parts: OpenTransactionParts) {
    this.parts = parts;
    this.#sentAt = parts.timing.now();
    this.#place = parts.memory.sequence;
    // Whoever reads the progress first and awaits later must not crash by it.
    this.#outcome.promise.catch(() => undefined);
  }

  get outcome(): Promise<Outcome> {
    return this.#outcome.promise;
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** Whether it still waits for its answer on the line it was sent on. */
  get live(): boolean {
    return this.#live;
  }

  get tid(): string {
    return this.parts.wish.tid;
  }

  /** Fulfilled when the next answer comes. */
  get late(): Promise<undefined> {
    return this.#late.promise;
  }

  /** What came late, if it tells. Throws `TillError` if the gateway had refused the request. */
  lateOutcome(): KnownOutcome | undefined {
    if (this.#refused) throw this.#refused;
    return this.#known;
  }

  sent(requestId: number): void {
    this.#requestId = requestId;
    const { timing, limitMs } = this.parts;
    this.#callOffLimit = timing.after(limitMs, () => this.#unknown('noAnswer'));
  }

  onAnswer(answer: Response): void {
    this.#live = false;
    const { method, warn } = this.parts;
    const reading = parseAnswer(rowOf(method), answer, warn);
    switch (reading.kind) {
      case 'result':
        this.#ended(reading.result as Payment);
        break;
      case 'refused':
        this.#refused = reading.error;
        this.#fail(reading.error);
        break;
      case 'nothing':
        this.#unknown('badAnswer');
        break;
    }
    const late = this.#late;
    this.#late = Promise.withResolvers<undefined>();
    late.resolve(undefined);
  }

  onConnectionLost(): void {
    this.#live = false;
    this.#unknown('connectionLost');
  }

  show(value: Shown): void {
    this.#handedOver = true;
    this.progress.add(value);
    guard(this.parts.warn, 'onProgress', () => this.parts.onProgress?.(value));
  }

  /** A question that comes again on a new line [C-4.40] gets the answer under way, asked once. */
  judgeSignature(question: SignatureQuestion, line: unknown): Promise<SignatureAnswer> {
    this.#handedOver = true;
    if (!this.#signature || this.#signature.onLine === line) {
      const answer = askForSignature(question, this.parts.onSignature, this.parts.warn);
      this.#signature = { onLine: line, answer };
    }
    return this.#signature.answer;
  }

  sawBusy(): void {
    this.#wasBusy = true;
  }

  /** Judges the machine's last payment; what is this one's is this one's outcome from now on. */
  judgeLast(payment: Payment): Verdict | 'nothingSince' {
    if (this.#known) return 'same';
    const { memory, wish, limitMs } = this.parts;
    const seenBefore = memory.seenBefore(payment, this.#place);
    const verdict = compare(payment, {
      wish,
      limitMs,
      sentAt: this.#sentAt,
      handedOver: this.#handedOver,
      wasBusy: this.#wasBusy,
      knownAsOther: seenBefore || memory.belongsToOther(payment, this.#requestId),
      siteOffsetMs: memory.siteOffsetMs,
    });
    if (verdict === 'same') this.#take(payment);
    return seenBefore ? this.judgeNone() : verdict;
  }

  /** Judges that nothing has ended on the machine since the request. */
  judgeNone(): 'nothingSince' | 'other' {
    return this.#handedOver ? 'other' : 'nothingSince';
  }

  unknownBecause(finding: Finding = this.#reason): UnknownOutcome {
    return {
      outcome: 'unknown',
      reason: this.#reason,
      handedOver: this.#handedOverWord(finding),
      machineMayBeAtWork: !foundFree.has(finding),
      ...(this.#timedOut ? { payment: this.#timedOut } : {}),
      requestId: this.#requestId,
      advice: this.#adviceFor(finding),
      resolve: (options) => this.parts.resolve(this, options),
    };
  }

  #adviceFor(finding: Finding): string {
    const said = finding === 'timedOut' ? this.#timedOut?.userMessage : undefined;
    return said ?? adviceFor(finding, this.tid);
  }

  #handedOverWord(finding: Finding): UnknownOutcome['handedOver'] {
    if (this.#handedOver) return 'yes';
    return finding === 'nothingSince' ? 'no' : 'maybe';
  }

  #ended(payment: Payment): void {
    if (!matchesRequest(payment, this.parts.wish)) {
      const message = `The answer to ${this.parts.method} tells of another payment.`;
      this.parts.warn({ warning: 'badMessage', message, tid: this.tid });
      this.#unknown('badAnswer');
      return;
    }
    this.#handedOver = true;
    if (!this.#settled) this.parts.memory.noteClock(payment, this.parts.timing.now());
    this.#take(payment);
  }

  #take(payment: Payment): void {
    this.parts.memory.note(payment, this.#requestId);
    const known = knownOutcome(payment);
    if (known) {
      this.#known = known;
      this.#settle(known);
      this.parts.finished(this);
    } else {
      this.#timedOut = payment;
      this.#unknown('timedOut');
    }
  }

  #unknown(reason: UnknownReason): void {
    this.#reason = reason;
    this.#settle(this.unknownBecause());
  }

  #settle(outcome: Outcome): void {
    this.#callOffLimit();
    this.#settled = true;
    this.#outcome.resolve(outcome);
    this.progress.end();
  }

  #fail(cause: unknown): void {
    this.#callOffLimit();
    this.#settled = true;
    this.#outcome.reject(cause);
    this.progress.end({ cause });
    this.parts.finished(this);
  }
}
