// Pay at counter, as a till developer calls it: one method for each request of a till.

import type {
  AccountVerificationParams,
  CancelForwarded,
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
} from '@tillgate/protocol';
import type { ConnectionState } from '../connection/connection.ts';
import { checkedParams, rowOf } from '../connection/read.ts';
import type { RpcClient } from '../connection/rpc-client.ts';
import type { PaymentMemory } from './payment-memory.ts';
import type { TransactionDeps } from './start-transaction.ts';
import { CALL_LIMIT_MS, TransactionStarter } from './start-transaction.ts';
import type { Transaction, TransactionOptions } from './transaction.ts';

/** How long to wait for a report, in ms [C-11.20]. */
const REPORT_LIMIT_MS = 130_000;

/** Names one card machine. */
export interface Machine {
  /** 1..32 characters, exactly as the card machine is named. */
  readonly tid: string;
}

/** Which card machines to list; without any filter all that are connected. */
export interface TerminalFilter {
  /** Only those that are free, or only those that are at work. */
  readonly status?: TerminalStatus;
  /** Only those that work in this currency. */
  readonly currency?: Currency;
}

/**
 * A till at the counter, made by `connect`. Amounts are integers in minor units (pence, cents). Methods that
 * return a plain promise reject with `TypeError` or `RangeError` (wrong params), `NotSent`, `TillError`,
 * `ConnectionLost`, `NoAnswer` (after 30 s, reports after 130 s) or `BadAnswer`; for the others see
 * `Transaction`.
 */
export class PacTill {
  readonly #rpc: RpcClient;
  readonly #memory: PaymentMemory;
  readonly #starter: TransactionStarter;

  constructor(deps: TransactionDeps) {
    this.#rpc = deps.rpc;
    this.#memory = deps.memory;
    this.#starter = new TransactionStarter(deps);
  }

  /** How it stands with the connection. */
  get state(): ConnectionState {
    return this.#rpc.state;
  }

  /**
   * Connects at once instead of at the end of the pause, as when the network is back; also if
   * Retry-After asked for the pause. Nothing happens while it is connected or connecting.
   */
  retryNow(): void {
    this.#rpc.retryNow();
  }

  /**
   * Ends the connection for good; open calls settle at once. A payment in progress on a card machine
   * continues.
   */
  close(): void {
    this.#rpc.close();
  }

  /** Takes a payment: `amount` 1..99999999, `amountCashback` 0..10000 on top [C-4.5]. */
  sale(params: SaleParams, options?: TransactionOptions): Transaction {
    return this.#starter.start('sale', params, options);
  }

  /** Gives money back: `amount` 1..99999999. */
  refund(params: RefundParams, options?: TransactionOptions): Transaction {
    return this.#starter.start('refund', params, options);
  }

  /** Reserves an amount; the payment's `authCode` is needed to complete it. */
  preAuth(params: PreAuthParams, options?: TransactionOptions): Transaction {
    return this.#starter.start('preAuth', params, options);
  }

  /** Takes a reserved amount, by the `authCode` of the first pre-authorisation on the card. */
  completion(params: CompletionParams, options?: TransactionOptions): Transaction {
    return this.#starter.start('completion', params, options);
  }

  /** Checks a card without taking money: all amounts of the result are 0 [C-4.12]. */
  accountVerification(
    params: AccountVerificationParams,
    options?: TransactionOptions,
  ): Transaction {
    return this.#starter.start('accountVerification', params, options);
  }

  /**
   * The last payment that ended on a card machine, whoever started it, with the CUSTOMER receipt
   * only [C-4.17, C-4.18]. `TillError` -32070, -32071 or -32074 if there is none.
   */
  async duplicate(params: DuplicateParams): Promise<Payment> {
    const payment = (await this.#call('duplicate', params)) as Payment;
    this.#memory.note(payment);
    return payment;
  }

  /**
   * Requests a cancel of the card machine's current transaction, whoever started it. It may be too late
   * [C-4.22].
   */
  async cancel(params: Machine): Promise<CancelForwarded> {
    return (await this.#call('cancelTransaction', params)) as CancelForwarded;
  }

  /** The card machines now connected to the site that pass every filter, ordered by tid. */
  async terminals(filter: TerminalFilter = {}): Promise<readonly Terminal[]> {
    return (await this.#call('connectedTerminals', filter)) as Terminal[];
  }

  /** One card machine; `TillError` -32070 if it is unknown or not connected. */
  async terminal(params: Machine): Promise<Terminal> {
    return (await this.#call('terminalDetails', params)) as Terminal;
  }

  /** Banks pending payments and closes the session. Takes up to two minutes, like all reports. */
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
    return this.#rpc.call(method, checkedParams(rowOf(method), params), limitMs);
  }
}
