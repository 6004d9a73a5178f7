// Turns what the code of a card machine returns for an order into what can be sent: blanks are filled in,
// card numbers masked, control characters replaced, and a wrong detail is left out rather than the outcome lost.

import type {
  LinkCard,
  LinkEvent,
  LinkOrder,
  LinkOutcome,
  LinkReportResult,
  ReceiptLine,
  SchemaViolation,
} from '@tillgate/protocol';
import { linkEvents, noCard, sanitizeTexts } from '@tillgate/protocol';
import type { MadeReport, PlayedOutcome, SignatureWanted } from './machine.ts';

/** What a message of the machine may have in bytes [C-13.4], with room for its envelope. */
const MAX_BYTES = 262_144 - 4_096;

/** Called with what was left out because it does not match the schema. */
type OnOmitted = (faults: readonly SchemaViolation[]) => void;

/** An outcome of which only the result is known; `now` in ms. */
export function blankOutcome(
  transactionResult: LinkOutcome['transactionResult'],
  order: LinkOrder,
  now: number,
): LinkOutcome {
  const taken = transactionResult === 'SUCCESSFUL';
  return {
    transactionResult,
    transactionId: '',
    transactionNumber: '',
    transactionTime: localTime(now),
    amountCashback: taken ? order.amountCashback : 0,
    amountGratuity: taken ? (order.table?.amountGratuity ?? 0) : 0,
    card: noCard,
    receiptLines: {},
  };
}

interface OutcomeOptions {
  /** In ms. */
  readonly now: number;
  readonly onOmitted: OnOmitted;
}

/** Throws TypeError if what was given has no result: then nothing is known. */
export function outcomeOf(
  given: PlayedOutcome,
  order: LinkOrder,
  { now, onOmitted }: OutcomeOptions,
): LinkOutcome {
  const { transactionResult } = Object(given) as PlayedOutcome;
  const blank = { order: order.id, outcome: blankOutcome(transactionResult, order, now) };
  if (!fits('finished', blank)) throw new TypeError('expected an outcome with transactionResult.');
  const { card, ...rest } = given;
  const outcome = { ...blank.outcome, ...defined(rest), card: cardOf(card) };
  return sanitized('finished', { given: { ...blank, outcome }, blank, onOmitted }).outcome;
}

export function reportOf(
  given: MadeReport,
  order: string,
  options: OutcomeOptions,
): LinkReportResult {
  const empty = { balances: {}, banking: {}, reportLines: [] };
  const blank = { order, result: { reportTime: localTime(options.now), ...empty } };
  const result = { ...blank.result, ...defined(given) };
  const { onOmitted } = options;
  return sanitized('reported', { given: { ...blank, result }, blank, onOmitted }).result;
}

type SignatureParams = Extract<LinkEvent, { method: 'signatureWanted' }>['params'];

export function signatureOf(
  wanted: SignatureWanted,
  order: string,
  onOmitted: OnOmitted,
): SignatureParams {
  const merchantReceipt: readonly ReceiptLine[] = [];
  const blank = { order, merchantReceipt, card: noCard };
  const given = { order, merchantReceipt: wanted.merchantReceipt, card: cardOf(wanted.card) };
  return sanitized('signatureWanted', { given, blank, onOmitted });
}

/** YYYY-MM-DDThh:mm:ss by the clock and the zone of this computer. */
function localTime(now: number): string {
  const minutes = new Date(now).getTimezoneOffset();
  return new Date(now - minutes * 60_000).toISOString().slice(0, 19);
}

function cardOf(card: Partial<LinkCard> = {}): LinkCard {
  const known = { ...noCard, ...defined(card) };
  const number = String(known.primaryAccountNumber);
  return { ...known, primaryAccountNumber: number.replace(/\d(?=.{4})/g, '*') };
}

function defined<T extends object>(values: T): T {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as T;
}

interface SanitizeInput<P> {
  readonly given: { readonly order: string; readonly [part: string]: unknown };
  /** The same with nothing in it but what must be. */
  readonly blank: P;
  readonly onOmitted: OnOmitted;
}

/** `given`, with a blank wherever the gateway would refuse it [C-13.5]. */
function sanitized<P extends { readonly order: string }>(
  method: SanitizedMethod,
  { given, blank, onOmitted }: SanitizeInput<P>,
): P {
  // The id is the gateway's own, whatever it looks like.
  const starred = { ...(sanitizeTexts(given) as P), order: given.order };
  if (fits(method, starred)) return starred;
  const { message } = linkEvents[method];
  const faults = message.violations(frame(method, starred));
  onOmitted(faults.length > 0 ? faults : [tooLong]);
  const { params } = message.withoutUnknownKeys(frame(method, starred)) as { readonly params: P };
  const wrong = message
    .violations(frame(method, params))
    .map(({ path }) => path.split('/').slice(2));
  const mend = (value: P, paths: readonly (readonly string[])[]) =>
    paths.reduce<unknown>((mended, path) => withBlank(mended, blank, path), value) as P;
  const mended = mend(params, wrong);
  if (fits(method, mended)) return mended;
  const withoutPaper = mend(mended, [longestPart[method]]);
  return fits(method, withoutPaper) ? withoutPaper : blank;
}

/** The longest part of each message. */
const longestPart = {
  finished: ['outcome', 'receiptLines'],
  reported: ['result', 'reportLines'],
  signatureWanted: ['merchantReceipt'],
} as const;

type SanitizedMethod = keyof typeof longestPart;

const tooLong: SchemaViolation = {
  path: 'it',
  expected: `${MAX_BYTES} bytes at most`,
  got: 'more',
};

function frame(method: string, params: object): object {
  return { jsonrpc: '2.0', method, params };
}

function fits(method: SanitizedMethod, params: object): boolean {
  const value = frame(method, params);
  if (!linkEvents[method].message.isValid(value)) return false;
  return new TextEncoder().encode(JSON.stringify(value)).length <= MAX_BYTES;
}

/** `value` with the blank of the smallest part that holds `path`. */
function withBlank(value: unknown, blank: unknown, path: readonly string[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined || !isObject(value) || !isObject(blank)) return blank;
  if (!Object.hasOwn(blank, key)) return blank;
  return { ...value, [key]: withBlank(value[key], blank[key], rest) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
