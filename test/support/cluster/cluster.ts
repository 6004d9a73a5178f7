// Nodes in processes of their own on a database of their own, and a balancer before them.

import assert from 'node:assert/strict';
import dns from 'node:dns';
import { isIP } from 'node:net';
import { mock } from 'node:test';
import { systemClock } from '../../../packages/server/src/adapters/clock/system-clock.ts';
import { openPostgresStore } from '../../../packages/server/src/adapters/store/postgres/postgres-store.ts';
import type { Store, StoredRecord } from '../../../packages/server/src/ports/store.ts';
import type { Administrator } from '../postgres/postgres-nodes.ts';
import { administrator } from '../postgres/postgres-nodes.ts';
import type { PostgresServer } from '../postgres/postgres-server.ts';
import type { GatewayProcess } from '../scenario/gateway-process.ts';
import type { TestEnd } from '../wait.ts';
import { atEnd, cleanups, within } from '../wait.ts';
import type { Balancer, NodeOptions } from './processes.ts';
import { startBalancer, startNode } from './processes.ts';

// The names of the sites lead to this machine.
mock.method(
  dns,
  'lookup',
  (name: string, options: dns.LookupOptions, done: (...found: unknown[]) => void) => {
    const address = isIP(name) ? name : '127.0.0.1';
    return options.all ? done(null, [{ address, family: 4 }]) : done(null, address, 4);
  },
);

export interface Cluster {
  readonly database: string;
  /** By which the nodes reach the database. */
  readonly url: string;
  readonly sql: Administrator;
  readonly store: Store;
  readonly nodes: readonly GatewayProcess[];
  readonly balancer: Balancer;
  /** Kills a node, or waits until it has ended, and starts it again after `pause`. */
  restart(index: number, options?: RestartOptions): Promise<void>;
}

export interface RestartOptions {
  /** Of the node that is started; that of the one before if absent, for whose lease it then waits. */
  readonly name?: string;
  readonly signal?: NodeJS.Signals;
  readonly pause?: Promise<unknown>;
  /** Of the cluster, for the node that is started. */
  readonly secrets?: Pick<NodeOptions, 'secret' | 'otherSecret'>;
}

export interface ClusterOptions extends Pick<NodeOptions, 'lease' | 'flags' | 'env'> {
  readonly server: PostgresServer;
  readonly size: number;
  /** In the database before the nodes start. */
  readonly records: readonly StoredRecord[];
  /** An empty one; the next of the server if absent. */
  readonly database?: string;
  /** By which the nodes reach the database; past any proxy if absent. */
  readonly urlOf?: (database: string) => string;
  /** Modules that a node imports first. */
  readonly importsOf?: (index: number) => readonly string[];
  /** A host of a node's own. */
  readonly hostOf?: (index: number) => Pick<NodeOptions, 'host' | 'through'> | undefined;
}

/** Ended when the test ends. */
export async function startCluster(t: TestEnd, options: ClusterOptions): Promise<Cluster> {
  const { server, size, records, importsOf = () => [], hostOf, ...others } = options;
  const {
    database = await server.createDatabase(),
    urlOf = (name) => server.url(name),
    ...more
  } = others;
  const url = urlOf(database);
  const store = await openPostgresStore({ url: server.url(database), clock: systemClock });
  atEnd(t, () => store.close());
  await store.write({ put: records });
  const atEndOrNow = cleanups(t);
  const start = async (index: number, { name = `node${index}`, port = 0, secrets = {} } = {}) => {
    const imports = importsOf(index);
    const node = await startNode({
      ...{ url, name, port, imports },
      ...{ ...more, ...secrets, ...hostOf?.(index) },
    });
    atEndOrNow(() => void node.stop());
    return node;
  };
  const nodes = await Promise.all(Array.from({ length: size }, (_, index) => start(index)));
  const balancer = await startBalancer([...nodes]);
  atEnd(t, () => balancer.close());
  return {
    ...{ database, url, store, nodes, balancer, sql: administrator(server, database) },
    restart: async (index, { name, signal = 'SIGKILL', pause, secrets = {} } = {}) => {
      const node = nodes[index];
      assert.ok(node);
      node.kill(signal);
      await within('the end of a node', node.exited);
      await pause;
      nodes[index] = await start(index, { ...(name && { name }), port: node.port, secrets });
    },
  };
}

/** The key of a site, for `tokenRecord`. */
export function keyOf(site: string): string {
  return `key-of-${site}`;
}

/** The address of the counter of a site at a port of this machine. */
export function counterAddress(site: string, port: number): string {
  const query = `token=${keyOf(site)}&api-version=v1&software-house-id=house&installer-id=shop`;
  return `ws://${site}.pay.test:${port}/pac?${query}`;
}

interface MachineName {
  readonly site: string;
  readonly tid: string;
  readonly key: string;
}

/** Where a card machine links. */
export function machineAddress({ site, tid, key }: MachineName, port: number): string {
  return `ws://${site}.pay.test:${port}/terminal?${new URLSearchParams({ token: key, tid })}`;
}
