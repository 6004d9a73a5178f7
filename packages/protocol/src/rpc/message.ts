// JSON-RPC 2.0 envelopes [C-3.1 - C-3.17]: parses texts, classifies messages and writes messages as text.

import { hasCharacters } from './characters.ts';
import type { SchemaViolation } from './error.ts';
import { describeValue, isObject } from './error.ts';

/** A string, a number, or (from `parseMessage`) the exact text of a number too big to be one. */
export type Id = string | number | RawNumber;

interface RawNumber {
  readonly rawJSON: string;
}

/** A request, or a notification if it has no `id`. */
export interface Request {
  readonly jsonrpc: '2.0';
  readonly id?: Id;
  readonly method: string;
  readonly params?: unknown;
}

/** A response or an error message. */
export interface Response {
  readonly jsonrpc: '2.0';
  readonly id?: Id;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** One received message, classified by [C-3.14]. `invalid` has an id where one can be read, and what is wrong. */
export type IncomingMessage =
  | { readonly kind: 'request'; readonly id: Id; readonly message: Request }
  | { readonly kind: 'notification'; readonly message: Request }
  | { readonly kind: 'response'; readonly message: Response }
  | {
      readonly kind: 'invalid';
      readonly id?: Id;
      readonly violations: readonly SchemaViolation[];
      /** Whether it has a result or an error, so that its id is that of a request of the other end. */
      readonly isResponse: boolean;
    };

/** Most items in a batch [C-3.17]. */
export const MAX_BATCH_ITEMS = 16;
/** Deepest nesting of an incoming message [C-3.36]. */
export const MAX_NESTING = 32;
/** Longest string taken as an id [C-3.9]. */
export const MAX_ID_LENGTH = 128;
/** A peer numbers its own requests from 1 to this number, then from 1 again [C-3.11]. */
export const MAX_OWN_ID = 999_999;

const REQUEST = 'object with jsonrpc, id, method and params';

/**
 * Says whether a parsed value is a request, a notification, a response or invalid [C-3.14]. Members that a serializer
 * writes as null although they are absent are taken as absent.
 */
export function classifyMessage(value: unknown): IncomingMessage {
  if (!isObject(value)) {
    return invalid([{ path: '', expected: REQUEST, got: describeValue(value) }]);
  }
  const message = withoutNullMembers(value);
  if (Object.hasOwn(message, 'method')) return classifyRequest(message);
  if (Object.hasOwn(message, 'result') || Object.hasOwn(message, 'error')) {
    return classifyResponse(message);
  }
  return invalid(faultsOfRequest(message), message);
}

type Members = Readonly<Record<string, unknown>>;

/** `"error":null` beside a result says the same as no error, and so on; a response may have a null result. */
export function withoutNullMembers(message: Members): Members {
  const { method, params, result, error } = message;
  if (method !== null && params !== null && result !== null && error !== null) return message;
  const hasResult = Object.hasOwn(message, 'result');
  const isOther = (method ?? undefined) !== undefined || (error ?? undefined) !== undefined;
  const isAbsent = (key: string): boolean => {
    if (key === 'params') return params === null;
    // Without a result or an error it is a request that lacks its method.
    if (key === 'method') return method === null && (hasResult || Object.hasOwn(message, 'error'));
    if (key === 'error') return error === null && (hasResult || isOther);
    return key === 'result' && result === null && isOther;
  };
  return Object.fromEntries(Object.entries(message).filter(([key]) => !isAbsent(key)));
}

function classifyResponse(message: Members): IncomingMessage {
  const violations = faultsOfVersion(message);
  if (violations.length > 0) return invalid(violations, message);
  return { kind: 'response', message: message as unknown as Response };
}

function classifyRequest(message: Members): IncomingMessage {
  const violations = [...faultsOfVersion(message), ...faultsOfMethod(message)];
  if (!Object.hasOwn(message, 'id')) {
    if (violations.length > 0) return invalid(violations);
    return { kind: 'notification', message: message as unknown as Request };
  }
  const { id } = message;
  if (!isId(id)) return invalid([...violations, ...faultsOfId(message)]);
  if (violations.length > 0) return invalid(violations, message);
  return { kind: 'request', id, message: withPlainId(message) as unknown as Request };
}

function invalid(violations: readonly SchemaViolation[], message: Members = {}): IncomingMessage {
  const { id } = message;
  const isResponse = Object.hasOwn(message, 'result') || Object.hasOwn(message, 'error');
  const base = { kind: 'invalid', violations, isResponse } as const;
  // An object that is neither has no request to be named in the answer.
  const isNamed = isResponse || Object.hasOwn(message, 'method');
  return isNamed && isId(id) ? { ...base, id } : base;
}

function faultsOfRequest(message: Members): SchemaViolation[] {
  return [...faultsOfVersion(message), ...faultsOfId(message), ...faultsOfMethod(message)];
}

function faultsOfVersion(message: Members): SchemaViolation[] {
  return message.jsonrpc === '2.0' ? [] : [faultOf(message, 'jsonrpc', '2.0')];
}

function faultsOfMethod(message: Members): SchemaViolation[] {
  return typeof message.method === 'string' ? [] : [faultOf(message, 'method', 'string')];
}

function faultsOfId(message: Members): SchemaViolation[] {
  const expected = `number, or string of 0..${MAX_ID_LENGTH} characters`;
  return isId(message.id) ? [] : [faultOf(message, 'id', expected)];
}

/** Names the key under which the member was sent, if only its capitals differ. */
function faultOf(message: Members, key: string, expected: string): SchemaViolation {
  const sent = Object.keys(message).find((one) => one !== key && one.toLowerCase() === key);
  if (!Object.hasOwn(message, key) && sent !== undefined) {
    return { path: `/${key}`, expected, got: `the key ${sent}: names are case-sensitive` };
  }
  return { path: `/${key}`, expected, got: describeValue(message[key]) };
}

/** Replaces an id that no double can hold by 0, so that the message can be validated as JSON values. */
export function withPlainId<M extends object>(message: M): M {
  return isRawNumber((message as { id?: unknown }).id) ? { ...message, id: 0 } : message;
}

function isId(id: unknown): id is Id {
  if (typeof id === 'number') return Number.isFinite(id);
  return typeof id === 'string' ? hasCharacters(id, 0, MAX_ID_LENGTH) : isRawNumber(id);
}

// Not yet in TypeScript's library: the JSON.parse source text access proposal (stage 4).
interface RawJson {
  rawJSON?(text: string): RawNumber;
  isRawJSON?(value: unknown): boolean;
}
const rawJson = JSON as unknown as RawJson;
type Reviver = (key: string, value: unknown, context?: { source?: string }) => unknown;

const LONG_ID = /"id"\s*:\s*-?\d[\d.eE+-]{14,}/;
/** What some tills write around a message, beside the white space of JSON [C-3.14]. */
const AROUND: ReadonlySet<string | undefined> = new Set(['\u{FEFF}', '\0', ' ', '\t', '\r', '\n']);

/** A loop, because a pattern for the end of the text takes quadratic time on long runs inside it. */
function bareText(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && AROUND.has(text[start])) start += 1;
  while (end > start && AROUND.has(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

/**
 * Like `JSON.parse`, except that an `id` which no double can hold keeps its digits [C-3.9], and that byte order
 * marks and NUL characters around the text are dropped. Throws SyntaxError for a text that is not JSON (RFC 8259).
 */
export function parseMessage(received: string): unknown {
  const text = bareText(received);
  const value: unknown = JSON.parse(text);
  // JSON.parse with a reviver recurses, so it must not run on texts that are rejected for their depth.
  if (rawJson.rawJSON && LONG_ID.test(text) && !nestsTooDeep(value)) keepLongIds(value, text);
  return value;
}

/** Replaces the id of each message, but not other values named `id` inside it. */
function keepLongIds(value: unknown, text: string): void {
  const copies: unknown[] = [JSON.parse(text, keepDigits('id'))].flat();
  for (const [index, message] of [value].flat().entries()) {
    const { id } = Object(copies[index]) as { id?: unknown };
    if (isRawNumber(id)) (message as { id: unknown }).id = id;
  }
}

/** A reviver for `JSON.parse` that keeps the digits of the numbers named `name` which no double can hold. */
export function keepDigits(name: string): (key: string, value: unknown) => unknown {
  const revive: Reviver = (key, value, context) => {
    if (key !== name || typeof value !== 'number' || Number.isSafeInteger(value)) return value;
    return context?.source && Number.isFinite(value) ? rawJson.rawJSON?.(context.source) : value;
  };
  return revive;
}

/** An id as people read it: a text without quotes, a number with all its digits. */
export function idToText(id: Id): string {
  return typeof id === 'string' ? id : JSON.stringify(id);
}

/** The number of a peer's own request in an id that some serializers write as text, `"1"` for 1 [C-3.14]. */
export function ownIdInText(id: unknown): number | undefined {
  return typeof id === 'string' && /^[1-9]\d{0,5}$/.test(id) ? Number(id) : undefined;
}

function isRawNumber(id: unknown): id is RawNumber {
  return rawJson.isRawJSON?.(id) ?? false;
}

/** Whether `value` nests deeper than `MAX_NESTING` levels [C-3.36]. */
export function nestsTooDeep(value: unknown, levels: number = MAX_NESTING): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const inner of Object.values(value)) {
    if (nestsTooDeep(inner, levels - 1)) return true;
  }
  return false;
}

/** A result that is JSON text already; `resultText` inserts it without serialising it again. */
export class JsonText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export function resultText(id: Id, result: unknown): string {
  const json = result instanceof JsonText ? result.text : (JSON.stringify(result) ?? 'null');
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${json}}`;
}

/** An error message; without `id` where no request can be named [C-3.19]. */
export function errorText(id: Id | undefined, error: unknown): string {
  const part = id === undefined ? '' : `"id":${JSON.stringify(id)},`;
  return `{"jsonrpc":"2.0",${part}"error":${JSON.stringify(error)}}`;
}

export function requestText(id: Id, method: string, params: unknown): string {
  const part = params === undefined ? '' : `,"params":${JSON.stringify(params)}`;
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"method":${JSON.stringify(method)}${part}}`;
}

/** A notification as text. */
export function notificationText(method: string, params: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', method, params });
}
