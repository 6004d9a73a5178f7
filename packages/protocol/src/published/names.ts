// A name for every message, object, enum and union of the published schemas, as their title: code generators make
// types of these names. Equal parts have one name; where another version or integration has a different part of that
// name, its own is marked (`PaymentV0`, `LinkReceiptLine`).

import type { Dialect, Integration, Message } from '../dialect/dialect.ts';

/** A JSON Schema as plain data. */
export type Schema = Readonly<Record<string, unknown>>;

/** A message whose schema, and every part of it that becomes a type, has its name as title. */
export interface NamedMessage {
  readonly dialect: Dialect;
  readonly message: Message;
  readonly name: string;
  readonly schema: Schema;
}

/** All messages of `dialects`, in the order of declaration. Throws where two parts would get the same name. */
export function namedMessages(dialects: readonly Dialect[]): readonly NamedMessage[] {
  const shapes: Shapes = new Map();
  return dialects.flatMap((dialect) =>
    dialect.messages.map((message) => {
      const { title: _, ...shape } = message.schema as Schema;
      const base = baseName(message);
      const { version } = dialect;
      const namer = { version, integration: message.integration, shapes, base };
      const named = { ...shape, ...namedProperties(shape, namer) };
      const schema = titled(named, typeName(message, base), namer);
      return { dialect, message, name: String(schema.title), schema };
    }),
  );
}

/** The parts so far by name, as texts. */
type Shapes = Map<string, string>;

/** Where a part stands, for the mark of its name. */
interface Place {
  readonly version: Dialect['version'];
  readonly integration: Integration;
}

interface Namer extends Place {
  readonly shapes: Shapes;
}

const prefixes: Readonly<Record<Integration, string>> = {
  pac: '',
  pat: 'Table',
  waiter: 'Waiter',
  terminal: 'Link',
};

/** `Sale` of `sale.request`, `TableList` of `tableListRequest.response`, `LinkLock` of a card machine's `lock.request`. */
function baseName({ name, integration }: Message): string {
  const [method = ''] = name.split('.');
  const isOfTills = integration === 'pac' || integration === 'pat';
  const prefix = isOfTills || method === 'error' ? '' : prefixes[integration];
  return prefix + pascal(method.replace(/Request$/, ''));
}

/** `SaleRequest`, `SaleResponse`, `TableUnlockNotification`, `ErrorMessage`. */
function typeName({ name }: Message, base: string): string {
  if (name === 'error') return `${base}Message`;
  const [, kind] = name.split('.');
  if (kind) return base + pascal(kind);
  return base.endsWith('Notification') ? base : `${base}Notification`;
}

function pascal(word: string): string {
  const words = word.split(/[^A-Za-z0-9]+/).filter(Boolean);
  return words.map((one) => one.charAt(0).toUpperCase() + one.slice(1)).join('');
}

/** The keys of a message: what is declared without a name is named after the method, such as `SaleParams`. */
function namedProperties(shape: Schema, namer: Namer & { readonly base: string }): Schema {
  const entries = Object.entries(shape.properties as Readonly<Record<string, Schema>>);
  return {
    properties: Object.fromEntries(
      entries.map(([key, value]) => [key, named(value, namer.base + pascal(key), namer)]),
    ),
  };
}

/** The schema with names in it; `fallback` is its own name if it was declared without. */
function named(schema: Schema, fallback: string, namer: Namer): Schema {
  if (schema.anyOf) return namedUnion(schema, fallback, namer);
  if (schema.items) return { ...schema, items: named(schema.items as Schema, fallback, namer) };
  if (Array.isArray(schema.enum)) return titled(schema, nameOf(schema, fallback), namer);
  if (schema.patternProperties) return namedRecord(schema, fallback, namer);
  if (schema.type !== 'object') return schema;
  const properties = Object.entries(schema.properties as Readonly<Record<string, Schema>>);
  const inner = properties.map(([key, value]) => [key, named(value, pascal(key), namer)]);
  return titled(
    { ...schema, properties: Object.fromEntries(inner) },
    nameOf(schema, fallback),
    namer,
  );
}

function namedRecord(schema: Schema, fallback: string, namer: Namer): Schema {
  const entries = Object.entries(schema.patternProperties as Readonly<Record<string, Schema>>);
  const values = entries.map(([pattern, value]) => [pattern, named(value, fallback, namer)]);
  const own = nameOf(schema, `${fallback}ByName`);
  return titled({ ...schema, patternProperties: Object.fromEntries(values) }, own, namer);
}

/** A union has a name; so has a value with a name, or one fixed value, beside null. */
function namedUnion(schema: Schema, fallback: string, namer: Namer): Schema {
  const shapes = (schema.anyOf as readonly Schema[]).filter(({ type }) => type !== 'null');
  const own = nameOf(schema, fallback);
  const parts = shapes.map((shape) => {
    const name = shapes.length > 1 ? own + pascal(tagOf(shape)) : fallback;
    return named(shape, name, namer);
  });
  if (parts.length === (schema.anyOf as readonly Schema[]).length) {
    return titled({ ...schema, anyOf: parts }, own, namer);
  }
  const [part = {}] = parts;
  const nullable = { ...schema, anyOf: [...parts, { type: 'null' }] };
  if (part.title === undefined && !('const' in part)) return nullable;
  return titled(nullable, `${nameOf(part, fallback)}OrNull`, namer);
}

/** The value that tells a shape of a union from the others, such as `locked`. */
function tagOf({ properties = {} }: Schema): string {
  const constants = Object.values(properties as Readonly<Record<string, Schema>>);
  return String(constants.find((one) => typeof one.const === 'string')?.const ?? '');
}

function nameOf({ title }: Schema, fallback: string): string {
  return typeof title === 'string' ? title : fallback;
}

/** The schema under its name or, if a different one has that name, with a mark of its version or integration. */
function titled(schema: Schema, name: string, namer: Namer): Schema {
  const { title: _, description, ...shape } = schema;
  const text = JSON.stringify(shape);
  const { shapes } = namer;
  const names = [name, ...markedNames(name, namer)];
  const free =
    names.find((one) => shapes.get(one) === text) ?? names.find((one) => !shapes.has(one));
  if (free === undefined) {
    throw new Error(`Different parts of ${namer.integration}-${namer.version} are called ${name}.`);
  }
  shapes.set(free, text);
  return { title: free, ...(description === undefined ? {} : { description }), ...shape };
}

function markedNames(name: string, { version, integration }: Place): readonly string[] {
  const prefix = name.startsWith(prefixes[integration]) ? '' : prefixes[integration];
  const mark = version === 'v1' ? '' : version.toUpperCase();
  return [name + mark, prefix + name, prefix + name + mark];
}
