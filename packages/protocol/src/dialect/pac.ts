// Pay at counter [C-4.1] as one table: a version is a set of words, from which its rows and its
// messages are made.

import type { TSchema } from 'typebox';
import * as example from '../examples/pac.ts';
import type { About } from '../schema/envelope.ts';
import { notificationMessage, requestMessage, responseMessage } from '../schema/envelope.ts';
import type { Report } from '../schema/report.ts';
import type { NotificationValue } from '../schema/terminal.ts';
import { terminalNotification } from '../schema/terminal.ts';
import type { Payment } from '../schema/transaction.ts';
import { SignatureAnswer } from '../schema/transaction.ts';
import { createValidator } from '../schema/validator.ts';
import type { Message, PacCodec, PacCommand, PacMethodCodec, PacResult } from './dialect.ts';
import { errorDeclaration } from './error-message.ts';
import type { Spelling } from './spelling.ts';
import { spelling } from './spelling.ts';

/** One request, declared. Schemas, examples and params name the card machine `tid`. */
export interface PacMethod {
  readonly title: string;
  readonly purpose: string;
  readonly answer: string;
  readonly params: TSchema;
  /** Params may be left out. */
  readonly optional?: boolean;
  readonly result: TSchema;
  /** Params of the examples. */
  readonly asks: readonly unknown[];
  /** Results of the examples, as the core gives them. */
  readonly results: readonly PacResult[];
  readonly rules: readonly string[];
  readonly decode: (params: never) => PacCommand;
  /** The core's result in this version's words; as it is if absent. */
  readonly encode?: (result: never) => unknown;
}

/** How a version spells pay at counter. */
export interface PacDefinition {
  /** Key of the card machine: `tid` or `tpi`. */
  readonly terminalKey: string;
  /** Rules that all its messages obey beside their own. */
  readonly rules: readonly string[];
  /** By method. */
  readonly methods: Readonly<Record<string, PacMethod>>;
  /** Others are not sent [C-6.2]. */
  readonly notificationValues: readonly NotificationValue[];
  readonly signatureQuestion: TSchema;
  /** How a transaction or a report ended, in this version's words. */
  readonly encodeResult: (result: Payment | Report) => unknown;
}

const NOTIFICATION = 'terminalNotification';
const SIGNATURE = 'signatureVerificationRequest';
const FIRST_EXAMPLE_ID = 7;

/** Pay at counter in these words: its table, and its messages as they are published. */
export function createPacCodec(words: PacDefinition): {
  readonly table: PacCodec;
  readonly messages: readonly Message[];
} {
  const spelt = spelling(words.terminalKey);
  const requests: Record<string, PacMethodCodec> = {};
  const messages: Message[] = [];
  for (const [method, row] of Object.entries(words.methods)) {
    const request = requestOf(method, row, spelt);
    const response = responseOf(row, spelt);
    const shared = { integration: 'pac', rules: [...row.rules, ...words.rules] } as const;
    messages.push(
      { ...shared, name: `${method}.request`, sender: 'till', schema: request },
      { ...shared, name: `${method}.response`, sender: 'gateway', schema: response },
    );
    requests[method] = {
      method,
      request: createValidator(request),
      response: createValidator(response),
      decode: (params) => row.decode(spelt.in(params) as never),
      encode: writerOf(row, spelt),
    };
  }
  const table: PacCodec = {
    requests,
    encodeLateResult: (result) => spelt.out(words.encodeResult(result)),
    encodeNotification: notifier(words),
    signature: {
      method: SIGNATURE,
      encode: spelt.out,
      decode: readSignature,
    },
  };
  return { table, messages: [...messages, ...gatewayMessages(words, spelt)] };
}

function requestOf(method: string, row: PacMethod, spelt: Spelling): TSchema {
  const examples = row.asks.map((params, index) => ({
    jsonrpc: '2.0',
    id: FIRST_EXAMPLE_ID + index,
    method,
    ...(params === undefined ? {} : { params: spelt.out(params) }),
  }));
  return requestMessage('till', method, {
    title: row.title,
    description: row.purpose,
    examples,
    params: spelt.schema(row.params),
    optional: row.optional ?? false,
  });
}

function responseOf(row: PacMethod, spelt: Spelling): TSchema {
  const write = writerOf(row, spelt);
  const examples = row.results.map((result, index) => ({
    jsonrpc: '2.0',
    id: FIRST_EXAMPLE_ID + index,
    result: write(result),
  }));
  const about: About = { title: `${row.title}: answer`, description: row.answer, examples };
  return responseMessage('till', spelt.schema(row.result), about);
}

function writerOf({ encode }: PacMethod, spelt: Spelling): PacMethodCodec['encode'] {
  return encode ? (result) => spelt.out(encode(result as never)) : spelt.out;
}

/** The text around the two values of a notification never changes. */
function notifier({
  terminalKey,
  notificationValues,
}: PacDefinition): PacCodec['encodeNotification'] {
  const known: ReadonlySet<NotificationValue> = new Set(notificationValues);
  const beforeTid = `{"jsonrpc":"2.0","method":"${NOTIFICATION}","params":{"${terminalKey}":`;
  return (tid, value) =>
    known.has(value)
      ? `${beforeTid}${JSON.stringify(tid)},"notificationValue":"${value}"}}`
      : undefined;
}

function readSignature(result: unknown): boolean | undefined {
  const accepted = (result as { accepted?: unknown } | null | undefined)?.accepted;
  return typeof accepted === 'boolean' ? accepted : undefined;
}

/** What the gateway sends of itself, the till's answer to it, and the error message. */
function gatewayMessages(words: PacDefinition, spelt: Spelling): readonly Message[] {
  const ofGateway = (name: string, schema: TSchema, rules: readonly string[]): Message => ({
    ...{ name, integration: 'pac', sender: 'gateway', schema, rules: [...rules, ...words.rules] },
  });
  const notice = ['C-4.31', 'C-6.1', 'C-6.3', 'C-6.5'];
  const question = ['C-4.32', 'C-4.33', 'C-4.36', 'C-4.38'];
  const answer = ['C-4.34', 'C-4.35', 'C-4.37'];
  return [
    ofGateway(NOTIFICATION, notificationOf(words, spelt), notice),
    ofGateway(`${SIGNATURE}.request`, signatureRequestOf(words, spelt), question),
    { ...ofGateway(`${SIGNATURE}.response`, signatureResponse, answer), sender: 'till' },
    errorDeclaration('pac'),
  ];
}

function notificationOf({ notificationValues }: PacDefinition, spelt: Spelling): TSchema {
  const params = spelt.out({ tid: example.tid, notificationValue: 'PRESENT_CARD' });
  return notificationMessage(NOTIFICATION, spelt.schema(terminalNotification(notificationValues)), {
    title: 'What the card machine shows',
    description: 'Progress of a transaction, sent to the till that started it. No answer.',
    examples: [{ jsonrpc: '2.0', method: NOTIFICATION, params }],
  });
}

function signatureRequestOf({ signatureQuestion }: PacDefinition, spelt: Spelling): TSchema {
  const params = spelt.out(example.signatureQuestion);
  return requestMessage('gateway', SIGNATURE, {
    params: spelt.schema(signatureQuestion),
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
