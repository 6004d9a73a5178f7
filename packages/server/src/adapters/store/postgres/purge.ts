// Removes old activities and streams from PostgreSQL, in short transactions beside the writer's. A
// transaction holds the rows of its streams, so that none of them grows while it decides.

import type { Pool } from 'pg';
import type { Lease } from '../../../ports/ownership.ts';
import type { Place, StreamRemoval } from '../../../ports/store.ts';
import { ATTACHED, Deposed } from '../../../ports/store.ts';
import { isWatchedCollection } from '../collection-watchers.ts';
import { NOTICE_CHANNEL } from './batch.ts';
import { transact } from './transaction.ts';

/** Activities examined in one transaction. */
const PURGE_STEP = 200;

/** A stream that is just being written is left for the next purge: neither waits for the other. */
const STARTS = `SELECT start.stream, start.chapter, start.at, start.position
  FROM entry AS start JOIN stream ON stream.name = start.stream
  WHERE start.chapter = start.version AND start.at < $1 AND (start.at, start.position) > ($2, $3)
  ORDER BY start.at, start.position LIMIT ${PURGE_STEP} FOR UPDATE OF stream SKIP LOCKED`;

const PURGE = `WITH old AS (
    SELECT o.stream, o.chapter FROM unnest($1::text[], $2::bigint[]) AS o (stream, chapter)
    JOIN stream ON stream.name = o.stream
    WHERE o.chapter < (SELECT max(chapter) FROM entry WHERE entry.stream = o.stream)
    AND NOT EXISTS (SELECT FROM entry AS kept
      WHERE kept.stream = o.stream AND kept.chapter = o.chapter
        AND (kept.at >= $3 OR kept.version = stream.version))
    AND NOT EXISTS (SELECT FROM record
      WHERE record.collection = $4 AND record.key = o.stream || '/' || o.chapter)
  ), removed AS (
    DELETE FROM entry USING old WHERE entry.stream = old.stream AND entry.chapter = old.chapter
    RETURNING entry.at, entry.position, entry.keys
  ), lost AS (
    DELETE FROM found_by USING removed, unnest(removed.keys) AS gone
    WHERE found_by.key = gone AND found_by.at = removed.at AND found_by.position = removed.position
  ), detached AS (
    DELETE FROM record USING old
    WHERE record.collection = '${ATTACHED}' AND record.key = old.stream || '/' || old.chapter
  )
  SELECT count(*) AS removed FROM removed`;

const HELD = 'SELECT FROM owner WHERE site = $1 AND lease = $2 FOR SHARE';

const NEEDED = `SELECT FROM entry WHERE stream = $1 AND at >= $2
  UNION ALL SELECT FROM entry JOIN record
    ON record.collection = $3 AND record.key = $1 || '/' || entry.chapter
    WHERE entry.stream = $1
  LIMIT 1`;

const REMOVE_STREAM = `WITH closed AS (DELETE FROM stream WHERE name = $1),
  removed AS (DELETE FROM entry WHERE stream = $1 RETURNING chapter, at, position, keys),
  detached AS (DELETE FROM record USING removed
    WHERE record.collection = '${ATTACHED}' AND record.key = $1 || '/' || removed.chapter)
  DELETE FROM found_by USING removed, unnest(removed.keys) AS gone
  WHERE found_by.key = gone AND found_by.at = removed.at AND found_by.position = removed.position`;

export async function purge(pool: Pool, time: number, spared: string): Promise<number> {
  let removed = 0;
  let from: Place | undefined = { at: Number.MIN_SAFE_INTEGER, position: 0 };
  while (from) {
    const after: Place = from;
    const step = await transact(pool, async (client) => {
      const starts = await client.query(STARTS, [time, after.at, after.position]);
      const streams = starts.rows.map(({ stream }) => stream);
      const chapters = starts.rows.map(({ chapter }) => chapter);
      const gone = await client.query(PURGE, [streams, chapters, time, spared]);
      return {
        removed: gone.rows[0].removed as number,
        next: starts.rows.length === PURGE_STEP ? starts.rows.at(-1) : undefined,
      };
    });
    removed += step.removed;
    from = step.next;
  }
  return removed;
}

export function removeStream(
  pool: Pool,
  stream: string,
  { time, spared, record, lease }: StreamRemoval & { readonly lease?: Lease },
): Promise<boolean> {
  return transact(pool, async (client) => {
    if (lease) {
      const held = await client.query(HELD, [lease.site, lease.number]);
      if (!held.rowCount) throw new Deposed(lease.site);
    }
    await client.query('SELECT FROM stream WHERE name = $1 FOR UPDATE', [stream]);
    const needed = await client.query(NEEDED, [stream, time, spared]);
    if (needed.rowCount) return false;
    await client.query(REMOVE_STREAM, [stream]);
    const { collection, key } = record;
    await client.query('DELETE FROM record WHERE collection = $1 AND key = $2', [collection, key]);
    if (isWatchedCollection(collection)) {
      const notice = JSON.stringify(['', collection, key]);
      await client.query('SELECT pg_notify($1, $2)', [NOTICE_CHANNEL, notice]);
    }
    return true;
  });
}
