// What a version of the wire is: a table of messages. The mother tongue of the core is v1; a row
// checks an incoming message and turns it into what the core is asked, and results back.

import type { TSchema } from 'typebox';
import { refuse } from '../rpc/error.ts';
import type { Checker } from '../schema/checker.ts';
import type { Currency } from '../schema/money.ts';
import type { TillReceiptLine } from '../schema/receipt.ts';
import type { Report, ReportType } from '../schema/report.ts';
import type { TablePayment } from '../schema/table.ts';
import type { NotificationValue, Terminal, TerminalStatus } from '../schema/terminal.ts';
import type { Payment, SignatureQuestion, StartedType } from '../schema/transaction.ts';

export type Version = 'v1' | 'v0';
/**
 * What is spoken on one connection; `waiter`: with who plays a waiter [C-10.13]; `terminal`: with a
 * card machine [C-13.1].
 */
export type Integration = 'pac' | 'pat' | 'waiter' | 'terminal';

/** One declared message: what is published, documented and checked. */
export interface Message {
  /** File name of its raw schema, such as `sale.request` [C-3.8]. */
  readonly name: string;
  readonly integration: Integration;
  /** Who sends it; `either` for the error message. */
  readonly sender: 'till' | 'gateway' | 'waiter' | 'terminal' | 'either';
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

/** What not every card machine can do. */
export type Offer = StartedType | ReportType;

/** A card machine as the core lists it, whichever version asked. */
export interface ListedTerminal extends Terminal {
  readonly offers: readonly Offer[];
}

/** What a till at the counter can ask of the core. */
export type PacWish =
  | {
      readonly wish: 'terminals';
      readonly status?: TerminalStatus;
      readonly currency?: Currency;
      /** A machine that lacks one of these is left out. */
      readonly offers?: readonly Offer[];
    }
  | { readonly wish: 'terminal'; readonly tid: string }
  /** Those of these that are connected, each once, in this order. */
  | { readonly wish: 'theseTerminals'; readonly tids: readonly string[] }
  | { readonly wish: 'transaction'; readonly transaction: TransactionWish }
  | {
      readonly wish: 'duplicate';
      readonly tid: string;
      readonly currency?: Currency;
      /** Transactions of other types are passed over; all count if absent. */
      readonly types?: readonly Payment['transactionType'][];
    }
  /** `answered` once the wish is passed on, or once the card machine has decided [C-8.1]. */
  | { readonly wish: 'cancel'; readonly tid: string; readonly answered: 'passedOn' | 'decided' }
  | { readonly wish: 'report'; readonly tid: string; readonly reportType: ReportType };

/** What the core answers, in the mother tongue. */
export type PacResult =
  | readonly ListedTerminal[]
  | ListedTerminal
  | Payment
  | Report
  | CancelPassedOn
  | Cancelled;
export interface CancelPassedOn {
  readonly cancelling: true;
}
export interface Cancelled {
  readonly cancelled: true;
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

/** What a card machine wants to know of the till at the table [C-9.2]. */
export type TableQuestion =
  | { readonly ask: 'tables'; readonly tid: string; readonly waiterId?: string }
  | ({ readonly ask: 'lock' | 'bill' | 'finalReceipt' } & AtTable);

/** Which card machine, waiter and table a message speaks of [C-9.3]. */
export interface AtTable {
  readonly tid: string;
  readonly waiterId?: string;
  readonly tableId: string;
}

/** What the till answers, in the mother tongue [C-9.10]. */
export type TableReply =
  | { readonly reply: 'tables'; readonly tables: readonly string[]; readonly currency?: Currency }
  | { readonly reply: 'locked'; readonly amount: number; readonly currency: Currency }
  | { readonly reply: 'refused'; readonly userMessage?: string }
  | { readonly reply: 'receipt'; readonly receiptLines: readonly TillReceiptLine[] };

/** What the till is told and must never miss [C-9.22]. */
export type TableNotice =
  | ({
      readonly notice: 'paid';
      readonly currency: Currency;
      readonly payments: readonly TablePayment[];
    } & AtTable)
  | ({ readonly notice: 'unlock' } & AtTable)
  | { readonly notice: 'report'; readonly reportId: string; readonly report: Report };

/** One request that a till at the table is sent. */
export interface QuestionRow {
  readonly method: string;
  /** The whole answer, after `tidy`. */
  readonly response: Checker;
  readonly write: (question: TableQuestion) => unknown;
  /** The result in the shape of its table, where it came in another that is taken too [C-9.11]. */
  readonly tidy: (result: unknown) => unknown;
  /** Where a place in the tidied answer lies in the one that came. */
  readonly placeIn: (result: unknown, path: string) => string;
  /** A result that fits. */
  readonly read: (result: never) => TableReply;
}

export interface PatTable {
  /** A question that the version lacks is absent, and never asked. */
  readonly questions: Readonly<Partial<Record<TableQuestion['ask'], QuestionRow>>>;
  readonly write: (notice: TableNotice) => { readonly method: string; readonly params: unknown };
}

export interface Dialect {
  readonly version: Version;
  readonly messages: readonly Message[];
  readonly pac: PacTable;
  readonly pat: PatTable;
}

/** How each version is spelled. */
export type Dialects = Readonly<Record<Version, Dialect>>;

export interface Reading {
  /** Refuse keys that are not in the table; else drop them and say so [C-3.5]. */
  readonly strict: boolean;
  /** Where this table's raw schemas are served, without a slash at the end. */
  readonly schemas: string;
  readonly dropped?: (method: string) => void;
}

/** As much of a message as a table needs. */
interface Asked {
  readonly method: string;
  readonly params?: unknown;
}

/** As much of a row as reading a request needs. */
interface ReadingRow {
  readonly method: string;
  readonly request: Checker;
  readonly read: (params: never) => unknown;
}

/** Finds the row of a request and checks it; throws the refusals of [C-3.25] and [C-3.26]. */
export function readRequest<Row extends ReadingRow>(
  table: Readonly<Record<string, Row>>,
  message: Asked,
  reading: Reading,
): { readonly row: Row; readonly wish: ReturnType<Row['read']> } {
  const row = rowFor(table, message);
  const file = `${message.method}.request`;
  const fitting = fit(message, { checker: row.request, file }, reading);
  const wish = row.read((fitting.params ?? {}) as never);
  return { row, wish: wish as ReturnType<Row['read']> };
}

/** As `readRequest`, for a message that gets no answer; gives the message as it fits. */
export function readNotice(
  table: Readonly<Record<string, { readonly message: Checker }>>,
  message: Asked,
  reading: Reading,
): Asked {
  const row = rowFor(table, message);
  return fit(message, { checker: row.message, file: message.method }, reading);
}

function rowFor<Row>(table: Readonly<Record<string, Row>>, { method }: Asked): Row {
  const row = Object.hasOwn(table, method) ? table[method] : undefined;
  if (!row) throw refuse('unknownMethod', { method });
  return row;
}

/** A message against its schema, and the name under which that is published. */
interface Fitting {
  readonly checker: Checker;
  readonly file: string;
}

function fit(message: Asked, { checker, file }: Fitting, reading: Reading): Asked {
  if (checker.fits(message)) return message;
  const { method } = message;
  if (!reading.strict) {
    const cleaned = checker.withoutUnknownKeys(message) as Asked;
    if (checker.fits(cleaned)) {
      reading.dropped?.(method);
      return cleaned;
    }
  }
  const errors = checker.faults(message);
  throw refuse('invalidParams', { method }, { errors, schema: `${reading.schemas}/${file}.json` });
}
