// Where a text departs from a message's schema, as places in the text with a sentence each. Pure.

import type { SchemaViolation } from '@tillgate/protocol';
import { findViolations } from '@tillgate/protocol';
import type { Range, Spot } from './json-text.ts';
import { readJson } from './json-text.ts';

export interface Finding extends Range {
  readonly sentence: string;
}

/** Empty where all is as published. */
export function findingsOf(text: string, schema: object): readonly Finding[] {
  const read = readJson(text);
  if (!read.ok) {
    return [{ from: read.at, to: Math.min(text.length, read.at + 1), sentence: read.problem }];
  }
  return findViolations(schema, read.value).map((fault) => placed(fault, read.spots));
}

/** At the value; of a key that is missing at the nearest thing around it that is there. */
function placed(
  { path, expected, got }: SchemaViolation,
  spots: ReadonlyMap<string, Spot>,
): Finding {
  const spot = spots.get(path);
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (spot) {
    const { from, to } = expected === 'no such key' ? (spot.key ?? spot) : spot;
    return { from, to, sentence: sentenceOf(name, expected, got) };
  }
  const around = nearest(path, spots);
  const at = around.key ?? { from: around.from, to: around.from + 1 };
  return { ...at, sentence: `"${name}" is missing; expected ${expected}.` };
}

function sentenceOf(name: string, expected: string, got: string): string {
  if (expected === 'no such key') return `"${name}" is not known here.`;
  return `Expected ${expected}, got ${got}.`;
}

function nearest(path: string, spots: ReadonlyMap<string, Spot>): Spot {
  let up = path;
  while (up !== '') {
    up = up.slice(0, up.lastIndexOf('/'));
    const spot = spots.get(up);
    if (spot) return spot;
  }
  return { from: 0, to: 1 };
}
