// The transactions of one till, by card machine: brings notifications, signature questions and
// cancels to the one they belong to.

import type {
  IncomingRequest,
  Payment,
  Report,
  Request,
  Response,
  SignatureQuestion,
} from '@tillgate/protocol';
import { refuse, v1Pac } from '@tillgate/protocol';
import { parseTolerant, rowOf } from '../connection/read.ts';
import type { Warn } from '../connection/warning.ts';
import { guard } from '../connection/warning.ts';
import type { OpenTransaction } from './open-transaction.ts';
import type { Unclaimed } from './options.ts';
import type { OnSignature } from './signature.ts';
import { askForSignature } from './signature.ts';

export interface TransactionRegistryDeps {
  readonly onSignature: OnSignature | undefined;
  readonly onUnclaimed: ((unclaimed: Unclaimed) => void) | undefined;
  readonly warn: Warn;
}

export class TransactionRegistry {
  readonly #deps: TransactionRegistryDeps;
  /** Oldest first. Those without a known end stay: more may come of them after a drop. */
  readonly #byTid = new Map<string, OpenTransaction[]>();

  constructor(deps: TransactionRegistryDeps) {
    this.#deps = deps;
  }

  add(open: OpenTransaction): void {
    const on = this.#byTid.get(open.tid) ?? [];
    this.#byTid.set(open.tid, [...on, open]);
  }

  /** A machine runs one transaction at a time, so those before it have ended too [C-12.4]. */
  remove(open: OpenTransaction): void {
    const on = this.#byTid.get(open.tid) ?? [];
    const place = on.indexOf(open);
    const left = on.filter((each, index) => each !== open && (index > place || each.awaitsAnswer));
    if (left.length > 0) this.#byTid.set(open.tid, left);
    else this.#byTid.delete(open.tid);
  }

  /** A second one sent meanwhile is refused as busy, so the oldest that awaits its answer is running. */
  #currentOn(tid: string): OpenTransaction | undefined {
    const on = this.#byTid.get(tid) ?? [];
    return on.find((open) => open.awaitsAnswer) ?? on.at(-1);
  }

  handleNotification(message: Request): void {
    const { tid, notificationValue } = (message.params ?? {}) as Record<string, unknown>;
    if (typeof tid !== 'string' || typeof notificationValue !== 'string') {
      const text = `A notification ${message.method} could not be read.`;
      this.#deps.warn({ warning: 'badMessage', message: text });
      return;
    }
    const open = this.#currentOn(tid);
    if (open) open.show(notificationValue);
    else this.#reportUnclaimed({ kind: 'notification', tid, notificationValue });
  }

  /** Answers a request of the gateway; `connection` is the number of the connection it came on. */
  handleRequest(call: IncomingRequest, connection: number): unknown {
    const { method } = call.message;
    if (method !== v1Pac.signature.method) throw refuse('unknownMethod', { method });
    const question = this.#parseQuestion(call.message);
    const open = this.#currentOn(question.tid);
    if (open) return open.askForSignature(question, connection);
    return askForSignature(question, this.#deps.onSignature, this.#deps.warn);
  }

  /** Staff are asked even if something in the question does not fit: their word decides. */
  #parseQuestion(message: Request): SignatureQuestion {
    const question = message.params as SignatureQuestion;
    const warn = (text: string) => this.#deps.warn({ warning: 'badMessage', message: text });
    const { request } = v1Pac.signature;
    const fitting = parseTolerant(request, message, () => warn('Unknown keys.'));
    if (fitting) return fitting.params as SignatureQuestion;
    warn('A signature question does not fit its schema.');
    if (typeof question?.tid === 'string') return question;
    throw refuse('invalidParams', { method: message.method });
  }

  #reportUnclaimed(unclaimed: Unclaimed): void {
    guard(this.#deps.warn, 'onUnclaimed', () => this.#deps.onUnclaimed?.(unclaimed));
  }

  /** A result that nobody of this run waits for: a payment, a report, or nothing of use. */
  handleUnclaimed(answer: Response): void {
    const requestId = answer.id as number;
    if (rowOf('sale').response.isValid(answer)) {
      const payment = answer.result as Payment;
      this.#reportUnclaimed({ kind: 'payment', requestId, payment });
    } else if (rowOf('reportEndOfDay').response.isValid(answer)) {
      this.#reportUnclaimed({ kind: 'report', requestId, report: answer.result as Report });
    } else {
      const message = 'The gateway answered something that was not asked.';
      this.#deps.warn({ warning: 'strayAnswer', message });
    }
  }
}
