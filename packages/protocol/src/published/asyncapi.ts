// The whole wire as one AsyncAPI 3.0 document, made from the declarations of the versions. It
// describes the gateway: what a till sends is what the gateway receives, and the other way round.

import type { Dialect, Integration, Message } from '../dialect/dialect.ts';
import type { Exchange } from '../dialect/exchanges.ts';
import { exchangesOf, integrations, integrationsOf } from '../dialect/exchanges.ts';
import { querySchema, servers, token } from './asyncapi-address.ts';
import { pretty, schemaPath } from './schemas.ts';

/** Where the document lies, beside the folders of the versions. */
export const ASYNCAPI = 'asyncapi.json';

/** The document about `dialects`, as text; it names no other file but the raw schemas. */
export function asyncApi(dialects: readonly Dialect[]): string {
  const shapes: Shapes = new Map();
  const channels = dialects.flatMap((dialect) => channelsOf(dialect, shapes));
  const channelEntries = channels.map((line) => [line.id, channel(line)]);
  return pretty({
    asyncapi: '3.0.0',
    id: 'urn:tillgate:gateway',
    info: about(dialects),
    defaultContentType: 'application/json',
    servers,
    channels: Object.fromEntries(channelEntries),
    operations: Object.fromEntries(channels.flatMap(operations)),
    components: {
      schemas: Object.fromEntries(shapes),
      securitySchemes: { token },
      correlationIds: { id: correlation },
    },
  });
}

/** Shapes that have a title and stand in many messages, by name; told once for all. */
type Shapes = Map<string, unknown>;

/** One version of one integration: what one connection speaks. */
interface Line {
  readonly id: string;
  readonly dialect: Dialect;
  readonly integration: Integration;
  readonly exchanges: readonly Exchange[];
  readonly shapes: Shapes;
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

function channelsOf(dialect: Dialect, shapes: Shapes): readonly Line[] {
  const exchanges = exchangesOf(dialect);
  return integrationsOf(dialect).map((integration) => ({
    id: `${integration}-${dialect.version}`,
    dialect,
    integration,
    exchanges: exchanges.filter((one) => one.integration === integration),
    shapes,
  }));
}

function channel(line: Line) {
  const { dialect, integration } = line;
  const { title, summary } = integrations[integration];
  const messages = dialect.messages.filter((message) => message.integration === integration);
  return {
    address: `/${integration}`,
    title: `${title}, ${dialect.version}`,
    summary,
    description: FRAMES,
    tags: tags(line),
    bindings: {
      ws: {
        method: 'GET',
        query: querySchema(dialect.version, integration),
        bindingVersion: '0.1.0',
      },
    },
    messages: Object.fromEntries(messages.map((one) => [one.name, describe(line, one)])),
  };
}

function describe(line: Line, message: Message) {
  const { title, description, examples, ...payload } = message.schema as Readonly<
    Record<string, unknown>
  >;
  const sender = message.sender === 'either' ? 'either side' : `the ${message.sender}`;
  const answers = Object.hasOwn((payload.properties ?? {}) as object, 'id');
  return {
    name: message.name,
    title,
    summary: description,
    description: `Sent by ${sender}. Rules: ${message.rules.join(', ')}.`,
    tags: tags(line),
    ...(answers ? { correlationId: { $ref: '#/components/correlationIds/id' } } : {}),
    payload: withoutShapes(line, payload),
    examples: (examples as readonly unknown[]).map((example) => ({ payload: example })),
    'x-rules': message.rules,
    'x-schema': schemaPath(line.dialect, message),
  };
}

/** A schema in which every shape with a title is a reference to it. */
function withoutShapes(line: Line, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutShapes(line, item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, withoutShapes(line, one)]);
  const shape = Object.fromEntries(entries) as Readonly<Record<string, unknown>>;
  if (typeof shape.title !== 'string') return shape;
  const name = nameOfShape(line, shape.title, shape);
  line.shapes.set(name, shape);
  return { $ref: `#/components/schemas/${name}` };
}

/** The title; with the version where another version has another shape of that title. */
function nameOfShape({ shapes, dialect }: Line, title: string, shape: object): string {
  const known = shapes.get(title);
  const isSame = known === undefined || JSON.stringify(known) === JSON.stringify(shape);
  return isSame ? title : `${title}-${dialect.version}`;
}

function operations(line: Line): readonly (readonly [string, object])[] {
  return line.exchanges.map((exchange) => {
    const { title, description } = exchange.message.schema as Readonly<Record<string, unknown>>;
    const operation = {
      action: isIncoming(exchange.message) ? 'receive' : 'send',
      channel: { $ref: `#/channels/${line.id}` },
      title,
      summary: description,
      tags: tags(line),
      messages: [reference(line, exchange.message)],
      ...(exchange.response ? { reply: reply(line, exchange.response) } : {}),
      'x-rules': exchange.message.rules,
    };
    return [`${line.id}-${exchange.name}`, operation] as const;
  });
}

function isIncoming({ sender }: Message): boolean {
  return sender !== 'gateway' && sender !== 'either';
}

/** Any request may be answered with an error message instead [C-3.3]. */
function reply(line: Line, answer: Message) {
  const errors = line.exchanges.filter(({ kind }) => kind === 'error');
  return {
    channel: { $ref: `#/channels/${line.id}` },
    messages: [answer, ...errors.map(({ message }) => message)].map((one) => reference(line, one)),
  };
}

function reference({ id }: Line, { name }: Message) {
  return { $ref: `#/channels/${id}/messages/${name}` };
}

function tags({ integration, dialect }: Line) {
  return [{ name: integration }, { name: dialect.version }];
}
