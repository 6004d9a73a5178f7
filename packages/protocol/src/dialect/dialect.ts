// What a version of the wire is: a table of messages. The mother tongue of the core is v1; a row
// checks an incoming message and turns it into what the core is asked, and results back.

import type { TSchema } from 'typebox';
import { refuse } from '../rpc/error.ts';
import type { Checker } from '../schema/checker.ts';
import type { Currency } from '../schema/money.ts';
import type { Report, ReportType } from '../schema/report.ts';
import type { NotificationValue, Terminal, TerminalStatus } from '../schema/terminal.ts';
import type { Payment, SignatureQuestion, StartedType } from '../schema/transaction.ts';

export type Version = 'v1' | 'v0';
export type Integration = 'pac' | 'pat';

/** One declared message: what is published, documented and checked. */
export interface Message {
  /** File name of its raw schema, such as `sale.request` [C-3.8]. */
  readonly name: string;
  readonly integration: Integration;
  /** Who sends it; `either` for the error message. */
  readonly sender: 'till' | 'gateway' | 'either';
  readonly rules: readonly string[];
  readonly schema: TSchema;
}

/** A transaction as the core knows it, whichever version asked for it. */
export interface TransactionWish {
  readonly transactionType: StartedType;
  readonly tid: string;
  readonly currency: Currency;
  readonly amount: number;
  readonly amountCashback: number;
  readonly cardholderNotPresent: boolean;
  readonly authCode?: string;
  readonly amountPreAuthorisedTotal?: number;
}

/** What a till at the counter can ask of the core. */
export type PacWish =
  | { readonly wish: 'terminals'; readonly status?: TerminalStatus; readonly currency?: Currency }
  | { readonly wish: 'terminal'; readonly tid: string }
  | { readonly wish: 'transaction'; readonly transaction: TransactionWish }
  | { readonly wish: 'duplicate'; readonly tid: string; readonly currency?: Currency }
  | { readonly wish: 'cancel'; readonly tid: string }
  | { readonly wish: 'report'; readonly tid: string; readonly reportType: ReportType };

/** What the core answers, in the mother tongue. */
export type PacResult = readonly Terminal[] | Terminal | Payment | Report | CancelPassedOn;
export interface CancelPassedOn {
  readonly cancelling: true;
}

/** One request a till may send. */
export interface RequestRow {
  readonly method: string;
  readonly request: Checker;
  readonly response: Checker;
  /** Params that passed the check, as what the core is asked. */
  readonly read: (params: never) => PacWish;
  /** The core's result, in this version's words. */
  readonly write: (result: PacResult) => unknown;
}

export interface PacTable {
  readonly requests: Readonly<Record<string, RequestRow>>;
  /** A result that comes outside of its call, after a reconnect [C-4.40]. */
  readonly late: (result: Payment | Report) => unknown;
  /** A notification as text ready to send; undefined if this version lacks the value [C-6.2]. */
  readonly notification: (tid: string, value: NotificationValue) => string | undefined;
  readonly signature: {
    readonly method: string;
    readonly write: (question: SignatureQuestion) => unknown;
    /** `accepted`, or undefined for an answer that does not count [C-4.37]. */
    readonly read: (result: unknown) => boolean | undefined;
  };
}

export interface Dialect {
  readonly version: Version;
  readonly messages: readonly Message[];
  readonly pac: PacTable;
}

export interface Reading {
  /** Refuse keys that are not in the table; else drop them and say so [C-3.5]. */
  readonly strict: boolean;
  /** Where this table's raw schemas are served, without a slash at the end. */
  readonly schemas: string;
  readonly dropped?: (method: string) => void;
}

/** As much of a request as a table needs. */
interface Asked {
  readonly method: string;
  readonly params?: unknown;
}

/** Finds the row of a request and checks it; throws the refusals of [C-3.25] and [C-3.26]. */
export function readRequest(
  table: Readonly<Record<string, RequestRow>>,
  message: Asked,
  reading: Reading,
): { readonly row: RequestRow; readonly wish: PacWish } {
  const { method } = message;
  const row = Object.hasOwn(table, method) ? table[method] : undefined;
  if (!row) throw refuse('unknownMethod', { method });
  const fitting = row.request.fits(message) ? message : readLeniently(row, message, reading);
  return { row, wish: row.read((fitting.params ?? {}) as never) };
}

function readLeniently(row: RequestRow, message: Asked, reading: Reading): Asked {
  const { method } = row;
  if (!reading.strict) {
    const cleaned = row.request.withoutUnknownKeys(message) as Asked;
    if (row.request.fits(cleaned)) {
      reading.dropped?.(method);
      return cleaned;
    }
  }
  const errors = row.request.faults(message);
  const schema = `${reading.schemas}/${method}.request.json`;
  throw refuse('invalidParams', { method }, { errors, schema });
}
