// Free texts in schemas: patterns of what they must not contain, as any validator of JSON Schema understands them.

import type { TSchema, TStringOptions } from 'typebox';
import Type from 'typebox';
import { CONTROLS } from '../rpc/characters.ts';

const CONTROL = `[${CONTROLS}]`;
const DIGIT = '[0-9\\uff10-\\uff19]';
const SEPARATORS = '[ .\\u00a0\\u2007\\u2010-\\u2015\\u202f\\u2212-]{0,3}';
/** Twelve digits, with separators or without, may be a card number, which must not be written to a journal [C-12.21]. */
const TWELVE_DIGITS = `${DIGIT}(?:${SEPARATORS}${DIGIT}){11}`;

export const NO_CARD_NUMBER = `^(?![\\s\\S]*${TWELVE_DIGITS})`;
const NO_CONTROLS = `^(?![\\s\\S]*${CONTROL})`;
const NEITHER = `^(?![\\s\\S]*(?:${CONTROL}|${TWELVE_DIGITS}))`;

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
    const { type: _, patternProperties: __, ...options } = schema;
    const names = Type.String({ pattern: NO_CONTROLS });
    const closed = { ...options, additionalProperties: false };
    return Type.Record(names, withoutControls(Type.RecordValue(schema)), closed);
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
  const { type: _, pattern = NO_CONTROLS, ...options } = schema as TSchema & TStringOptions;
  return Type.String({ ...options, pattern: pattern === NO_CARD_NUMBER ? NEITHER : pattern });
}
