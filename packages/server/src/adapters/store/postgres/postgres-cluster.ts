// One node of several that share a PostgreSQL database: its store, and its ownership of sites.

import type { Ownership } from '../../../ports/ownership.ts';
import type { Store } from '../../../ports/store.ts';
import { configOf, nameOf, openFault } from './client.ts';
import type { NodeOptions } from './membership.ts';
import { NodeRefused } from './membership.ts';
import { PostgresOwnership } from './postgres-ownership.ts';
import type { PostgresStoreOptions } from './postgres-store.ts';
import { openLeasingStore } from './postgres-store.ts';

const LEASE_MS = 8_000;

export interface PostgresClusterOptions extends PostgresStoreOptions {
  readonly node: NodeOptions;
  /** The same in all nodes; a node with another one is refused. Not compared if absent. */
  readonly secret?: string | undefined;
  /** Another one that other nodes may have, while the secret is exchanged. */
  readonly otherSecret?: string | undefined;
  /** The collection that names incomplete activities by `SITE/TID/ACTIVITY`. */
  readonly incomplete: string;
  /**
   * How long a node may not have renewed its lease until another takes its sites, in ms; 8 s if absent. The same in all
   * nodes.
   */
  readonly leaseMs?: number;
  /**
   * Id of a node that is known to have ended, since this one runs in its place and holds its lock: it is declared dead at
   * once.
   */
  readonly replaces?: string;
  /** Called with the id of this node; again if it had to go on under another, because it was declared dead. */
  readonly onNode?: (id: string) => void;
  /** Milliseconds of a clock that nobody sets; for tests. */
  readonly monotonic?: () => number;
}

export interface PostgresCluster {
  /** Closed after the ownership. */
  readonly store: Store;
  readonly ownership: Ownership;
  /** Names of the living nodes, in order; of very many only some. */
  readonly nodes: () => Promise<readonly string[]>;
}

/** Rejects as `openPostgresStore` does, and if a living node has the name of this one. */
export async function openPostgresCluster(
  options: PostgresClusterOptions,
): Promise<PostgresCluster> {
  const { leaseMs = LEASE_MS, monotonic = () => performance.now() } = options;
  const config = configOf(options.url);
  const ownership = new PostgresOwnership({
    ...{ config, leaseMs, monotonic },
    ...{ clock: options.clock, node: options.node, incomplete: options.incomplete },
    ...{ secret: options.secret, otherSecret: options.otherSecret },
    onNode: (id) => options.onNode?.(id),
    onWarning: (message) => options.onWarning?.(message),
  });
  const store = await openLeasingStore(options, (lease) => ownership.depose(lease));
  try {
    await ownership.open(options.replaces);
    return { store, ownership, nodes: () => ownership.nodes() };
  } catch (error) {
    await ownership.close();
    await store.close();
    throw error instanceof NodeRefused ? error : openFault(nameOf(config), error);
  }
}
