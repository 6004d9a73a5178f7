// Pay at counter, as a till developer calls it: one method for each thing a till may ask.

import type {
  AccountVerificationParams,
  CancelPassedOn,
  CompletionParams,
  Currency,
  DuplicateParams,
  Payment,
  PreAuthParams,
  RefundParams,
  Report,
  SaleParams,
  Terminal,
  TerminalStatus,
  TransactionWish,
} from '@tillgate/protocol';
import type { ConnectionState } from './connection.ts';
import type { Counter } from './counter.ts';
import type { Line } from './line.ts';
import type { PaymentMemory } from './memory.ts';
import { OpenTransaction } from './open-transaction.ts';
import type { Outcome, ResolveOptions } from './outcome.ts';
import type { Shown } from './progress.ts';
import { Progress } from './progress.ts';
import { checkedParams, rowOf } from './read.ts';
import { resolveUnknown } from './resolve.ts';
import type { OnSignature } from './signature.ts';
import type { Timing } from './timing.ts';
import type { Warn } from './warning.ts';
import { guard } from './warning.ts';

/** How long to wait for answers, in ms [C-11.19, C-11.20]. */
const TRANSACTION_LIMIT_MS = 290_000;
const NOT_PRESENT_LIMIT_MS = 490_000;
const REPORT_LIMIT_MS = 130_000;
const CALL_LIMIT_MS = 30_000;

export interface TransactionOptions {
  /** Told what the card machine shows; for the screen, never the outcome [C-6.3]. */
  readonly onProgress?: (value: Shown) => void;
  /** Judges this transaction's signature. */
  readonly onSignature?: OnSignature;
  /** Told the number of the request right after it was sent. */
  readonly onSent?: (requestId: number) => void;
  /** Aborting it asks the card machine, once, to give up. The outcome still tells the truth. */
  readonly signal?: AbortSignal;
}

/**
 * A promise of the outcome, with what goes on meanwhile. Rejects with `TypeError` or `RangeError`
 * (wrong params, nothing sent), `NotSent` (no connection, nothing sent) or `TillError` (refused,
 * nothing handed over). All else is an `Outcome`: a dropped connection too.
 */
export type Transaction = Promise<Outcome> & {
  /** What the card machine shows, from the first value on, until the outcome is there. */
  readonly progress: AsyncIterable<Shown>;
  /** Asks the card machine, once, to give up [C-4.22]. Does nothing when the outcome is there. */
  readonly cancel: () => void;
};

export interface Machine {
  /** 1..32 characters, exactly as the card machine is named. */
  readonly tid: string;
}

export interface TerminalFilter {
  readonly status?: TerminalStatus;
  readonly currency?: Currency;
}

export interface PacParts {
  readonly line: Line;
  readonly counter: Counter;
  readonly memory: PaymentMemory;
  readonly onSignature: OnSignature | undefined;
  readonly timing: Timing;
  readonly warn: Warn;
}

/** A till at the counter. Amounts are integers in minor units (pence, cents). Made by `connect`. */
export class PacTill {
  readonly #parts: PacParts;

  constructor(parts: PacParts) {
    this.#parts = parts;
  }

  get state(): ConnectionState {
    return this.#parts.line.state;
  }

  /** Ends the connection for good; open calls settle at once. Card machines go on. */
  close(): void {
    this.#parts.line.close();
  }

  /** Takes a payment: `amount` 1..99999999, `amountCashback` 0..10000 on top [C-4.5]. */
  sale(params: SaleParams, options?: TransactionOptions): Transaction {
    return this.#start('sale', params, options);
  }

  /** Gives money back: `amount` 1..99999999. */
  refund(params: RefundParams, options?: TransactionOptions): Transaction {
    return this.#start('refund', params, options);
  }

  /** Reserves an amount; the payment's `authCode` is needed to complete it. */
  preAuth(params: PreAuthParams, options?: TransactionOptions): Transaction {
    return this.#start('preAuth', params, options);
  }

  /** Takes a reserved amount, by the `authCode` of the first pre-authorisation on the card. */
  completion(params: CompletionParams, options?: TransactionOptions): Transaction {
    return this.#start('completion', params, options);
  }

  /** Checks a card without taking money: all amounts of the result are 0 [C-4.12]. */
  accountVerification(
    params: AccountVerificationParams,
    options?: TransactionOptions,
  ): Transaction {
    return this.#start('accountVerification', params, options);
  }

  /**
   * The last payment that ended on a card machine, whoever started it, with the CUSTOMER receipt
   * only [C-4.17, C-4.18]. `TillError` -32070, -32071 or -32074 if there is none to be had.
   */
  async duplicate(params: DuplicateParams): Promise<Payment> {
    const payment = (await this.#call('duplicate', params)) as Payment;
    this.#parts.memory.note(payment);
    return payment;
  }

  /** Asks a card machine to give up, whoever started it; tried, not promised [C-4.22]. */
  async cancel(params: Machine): Promise<CancelPassedOn> {
    return (await this.#call('cancelTransaction', params)) as CancelPassedOn;
  }

  /** The card machines now connected to the site that pass every filter, ordered by tid. */
  async terminals(filter: TerminalFilter = {}): Promise<readonly Terminal[]> {
    return (await this.#call('connectedTerminals', filter)) as Terminal[];
  }

  /** One card machine; `TillError` -32070 if it is unknown or not connected. */
  async terminal(params: Machine): Promise<Terminal> {
    return (await this.#call('terminalDetails', params)) as Terminal;
  }

  /** Banks what is pending and closes the session. Takes up to two minutes, as all reports. */
  async reportEndOfDay(params: Machine): Promise<Report> {
    return (await this.#call('reportEndOfDay', params, REPORT_LIMIT_MS)) as Report;
  }

  /** Sends pending payments to the acquirers. */
  async reportBanking(params: Machine): Promise<Report> {
    return (await this.#call('reportBanking', params, REPORT_LIMIT_MS)) as Report;
  }

  /** Reads the totals and resets nothing. */
  async reportXBalance(params: Machine): Promise<Report> {
    return (await this.#call('reportXBalance', params, REPORT_LIMIT_MS)) as Report;
  }

  /** Reads the totals, then resets them. */
  async reportZBalance(params: Machine): Promise<Report> {
    return (await this.#call('reportZBalance', params, REPORT_LIMIT_MS)) as Report;
  }

  async #call(method: string, params: object, limitMs = CALL_LIMIT_MS): Promise<unknown> {
    const checked = checkedParams(rowOf(method), params);
    return this.#parts.line.call(method, checked, limitMs);
  }

  #start(method: string, params: object, options: TransactionOptions = {}): Transaction {
    const row = rowOf(method);
    try {
      const checked = checkedParams(row, params);
      options.signal?.throwIfAborted();
      const read = row.read(checked as never);
      if (read.wish !== 'transaction') throw new Error(`${method} starts no transaction.`);
      const open = this.#opened(method, read.transaction, options);
      return this.#send(open, checked, options);
    } catch (cause) {
      return refused(cause);
    }
  }

  #opened(method: string, wish: TransactionWish, options: TransactionOptions): OpenTransaction {
    const { timing, memory, warn, counter } = this.#parts;
    const limitMs = wish.cardholderNotPresent ? NOT_PRESENT_LIMIT_MS : TRANSACTION_LIMIT_MS;
    return new OpenTransaction({
      method,
      wish,
      limitMs,
      onProgress: options.onProgress,
      onSignature: options.onSignature ?? this.#parts.onSignature,
      timing,
      memory,
      warn,
      resolve: (open, how) => this.#resolve(open, how),
      finished: (open) => counter.finished(open),
    });
  }

  #send(open: OpenTransaction, params: object, options: TransactionOptions): Transaction {
    const { line, counter, warn } = this.#parts;
    const requestId = line.ask(open.parts.method, params, open);
    counter.add(open);
    open.sent(requestId);
    const cancel = this.#canceller(open);
    cancelOnAbort(open, cancel, options.signal);
    guard(warn, 'onSent', () => options.onSent?.(requestId));
    return Object.assign(open.outcome, { progress: open.progress, cancel });
  }

  #canceller(open: OpenTransaction): () => void {
    const { warn } = this.#parts;
    let asked = false;
    return () => {
      // Later, the machine may be at work for somebody else [C-4.25].
      if (asked || open.settled) return;
      asked = true;
      this.cancel({ tid: open.tid }).catch((cause: unknown) => {
        const message = 'The wish to cancel was not taken.';
        warn({ warning: 'notCancelled', message, tid: open.tid, cause });
      });
    };
  }

  #resolve(open: OpenTransaction, options: ResolveOptions = {}): Promise<Outcome> {
    const { line, timing } = this.#parts;
    const ask = {
      terminal: (tid: string) => this.terminal({ tid }),
      duplicate: async (tid: string) => (await this.#call('duplicate', { tid })) as Payment,
      connected: () => reach(line.state),
      timing,
    };
    return resolveUnknown(open, ask, options.limitMs ?? open.parts.limitMs);
  }
}

function refused(cause: unknown): Transaction {
  const outcome = Promise.reject<Outcome>(cause);
  // Whoever reads the progress first and awaits later must not crash by it.
  outcome.catch(() => undefined);
  const progress = new Progress();
  progress.end({ cause });
  return Object.assign(outcome, { progress, cancel: () => undefined });
}

function cancelOnAbort(open: OpenTransaction, cancel: () => void, signal?: AbortSignal): void {
  if (!signal) return;
  signal.addEventListener('abort', cancel, { once: true });
  const forget = () => signal.removeEventListener('abort', cancel);
  open.outcome.then(forget, forget);
}

function reach(state: ConnectionState): 'now' | 'later' | 'never' {
  switch (state.state) {
    case 'connected':
      return 'now';
    case 'connecting':
    case 'waiting':
      return 'later';
    case 'stopped':
    case 'closed':
      return 'never';
  }
}
