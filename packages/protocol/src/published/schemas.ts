// The raw JSON Schemas and their index as texts [C-3.8]: the files under schemas/ and what the gateway serves.
// They are valid as draft-07 and as 2020-12, so they name neither.

import type { Dialect, Message } from '../dialect/dialect.ts';

/** File name of the list of all schemas, beside the folders of the versions. */
export const SCHEMA_INDEX_FILE = 'index.json';

const cache = new WeakMap<Dialect, ReadonlyMap<string, string>>();

/** The schema texts of one version by path, such as `v1/pac/sale.request.json`. */
export function publishedSchemas(dialect: Dialect): ReadonlyMap<string, string> {
  let texts = cache.get(dialect);
  if (!texts) {
    texts = new Map(
      dialect.messages.map((message) => [schemaPath(dialect, message), text(dialect, message)]),
    );
    cache.set(dialect, texts);
  }
  return texts;
}

/** The list of all schemas of `dialects` as JSON text, in the order of declaration. */
export function publishedIndex(dialects: readonly Dialect[]): string {
  const rows = dialects.flatMap((dialect) =>
    dialect.messages.map((message) => ({
      version: dialect.version,
      integration: message.integration,
      message: message.name,
      sender: message.sender,
      title: titleOf(message),
      file: schemaPath(dialect, message),
    })),
  );
  return pretty(rows);
}

/** Path of a raw schema within the folder of all schemas. */
export function schemaPath({ version }: Dialect, { integration, name }: Message): string {
  return `${version}/${integration}/${name}.json`;
}

function text({ version }: Dialect, { integration, name, schema }: Message): string {
  const { title, description, examples, ...rules } = schema as Readonly<Record<string, unknown>>;
  const $id = `urn:tillgate:${version}:${integration}:${name}`;
  return pretty({ $id, title, description, ...rules, examples });
}

function titleOf(message: Message): string {
  return String((message.schema as { title?: string }).title);
}

/** Generated JSON, as it is written to files and served. */
export function pretty(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
