// Who runs which site, as the tables `node` and `owner` have it. `postgres-ownership.ts` calls it.

import type { Client, Pool } from 'pg';
import { claimFault } from '../faults.ts';
import { repeat, transact } from './transaction.ts';

export interface Owner {
  readonly site: string;
  /** The number of its lease. */
  readonly number: string;
  /** Its node, which is not dead. */
  readonly id: string;
  readonly host: string;
  readonly port: number;
  /** Whether its node has not renewed its row in time: it may be declared dead. */
  readonly isExpired: boolean;
}

export type SiteLease = Pick<Owner, 'site' | 'number'>;

/** $1: sites. */
export const OWNERS = `SELECT owner.site, owner.lease::text AS number, node.id, node.host, node.port,
    node.expires < clock_timestamp() AS "isExpired"
  FROM unnest($1::text[]) AS wanted (site) JOIN owner USING (site)
  JOIN node ON node.id = owner.node AND NOT node.dead`;

const LIVING_NODES = `SELECT name FROM node WHERE NOT dead AND expires >= clock_timestamp()
  ORDER BY name LIMIT 100`;

/** Declares expired nodes dead; $1: those that may be. */
const DECLARE_DEAD = `UPDATE node SET dead = true
  WHERE id = ANY ($1) AND NOT dead AND expires < clock_timestamp()`;

/**
 * Gives sites that no living node has to the node $1. A lease has a number of a sequence and, in case a standby that was
 * promoted gives one a second time, 20 random bits.
 */
const TAKE = `INSERT INTO owner (site, node, lease)
  SELECT wanted.site, me.id, nextval('lease') * 1048576 + floor(random() * 1048576)::bigint
  FROM unnest($2::text[]) AS wanted (site), node AS me WHERE me.id = $1 AND NOT me.dead
  ORDER BY wanted.site
  ON CONFLICT (site) DO UPDATE SET node = excluded.node, lease = excluded.lease
  WHERE owner.node = excluded.node
    OR NOT EXISTS (SELECT FROM node WHERE node.id = owner.node AND NOT node.dead)
  RETURNING site, lease::text AS number`;

/**
 * A statement of its own: it must see the streams that were opened under the lease before until the rows of the owners
 * were locked.
 */
const LEASE_STREAMS = `UPDATE stream SET lease = taken.lease
  FROM unnest($1::text[], $2::bigint[]) AS taken (site, lease) WHERE stream.site = taken.site`;

/** Indexes are used also in tables that have grown, and a lease that was given is given for good. */
const SETTINGS = `SET LOCAL enable_seqscan = off;
  SELECT set_config('synchronous_commit', 'on', true)
    WHERE current_setting('synchronous_commit') = 'off'`;

/** A number between the leases given until now and later ones. */
const BOUND = `SELECT (nextval('lease') * 1048576)::text AS bound`;

/**
 * $1: the node, $2: the bound. With the bound a statement that is carried out late, when its session was given up, takes no
 * lease away that was given since.
 */
const RELEASE_ALL = 'DELETE FROM owner WHERE node = $1 AND lease < $2';

/**
 * $3: sites. Their rows stay, without a node and under a number that is no lease: nothing is in progress there, so nobody
 * has to take them over.
 */
const RELEASE = `UPDATE owner SET node = '', lease = $2 WHERE node = $1 AND lease < $2 AND site = ANY ($3)`;

export interface Taking {
  /** The node that takes the sites. */
  readonly id: string;
  readonly sites: readonly string[];
  /** Nodes that may be declared dead if they have expired. */
  readonly expired: readonly string[];
}

/** Takes what is free; may be done twice, since a node may take a site that it has under a new lease. */
export function takeSites(pool: Pool, { id, sites, expired }: Taking): Promise<SiteLease[]> {
  return transact(
    pool,
    async (client) => {
      await client.query(SETTINGS);
      if (expired.length > 0) await client.query(DECLARE_DEAD, [expired]);
      const { rows } = await client.query<SiteLease>(TAKE, [id, sites]);
      await client.query(LEASE_STREAMS, [
        rows.map(({ site }) => site),
        rows.map(({ number }) => number),
      ]);
      return rows;
    },
    claimFault,
  );
}

export async function ownersOf(pool: Pool, sites: readonly string[]): Promise<Owner[]> {
  const { rows } = await repeat(() => pool.query<Owner>(OWNERS, [sites]), claimFault);
  return rows;
}

/** Frees those of the sites that the node `id` has, where nothing is in progress; it must not claim any meanwhile. */
export async function releaseSites(
  client: Pick<Pool, 'query'>,
  id: string,
  sites: readonly string[],
): Promise<void> {
  const { rows } = await client.query(BOUND);
  await client.query(RELEASE, [id, rows[0].bound, sites]);
}

/** Frees all that the node `id` has, whatever is in progress there; it must not claim any meanwhile. */
export async function releaseAll(client: Pick<Client, 'query'>, id: string): Promise<void> {
  const { rows } = await client.query(BOUND);
  await client.query(RELEASE_ALL, [id, rows[0].bound]);
}

/**
 * $1: the collection of incomplete activities, $2: how many sites are wanted. It goes from site to site in the index, and
 * ends as soon as it has enough: `0` comes after `/`.
 */
const ORPHANS = `WITH RECURSIVE incomplete AS (
    (SELECT split_part(key, '/', 1) COLLATE "C" AS site FROM record
      WHERE collection = $1 ORDER BY key LIMIT 1)
    UNION ALL
    SELECT (SELECT split_part(key, '/', 1) FROM record
      WHERE collection = $1 AND key >= incomplete.site || '0' ORDER BY key LIMIT 1)
    FROM incomplete WHERE incomplete.site IS NOT NULL
  )
  SELECT site FROM incomplete WHERE site IS NOT NULL
    AND NOT EXISTS (SELECT FROM owner LEFT JOIN node ON node.id = owner.node
      WHERE owner.site = incomplete.site AND (owner.node = '' OR NOT node.dead))
  LIMIT $2`;

export async function orphans(pool: Pool, incomplete: string, limit: number): Promise<string[]> {
  const { rows } = await repeat(
    () => pool.query<{ site: string }>(ORPHANS, [incomplete, limit]),
    claimFault,
  );
  return rows.map(({ site }) => site);
}

/** Names of the nodes that are not dead and not expired, in order; of more than a hundred the first. */
export async function livingNodes(pool: Pool): Promise<readonly string[]> {
  const { rows } = await repeat(() => pool.query<{ name: string }>(LIVING_NODES), claimFault);
  return rows.map(({ name }) => name);
}
