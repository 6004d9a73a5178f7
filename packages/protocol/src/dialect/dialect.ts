// What a version of the wire is: a table of messages. The mother tongue of the core is v1; a row
// checks an incoming message and turns it into what the core is asked, and results back.

import type { TSchema } from 'typebox';
import { refuse } from '../rpc/error.ts';
import type { Currency } from '../schema/money.ts';
import type { TillReceiptLine } from '../schema/receipt.ts';
import type { Report, ReportType } from '../schema/report.ts';
import type { TablePayment } from '../schema/table.ts';
import type { NotificationValue, Terminal, TerminalStatus } from '../schema/terminal.ts';
import type { Payment, SignatureQuestion, StartedType } from '../schema/transaction.ts';
import type { Validator } from '../schema/validator.ts';

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
export interface TransactionRequest {
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
export type PacCommand =
  | {
      readonly kind: 'terminals';
      readonly status?: TerminalStatus;
      readonly currency?: Currency;
      /** A machine that lacks one of these is left out. */
      readonly offers?: readonly Offer[];
    }
  | { readonly kind: 'terminal'; readonly tid: string }
  /** Those of these that are connected, each once, in this order. */
  | { readonly kind: 'terminalsByTid'; readonly tids: readonly string[] }
  | { readonly kind: 'transaction'; readonly transaction: TransactionRequest }
  | {
      readonly kind: 'duplicate';
      readonly tid: string;
      readonly currency?: Currency;
      /** Transactions of other types are passed over; all count if absent. */
      readonly types?: readonly Payment['transactionType'][];
    }
  /** `answered` once the wish is passed on, or once the card machine has decided [C-8.1]. */
  | { readonly kind: 'cancel'; readonly tid: string; readonly respondWhen: 'forwarded' | 'decided' }
  | { readonly kind: 'report'; readonly tid: string; readonly reportType: ReportType };

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
export interface PacMethodCodec {
  readonly method: string;
  readonly request: Validator;
  readonly response: Validator;
  /** Params that passed the check, as what the core is asked. */
  readonly decode: (params: never) => PacCommand;
  /** The core's result, in this version's words. */
  readonly encode: (result: PacResult) => unknown;
}

export interface PacCodec {
  readonly requests: Readonly<Record<string, PacMethodCodec>>;
  /** A result that comes outside of its call, after a reconnect [C-4.40]. */
  readonly encodeLateResult: (result: Payment | Report) => unknown;
  /** A notification as text ready to send; undefined if this version lacks the value [C-6.2]. */
  readonly encodeNotification: (tid: string, value: NotificationValue) => string | undefined;
  readonly signature: {
    readonly method: string;
    readonly encode: (question: SignatureQuestion) => unknown;
    /** `accepted`, or undefined for an answer that does not count [C-4.37]. */
    readonly decode: (result: unknown) => boolean | undefined;
  };
}

/** What a card machine wants to know of the till at the table [C-9.2]. */
export type TableRequest =
  | { readonly kind: 'tables'; readonly tid: string; readonly waiterId?: string }
  | ({ readonly kind: 'lock' | 'bill' | 'finalReceipt' } & AtTable);

/** Which card machine, waiter and table a message speaks of [C-9.3]. */
export interface AtTable {
  readonly tid: string;
  readonly waiterId?: string;
  readonly tableId: string;
}

/** What the till answers, in the mother tongue [C-9.10]. */
export type TableReply =
  | { readonly kind: 'tables'; readonly tables: readonly string[]; readonly currency?: Currency }
  | { readonly kind: 'locked'; readonly amount: number; readonly currency: Currency }
  | { readonly kind: 'refused'; readonly userMessage?: string }
  | { readonly kind: 'receipt'; readonly receiptLines: readonly TillReceiptLine[] };

/** What the till is told and must never miss [C-9.22]. */
export type TableNotification =
  | ({
      readonly kind: 'paid';
      readonly currency: Currency;
      readonly payments: readonly TablePayment[];
    } & AtTable)
  | ({ readonly kind: 'unlock' } & AtTable)
  | { readonly kind: 'report'; readonly reportId: string; readonly report: Report };

/** One request that a till at the table is sent. */
export interface PatMethodCodec {
  readonly method: string;
  /** The whole answer, after `tidy`. */
  readonly response: Validator;
  readonly encode: (question: TableRequest) => unknown;
  /** The result in the shape of its table, where it came in another that is taken too [C-9.11]. */
  readonly normalize: (result: unknown) => unknown;
  /** Where a place in the tidied answer lies in the one that came. */
  readonly mapErrorPath: (result: unknown, path: string) => string;
  /** A result that fits. */
  readonly decode: (result: never) => TableReply;
}

export interface PatCodec {
  /** A question that the version lacks is absent, and never asked. */
  readonly requests: Readonly<Partial<Record<TableRequest['kind'], PatMethodCodec>>>;
  readonly encodeNotification: (notice: TableNotification) => {
    readonly method: string;
    readonly params: unknown;
  };
}

export interface Dialect {
  readonly version: Version;
  readonly messages: readonly Message[];
  readonly pac: PacCodec;
  readonly pat: PatCodec;
}

/** How each version is spelled. */
export type Dialects = Readonly<Record<Version, Dialect>>;

export interface ValidationOptions {
  /** Refuse keys that are not in the table; else drop them and say so [C-3.5]. */
  readonly strict: boolean;
  /** Where this table's raw schemas are served, without a slash at the end. */
  readonly schemaUrl: string;
  readonly onKeysDropped?: (method: string) => void;
}

/** As much of a message as a table needs. */
interface Asked {
  readonly method: string;
  readonly params?: unknown;
}

/** As much of a row as reading a request needs. */
interface ReadingRow {
  readonly method: string;
  readonly request: Validator;
  readonly decode: (params: never) => unknown;
}

/** Finds the row of a request and checks it; throws the refusals of [C-3.25] and [C-3.26]. */
export function decodeRequest<Row extends ReadingRow>(
  table: Readonly<Record<string, Row>>,
  message: Asked,
  reading: ValidationOptions,
): { readonly codec: Row; readonly decoded: ReturnType<Row['decode']> } {
  const row = rowFor(table, message);
  const file = `${message.method}.request`;
  const fitting = fit(message, { checker: row.request, file }, reading);
  const decoded = row.decode((fitting.params ?? {}) as never);
  return { codec: row, decoded: decoded as ReturnType<Row['decode']> };
}

/** As `readRequest`, for a message that gets no answer; gives the message as it fits. */
export function validateNotification(
  table: Readonly<Record<string, { readonly message: Validator }>>,
  message: Asked,
  reading: ValidationOptions,
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
  readonly checker: Validator;
  readonly file: string;
}

function fit(message: Asked, { checker, file }: Fitting, reading: ValidationOptions): Asked {
  if (checker.isValid(message)) return message;
  const { method } = message;
  if (!reading.strict) {
    const cleaned = checker.withoutUnknownKeys(message) as Asked;
    if (checker.isValid(cleaned)) {
      reading.onKeysDropped?.(method);
      return cleaned;
    }
  }
  const errors = checker.violations(message);
  throw refuse(
    'invalidParams',
    { method },
    { errors, schema: `${reading.schemaUrl}/${file}.json` },
  );
}
