// Nodes on one PostgreSQL database whose timers and lease are in the hands of a test.

import { TestClock } from 'tillgate/testing';
import { systemClock } from '../../../packages/server/src/adapters/clock/system-clock.ts';
import type {
  PostgresCluster,
  PostgresClusterOptions,
} from '../../../packages/server/src/adapters/store/postgres/postgres-cluster.ts';
import { openPostgresCluster } from '../../../packages/server/src/adapters/store/postgres/postgres-cluster.ts';
import type { Cancel, Clock } from '../../../packages/server/src/ports/clock.ts';
import { here } from '../../../packages/server/src/testing/ownership-contract.ts';
import type { TestEnd } from '../wait.ts';
import { atEnd, within } from '../wait.ts';
import type { PostgresServer } from './postgres-server.ts';

/** Long, so that no machine is too slow for it: only the test's clock and its SQL end a lease. */
export const LEASE_MS = 60_000;
const RENEWAL_MS = LEASE_MS / 4;
/** Until the next renewal: after one that succeeded, after one that took longer than that, and after one that failed. */
const RENEWAL_DELAYS = new Set([RENEWAL_MS, 0, LEASE_MS / 16]);

/** Tells the time of day as the system does, but its timers and its monotonic clock move only by `pass`. */
export class NodeClock implements Clock {
  readonly #timers = new TestClock();
  #nextRenewalMs = RENEWAL_MS;
  #onRenewed = () => {};
  #stalledMs = 0;
  /** Milliseconds of all timers that were set. */
  readonly delays: number[] = [];
  /** What the time of day is wrong by. */
  offsetMs = 0;

  now(): number {
    return systemClock.now() + this.offsetMs;
  }

  readonly monotonic = (): number => this.#timers.now() + this.#stalledMs;

  after(delayMs: number, then: () => void): Cancel {
    this.delays.push(delayMs);
    if (RENEWAL_DELAYS.has(delayMs)) {
      this.#nextRenewalMs = delayMs;
      this.#onRenewed();
    }
    return this.#timers.after(delayMs, then);
  }

  id(): string {
    return systemClock.id();
  }

  pass(ms: number): Promise<void> {
    return this.#timers.advance(ms);
  }

  /** As if the process had been stopped: time passes, but no timer runs. */
  stall(ms: number): void {
    this.#stalledMs += ms;
  }

  /** Waits until the renewal that is under way has succeeded or failed. */
  renewed(): Promise<void> {
    const done = new Promise<void>((resolve) => {
      this.#onRenewed = resolve;
    });
    return within('a renewal', done);
  }

  /** Moves to the next renewal, or the next attempt, and waits for it; so many times. */
  async renew(times = 1): Promise<void> {
    for (let n = 0; n < times; n += 1) {
      const renewed = this.renewed();
      await this.pass(this.#nextRenewalMs);
      await renewed;
    }
  }

  /** Renews for a whole lease, and one renewal more. */
  renewForALease(): Promise<void> {
    return this.renew(LEASE_MS / RENEWAL_MS + 1);
  }
}

export interface TestNode extends PostgresCluster {
  readonly node: PostgresClusterOptions['node'];
  readonly clock: NodeClock;
  /** The id of the node, and those that it had before. */
  readonly ids: readonly string[];
  /** What an operator was told since the start. */
  readonly warnings: readonly string[];
}

type Options = Partial<PostgresClusterOptions> & { readonly url: string };

let ports = 7_000;

/** Closed when the test ends. */
export async function openNode(t: TestEnd, options: Options): Promise<TestNode> {
  const clock = new NodeClock();
  const ids: string[] = [];
  const warnings: string[] = [];
  ports += 1;
  const { node = { name: `node-${ports}`, host: '10.0.0.1', port: ports } } = options;
  const cluster = await openPostgresCluster({
    ...{ clock, monotonic: clock.monotonic, leaseMs: LEASE_MS, incomplete: 'incomplete' },
    onNode: (id) => ids.unshift(id),
    onWarning: (message) => warnings.push(message),
    ...options,
    node,
  });
  atEnd(t, async () => {
    await cluster.ownership.close();
    await cluster.store.close();
  });
  warnings.length = 0;
  return { ...cluster, node, clock, ids, warnings };
}

/** A lease of a site that must be here, and the store under it. */
export async function claimHere({ ownership, store }: PostgresCluster, site: string) {
  const lease = here(await ownership.claim(site));
  return { lease, view: store.under(lease) };
}

/** SQL of an administrator in a database. */
export function administrator(server: PostgresServer, database: string) {
  return async (sql: string, values: readonly unknown[] = []) => {
    const admin = await server.connect(database);
    try {
      return (await admin.query(sql, [...values])).rows;
    } finally {
      await admin.end();
    }
  };
}

/** What `administrator` gives. */
export type Administrator = ReturnType<typeof administrator>;

/** As if the node had not renewed its row for a lease. */
export async function expire(sql: Administrator, { ids }: TestNode): Promise<void> {
  await sql(`UPDATE node SET expires = clock_timestamp() - interval '1 s' WHERE id = $1`, [ids[0]]);
}

/** As if another node had declared this one dead. */
export async function declareDead(sql: Administrator, { ids }: TestNode): Promise<void> {
  await sql('UPDATE node SET dead = true WHERE id = $1', [ids[0]]);
}
