// One AsyncAPI 3.0 document of the whole wire, generated from the declarations of the versions. It describes
// the gateway: what a till sends is what the gateway receives, and the other way round.

import type { Dialect, Integration, Message } from '../dialect/dialect.ts';
import type { Exchange } from '../dialect/exchanges.ts';
import { exchangesOf, integrations, integrationsOf } from '../dialect/exchanges.ts';
import { querySchema, servers, token } from './asyncapi-address.ts';
import { pretty, schemaPath } from './schemas.ts';

/** File name of the document, beside the folders of the versions. */
export const ASYNCAPI_FILE = 'asyncapi.json';

/** The document for `dialects` as JSON text; it refers to the raw schemas and to no other file. */
export function asyncApi(dialects: readonly Dialect[]): string {
  const sharedSchemas: SharedSchemas = new Map();
  const channels = dialects.flatMap((dialect) => channelsOf(dialect, sharedSchemas));
  const channelEntries = channels.map((one) => [one.id, describeChannel(one)]);
  return pretty({
    asyncapi: '3.0.0',
    id: 'urn:tillgate:gateway',
    info: about(dialects),
    defaultContentType: 'application/json',
    servers,
    channels: Object.fromEntries(channelEntries),
    operations: Object.fromEntries(channels.flatMap(operations)),
    components: {
      schemas: Object.fromEntries(sharedSchemas),
      securitySchemes: { token },
      correlationIds: { id: correlation },
    },
  });
}

/** The schemas with a title, by name; each is written once and referred to from the messages. */
type SharedSchemas = Map<string, unknown>;

/** One version of one integration, which is one channel of the document. */
interface DocumentedChannel {
  readonly id: string;
  readonly dialect: Dialect;
  readonly integration: Integration;
  readonly exchanges: readonly Exchange[];
  readonly sharedSchemas: SharedSchemas;
}

const FRAMES =
  'Each message is one JSON-RPC 2.0 object in one WebSocket text message. Requests may overlap, ' +
  'in both directions, and answers come in any order: the id tells which belong together. ' +
  'Requests to the gateway may also come as a batch.';

const correlation = {
  location: '$message.payload#/id',
  description: 'An answer repeats the id of its request. The ids of the two sides are independent.',
};

function about(dialects: readonly Dialect[]) {
  const versions = dialects.map(({ version }) => version).toSorted();
  return {
    title: 'Tillgate',
    version: versions.at(-1),
    description:
      `An open gateway between shop tills and card machines. A connection speaks one version ` +
      `of the wire: ${versions.toReversed().join(' or ')}. The rules that are cited (C-4.2) are ` +
      `those of PROTOCOL.md; x-schema is the raw schema, relative to this document.`,
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

function channelsOf(dialect: Dialect, sharedSchemas: SharedSchemas): readonly DocumentedChannel[] {
  const exchanges = exchangesOf(dialect);
  return integrationsOf(dialect).map((integration) => ({
    id: `${integration}-${dialect.version}`,
    dialect,
    integration,
    exchanges: exchanges.filter((one) => one.integration === integration),
    sharedSchemas,
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
  const { title, description, examples, ...payload } = message.schema as Readonly<
    Record<string, unknown>
  >;
  const sender = message.sender === 'either' ? 'either side' : `the ${message.sender}`;
  const hasId = Object.hasOwn((payload.properties ?? {}) as object, 'id');
  return {
    name: message.name,
    title,
    summary: description,
    description: `Sent by ${sender}. Rules: ${message.rules.join(', ')}.`,
    tags: tags(channel),
    ...(hasId ? { correlationId: { $ref: '#/components/correlationIds/id' } } : {}),
    payload: withReferences(channel, payload),
    examples: (examples as readonly unknown[]).map((example) => ({ payload: example })),
    'x-rules': message.rules,
    'x-schema': schemaPath(channel.dialect, message),
  };
}

/** Replaces every schema that has a title by a reference, and adds it to the shared schemas. */
function withReferences(channel: DocumentedChannel, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withReferences(channel, item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, withReferences(channel, one)]);
  const shape = Object.fromEntries(entries) as Readonly<Record<string, unknown>>;
  if (typeof shape.title !== 'string') return shape;
  const name = nameOfSchema(channel, shape.title, shape);
  channel.sharedSchemas.set(name, shape);
  return { $ref: `#/components/schemas/${name}` };
}

/** The title, with the version appended if another version has a different schema of that title. */
function nameOfSchema(
  { sharedSchemas, dialect }: DocumentedChannel,
  title: string,
  shape: object,
): string {
  const known = sharedSchemas.get(title);
  const isSame = known === undefined || JSON.stringify(known) === JSON.stringify(shape);
  return isSame ? title : `${title}-${dialect.version}`;
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
    return [`${channel.id}-${exchange.name}`, operation] as const;
  });
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
