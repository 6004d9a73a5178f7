// The id of a message in its text: read and replaced without touching another letter. Pure.

import type { Spot } from './json-text.ts';
import { readJson } from './json-text.ts';

const MAX_ID = 999_999;

/** `text` with another id; as it is where it has none that can be found. */
export function withId(text: string, id: string): string {
  const read = readJson(text);
  const spot = read.ok ? read.spots.get('/id') : undefined;
  return spot ? text.slice(0, spot.from) + id + text.slice(spot.to) : text;
}

/** As JSON; undefined where there is none. */
export function idIn(text: string): string | undefined {
  const read = readJson(text);
  const spot = read.ok ? read.spots.get('/id') : undefined;
  return spot && text.slice(spot.from, spot.to);
}

/**
 * `text` with an id after `last`; of a batch each request gets one of its own. `last` is the greatest that is there if it is
 * absent. An answer keeps the id of its question.
 */
export function withNextIds(text: string, last?: string): string {
  const read = readJson(text);
  if (!read.ok) return text;
  if (Array.isArray(read.value)) return withIdsOfBatch(text, { ...read, value: read.value }, last);
  const { method } = Object(read.value) as { method?: unknown };
  return method === undefined ? text : withId(text, nextId(last ?? idIn(text)));
}

interface ReadBatch {
  readonly value: readonly unknown[];
  readonly spots: ReadonlyMap<string, Spot>;
}

function withIdsOfBatch(text: string, { value, spots }: ReadBatch, after?: string): string {
  const items = value.map((item) => Object(item) as { id?: unknown; method?: unknown });
  const ids = items.map(({ id }) => Number(id)).filter(Number.isInteger);
  let last = after ?? String(Math.max(0, ...ids));
  let changed = '';
  let from = 0;
  for (const [index, { method }] of items.entries()) {
    const spot = spots.get(`/${index}/id`);
    if (!spot || method === undefined) continue;
    last = nextId(last);
    changed += text.slice(from, spot.from) + last;
    from = spot.to;
  }
  return changed + text.slice(from);
}

/** The number after `id`, from 1 again after 999999 [C-3.11]; 1 where it is no number. */
export function nextId(id: string | undefined): string {
  const number = Number(id);
  return String(Number.isInteger(number) && number > 0 && number < MAX_ID ? number + 1 : 1);
}
