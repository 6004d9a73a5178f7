// Nodes of a cluster as processes that tests can kill, and a balancer before them.

import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import type { GatewayProcess } from '../scenario/gateway-process.ts';
import { startGatewayProcess } from '../scenario/gateway-process.ts';

export const LEASE_S = 1;
const SECRET = 'a-secret-that-only-the-nodes-of-the-test-have';

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export interface NodeOptions {
  /** Of the database. */
  readonly url: string;
  readonly name: string;
  readonly port?: number;
  /** Seconds. */
  readonly lease?: number;
  readonly flags?: readonly string[];
  /** Modules that the process imports first. */
  readonly imports?: readonly string[];
}

/** Of `tillgate serve`, without those of the other ports. */
export function clusterFlags(
  options: Pick<NodeOptions, 'url' | 'name' | 'lease'>,
): readonly string[] {
  const { url, name, lease = LEASE_S } = options;
  return [
    ...['--store', url, '--cluster-secret', SECRET, '--node-lease', String(lease)],
    ...['--node-name', name],
  ];
}

/** A node with ports of its own; started again under the same name it takes over from the one before. */
export async function startNode(options: NodeOptions): Promise<GatewayProcess> {
  const { port = 0, flags = [], imports = [] } = options;
  const nodePort = await freePort();
  const all = [
    ...clusterFlags(options),
    ...['--node-port', String(nodePort), '--port', String(port)],
    ...['--log-level', 'warn', '--pace', 'instant'],
    ...flags,
  ];
  return startGatewayProcess(all, { imports });
}

export interface Balancer {
  readonly port: number;
  /** The next connections go to these in turn; those that do not accept one are left out. */
  ports: readonly number[];
  close(): void;
}

/** Knows nothing of sites: each connection goes to the next node. */
export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  const sockets = new Set<Socket>();
  let next = 0;
  const balancer = { ports, port: 0, close: () => {} };
  const join = (client: Socket, attempts: number): void => {
    const { ports: known } = balancer;
    const port = known[next % known.length];
    next += 1;
    if (port === undefined || attempts === 0) {
      client.destroy();
      return;
    }
    const server = connect(port, '127.0.0.1');
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
    join(client, balancer.ports.length);
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
