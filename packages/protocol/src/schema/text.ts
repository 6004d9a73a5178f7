// Free texts in schemas: patterns of what they must not contain, as any validator of JSON Schema understands them.
// They have no lookahead, which RE2 and Go do not know, and characters in place of \u escapes, which Go does not read.

import { CONTROLS } from '../rpc/characters.ts';
import type { TSchema } from './type.ts';
import { Type } from './type.ts';

const CONTROL = portable(CONTROLS);
const DIGIT = '0-9\uff10-\uff19';
const SEPARATOR = ' .\u00a0\u2007\u2010-\u2015\u202f\u2212-';

const NO_CONTROLS = `^[^${CONTROL}]*$`;
export const NO_CARD_NUMBER = withoutTwelveDigits('');
const NEITHER = withoutTwelveDigits(CONTROL);

/**
 * Twelve digits, up to three separators between two of them, may be a card number, which must not be written to a journal
 * [C-12.21]. The pattern is of texts with at most eleven in a row, and with none of the `excluded` characters: between two
 * rows stand four separators or more, or another character.
 */
function withoutTwelveDigits(excluded: string): string {
  const noDigit = `[^${DIGIT}${excluded}]`;
  const other = `[^${DIGIT}${excluded}${SEPARATOR}]`;
  const row = `[${DIGIT}](?:[${SEPARATOR}]{0,3}[${DIGIT}]){0,10}`;
  const gap = `(?:[${SEPARATOR}]{4}|[${SEPARATOR}]{0,3}${other})${noDigit}*`;
  return `^${noDigit}*(?:${row}(?:${gap}${row})*${noDigit}*)?$`;
}

/** The content of a character class with \x escapes up to U+00FF, and with the characters themselves beyond. */
function portable(content: string): string {
  return content.replace(/\\u([0-9a-f]{4})/g, (_, hex: string) =>
    hex.startsWith('00') ? `\\x${hex.slice(2)}` : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** What a pattern asks for, in words. */
export const patternWords: ReadonlyMap<string, string> = new Map([
  [NO_CARD_NUMBER, 'without a card number'],
  [NO_CONTROLS, 'without control characters'],
  [NEITHER, 'without control characters or a card number'],
]);

/** The same values, but without control characters in any text or name [C-13.20]. */
export function printable<S extends TSchema>(schema: S): S {
  return withoutControls(schema) as S;
}

function withoutControls(schema: TSchema): TSchema {
  if (Type.IsString(schema)) return withPattern(schema);
  if (Type.IsUnion(schema)) {
    const { anyOf, ...options } = schema;
    return Type.Union(anyOf.map(withoutControls), options);
  }
  if (Type.IsArray(schema)) {
    const { type: _, items, ...options } = schema;
    return Type.Array(withoutControls(items), options);
  }
  if (Type.IsRecord(schema)) {
    const { type: _, patternProperties, ...options } = schema;
    const [value = {}] = Object.values(patternProperties);
    const names = Type.String({ pattern: NO_CONTROLS });
    const closed = { ...options, additionalProperties: false };
    return Type.Record(names, withoutControls(value), closed);
  }
  if (!Type.IsObject(schema)) return schema;
  const { type: _, required = [], properties, ...options } = schema;
  const needed: readonly string[] = required;
  const entries = Object.entries(properties).map(([key, value]) => [
    key,
    needed.includes(key) ? withoutControls(value) : Type.Optional(withoutControls(value)),
  ]);
  return Type.Object(Object.fromEntries(entries), options);
}

/** Any other pattern of the declarations has no control characters already. */
function withPattern(schema: TSchema): TSchema {
  const { type: _, pattern = NO_CONTROLS, ...options } = schema;
  return Type.String({ ...options, pattern: pattern === NO_CARD_NUMBER ? NEITHER : pattern });
}
