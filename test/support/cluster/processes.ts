// Nodes of a cluster as processes that tests can kill, and a balancer before them.

import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import type { GatewayProcess, ProcessOptions } from '../scenario/gateway-process.ts';
import { startGatewayProcess } from '../scenario/gateway-process.ts';

export const LEASE_S = 1;
export const SECRET = 'a-secret-that-only-the-nodes-of-the-test-have';

/**
 * A port that nobody listens on now, below those that systems give to connections: one of these could be given to another
 * socket before a node listens on it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_768);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}

export interface NodeOptions extends Pick<ProcessOptions, 'imports' | 'through' | 'env'> {
  /** Of the database. */
  readonly url: string;
  readonly name: string;
  /** Of the cluster. */
  readonly secret?: string;
  readonly otherSecret?: string;
  readonly port?: number;
  /** Seconds. */
  readonly lease?: number;
  readonly flags?: readonly string[];
  /** Where it listens, for clients and other nodes; this machine if absent. */
  readonly host?: string;
}

/** Of `tillgate serve`, without those of the other ports. */
export function clusterFlags(
  options: Pick<NodeOptions, 'url' | 'name' | 'lease' | 'secret' | 'otherSecret'>,
): readonly string[] {
  const { url, name, lease = LEASE_S, secret = SECRET, otherSecret } = options;
  return [
    ...['--store', url, '--cluster-secret', secret, '--node-lease', String(lease)],
    ...['--node-name', name],
    ...(otherSecret === undefined ? [] : ['--other-cluster-secret', otherSecret]),
  ];
}

/** A node with ports of its own; started again under the same name it takes over from the one before. */
export async function startNode(options: NodeOptions): Promise<GatewayProcess> {
  const { host = '127.0.0.1', port = 0, flags = [] } = options;
  const nodePort = await freePort();
  const all = [
    ...clusterFlags(options),
    ...['--host', host, '--port', String(port), '--allow-plain'],
    ...['--node-host', host, '--node-port', String(nodePort)],
    ...['--log-level', 'warn', '--pace', 'instant'],
    ...flags,
  ];
  return startGatewayProcess(all, options);
}

type Listening = Pick<GatewayProcess, 'host' | 'port'>;

export interface Balancer {
  readonly port: number;
  close(): void;
}

/** Knows nothing of sites: each connection goes to the next node, and those that do not accept one are left out. */
export async function startBalancer(nodes: readonly Listening[]): Promise<Balancer> {
  const sockets = new Set<Socket>();
  let next = 0;
  const balancer = { port: 0, close: () => {} };
  const join = (client: Socket, attempts: number): void => {
    const node = nodes[next % nodes.length];
    next += 1;
    if (node === undefined || attempts === 0) {
      client.destroy();
      return;
    }
    const server = connect(node.port, node.host);
    const refused = (): void => join(client, attempts - 1);
    server.once('error', refused);
    server.once('connect', () => {
      server.off('error', refused);
      for (const [one, other] of [
        [client, server],
        [server, client],
      ] as const) {
        one.on('error', () => {});
        one.once('close', () => other.destroy());
        one.pipe(other);
      }
    });
  };
  const server = createServer({ pauseOnConnect: true }, (client) => {
    sockets.add(client);
    client.on('error', () => {});
    client.once('close', () => sockets.delete(client));
    join(client, nodes.length);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  balancer.port = (server.address() as AddressInfo).port;
  balancer.close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return balancer;
}
