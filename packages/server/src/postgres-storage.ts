// The store of a gateway whose journal is in PostgreSQL. Loaded only there: the driver takes time and memory.

import type { Log } from './adapters/observe/log.ts';
import type { Metrics } from './adapters/observe/metrics.ts';
import { configOf, nameOf } from './adapters/store/postgres/client.ts';
import { NameTaken } from './adapters/store/postgres/membership.ts';
import { openPostgresCluster } from './adapters/store/postgres/postgres-cluster.ts';
import type { Clock } from './ports/clock.ts';
import type { Settings } from './settings.ts';

export { openPostgresStore } from './adapters/store/postgres/postgres-store.ts';

/** How often a node tries to join under a name that another has, in ms. */
const NAME_RETRY_MS = 1_000;

interface JoinOptions {
  readonly settings: Settings;
  readonly url: string;
  /** Tells this gateway from others. */
  readonly node: string;
  /** Collection of the activities that a site without a node is taken up for. */
  readonly incomplete: string;
}

interface StorageDeps {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** Waits for the lease of a node of the same name that was killed a moment ago. */
export async function joinCluster(
  { settings, url, node: name, incomplete }: JoinOptions,
  { clock, metrics, log }: StorageDeps,
) {
  const { nodeHost: host, nodePort: port, nodeLease } = settings;
  const { clusterSecret: secret, otherClusterSecret: otherSecret } = settings;
  const leaseMs = nodeLease * 1000;
  let nodeId = '';
  for (let waitedMs = 0; ; waitedMs += NAME_RETRY_MS) {
    try {
      const opened = await openPostgresCluster({
        ...{ url, clock, leaseMs, secret, otherSecret, incomplete },
        node: { name, host, port },
        onMigrated: (message) => log.info(message),
        onWarning: (message) => log.warn(message),
        onCommitted: metrics.observeCommit,
        onNode: (id) => {
          nodeId = id;
          log.info('the node has joined', { node: name });
        },
      });
      const { store, ownership, nodes } = opened;
      const journal = nameOf(configOf(url));
      return { store, journal, ownership, nodeId: () => nodeId, cluster: { node: name, nodes } };
    } catch (cause) {
      if (!(cause instanceof NameTaken) || waitedMs > leaseMs) throw cause;
      if (waitedMs === 0)
        log.warn('waits for the lease of a node of the same name', { node: name });
      await new Promise<void>((resolve) => {
        clock.after(NAME_RETRY_MS, resolve);
      });
    }
  }
}
