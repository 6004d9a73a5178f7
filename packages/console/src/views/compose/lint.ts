// Where a text departs from a message's schema, or each message of a batch from its own, as places in the text with a
// sentence each. Pure.

import type { SchemaViolation } from '@tillgate/protocol';
import { findViolations, MAX_BATCH_ITEMS } from '@tillgate/protocol';
import type { Range, Spot } from './json-text.ts';
import { readJson } from './json-text.ts';

export interface Finding extends Range {
  readonly sentence: string;
}

/** Empty where all is as published. `schemaOf` gives that of a message, or of an item of a batch. */
export function findingsOf(
  text: string,
  schemaOf: (message: unknown) => object,
): readonly Finding[] {
  const read = readJson(text);
  if (!read.ok) {
    return [{ from: read.at, to: Math.min(text.length, read.at + 1), sentence: read.problem }];
  }
  const { value, spots } = read;
  if (Array.isArray(value)) return batchFindings(value, { spots, schemaOf });
  return findViolations(schemaOf(value), value).map((fault) => placed(fault, spots));
}

interface Batch {
  readonly spots: ReadonlyMap<string, Spot>;
  readonly schemaOf: (message: unknown) => object;
}

function batchFindings(items: readonly unknown[], { spots, schemaOf }: Batch): readonly Finding[] {
  const whole = spots.get('') ?? { from: 0, to: 1 };
  const { length } = items;
  if (length === 0 || length > MAX_BATCH_ITEMS) {
    const sentence = `A batch has 1 to ${MAX_BATCH_ITEMS} messages; this one has ${length}.`;
    return [{ from: whole.from, to: whole.from + 1, sentence }];
  }
  const faults = items.flatMap((item, index) =>
    findViolations(schemaOf(item), item, `/${index}`).map((fault) => placed(fault, spots)),
  );
  return [...faults, ...repeatedIds(items, spots)];
}

/** A request under the id of an open one is refused [C-3.15]. */
function repeatedIds(
  items: readonly unknown[],
  spots: ReadonlyMap<string, Spot>,
): readonly Finding[] {
  const ids = items.map((item) => {
    const { id, method } = Object(item) as { id?: unknown; method?: unknown };
    return method === undefined ? undefined : id;
  });
  return ids.flatMap((id, index) => {
    const spot = spots.get(`/${index}/id`);
    if (id === undefined || !spot || ids.indexOf(id) === index) return [];
    return [
      { from: spot.from, to: spot.to, sentence: 'Another request of this batch has this id.' },
    ];
  });
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
