// One AsyncAPI 3.0 document of the whole wire, generated from the declarations of the versions. It describes
// the gateway: what a till sends is what the gateway receives, and the other way round.

import type { Dialect, Integration, Message } from '../dialect/dialect.ts';
import type { Exchange } from '../dialect/exchanges.ts';
import { exchangesOf, integrations, integrationsOf } from '../dialect/exchanges.ts';
import { querySchema, servers, token } from './asyncapi-address.ts';
import { definitionsOf } from './definitions.ts';
import type { Form } from './forms.ts';
import { inForm } from './forms.ts';
import type { NamedMessage, Schema } from './names.ts';
import { namedMessages } from './names.ts';
import { pretty, schemaPath } from './schemas.ts';

/** File names of the document in its two forms, beside the folders of the versions. */
export const ASYNCAPI_FILES: Readonly<Record<Form, string>> = {
  closed: 'asyncapi.json',
  open: 'asyncapi.open.json',
};

const SCHEMAS = '#/components/schemas/';

/** The document for `dialects` as JSON text; it names the raw schemas and refers to no other file. */
export function asyncApi(dialects: readonly Dialect[], form: Form = 'closed'): string {
  const all = inForm(namedMessages(dialects), form);
  const channels = dialects.flatMap((dialect) => channelsOf(dialect, all));
  const channelEntries = channels.map((one) => [one.id, describeChannel(one)]);
  return pretty({
    asyncapi: '3.0.0',
    id: 'urn:tillgate:gateway',
    info: about(dialects, form),
    defaultContentType: 'application/json',
    servers,
    channels: Object.fromEntries(channelEntries),
    operations: Object.fromEntries(channels.flatMap(operations)),
    components: {
      schemas: definitionsOf(all.map(withoutExamples), SCHEMAS),
      securitySchemes: { token },
      correlationIds: { id: correlation },
    },
  });
}

/** One version of one integration, which is one channel of the document. */
interface DocumentedChannel {
  readonly id: string;
  readonly dialect: Dialect;
  readonly integration: Integration;
  readonly exchanges: readonly Exchange[];
  /** The names of its messages. */
  readonly names: ReadonlyMap<Message, string>;
}

const FRAMES =
  'Each message is one JSON-RPC 2.0 object in one WebSocket text message. Requests may overlap, ' +
  'in both directions, and answers come in any order: the id tells which belong together. ' +
  'Requests to the gateway may also come as a batch.';

const notes: Readonly<Record<Form, string>> = {
  closed: '',
  open:
    ' Its schemas are in the open form: for code that reads, where a later version may add keys ' +
    'and values.',
};

const correlation = {
  location: '$message.payload#/id',
  description: 'An answer repeats the id of its request. The ids of the two sides are independent.',
};

function about(dialects: readonly Dialect[], form: Form) {
  const versions = dialects.map(({ version }) => version).toSorted();
  return {
    title: 'Tillgate',
    version: versions.at(-1),
    description:
      `An open gateway between shop tills and card machines. A connection speaks one version ` +
      `of the wire: ${versions.toReversed().join(' or ')}. The rules that are cited (C-4.2) are ` +
      `those of PROTOCOL.md; x-schema is the raw schema, relative to this document.${notes[form]}`,
    license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    tags: [
      ...[...new Set(dialects.flatMap(integrationsOf))].map((name) => ({
        name,
        description: integrations[name].title,
      })),
      ...versions.map((name) => ({ name, description: `Version ${name} of the wire` })),
    ],
  };
}

function withoutExamples({ schema }: NamedMessage): Schema {
  const { examples: _, ...rest } = schema;
  return rest;
}

function channelsOf(dialect: Dialect, all: readonly NamedMessage[]): readonly DocumentedChannel[] {
  const own = all.filter((one) => one.dialect === dialect);
  const exchanges = exchangesOf(dialect);
  return integrationsOf(dialect).map((integration) => ({
    id: `${integration}${dialect.version.toUpperCase()}`,
    dialect,
    integration,
    exchanges: exchanges.filter((one) => one.integration === integration),
    names: new Map(own.map(({ message, name }) => [message, name])),
  }));
}

function describeChannel(channel: DocumentedChannel) {
  const { dialect, integration } = channel;
  const { title, summary } = integrations[integration];
  const messages = dialect.messages.filter((message) => message.integration === integration);
  return {
    address: `/${integration}`,
    title: `${title}, ${dialect.version}`,
    summary,
    description: FRAMES,
    tags: tags(channel),
    bindings: {
      ws: {
        method: 'GET',
        query: querySchema(dialect.version, integration),
        bindingVersion: '0.1.0',
      },
    },
    messages: Object.fromEntries(messages.map((one) => [one.name, describeMessage(channel, one)])),
  };
}

function describeMessage(channel: DocumentedChannel, message: Message) {
  const { title, description, examples, properties } = message.schema as Readonly<
    Record<string, unknown>
  >;
  const sender = message.sender === 'either' ? 'either side' : `the ${message.sender}`;
  const hasId = Object.hasOwn(properties as object, 'id');
  return {
    name: message.name,
    title,
    summary: description,
    description: `Sent by ${sender}. Rules: ${message.rules.join(', ')}.`,
    tags: tags(channel),
    ...(hasId ? { correlationId: { $ref: '#/components/correlationIds/id' } } : {}),
    payload: { $ref: `${SCHEMAS}${channel.names.get(message)}` },
    examples: (examples as readonly unknown[]).map((example) => ({ payload: example })),
    'x-rules': message.rules,
    'x-schema': schemaPath(channel.dialect, message),
  };
}

function operations(channel: DocumentedChannel): readonly (readonly [string, object])[] {
  return channel.exchanges.map((exchange) => {
    const { title, description } = exchange.message.schema as Readonly<Record<string, unknown>>;
    const operation = {
      action: isIncoming(exchange.message) ? 'receive' : 'send',
      channel: { $ref: `#/channels/${channel.id}` },
      title,
      summary: description,
      tags: tags(channel),
      messages: [reference(channel, exchange.message)],
      ...(exchange.response ? { reply: reply(channel, exchange.response) } : {}),
      'x-rules': exchange.message.rules,
    };
    return [operationName(channel, exchange), operation] as const;
  });
}

/** `pacV1Sale`. */
function operationName({ id }: DocumentedChannel, { name }: Exchange): string {
  return id + name.charAt(0).toUpperCase() + name.slice(1);
}

function isIncoming({ sender }: Message): boolean {
  return sender !== 'gateway' && sender !== 'either';
}

/** Every request may get an error message instead of its response [C-3.3]. */
function reply(channel: DocumentedChannel, answer: Message) {
  const errors = channel.exchanges.filter(({ kind }) => kind === 'error');
  return {
    channel: { $ref: `#/channels/${channel.id}` },
    messages: [answer, ...errors.map(({ message }) => message)].map((one) =>
      reference(channel, one),
    ),
  };
}

function reference({ id }: DocumentedChannel, { name }: Message) {
  return { $ref: `#/channels/${id}/messages/${name}` };
}

function tags({ integration, dialect }: DocumentedChannel) {
  return [{ name: integration }, { name: dialect.version }];
}
