// The tables in PostgreSQL, and how a database comes to have them: once, forward only, and never in a
// database that holds anything else. `openPostgresStore` calls it before it uses the database.

import type { Client } from 'pg';

/**
 * Each brings the tables from the version before to the next; never change one that was released.
 *
 * `stream` remembers the last version, so that a purge cannot bring one back; its `lease` is that under which its
 * site was taken or it was opened, 0 if it was under none. An activity is found by the entry that started it: by its time, and in `found_by` by each of its keys,
 * which the entry lists, too. `writer` has the last batch of each session that writes, and which of its writes were
 * refused: a gateway that lost the answer reads it there. Names are in order of their bytes: another collation
 * would order them differently, and could not use the indexes.
 *
 * `node` has each process of the gateway: it must renew its row before `expires`, else another may declare it dead,
 * once and for ever. `secret_mac` shows, to who has the secret of the cluster, that the process has it, too. `owner` has the node that runs a site; a site whose node is dead, or not there, is free. An `entry`
 * has the lease under which it was written.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE stream (
    name text COLLATE "C" PRIMARY KEY,
    site text COLLATE "C" NOT NULL GENERATED ALWAYS AS (split_part(name, '/', 1)) STORED,
    version bigint NOT NULL, lease bigint NOT NULL DEFAULT 0
  ) WITH (fillfactor = 50);
  CREATE TABLE entry (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    stream text COLLATE "C" NOT NULL, version bigint NOT NULL, chapter bigint NOT NULL,
    at bigint NOT NULL, body text COLLATE "C" NOT NULL, keys text[] COLLATE "C"
  );
  CREATE UNIQUE INDEX entry_by_chapter ON entry (stream, chapter, version);
  CREATE INDEX chapter_by_start ON entry (at, position) WHERE chapter = version;
  CREATE TABLE found_by (
    key text COLLATE "C" NOT NULL, at bigint NOT NULL, position bigint NOT NULL,
    PRIMARY KEY (key, at, position)
  );
  CREATE TABLE record (
    collection text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    PRIMARY KEY (collection, key)
  );
  CREATE TABLE writer (
    id text COLLATE "C" PRIMARY KEY, batch bigint NOT NULL DEFAULT 0, refused integer[],
    closed boolean NOT NULL DEFAULT false, at timestamptz NOT NULL DEFAULT now()
  ) WITH (fillfactor = 50);
  `,
  `
  CREATE TABLE node (
    id text COLLATE "C" PRIMARY KEY, name text COLLATE "C" NOT NULL,
    host text COLLATE "C" NOT NULL, port integer NOT NULL,
    expires timestamptz NOT NULL, dead boolean NOT NULL DEFAULT false
  ) WITH (fillfactor = 50);
  CREATE TABLE owner (
    site text COLLATE "C" PRIMARY KEY, node text COLLATE "C" NOT NULL, lease bigint NOT NULL
  );
  CREATE INDEX owner_by_node ON owner (node);
  CREATE SEQUENCE lease;
  CREATE INDEX stream_by_site ON stream (site);
  ALTER TABLE entry ADD COLUMN lease bigint;
  `,
  `
  ALTER TABLE node ADD COLUMN secret_mac text COLLATE "C";
  `,
];

const SCHEMA_VERSION = MIGRATIONS.length;

/** Any number that other programs are unlikely to lock: the bytes of `TILL`. */
const MIGRATION_LOCK = 0x54494c4c;

/** Sessions that have written nothing for so long are over. */
const WRITER_LIFE = '30 days';

const OLDEST_SERVER = 13;

/** Why a database is not used; its message is a whole sentence. */
export class WrongDatabase extends Error {}

export interface Notices {
  /** Called with what was done to the database. */
  readonly onMigrated?: ((message: string) => void) | undefined;
  /** Called with what an operator should know of the database. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/**
 * Brings the tables to this version. Throws, and has then changed nothing, if it cannot: a
 * `WrongDatabase` if the database is another program's, a newer release's or unfit. `name` is that of `nameOf`.
 */
export async function prepareDatabase(
  client: Client,
  name: string,
  { onMigrated, onWarning }: Notices,
): Promise<void> {
  for (const warning of await checkServer(client, name)) onWarning?.(warning);
  await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    const version = await versionOf(client, name);
    if (version < SCHEMA_VERSION) await migrate(client, version);
    await client.query('DELETE FROM writer WHERE at < now() - $1::interval', [WRITER_LIFE]);
    await client.query('COMMIT');
    if (version < SCHEMA_VERSION) onMigrated?.(migratedText(name, version));
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

function migratedText(name: string, version: number): string {
  return version === 0
    ? `Created the tables of the journal in ${name}, version ${SCHEMA_VERSION}.`
    : `Changed the tables of the journal in ${name} from version ${version} to ${SCHEMA_VERSION}.`;
}

const SERVER = `SELECT current_setting('server_version_num')::int / 10000 AS release,
  current_setting('server_encoding') AS encoding, pg_is_in_recovery() AS "isStandby",
  current_schema() AS schema, current_setting('fsync') AS fsync,
  current_setting('full_page_writes') AS "fullPageWrites"`;

/** Throws if the server is unfit; returns what is wrong with its settings. */
async function checkServer(client: Client, name: string): Promise<readonly string[]> {
  const { rows } = await client.query(SERVER);
  const { release, encoding, isStandby, schema, fsync, fullPageWrites } = rows[0];
  if (release < OLDEST_SERVER) {
    throw new WrongDatabase(
      `${capital(name)} is PostgreSQL ${release}, but ${OLDEST_SERVER} or later is needed.`,
    );
  }
  if (encoding !== 'UTF8') {
    throw new WrongDatabase(`${capital(name)} has the encoding ${encoding}, but UTF8 is needed.`);
  }
  if (isStandby) throw new WrongDatabase(`${capital(name)} is a standby, which cannot be written.`);
  if (schema === null) throw new WrongDatabase(`${capital(name)} has no schema for the tables.`);
  return Object.entries({ fsync, full_page_writes: fullPageWrites })
    .filter(([, value]) => value === 'off')
    .map(
      ([setting]) =>
        `${capital(name)} has ${setting} = off: a power cut may damage the journal. Set ${setting} = on.`,
    );
}

/** What is in the schema, but for what an extension has put there. */
const OTHER_TABLES = `SELECT count(*)::int AS n FROM pg_class
  WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass
    AND objid = pg_class.oid AND deptype = 'e')`;

/** The version of the tables; 0 if the database is empty. */
async function versionOf(client: Client, name: string): Promise<number> {
  const own = await client.query(
    `SELECT to_regclass(quote_ident(current_schema()) || '.tillgate_schema') IS NOT NULL AS is`,
  );
  if (!own.rows[0].is) {
    const others = await client.query(OTHER_TABLES);
    if (others.rows[0].n === 0) return 0;
    throw new WrongDatabase(
      `${capital(name)} holds tables of another program: give Tillgate a database of its own.`,
    );
  }
  const { rows } = await client.query('SELECT version FROM tillgate_schema');
  const version = Number(rows[0]?.version);
  if (version > SCHEMA_VERSION) {
    throw new WrongDatabase(
      `${capital(name)} was written by a newer Tillgate ` +
        `(its tables have version ${version}, this one knows ${SCHEMA_VERSION}).`,
    );
  }
  return version;
}

async function migrate(client: Client, version: number): Promise<void> {
  for (const migration of MIGRATIONS.slice(version)) await client.query(migration);
  if (version === 0) {
    await client.query('CREATE TABLE tillgate_schema (version integer NOT NULL)');
    await client.query('INSERT INTO tillgate_schema VALUES (0)');
  }
  await client.query('UPDATE tillgate_schema SET version = $1', [SCHEMA_VERSION]);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
