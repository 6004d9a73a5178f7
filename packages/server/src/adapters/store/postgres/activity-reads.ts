// Reads activities from PostgreSQL: those that are asked for in one turn with one query, as a site that is opened asks for
// all that is incomplete there.

import type { Entry } from '../../../ports/store.ts';
import { ENTRY } from './search.ts';

/** Activities read with one query. */
const MAX_ACTIVITIES = 500;

/** Each from the index, however the tables have grown: `OFFSET 0` keeps the inner query apart. */
const ACTIVITIES = {
  name: 'activities',
  text: `SELECT ${ENTRY} FROM unnest($1::text[], $2::bigint[]) AS wanted (name, start)
    CROSS JOIN LATERAL (SELECT * FROM entry
      WHERE entry.stream = wanted.name AND entry.chapter = wanted.start OFFSET 0) AS entry
    ORDER BY version`,
};

interface ActivityRead {
  readonly stream: string;
  readonly activityId: number;
  readonly found: PromiseWithResolvers<readonly Entry[]>;
}

export type QueryEntries = (
  query: { readonly name: string; readonly text: string },
  values: readonly unknown[],
) => Promise<readonly Entry[]>;

export class ActivityReads {
  readonly #query: QueryEntries;
  /** Of this turn, by stream and activity. */
  #reads = new Map<string, ActivityRead>();

  constructor(query: QueryEntries) {
    this.#query = query;
  }

  /** The entries of one activity, oldest first. */
  read(stream: string, activityId: number): Promise<readonly Entry[]> {
    const key = keyOf({ stream, activityId });
    // No stream has such a name, and no text that is sent can have this character.
    if (stream.includes('\0')) return Promise.resolve([]);
    const known = this.#reads.get(key);
    if (known) return known.found.promise;
    const found = Promise.withResolvers<readonly Entry[]>();
    this.#reads.set(key, { stream, activityId, found });
    if (this.#reads.size === 1) queueMicrotask(() => this.#send());
    if (this.#reads.size === MAX_ACTIVITIES) this.#send();
    return found.promise;
  }

  #send(): void {
    const reads = this.#reads;
    if (reads.size === 0) return;
    this.#reads = new Map();
    const all = [...reads.values()];
    this.#query(ACTIVITIES, [
      all.map(({ stream }) => stream),
      all.map(({ activityId }) => activityId),
    ]).then(
      (rows) => {
        const entries = Map.groupBy(rows, keyOf);
        for (const [key, { found }] of reads) found.resolve(entries.get(key) ?? []);
      },
      (fault) => {
        for (const { found } of all) found.reject(fault);
      },
    );
  }
}

function keyOf({ stream, activityId }: Pick<Entry, 'stream' | 'activityId'>): string {
  return `${stream}/${activityId}`;
}
