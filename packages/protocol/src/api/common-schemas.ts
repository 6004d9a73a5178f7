// Small schemas that the routes share: names, times, lists.

import { MAX_IDENTIFIER } from '../schema/terminal.ts';
import type { TSchema } from '../schema/type.ts';
import { Type } from '../schema/type.ts';

export const closed = { additionalProperties: false } as const;

/** A raw schema as text; it is equally valid as 2020-12. */
export function schemaFile(name: string, schema: TSchema): string {
  const $schema = 'http://json-schema.org/draft-07/schema#';
  return `${JSON.stringify({ $schema, $id: `urn:tillgate:${name}`, ...schema }, null, 2)}\n`;
}

/** One label of a host name (RFC 1123 2.1), in lower case. */
export const SiteName = Type.String({
  pattern: '^(?:[a-z0-9]|[a-z0-9][a-z0-9-]{0,61}[a-z0-9])$',
  description: 'Name of a site, also the first label of its host name.',
});

export const OperatorName = Type.String({
  pattern: '^(?:[a-z0-9]|[a-z0-9][a-z0-9._-]{0,61}[a-z0-9])$',
  description: 'Name of an operator: lower-case letters, digits, dots, dashes, underscores.',
});

/** RFC 3339 in UTC, the only form of times in the API. */
export function Timestamp(description: string) {
  return Type.String({
    pattern:
      '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])' +
      'T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,3})?Z$',
    description: `${description} UTC, such as 2026-03-14T09:26:53.589Z.`,
  });
}

/** One line of text for a person; no control characters. */
export function SingleLineText(description: string, minLength = 0) {
  return Type.String({
    minLength,
    maxLength: 64,
    pattern: '^[^\\x00-\\x1f\\x7f-\\x9f]*$',
    description,
  });
}

/** A path parameter; any value that does not exist is answered with 404. */
export function PathParam(description: string) {
  return Type.String({ minLength: 1, maxLength: 253, description });
}

export const SiteParams = Type.Object({ site: PathParam('Name of the site.') }, closed);
export const TerminalParams = Type.Object(
  { site: PathParam('Name of the site.'), tid: PathParam('Identifier of the card machine.') },
  closed,
);

export const UrlSafeTid = Type.String({
  minLength: 1,
  maxLength: MAX_IDENTIFIER,
  pattern: '^[A-Za-z0-9._-]+$',
  description: 'Identifier of a card machine; case counts.',
});

/** Opaque; taken from the response before. */
export function Cursor(description: string) {
  return Type.String({ pattern: '^[0-9]{1,20}(-[0-9]{1,20})?$', description });
}

export function Limit(most: number, value: number) {
  return Type.Integer({
    minimum: 1,
    maximum: most,
    default: value,
    description: `The maximum number; ${value} if absent.`,
  });
}

/** A list under its own key, so that other keys can be added beside it. */
export function ListOf<const Name extends string, T extends TSchema>(name: Name, item: T) {
  const list = Type.Array(item, { description: 'In the order to show.' });
  return Type.Object({ [name]: list } as { [Key in Name]: typeof list }, closed);
}
