// Many writes as one statement. `writer.ts` sends it.

import type { Lease } from '../../../ports/ownership.ts';
import type { Append, RecordName, StoredRecord, Write } from '../../../ports/store.ts';
import { isWatchedCollection } from '../collection-watchers.ts';

/** Writes in one statement. */
const MAX_WRITES = 1_000;
/** Changes of watched records of one batch that are told one by one. */
const MAX_NOTICES = 1_000;
/** PostgreSQL takes 8,000 bytes for a notification. */
const MAX_NOTICE_BYTES = 7_000;

/** The channel of notifications: each is `[origin, collection, key]` or `[origin, collection]`, as JSON. */
export const NOTICE_CHANNEL = 'tillgate_record';

/**
 * The writer's row is locked first, and everything depends on it: a statement that arrives after its session
 * was given up writes nothing. Each append is one UPDATE of its stream with the version as condition; nothing else is
 * written of a write whose append was refused. Parts of one statement do not see each other's rows, so that a
 * batch must name no stream and no record twice.
 *
 * An append under a lease needs it in the row of the stream, where it costs nothing. Where there is no such row, for a
 * stream's first entry and for records alone, the row of the owner is held, and a site cannot change hands meanwhile.
 *
 * Records that a write depends on are locked, and compared as they are then. One that there must not be is inserted: if
 * another session has inserted it meanwhile, the statement fails and is sent again.
 */
const STATEMENT = `
WITH fence AS (
  SELECT id FROM writer WHERE id = $1 AND batch = $2::bigint - 1 AND NOT closed FOR UPDATE
),
held AS (
  SELECT g.n FROM fence, unnest($20::int[], $21::text[], $22::bigint[]) AS g (n, site, lease)
  JOIN owner ON owner.site = g.site AND owner.lease = g.lease
  ORDER BY owner.site FOR SHARE OF owner
),
deposed AS (
  SELECT n FROM fence, unnest($20::int[]) AS g (n) WHERE n NOT IN (SELECT n FROM held)
),
asked AS (
  SELECT w.* FROM fence, unnest($23::int[], $24::text[], $25::text[], $26::text[]) AS w (n, collection, key, value)
),
present AS (
  SELECT w.n, w.collection, w.key, record.value = w.value AS same FROM asked AS w JOIN record USING (collection, key)
  ORDER BY w.collection, w.key FOR UPDATE OF record
),
unmet AS (
  SELECT n FROM asked WHERE value IS NOT NULL
    AND (n, collection, key) NOT IN (SELECT n, collection, key FROM present WHERE same)
  UNION ALL
  SELECT w.n FROM asked AS w JOIN present USING (n, collection, key) WHERE w.value IS NULL
  UNION ALL
  SELECT n FROM deposed
),
wanted AS (
  SELECT w.n, w.stream, w.version, w.chapter, w.at, w.body, w.lease,
    CASE WHEN w.keys IS NOT NULL THEN
      ARRAY(SELECT DISTINCT key FROM json_array_elements_text(w.keys::json) AS key ORDER BY key)
    END AS keys
  FROM fence,
    unnest($3::int[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[], $9::text[],
      $10::bigint[]) AS w (n, stream, version, chapter, at, body, keys, lease)
  WHERE w.n NOT IN (SELECT n FROM unmet)
),
opened AS (
  INSERT INTO stream (name, version, lease)
  SELECT stream, 1, coalesce(lease, 0) FROM wanted WHERE version = 1 ORDER BY stream
  ON CONFLICT (name) DO NOTHING RETURNING name
),
advanced AS (
  UPDATE stream SET version = w.version FROM wanted AS w
  WHERE stream.name = w.stream AND stream.version = w.version - 1 AND w.version > 1
    AND (w.lease IS NULL OR stream.lease = w.lease)
  RETURNING stream.name
),
kept AS (SELECT name FROM opened UNION ALL SELECT name FROM advanced),
refused AS (
  SELECT n FROM wanted WHERE stream NOT IN (SELECT name FROM kept) UNION ALL SELECT n FROM unmet
),
entered AS (
  INSERT INTO entry (stream, version, chapter, at, body, keys, lease)
  SELECT stream, version, chapter, at, body, CASE WHEN version = chapter THEN keys END, lease
  FROM wanted WHERE stream IN (SELECT name FROM kept) ORDER BY n
  RETURNING at, position, keys
),
changed AS (
  SELECT start.at, start.position, coalesce(start.keys, '{}') AS before, w.keys AS after
  FROM wanted AS w JOIN kept ON kept.name = w.stream
  JOIN entry AS start
    ON start.stream = w.stream AND start.chapter = w.chapter AND start.version = w.chapter
  WHERE w.keys IS NOT NULL AND w.version <> w.chapter
),
listed AS (
  UPDATE entry SET keys = after FROM changed
  WHERE entry.position = changed.position AND before <> after
),
found AS (
  INSERT INTO found_by (key, at, position)
  SELECT key, at, position FROM entered, unnest(keys) AS key
  UNION ALL
  SELECT key, at, position FROM changed, unnest(after) AS key WHERE key <> ALL (before)
),
lost AS (
  DELETE FROM found_by USING changed, unnest(before) AS gone
  WHERE found_by.key = gone AND found_by.at = changed.at AND found_by.position = changed.position
    AND gone <> ALL (after)
),
puts AS (
  SELECT p.*, (n, collection, key) IN (SELECT n, collection, key FROM asked WHERE value IS NULL) AS new
  FROM fence, unnest($11::int[], $12::text[], $13::text[], $14::text[]) AS p (n, collection, key, value)
  WHERE p.n NOT IN (SELECT n FROM refused) ORDER BY p.collection, p.key
),
created AS (
  INSERT INTO record (collection, key, value) SELECT collection, key, value FROM puts WHERE new
),
put AS (
  INSERT INTO record (collection, key, value) SELECT collection, key, value FROM puts WHERE NOT new
  ON CONFLICT (collection, key) DO UPDATE SET value = excluded.value
),
removed AS (
  DELETE FROM record USING fence, unnest($15::int[], $16::text[], $17::text[]) AS r (n, collection, key)
  WHERE record.collection = r.collection AND record.key = r.key
    AND r.n NOT IN (SELECT n FROM refused)
),
told AS (
  SELECT pg_notify('${NOTICE_CHANNEL}', t.notice) AS said
  FROM fence, unnest($18::int[], $19::text[]) AS t (n, notice)
  WHERE t.n NOT IN (SELECT n FROM refused)
),
done AS (
  UPDATE writer SET batch = $2, at = now(), refused = ARRAY(SELECT n FROM refused)
  FROM fence WHERE writer.id = fence.id RETURNING writer.refused
)
SELECT refused, (SELECT count(said) FROM told) AS told FROM done`;

/** The statement, prepared once a session. */
export const BATCH_STATEMENT = { name: 'batch', text: STATEMENT };

export interface LeasedWrite {
  readonly write: Write;
  /** What it is written under. */
  readonly lease?: Lease | undefined;
}

export interface PendingWrite extends LeasedWrite {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Takes from the queue what may share a statement: up to the first write that names a stream or record again. */
export function takeBatch(queue: PendingWrite[]): PendingWrite[] {
  const taken = new Set<string>();
  let size = 0;
  for (const { write } of queue) {
    const names = namesIn(write);
    if (size === MAX_WRITES || names.some((name) => taken.has(name))) break;
    for (const name of names) taken.add(name);
    size += 1;
  }
  return queue.splice(0, size);
}

function namesIn({ append, put = [], remove = [], when = [] }: Write): string[] {
  const records = [...put, ...remove, ...when].map(nameOfRecord);
  return append ? [append.stream, ...records] : records;
}

/** Has a NUL, which no text of the database may contain. */
function nameOfRecord({ collection, key }: RecordName): string {
  return `${collection}\0${key}`;
}

/** PostgreSQL has no texts with a NUL; one would fail the whole batch. */
export function isWritable({
  append,
  keys = [],
  put = [],
  remove = [],
  when = [],
}: Write): boolean {
  const texts = [append?.stream ?? '', append?.body ?? '', ...keys];
  for (const record of [...put, ...remove, ...when]) texts.push(record.collection, record.key);
  for (const record of put) texts.push(record.value);
  return !texts.some((text) => text.includes('\0'));
}

/** A change of a watched record, or of any of its collection. */
export interface Notice {
  /** The write that it belongs to, by its place in the batch; -1 if to several. */
  readonly write: number;
  readonly collection: string;
  readonly key?: string;
}

export interface Batch {
  /** The parameters of the statement after the first two. */
  readonly values: readonly (readonly unknown[])[];
  readonly notices: readonly Notice[];
}

/** `origin` marks the notifications, so that their sender can leave them out. */
export function encodeBatch(writes: readonly LeasedWrite[], origin: string): Batch {
  const appends = columns(8);
  const puts = columns(4);
  const removals = columns(3);
  const changes: Notice[] = [];
  for (const [n, { write, lease }] of writes.entries()) {
    if (write.append) {
      const values = appendValues(write.append, write.keys);
      addRow(appends, [n, ...values, lease?.number ?? null]);
    }
    for (const record of lastChanges(write)) {
      const { collection, key } = record;
      if ('value' in record) addRow(puts, [n, collection, key, record.value]);
      else addRow(removals, [n, collection, key]);
      if (isWatchedCollection(collection)) changes.push({ write: n, collection, key });
    }
  }
  const notices = shortened(changes);
  const told = columns(2);
  for (const notice of notices) addRow(told, [notice.write, noticeText(notice, origin)]);
  const conditions = [...guardsOf(writes), ...conditionsOf(writes)];
  return { values: [...appends, ...puts, ...removals, ...told, ...conditions], notices };
}

/** The records that writes depend on. */
function conditionsOf(writes: readonly LeasedWrite[]): unknown[][] {
  const conditions = columns(4);
  for (const [n, { write }] of writes.entries()) {
    for (const { collection, key, value } of write.when ?? []) {
      addRow(conditions, [n, collection, key, value ?? null]);
    }
  }
  return conditions;
}

/** The leases of writes for which no row of a stream has it. */
function guardsOf(writes: readonly LeasedWrite[]): unknown[][] {
  const guards = columns(3);
  for (const [n, { write, lease }] of writes.entries()) {
    const version = write.append?.version ?? 1;
    if (lease && version === 1) addRow(guards, [n, lease.site, lease.number]);
  }
  return guards;
}

function appendValues(append: Append, keys: readonly string[] | undefined): unknown[] {
  const { stream, version, activityId, at, body } = append;
  return [stream, version, activityId, at, body, keys ? JSON.stringify(keys) : null];
}

function noticeText({ collection, key }: Notice, origin: string): string {
  const text = JSON.stringify(key === undefined ? [origin, collection] : [origin, collection, key]);
  return Buffer.byteLength(text) > MAX_NOTICE_BYTES ? JSON.stringify([origin, collection]) : text;
}

/** Of one write: each record once, as the write leaves it. */
function lastChanges({ put = [], remove = [] }: Write): Iterable<StoredRecord | RecordName> {
  const changes = new Map<string, StoredRecord | RecordName>();
  for (const record of put) changes.set(nameOfRecord(record), record);
  for (const { collection, key } of remove) {
    changes.set(nameOfRecord({ collection, key }), { collection, key });
  }
  return changes.values();
}

/** Too many changes become one for each collection. */
function shortened(changes: readonly Notice[]): readonly Notice[] {
  if (changes.length <= MAX_NOTICES) return changes;
  const collections = new Set(changes.map(({ collection }) => collection));
  return [...collections].map((collection) => ({ write: -1, collection }));
}

function columns(count: number): unknown[][] {
  return Array.from({ length: count }, () => []);
}

function addRow(table: readonly unknown[][], row: readonly unknown[]): void {
  for (const [index, value] of row.entries()) table[index]?.push(value);
}
