// Builds the codec of pay at counter [C-4.1] from the definition of a version: its methods, its notification values and
// its key for the card machine. What is published beside it comes from `pac-messages.ts`, which a till does not need.

import type { About } from '../schema/envelope.ts';
import { requestMessage, responseMessage } from '../schema/envelope.ts';
import type { Report } from '../schema/report.ts';
import type { NotificationValue } from '../schema/terminal.ts';
import type { Payment } from '../schema/transaction.ts';
import { SignatureAnswer } from '../schema/transaction.ts';
import type { TObject, TProperties, TSchema } from '../schema/type.ts';
import { Type } from '../schema/type.ts';
import type { Validator } from '../schema/validator.ts';
import { createValidator } from '../schema/validator.ts';
import type { PacCodec, PacCommand, PacMethodCodec } from './dialect.ts';

/** The declaration of one method. Its schemas and params name the card machine `tid`. */
export interface PacMethod {
  readonly params: TSchema;
  /** Params without a meaning here, which are accepted because some tills send all params with every method. */
  readonly ignored?: TProperties;
  /** Whether params may be left out; false if absent. */
  readonly optional?: boolean;
  readonly result: TSchema;
  readonly decode: (params: never) => PacCommand;
  /** Converts the result to this version; absent where it is sent unchanged. */
  readonly encode?: (result: never) => unknown;
}

/** What a version defines of pay at counter. */
export interface PacDefinition<Method extends string = string> {
  /** Key of the card machine: `tid` or `tpi`. */
  readonly terminalKey: string;
  /** By method. */
  readonly methods: Readonly<Record<Method, PacMethod>>;
  /** The values that this version has; others are not sent [C-6.2]. */
  readonly notificationValues: readonly NotificationValue[];
  readonly signatureQuestion: TSchema;
  /** Converts the result of a transaction or a report to this version. */
  readonly encodeResult: (result: Payment | Report) => unknown;
}

export const NOTIFICATION = 'terminalNotification';
export const SIGNATURE = 'signatureVerificationRequest';

export function createPacCodec(definition: PacDefinition): PacCodec {
  const mapping = keyMapping(definition.terminalKey);
  const requests: Record<string, PacMethodCodec> = {};
  for (const [method, declared] of Object.entries(definition.methods)) {
    requests[method] = {
      method,
      request: requestValidator(method, declared, mapping),
      response: createValidator(responseSchema(declared, mapping)),
      decode: (params) =>
        declared.decode(withoutIgnored(mapping.decode(params), declared) as never),
      encode: encoderOf(declared, mapping),
    };
  }
  return {
    requests,
    encodeLateResult: (result) => mapping.encode(definition.encodeResult(result)),
    encodeNotification: notificationEncoder(definition),
    signature: {
      method: SIGNATURE,
      request: createValidator(signatureRequestSchema(definition, mapping)),
      encode: mapping.encode,
      response: createValidator(signatureResponseSchema()),
      decode: decodeSignature,
    },
  };
}

/** The request of a method; of a published one `about` has the annotations. */
export function requestSchema(
  method: string,
  declared: PacMethod,
  { mapping, about = {} }: { readonly mapping: KeyMapping; readonly about?: Partial<About> },
): TSchema {
  return requestMessage('till', method, {
    ...about,
    params: mapping.schema(withIgnored(declared)),
    optional: declared.optional ?? false,
  });
}

/** Where keys without a meaning are dropped, the ignored ones are too, whatever their value. */
function requestValidator(method: string, declared: PacMethod, mapping: KeyMapping): Validator {
  const withoutIgnored = requestSchema(method, { ...declared, ignored: {} }, { mapping });
  const { withoutUnknownKeys } = createValidator(withoutIgnored);
  const schema = requestSchema(method, declared, { mapping });
  return { ...createValidator(schema), withoutUnknownKeys };
}

function withIgnored({ params, ignored }: PacMethod): TSchema {
  return ignored && Type.IsObject(params) ? extendSchema(params, ignored) : params;
}

/** A copy of an object schema with `other` properties added or replaced. */
export function extendSchema(
  { type: _, required: __, properties, ...options }: TObject,
  other: TProperties,
) {
  return Type.Object({ ...properties, ...other }, options);
}

function withoutIgnored(params: Fields, { ignored = {} }: PacMethod): Fields {
  const entries = Object.entries(params).filter(([key]) => !Object.hasOwn(ignored, key));
  return Object.fromEntries(entries);
}

export function responseSchema(
  { result }: PacMethod,
  mapping: KeyMapping,
  about: Partial<About> = {},
): TSchema {
  return responseMessage('till', mapping.schema(result), about);
}

export function encoderOf({ encode }: PacMethod, mapping: KeyMapping): PacMethodCodec['encode'] {
  return encode ? (result) => mapping.encode(encode(result as never)) : mapping.encode;
}

/** Concatenates text, because only two values of a notification vary and notifications are frequent. */
function notificationEncoder({
  terminalKey,
  notificationValues,
}: PacDefinition): PacCodec['encodeNotification'] {
  const available: ReadonlySet<NotificationValue> = new Set(notificationValues);
  const beforeTid = `{"jsonrpc":"2.0","method":"${NOTIFICATION}","params":{"${terminalKey}":`;
  return (tid, value) =>
    available.has(value)
      ? `${beforeTid}${JSON.stringify(tid)},"notificationValue":"${value}"}}`
      : undefined;
}

function decodeSignature(result: unknown): boolean | undefined {
  const accepted = (result as { accepted?: unknown } | null | undefined)?.accepted;
  return typeof accepted === 'boolean' ? accepted : undefined;
}

export function signatureRequestSchema(
  { signatureQuestion }: PacDefinition,
  mapping: KeyMapping,
  about: Partial<About> = {},
): TSchema {
  const params = mapping.schema(signatureQuestion);
  return requestMessage('gateway', SIGNATURE, { ...about, params });
}

export function signatureResponseSchema(about: Partial<About> = {}): TSchema {
  return responseMessage('gateway', SignatureAnswer, about);
}

/** The key under which a version names the card machine: `tid` in declarations, `tpi` in v0 [C-8.1]. */
export interface KeyMapping {
  /** Renames the key in a declaration, which is an object or an array of objects. */
  readonly schema: (schema: TSchema) => TSchema;
  /** Renames the key in a value that is sent. */
  readonly encode: (value: unknown) => unknown;
  /** Renames the key in received params. */
  readonly decode: (params: Fields) => Fields;
}

type Fields = Readonly<Record<string, unknown>>;

const DECLARED_KEY = 'tid';

export function keyMapping(key: string): KeyMapping {
  // Results must stay the same objects, so that each is serialised only once, for journal and till.
  if (key === DECLARED_KEY) return { schema: identity, encode: identity, decode: identity };
  return {
    schema: (schema) => renamedInSchema(schema, key),
    encode: (value) => renamedInValue(value, key),
    decode: (params) => renamed(params, key, DECLARED_KEY),
  };
}

function identity<T>(value: T): T {
  return value;
}

function renamedInSchema(schema: TSchema, key: string): TSchema {
  if (Type.IsArray(schema)) {
    const { type: _, items, ...options } = schema;
    return Type.Array(renamedInSchema(items, key), options);
  }
  if (!Type.IsObject(schema)) return schema;
  const { type: _, required: __, properties, ...options } = schema;
  return Type.Object(renamed(properties, DECLARED_KEY, key), options);
}

function renamedInValue(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamedInValue(item, key));
  if (typeof value !== 'object' || value === null) return value;
  return renamed(value as Fields, DECLARED_KEY, key);
}

/** A copy in which one key has another name, at the same position. */
function renamed<T>(object: Readonly<Record<string, T>>, from: string, to: string) {
  const entries = Object.entries(object).map(([key, value]) => [key === from ? to : key, value]);
  return Object.fromEntries(entries) as Record<string, T>;
}
