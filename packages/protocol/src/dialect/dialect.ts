// What a version of the wire is: a table from method to codec. A codec validates a message of its version
// and converts between that message and the version-independent commands and results of the server.
// `dialects.ts` lists the versions; `v1.ts` and `v0.ts` are their tables.

import { describeValue, refuse } from '../rpc/error.ts';
import type { Currency } from '../schema/money.ts';
import type { TillReceiptLine } from '../schema/receipt.ts';
import type { Report, ReportType } from '../schema/report.ts';
import type { TablePayment } from '../schema/table.ts';
import type { NotificationValue, Terminal, TerminalStatus } from '../schema/terminal.ts';
import type { Payment, SignatureQuestion, StartableType } from '../schema/transaction.ts';
import type { TSchema } from '../schema/type.ts';
import type { Validator } from '../schema/validator.ts';
import { accept } from '../schema/validator.ts';

/** A version of the wire. */
export type Version = 'v1' | 'v0';
/**
 * The kind of a connection: pay at counter, pay at table, the waiter at a virtual card machine [C-10.13],
 * or a linked card machine [C-13.1].
 */
export type Integration = 'pac' | 'pat' | 'waiter' | 'terminal';

/** The declaration of one message: its schema is published, documented and used for validation. */
export interface Message {
  /** File name of its raw schema, such as `sale.request` [C-3.8]. */
  readonly name: string;
  readonly integration: Integration;
  /** Which side sends it; `either` for the error message. */
  readonly sender: 'till' | 'gateway' | 'waiter' | 'terminal' | 'either';
  /** Numbers of the rules of PROTOCOL.md that the message obeys, such as `C-4.2`. */
  readonly rules: readonly string[];
  readonly schema: TSchema;
}

/** A transaction to start, in all versions [C-4.5]. Amounts are pence or cents; `amount` is 0..99999999. */
export interface TransactionRequest {
  readonly transactionType: StartableType;
  readonly tid: string;
  readonly currency: Currency;
  readonly amount: number;
  readonly amountCashback: number;
  readonly cardholderNotPresent: boolean;
  readonly authCode?: string;
  readonly amountPreAuthorisedTotal?: number;
}

/** A kind of transaction or report; a card machine offers some of them. */
export type OfferedType = StartableType | ReportType;

/** A card machine in a list, in all versions. */
export interface ListedTerminal extends Terminal {
  readonly offers: readonly OfferedType[];
}

/** What a till at the counter can request, in all versions. */
export type PacCommand =
  | {
      readonly kind: 'terminals';
      readonly status?: TerminalStatus;
      readonly currency?: Currency;
      /** Only card machines that offer all of these are listed. */
      readonly offers?: readonly OfferedType[];
    }
  | { readonly kind: 'terminal'; readonly tid: string }
  /** Lists those of `tids` that are connected, each once, in this order [C-8.1]. */
  | { readonly kind: 'terminalsByTid'; readonly tids: readonly string[] }
  | { readonly kind: 'transaction'; readonly transaction: TransactionRequest }
  | {
      readonly kind: 'duplicate';
      readonly tid: string;
      readonly currency?: Currency;
      /** Only transactions of these types count; all if absent. */
      readonly types?: readonly Payment['transactionType'][];
    }
  /** The response is sent when the cancel was forwarded, or when the card machine has decided [C-8.1]. */
  | { readonly kind: 'cancel'; readonly tid: string; readonly respondWhen: 'forwarded' | 'decided' }
  | { readonly kind: 'report'; readonly tid: string; readonly reportType: ReportType };

/** The results of pay at counter, in the shapes of v1. */
export type PacResult =
  | readonly ListedTerminal[]
  | ListedTerminal
  | Payment
  | Report
  | CancelForwarded
  | CancelConfirmed;
/** A cancel was passed on to the card machine, which may be too late [C-4.22]. */
export interface CancelForwarded {
  /** Always true: whether it succeeded says the result of the transaction. */
  readonly cancelling: true;
}

/** A card machine has cancelled, which v0 waits for [C-8.1]. */
export interface CancelConfirmed {
  /** Always true. */
  readonly cancelled: true;
}

/** Validates, decodes and encodes one method of pay at counter. */
export interface PacMethodCodec {
  readonly method: string;
  readonly request: Validator;
  readonly response: Validator;
  /** Converts valid params to a command. */
  readonly decode: (params: never) => PacCommand;
  /** Converts the result of the command to the result of this version. */
  readonly encode: (result: PacResult) => unknown;
}

/** The codec of pay at counter in one version. */
export interface PacCodec {
  /** By method. */
  readonly requests: Readonly<Record<string, PacMethodCodec>>;
  /** Converts a result that is sent after a reconnect, without its request [C-4.40]. */
  readonly encodeLateResult: (result: Payment | Report) => unknown;
  /** A notification as text; undefined if this version lacks the value [C-6.2]. */
  readonly encodeNotification: (tid: string, value: NotificationValue) => string | undefined;
  /** The request by which the gateway asks the till to check a signature [C-4.33]. */
  readonly signature: {
    readonly method: string;
    /** Validates the whole request. */
    readonly request: Validator;
    /** The params of the request in this version. */
    readonly encode: (request: SignatureQuestion) => unknown;
    /** Validates the whole response; keys other than `accepted` do not matter [C-4.37]. */
    readonly response: Validator;
    /** `accepted` of the result; undefined for a result without it, which does not count [C-4.37]. */
    readonly decode: (result: unknown) => boolean | undefined;
  };
}

/** A request of the gateway to the till at the table, in all versions [C-9.2]. */
export type TableRequest =
  | { readonly kind: 'tables'; readonly tid: string; readonly waiterId?: string }
  | ({ readonly kind: 'lock' | 'bill' | 'finalReceipt' } & TableContext);

/** The card machine, waiter and table of a message [C-9.3]. */
export interface TableContext {
  /** The card machine, 1..32 characters. */
  readonly tid: string;
  /** 1..16 characters, leading zeros kept; absent if the machine does not ask waiters for an id. */
  readonly waiterId?: string;
  /** The table, 1..32 characters. */
  readonly tableId: string;
}

/** The result of a `TableRequest`, in all versions [C-9.10]. Amounts are pence or cents. */
export type TableReply =
  | { readonly kind: 'tables'; readonly tables: readonly string[]; readonly currency?: Currency }
  | { readonly kind: 'locked'; readonly amount: number; readonly currency: Currency }
  | { readonly kind: 'refused'; readonly userMessage?: string }
  | { readonly kind: 'receipt'; readonly receiptLines: readonly TillReceiptLine[] };

/** A notification to the till at the table, sent again until it is delivered [C-9.22]. */
export type TableNotification =
  | ({
      readonly kind: 'paid';
      readonly currency: Currency;
      readonly payments: readonly TablePayment[];
    } & TableContext)
  | ({ readonly kind: 'unlock' } & TableContext)
  | { readonly kind: 'report'; readonly reportId: string; readonly report: Report };

/** Encodes, validates and decodes one request to the till at the table. */
export interface PatMethodCodec {
  /** The name of its schemas, and the method unless the site chooses another spelling. */
  readonly method: string;
  /** All spellings of the method, `method` first. */
  readonly spellings: readonly string[];
  /** Validates the whole response, after `normalize`. */
  readonly response: Validator;
  /** The params of the request in this version. */
  readonly encode: (request: TableRequest) => unknown;
  /** Converts a result in another accepted shape to the declared shape [C-9.11]. */
  readonly normalize: (result: unknown) => unknown;
  /** Converts a JSON Pointer into the normalized response to one into the received response. */
  readonly mapErrorPath: (result: unknown, path: string) => string;
  /** Converts a valid result. */
  readonly decode: (result: never) => TableReply;
}

/** The codec of pay at table in one version. */
export interface PatCodec {
  /** By kind; a request that the version lacks is absent and never sent. */
  readonly requests: Readonly<Partial<Record<TableRequest['kind'], PatMethodCodec>>>;
  /** The method and params of a notification in this version. */
  readonly encodeNotification: (notification: TableNotification) => {
    readonly method: string;
    readonly params: unknown;
  };
}

/** One version: its messages, and the codecs of the counter and the table. */
export interface Dialect {
  readonly version: Version;
  readonly messages: readonly Message[];
  readonly pac: PacCodec;
  readonly pat: PatCodec;
}

/** All versions by name. */
export type Dialects = Readonly<Record<Version, Dialect>>;

/** How a received message is validated. */
export interface ValidationOptions {
  /** True: unknown keys are refused. False: they are dropped and reported to `onKeysDropped` [C-3.5]. */
  readonly strict: boolean;
  /** URL of the folder of raw schemas for this integration and version, without a slash at the end. */
  readonly schemaUrl: string;
  /** `onKeysDropped` is called once for each message from which keys were dropped. */
  readonly onKeysDropped?: (method: string) => void;
}

/** A request or notification, as far as it is needed to choose and apply a codec. */
interface MethodCall {
  readonly method: string;
  readonly params?: unknown;
}

/** What `decodeRequest` needs of a codec. */
interface RequestCodec<Decoded> {
  readonly request: Validator;
  readonly decode: (params: never) => Decoded;
}

/**
 * Finds the codec of a request, validates the request and decodes its params. Throws the refusals
 * `unknownMethod` [C-3.25] and `invalidParams` [C-3.26].
 */
export function decodeRequest<Codec extends RequestCodec<unknown>>(
  codecs: Readonly<Record<string, Codec>>,
  message: MethodCall,
  options: ValidationOptions,
): { readonly codec: Codec; readonly decoded: ReturnType<Codec['decode']> } {
  const codec = entryFor(codecs, message);
  const { params = {} } = validate(message, codec.request, { ...options, file: '.request' });
  // The validator has accepted the params, so they are what the codec decodes.
  return { codec, decoded: codec.decode(params as never) as ReturnType<Codec['decode']> };
}

/**
 * Validates a notification. Returns it, without its unknown keys where `strict` is false. Throws the same
 * refusals as `decodeRequest`.
 */
export function validateNotification(
  schemas: Readonly<Record<string, { readonly message: Validator }>>,
  message: MethodCall,
  options: ValidationOptions,
): MethodCall {
  return validate(message, entryFor(schemas, message).message, { ...options, file: '' });
}

function entryFor<Entry>(table: Readonly<Record<string, Entry>>, { method }: MethodCall): Entry {
  const entry = Object.hasOwn(table, method) ? table[method] : undefined;
  if (entry) return entry;
  const known = Object.keys(table).find((one) => one.toLowerCase() === method.toLowerCase());
  if (known === undefined) throw refuse('unknownMethod', { method });
  const errors = [{ path: '/method', expected: known, got: describeValue(method) }];
  throw refuse('unknownMethod', { method }, { errors });
}

/** `file` is what the name of the raw schema has after the method. */
function validate(
  message: MethodCall,
  validator: Validator,
  { strict, schemaUrl, onKeysDropped, file }: ValidationOptions & { readonly file: string },
): MethodCall {
  const { method } = message;
  const accepted = accept(validator, message, strict);
  if (accepted) {
    if (accepted.keysDropped) onKeysDropped?.(method);
    return accepted.value;
  }
  const errors = validator.violations(message);
  throw refuse(
    'invalidParams',
    { method },
    { errors, schema: `${schemaUrl}/${method}${file}.json` },
  );
}
