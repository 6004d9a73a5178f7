// Fills a store with more sales than can be written one by one: some are written as a gateway does, and the database
// copies them. What is in it then is what `fill` would have written; `check.ts` looks.

import { INCOMPLETE } from '../../packages/server/src/application/journal/journal.ts';
import type { BenchStore, StoreName } from '../stores.ts';
import type { Contents } from './contents.ts';
import { AUTH_CODE_STEP, AUTH_CODES, fill, salesPerRound } from './contents.ts';

/** `most` sales are written one by one, or one round if that is more. */
export async function fillFast(
  bench: BenchStore,
  contents: Contents,
  most = 20_000,
): Promise<void> {
  const { sites, sales } = contents;
  const round = salesPerRound(sites);
  const part = Math.min(sales, round * Math.max(1, Math.floor(most / round)));
  const store = await bench.open();
  await fill(store, { ...contents, sales: part });
  await store.close();
  if (part < sales) await multiply(bench, { part, sales });
}

interface Sizes {
  /** Sales that are there: a multiple of a round. */
  readonly part: number;
  /** Sales that are wanted. */
  readonly sales: number;
}

async function multiply(bench: BenchStore, { part, sales }: Sizes): Promise<void> {
  const [stored] = await bench.query('SELECT max(position) AS last, min(at) AS began FROM entry');
  const last = Number(stored?.last);
  for (let copy = 1; copy * part < sales; copy += 1) {
    const original = originals({ copy, part, sales, last, began: Number(stored?.began) });
    await bench.query(copyEntries(bench.name, original));
    await bench.query(copyRecords(original));
  }
  await bench.query(addKeys(bench.name, last));
  await bench.query(
    'UPDATE stream SET version = (SELECT max(version) FROM entry WHERE entry.stream = stream.name)',
  );
}

interface Copy extends Sizes {
  /** 1 or more. */
  readonly copy: number;
  /** The last position of the part. */
  readonly last: number;
  /** When the first sale began. */
  readonly began: number;
}

/**
 * The entries to copy, with `versions` and `ms`, by which versions and times are more in the copy, and the number of the
 * sale and its authorisation code in both.
 */
function originals({ copy, part, sales, last, began }: Copy): string {
  const ms = copy * part;
  const sale = `(at - (entry.version - chapter) - ${began})`;
  return `SELECT entry.*, ${copy} * stream.version AS versions, ${ms} AS ms, ${sale} AS sale,
      ${sale} + ${ms} AS "newSale", ${authCode(sale)} AS code, ${authCode(`(${sale} + ${ms})`)} AS "newCode"
    FROM entry JOIN stream ON stream.name = entry.stream
    WHERE position <= ${last} AND ${sale} + ${ms} < ${sales}`;
}

/** Of six digits. */
function authCode(sale: string): string {
  return `substr(CAST(${AUTH_CODES} + ${sale} * ${AUTH_CODE_STEP} % ${AUTH_CODES} AS text), 2)`;
}

function copyEntries(name: StoreName, original: string): string {
  const replaced: readonly (readonly [from: string, to: string])[] = [
    [`'"at":' || at`, `'"at":' || (at + ms)`],
    [`'"id":"' || stream || '/' || chapter`, `'"id":"' || stream || '/' || (chapter + versions)`],
    [`'"requestId":' || sale || ','`, `'"requestId":' || "newSale" || ','`],
    [`'"authCode":"' || code`, `'"authCode":"' || "newCode"`],
  ];
  const body = replaced.reduce((text, [from, to]) => `replace(${text}, ${from}, ${to})`, 'body');
  const keys = {
    SQLite: `replace(keys, '"auth ' || code || '"', '"auth ' || "newCode" || '"')`,
    PostgreSQL: `array_replace(keys, 'auth ' || code, 'auth ' || "newCode")`,
  };
  return `INSERT INTO entry (stream, version, chapter, at, body, keys)
    SELECT stream, version + versions, chapter + versions, at + ms, ${body}, ${keys[name]}
    FROM (${original}) AS original ORDER BY position`;
}

/** Of results that no till has fetched. */
function copyRecords(original: string): string {
  return `INSERT INTO record (collection, key, value)
    SELECT collection, stream || '/' || (chapter + versions), value
    FROM (${original}) AS original JOIN record
      ON collection = '${INCOMPLETE}' AND key = stream || '/' || chapter
    WHERE version = chapter`;
}

/** In the order of the index, which is much faster than in the order of the sales. */
function addKeys(name: StoreName, last: number): string {
  const each = {
    SQLite: 'json_each(keys) AS one',
    PostgreSQL: 'unnest(keys) AS one (value)',
  };
  return `INSERT INTO found_by (key, at, position)
    SELECT one.value, at, position FROM entry, ${each[name]}
    WHERE chapter = version AND position > ${last} ORDER BY 1, 2, 3`;
}
