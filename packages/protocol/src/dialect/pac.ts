// Builds the codec and the messages of pay at counter [C-4.1] from the definition of a version: its methods,
// its notification values and its key for the card machine. v0.ts and v1.ts call it.

import type { TObject, TProperties, TSchema } from 'typebox';
import Type from 'typebox';
import * as example from '../examples/pac.ts';
import type { About } from '../schema/envelope.ts';
import { notificationMessage, requestMessage, responseMessage } from '../schema/envelope.ts';
import type { Report } from '../schema/report.ts';
import type { NotificationValue } from '../schema/terminal.ts';
import { terminalNotification } from '../schema/terminal.ts';
import type { Payment } from '../schema/transaction.ts';
import { SignatureAnswer } from '../schema/transaction.ts';
import type { Validator } from '../schema/validator.ts';
import { createValidator } from '../schema/validator.ts';
import type { Message, PacCodec, PacCommand, PacMethodCodec, PacResult } from './dialect.ts';
import { errorDeclaration } from './error-message.ts';

/** The declaration of one method. Its schemas, examples and params name the card machine `tid`. */
export interface PacMethod {
  readonly title: string;
  readonly purpose: string;
  readonly answer: string;
  readonly params: TSchema;
  /** Params without a meaning here, which are accepted because some tills send all params with every method. */
  readonly ignored?: TProperties;
  /** Whether params may be left out; false if absent. */
  readonly optional?: boolean;
  readonly result: TSchema;
  /** Params of the examples. */
  readonly exampleParams: readonly unknown[];
  /** Results of the examples, before `encode`. */
  readonly exampleResults: readonly PacResult[];
  readonly rules: readonly string[];
  readonly decode: (params: never) => PacCommand;
  /** Converts the result to this version; absent where it is sent unchanged. */
  readonly encode?: (result: never) => unknown;
}

/** What a version defines of pay at counter. */
export interface PacDefinition {
  /** Key of the card machine: `tid` or `tpi`. */
  readonly terminalKey: string;
  /** Rules that all its messages obey, in addition to their own. */
  readonly rules: readonly string[];
  /** By method. */
  readonly methods: Readonly<Record<string, PacMethod>>;
  /** The values that this version has; others are not sent [C-6.2]. */
  readonly notificationValues: readonly NotificationValue[];
  readonly signatureQuestion: TSchema;
  /** Converts the result of a transaction or a report to this version. */
  readonly encodeResult: (result: Payment | Report) => unknown;
}

const NOTIFICATION = 'terminalNotification';
const SIGNATURE = 'signatureVerificationRequest';
const FIRST_EXAMPLE_ID = 7;

/** The codec of this definition, and its messages as they are published. */
export function createPacCodec(definition: PacDefinition): {
  readonly codec: PacCodec;
  readonly messages: readonly Message[];
} {
  const mapping = keyMapping(definition.terminalKey);
  const requests: Record<string, PacMethodCodec> = {};
  const messages: Message[] = [];
  for (const [method, declared] of Object.entries(definition.methods)) {
    const request = requestOf(method, declared, mapping);
    const response = responseOf(declared, mapping);
    const shared = { integration: 'pac', rules: [...declared.rules, ...definition.rules] } as const;
    messages.push(
      { ...shared, name: `${method}.request`, sender: 'till', schema: request },
      { ...shared, name: `${method}.response`, sender: 'gateway', schema: response },
    );
    requests[method] = {
      method,
      request: requestValidator(request, requestOf(method, { ...declared, ignored: {} }, mapping)),
      response: createValidator(response),
      decode: (params) =>
        declared.decode(withoutIgnored(mapping.decode(params), declared) as never),
      encode: encoderOf(declared, mapping),
    };
  }
  const codec: PacCodec = {
    requests,
    encodeLateResult: (result) => mapping.encode(definition.encodeResult(result)),
    encodeNotification: notificationEncoder(definition),
    signature: {
      method: SIGNATURE,
      encode: mapping.encode,
      response: createValidator(signatureResponse),
      decode: decodeSignature,
    },
  };
  return { codec, messages: [...messages, ...gatewayMessages(definition, mapping)] };
}

function requestOf(method: string, declared: PacMethod, mapping: KeyMapping): TSchema {
  const examples = declared.exampleParams.map((params, index) => ({
    jsonrpc: '2.0',
    id: FIRST_EXAMPLE_ID + index,
    method,
    ...(params === undefined ? {} : { params: mapping.encode(params) }),
  }));
  return requestMessage('till', method, {
    title: declared.title,
    description: declared.purpose,
    examples,
    params: mapping.schema(withIgnored(declared)),
    optional: declared.optional ?? false,
  });
}

/** Where keys without a meaning are dropped, the ignored ones are too, whatever their value. */
function requestValidator(schema: TSchema, withoutIgnored: TSchema): Validator {
  const { withoutUnknownKeys } = createValidator(withoutIgnored);
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

function responseOf(declared: PacMethod, mapping: KeyMapping): TSchema {
  const write = encoderOf(declared, mapping);
  const examples = declared.exampleResults.map((result, index) => ({
    jsonrpc: '2.0',
    id: FIRST_EXAMPLE_ID + index,
    result: write(result),
  }));
  const about: About = {
    title: `${declared.title}: answer`,
    description: declared.answer,
    examples,
  };
  return responseMessage('till', mapping.schema(declared.result), about);
}

function encoderOf({ encode }: PacMethod, mapping: KeyMapping): PacMethodCodec['encode'] {
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

/** The messages that the gateway sends first, the till's response to them, and the error message. */
function gatewayMessages(definition: PacDefinition, mapping: KeyMapping): readonly Message[] {
  const gatewayMessage = (name: string, schema: TSchema, rules: readonly string[]): Message => ({
    name,
    integration: 'pac',
    sender: 'gateway',
    schema,
    rules: [...rules, ...definition.rules],
  });
  const notification = ['C-4.31', 'C-6.1', 'C-6.3', 'C-6.5'];
  const request = ['C-4.32', 'C-4.33', 'C-4.36', 'C-4.38'];
  const response = ['C-4.34', 'C-4.35', 'C-4.37'];
  return [
    gatewayMessage(NOTIFICATION, notificationOf(definition, mapping), notification),
    gatewayMessage(`${SIGNATURE}.request`, signatureRequestOf(definition, mapping), request),
    { ...gatewayMessage(`${SIGNATURE}.response`, signatureResponse, response), sender: 'till' },
    errorDeclaration('pac'),
  ];
}

function notificationOf({ notificationValues }: PacDefinition, mapping: KeyMapping): TSchema {
  const params = mapping.encode({ tid: example.tid, notificationValue: 'PRESENT_CARD' });
  return notificationMessage(
    NOTIFICATION,
    mapping.schema(terminalNotification(notificationValues)),
    {
      title: 'What the card machine shows',
      description: 'Progress of a transaction, sent to the till that started it. No answer.',
      examples: [{ jsonrpc: '2.0', method: NOTIFICATION, params }],
    },
  );
}

function signatureRequestOf({ signatureQuestion }: PacDefinition, mapping: KeyMapping): TSchema {
  const params = mapping.encode(example.signatureQuestion);
  return requestMessage('gateway', SIGNATURE, {
    params: mapping.schema(signatureQuestion),
    title: 'Check a signature',
    description: 'Asks the till whether staff accept the signature on the merchant copy.',
    examples: [{ jsonrpc: '2.0', id: 1, method: SIGNATURE, params }],
  });
}

const signatureResponse = responseMessage('gateway', SignatureAnswer, {
  title: 'Signature checked',
  description: "The till's answer to the signature question.",
  examples: [{ jsonrpc: '2.0', id: 1, result: { accepted: true } }],
});

/** The key under which a version names the card machine: `tid` in declarations, `tpi` in v0 [C-8.1]. */
interface KeyMapping {
  /** Renames the key in a declaration, which is an object or an array of objects. */
  readonly schema: (schema: TSchema) => TSchema;
  /** Renames the key in a value that is sent. */
  readonly encode: (value: unknown) => unknown;
  /** Renames the key in received params. */
  readonly decode: (params: Fields) => Fields;
}

type Fields = Readonly<Record<string, unknown>>;

const DECLARED_KEY = 'tid';

function keyMapping(key: string): KeyMapping {
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
