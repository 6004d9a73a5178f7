// JSON-RPC 2.0 envelopes [C-3.1 - C-3.17]: parses texts, classifies messages and writes messages as text.

import { hasCharacters } from './characters.ts';

/** A string, a number, or (from `parseMessage`) the exact text of a number too big to be one. */
export type Id = string | number | RawNumber;

interface RawNumber {
  readonly rawJSON: string;
}

export interface Request {
  readonly jsonrpc: '2.0';
  readonly id?: Id;
  readonly method: string;
  readonly params?: unknown;
}

export interface Response {
  readonly jsonrpc: '2.0';
  readonly id?: Id;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** One received message, classified by [C-3.14]. `invalid` has an id where one can be read. */
export type IncomingMessage =
  | { readonly kind: 'request'; readonly id: Id; readonly message: Request }
  | { readonly kind: 'notification'; readonly message: Request }
  | { readonly kind: 'response'; readonly message: Response }
  | { readonly kind: 'invalid'; readonly id?: Id };

/** Most items in a batch [C-3.17]. */
export const MAX_BATCH_ITEMS = 16;
/** Deepest nesting of an incoming message [C-3.36]. */
export const MAX_NESTING = 32;
/** Longest string taken as an id [C-3.9]. */
export const MAX_ID_LENGTH = 128;
/** A peer numbers its own requests from 1 to this number, then from 1 again [C-3.11]. */
export const MAX_OWN_ID = 999_999;

const INVALID: IncomingMessage = { kind: 'invalid' };

/** Says whether a parsed value is a request, a notification, a response or invalid [C-3.14]. */
export function classifyMessage(value: unknown): IncomingMessage {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return INVALID;
  const message = value as Record<string, unknown>;
  if (Object.hasOwn(message, 'method')) return classifyRequest(message);
  const isResponse = Object.hasOwn(message, 'result') || Object.hasOwn(message, 'error');
  if (!isResponse || message.jsonrpc !== '2.0') return INVALID;
  return { kind: 'response', message: message as unknown as Response };
}

function classifyRequest(message: Record<string, unknown>): IncomingMessage {
  const valid = message.jsonrpc === '2.0' && typeof message.method === 'string';
  if (!Object.hasOwn(message, 'id')) {
    return valid ? { kind: 'notification', message: message as unknown as Request } : INVALID;
  }
  const { id } = message;
  if (!isId(id)) return INVALID;
  if (!valid) return { kind: 'invalid', id };
  return { kind: 'request', id, message: withPlainId(message) as unknown as Request };
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

/**
 * Like `JSON.parse`, except that an `id` which no double can hold keeps its digits [C-3.9].
 * Throws SyntaxError for a text that is not JSON (RFC 8259).
 */
export function parseMessage(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // JSON.parse with a reviver recurses, so it must not run on texts that are rejected for their depth.
  if (rawJson.rawJSON && LONG_ID.test(text) && !nestsTooDeep(value)) keepLongIds(value, text);
  return value;
}

/** Replaces the id of each message, but not other values named `id` inside it. */
function keepLongIds(value: unknown, text: string): void {
  const keep: Reviver = (key, inner, context) => {
    if (key !== 'id' || typeof inner !== 'number' || Number.isSafeInteger(inner)) return inner;
    return context?.source && Number.isFinite(inner) ? rawJson.rawJSON?.(context.source) : inner;
  };
  const copies: unknown[] = [JSON.parse(text, keep)].flat();
  for (const [index, message] of [value].flat().entries()) {
    const { id } = Object(copies[index]) as { id?: unknown };
    if (isRawNumber(id)) (message as { id: unknown }).id = id;
  }
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

export function notificationText(method: string, params: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', method, params });
}
