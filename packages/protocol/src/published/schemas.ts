// The raw JSON Schemas and their index as texts [C-3.8]: the files under schemas/ and what the gateway serves.
// They name draft-07 and are equally valid as 2020-12.

import type { Dialect, Dialects, Message } from '../dialect/dialect.ts';
import type { NamedMessage } from './names.ts';
import { namedMessages } from './names.ts';

/** File name of the list of all schemas, beside the folders of the versions. */
export const SCHEMA_INDEX_FILE = 'index.json';

const DRAFT_07 = 'http://json-schema.org/draft-07/schema#';

const cache = new WeakMap<Dialects, ReadonlyMap<string, string>>();

/** The schema texts of all versions by path, such as `v1/pac/sale.request.json`. */
export function publishedSchemas(dialects: Dialects): ReadonlyMap<string, string> {
  let texts = cache.get(dialects);
  if (!texts) {
    const messages = namedMessages(Object.values(dialects));
    texts = new Map(messages.map((one) => [schemaPath(one.dialect, one.message), text(one)]));
    cache.set(dialects, texts);
  }
  return texts;
}

/** The list of all schemas of `dialects` as JSON text, in the order of declaration. */
export function publishedIndex(dialects: readonly Dialect[]): string {
  const rows = namedMessages(dialects).map(({ dialect, message, name }) => ({
    version: dialect.version,
    integration: message.integration,
    message: message.name,
    sender: message.sender,
    title: titleOf(message),
    name,
    file: schemaPath(dialect, message),
  }));
  return pretty(rows);
}

/** Path of a raw schema within the folder of all schemas. */
export function schemaPath({ version }: Dialect, { integration, name }: Message): string {
  return `${version}/${integration}/${name}.json`;
}

function text({ dialect, message, schema }: NamedMessage): string {
  const { examples, ...rules } = schema;
  const $id = `urn:tillgate:${dialect.version}:${message.integration}:${message.name}`;
  return pretty({ $schema: DRAFT_07, $id, ...rules, examples });
}

function titleOf(message: Message): string {
  return String((message.schema as { title?: string }).title);
}

/** Generated JSON, as it is written to files and served; characters that cannot be seen, as patterns have them, are escaped. */
export function pretty(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`.replace(
    /(?![ \n])[\p{Cc}\p{Cf}\p{Z}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
