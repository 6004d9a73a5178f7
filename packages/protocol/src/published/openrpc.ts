// An OpenRPC document of the methods that a till at the counter calls, for each version. What OpenRPC cannot express
// stands in its description.

import type { Dialect, Message } from '../dialect/dialect.ts';
import type { Exchange } from '../dialect/exchanges.ts';
import { exchangesOf } from '../dialect/exchanges.ts';
import { errorTable } from '../rpc/error.ts';
import { definitionsOf, withReferences } from './definitions.ts';
import { inForm } from './forms.ts';
import type { Schema } from './names.ts';
import { namedMessages } from './names.ts';
import { pretty } from './schemas.ts';

/** Path of the document below the folder of the schemas. */
export function openRpcFile({ version }: Dialect): string {
  return `${version}/openrpc.json`;
}

const SCHEMAS = '#/components/schemas/';

/** What OpenRPC has no place for. */
const LIMITS =
  'OpenRPC describes the requests of a client and their results, and no more. Not in this document: the notifications ' +
  'of the gateway (terminalNotification); the requests of the gateway to the till, which the till must answer ' +
  '(signatureVerificationRequest); everything of pay at table, where the gateway makes all requests; and the address ' +
  'of the WebSocket with its parameters, of which the token is the only credential. A request stays open until the ' +
  'card payment has ended, requests overlap, and results come in any order. asyncapi.json describes all of this.';

/** The methods of pay at counter of `dialect` as JSON text; `dialects` are all versions, for the names of the types. */
export function openRpc(dialect: Dialect, dialects: readonly Dialect[]): string {
  const all = inForm(namedMessages(dialects), 'closed').filter((one) => one.dialect === dialect);
  const schemas = new Map(all.map(({ message, schema }) => [message, schema]));
  const calls = exchangesOf(dialect).filter(isCall);
  const parts = calls.flatMap(({ message, response }) => [
    ...Object.values(keysOf(propertyOf(schemas.get(message), 'params'))),
    propertyOf(schemas.get(response), 'result'),
  ]);
  return pretty({
    openrpc: '1.3.2',
    info: {
      title: `Tillgate, pay at counter, ${dialect.version}`,
      version: dialect.version,
      description: `${LIMITS} The rules that are cited (C-4.2) are those of PROTOCOL.md.`,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [server(dialect)],
    methods: calls.map((call) => method(call, schemas)),
    components: { schemas: definitionsOf(parts, SCHEMAS), errors: errors() },
  });
}

interface Call extends Exchange {
  readonly response: Message;
}

function isCall(exchange: Exchange): exchange is Call {
  const { integration, message, response } = exchange;
  return integration === 'pac' && message.sender === 'till' && response !== undefined;
}

function server({ version }: Dialect) {
  return {
    name: 'gateway',
    summary: 'One WebSocket for each till; each message is one JSON-RPC object.',
    url: `wss://\${site}.\${domain}/pac?api-version=${version}&token=\${token}`,
    variables: {
      site: { default: 'shop1', description: 'The first label of the host name names the site.' },
      domain: { default: 'pay.example', description: 'The rest of the host name.' },
      token: { default: 'TOKEN', description: 'A token of the site.' },
    },
  };
}

function method({ name, message, response }: Call, schemas: ReadonlyMap<Message, Schema>) {
  const { title, description } = message.schema as Schema;
  const params = propertyOf(schemas.get(message), 'params');
  const required = (params.required ?? []) as readonly string[];
  const result = propertyOf(schemas.get(response), 'result');
  return {
    name,
    summary: title,
    description,
    paramStructure: 'by-name',
    params: Object.entries(keysOf(params)).map(([key, schema]) => ({
      name: key,
      description: schema.description,
      required: required.includes(key),
      ...(schema.deprecated ? { deprecated: true } : {}),
      schema: withReferences(schema, SCHEMAS),
    })),
    result: {
      name: String(result.title ?? 'result'),
      description: (response.schema as Schema).description,
      schema: withReferences(result, SCHEMAS),
    },
    errors: Object.keys(errors()).map((one) => ({ $ref: `#/components/errors/${one}` })),
    examples: examplesOf(message, response),
    'x-rules': message.rules,
  };
}

/** Each result with the request that it answers. */
function examplesOf(message: Message, response: Message) {
  const requests = (message.schema as Schema).examples as readonly { readonly params?: object }[];
  const responses = (response.schema as Schema).examples as readonly { readonly result: unknown }[];
  return responses.map(({ result }, index) => {
    const params = requests[Math.min(index, requests.length - 1)]?.params ?? {};
    return {
      name: `example${index + 1}`,
      params: Object.entries(params).map(([name, value]) => ({ name, value })),
      result: { name: 'result', value: result },
    };
  });
}

/** One error for each code, with the messages of all cases that have it. */
function errors() {
  const codes = new Set(Object.values(errorTable).map(({ code }) => code));
  const rows = [...codes].map((code) => [
    `E${Math.abs(code)}`,
    { code, message: messagesOf(code).join(' Or: ') },
  ]);
  return Object.fromEntries(rows) as Readonly<Record<string, object>>;
}

function messagesOf(code: number): readonly string[] {
  const rows = Object.values(errorTable).filter((row) => row.code === code);
  return rows.map(({ message }) => message);
}

function propertyOf(schema: Schema | undefined, key: string): Schema {
  return keysOf(schema)[key] ?? {};
}

function keysOf(schema: Schema | undefined): Readonly<Record<string, Schema>> {
  return (schema?.properties ?? {}) as Readonly<Record<string, Schema>>;
}
