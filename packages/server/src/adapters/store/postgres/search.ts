// Finds activities in PostgreSQL with one query a page, and the keys that they are found by.

import type { Pool } from 'pg';
import type { ActivityQuery, Entry, FoundActivities, Place } from '../../../ports/store.ts';

/** Later than every time. */
const LAST = Number.MAX_SAFE_INTEGER;
/** Activities looked at for one page, if each must have more than one key. */
const SEARCH_STEP = 500;

export const ENTRY = 'entry.stream, version, chapter AS "activityId", position, at, body';

/**
 * Parameters: $1 key, $2 since, $3 until, $4 and $5 the place before, $6 the other keys, $7 how many are wanted, $8
 * how many are looked at. Both steps are in the order of an index, so that the first ends as soon as the second
 * has enough. The row without a stream is the last one looked at, if there may be more.
 */
function search(source: string): string {
  const looked = `SELECT at, position FROM ${source}
    AND at >= $2 AND at < $3 AND (at, position) < ($4, $5) ORDER BY at DESC, position DESC`;
  return `WITH hit AS (
      SELECT at, position FROM (${looked} LIMIT $8) AS start
      WHERE cardinality($6::text[]) = 0 OR cardinality($6) = (SELECT count(*) FROM found_by
        WHERE key = ANY ($6) AND found_by.at = start.at AND found_by.position = start.position)
      ORDER BY at DESC, position DESC LIMIT $7
    )
    SELECT entry.stream, entry.version, entry.chapter AS "activityId", entry.position, entry.at,
      entry.body, hit.at AS "startAt", hit.position AS start
    FROM hit JOIN entry AS start ON start.position = hit.position
    JOIN entry ON entry.stream = start.stream AND entry.chapter = start.chapter
    UNION ALL
    (SELECT NULL, NULL, NULL, NULL, NULL, NULL, at, position FROM (${looked} OFFSET $8::bigint - 1 LIMIT 1) AS last)
    ORDER BY "startAt" DESC, start DESC, version`;
}

const BY_KEY = search('found_by WHERE key = $1');
const BY_TIME = search('entry WHERE chapter = version AND $1::text IS NULL');

type Row = { readonly startAt: number; readonly start: number } & (
  | Entry
  | { readonly stream: null }
);

export async function findActivities(pool: Pool, query: ActivityQuery): Promise<FoundActivities> {
  const { since = 0, until = LAST, before = { at: LAST, position: 0 }, limit } = query;
  const [first = null, ...others] = new Set(query.keys);
  const wanted = limit + 1;
  const looked = others.length > 0 ? Math.max(SEARCH_STEP, wanted) : wanted;
  const { rows } = await pool.query<Row>(first === null ? BY_TIME : BY_KEY, [
    ...[first, since, until, before.at, before.position],
    ...[others, wanted, looked],
  ]);
  const found = new Map<number, { readonly place: Place; readonly entries: Entry[] }>();
  let last: Place | undefined;
  for (const { startAt, start, ...row } of rows) {
    const place = { at: startAt, position: start };
    if (row.stream === null) last = place;
    else if (found.has(start)) found.get(start)?.entries.push(row as Entry);
    else found.set(start, { place, entries: [row as Entry] });
  }
  const page = [...found.values()].slice(0, limit);
  const next = found.size > limit ? page.at(-1)?.place : last;
  return { activities: page.map(({ entries }) => entries), ...(next && { next }) };
}

/** $2: the first key after those with the prefix. Each key is one look into the index, however many activities have it. */
const KEYS = `WITH RECURSIVE found (key, number) AS (
    (SELECT key, 1 FROM found_by WHERE key >= $1 AND ($2::text IS NULL OR key < $2) ORDER BY key LIMIT 1)
    UNION ALL
    SELECT after.key, number + 1 FROM found, LATERAL (
      SELECT key FROM found_by WHERE found_by.key > found.key AND ($2::text IS NULL OR found_by.key < $2)
      ORDER BY key LIMIT 1
    ) AS after WHERE number < $3
  ) SELECT key FROM found ORDER BY number`;

export async function findKeys(
  pool: Pool,
  prefix: string,
  limit: number,
): Promise<readonly string[]> {
  const values = [prefix, firstAfter(prefix), limit];
  const { rows } = await pool.query<{ readonly key: string }>(KEYS, values);
  return rows.map(({ key }) => key);
}

/** The first text after all those that start with `prefix`, in order of bytes; null if there is none. */
export function firstAfter(prefix: string): string | null {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (points.at(-1) === 0x10ffff) points.pop();
  const last = points.pop();
  if (last === undefined) return null;
  // The codes of surrogates are no characters.
  points.push(last === 0xd7ff ? 0xe000 : last + 1);
  return String.fromCodePoint(...points);
}
