// The id of a message in its text: read and replaced without touching another letter. Pure.

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

/** The number after `id`, from 1 again after 999999 [C-3.11]; 1 where it is no number. */
export function nextId(id: string | undefined): string {
  const number = Number(id);
  return String(Number.isInteger(number) && number > 0 && number < MAX_ID ? number + 1 : 1);
}
