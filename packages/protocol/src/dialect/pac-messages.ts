// The messages of pay at counter [C-4.1] as they are published: the schemas of the codec, with annotations and examples.

import * as example from '../examples/pac.ts';
import { notificationMessage } from '../schema/envelope.ts';
import { terminalNotification } from '../schema/terminal.ts';
import type { TSchema } from '../schema/type.ts';
import type { Message, PacResult } from './dialect.ts';
import { errorDeclaration } from './error-message.ts';
import type { KeyMapping, PacDefinition, PacMethod } from './pac.ts';
import {
  encoderOf,
  keyMapping,
  NOTIFICATION,
  requestSchema,
  responseSchema,
  SIGNATURE,
  signatureRequestSchema,
  signatureResponseSchema,
} from './pac.ts';

/** What is published about one method. Examples name the card machine `tid`. */
export interface PacMethodAbout {
  readonly title: string;
  readonly purpose: string;
  readonly answer: string;
  /** Params of the examples. */
  readonly exampleParams: readonly unknown[];
  /** Results of the examples, before `encode`. */
  readonly exampleResults: readonly PacResult[];
  readonly rules: readonly string[];
}

/** What a version publishes about pay at counter. */
export interface PacAbout<Method extends string> {
  /** Rules that all its messages obey, in addition to their own. */
  readonly rules: readonly string[];
  readonly methods: Readonly<Record<Method, PacMethodAbout>>;
}

const FIRST_EXAMPLE_ID = 7;

export function pacMessages<Method extends string>(
  definition: PacDefinition<Method>,
  about: PacAbout<NoInfer<Method>>,
): readonly Message[] {
  const mapping = keyMapping(definition.terminalKey);
  const methods = Object.entries<PacMethod>(definition.methods).flatMap(([method, declared]) => {
    const own = about.methods[method as Method];
    const shared = { integration: 'pac', rules: [...own.rules, ...about.rules] } as const;
    const request = requestOf(method, declared, { own, mapping });
    const response = responseOf(declared, { own, mapping });
    return [
      { ...shared, name: `${method}.request`, sender: 'till', schema: request },
      { ...shared, name: `${method}.response`, sender: 'gateway', schema: response },
    ] as const;
  });
  return [...methods, ...gatewayMessages(definition, mapping, about.rules)];
}

interface Annotating {
  readonly own: PacMethodAbout;
  readonly mapping: KeyMapping;
}

function requestOf(method: string, declared: PacMethod, { own, mapping }: Annotating): TSchema {
  const examples = own.exampleParams.map((params, index) => ({
    jsonrpc: '2.0',
    id: FIRST_EXAMPLE_ID + index,
    method,
    ...(params === undefined ? {} : { params: mapping.encode(params) }),
  }));
  const about = { title: own.title, description: own.purpose, examples };
  return requestSchema(method, declared, { mapping, about });
}

function responseOf(declared: PacMethod, { own, mapping }: Annotating): TSchema {
  const write = encoderOf(declared, mapping);
  const examples = own.exampleResults.map((result, index) => ({
    jsonrpc: '2.0',
    id: FIRST_EXAMPLE_ID + index,
    result: write(result),
  }));
  return responseSchema(declared, mapping, {
    title: `${own.title}: answer`,
    description: own.answer,
    examples,
  });
}

/** The messages that the gateway sends first, the till's response to them, and the error message. */
function gatewayMessages(
  definition: PacDefinition,
  mapping: KeyMapping,
  rulesOfAll: readonly string[],
): readonly Message[] {
  const gatewayMessage = (name: string, schema: TSchema, rules: readonly string[]): Message => ({
    name,
    integration: 'pac',
    sender: 'gateway',
    schema,
    rules: [...rules, ...rulesOfAll],
  });
  const notification = ['C-4.31', 'C-6.1', 'C-6.3', 'C-6.5'];
  const request = ['C-4.32', 'C-4.33', 'C-4.36', 'C-4.38'];
  const response = ['C-4.34', 'C-4.35', 'C-4.37'];
  return [
    gatewayMessage(NOTIFICATION, notificationOf(definition, mapping), notification),
    gatewayMessage(`${SIGNATURE}.request`, signatureRequestOf(definition, mapping), request),
    { ...gatewayMessage(`${SIGNATURE}.response`, signatureResponse(), response), sender: 'till' },
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

function signatureRequestOf(definition: PacDefinition, mapping: KeyMapping): TSchema {
  const params = mapping.encode(example.signatureQuestion);
  return signatureRequestSchema(definition, mapping, {
    title: 'Check a signature',
    description: 'Asks the till whether staff accept the signature on the merchant copy.',
    examples: [{ jsonrpc: '2.0', id: 1, method: SIGNATURE, params }],
  });
}

function signatureResponse(): TSchema {
  return signatureResponseSchema({
    title: 'Signature checked',
    description: "The till's answer to the signature question.",
    examples: [{ jsonrpc: '2.0', id: 1, result: { accepted: true } }],
  });
}
