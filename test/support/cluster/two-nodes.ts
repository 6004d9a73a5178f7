// Two nodes of a cluster without a gateway: one that a client connects to, and the owner of all sites, whose
// handlers the test gives. The clock is the test's.

import { once } from 'node:events';
import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import type {
  PublicClient,
  SiteOwner,
} from '../../../packages/server/src/adapters/http/cluster/forwarder.ts';
import { Forwarder } from '../../../packages/server/src/adapters/http/cluster/forwarder.ts';
import type { RefusedConnection } from '../../../packages/server/src/adapters/http/cluster/internal-listener.ts';
import { InternalListener } from '../../../packages/server/src/adapters/http/cluster/internal-listener.ts';
import type { MembershipOptions } from '../../../packages/server/src/adapters/http/cluster/membership.ts';
import { membershipOf } from '../../../packages/server/src/adapters/http/cluster/membership.ts';
import { rejectUpgrade } from '../../../packages/server/src/adapters/http/refusal.ts';
import { CountingClock } from '../counting-clock.ts';
import type { TestEnd } from '../wait.ts';
import { atEnd } from '../wait.ts';

export const SECRET = 'a secret of the cluster, of 40 characters';
export const limits = {
  ...{ connectMs: 3_000, answerMs: 10_000, lingerMs: 5_000 },
  ...{ requestMs: 4_000, maxWaiting: 3 },
};
/** Id of the node that owns the site. */
export const OWNER = 'owner';
export const SITE = 'shop1';

export type UpgradeListener = (request: IncomingMessage, socket: Socket, head: Buffer) => void;

export interface OwnerOptions {
  readonly membership?: MembershipOptions;
  readonly onUpgrade?: UpgradeListener;
  readonly onRequest?: RequestListener;
}

export interface Owner {
  readonly listener: InternalListener;
  readonly port: number;
  readonly clock: CountingClock;
  /** Reasons of refused connections. */
  readonly refused: RefusedConnection[];
  /** Requests and upgrades that reached a handler. */
  readonly handled: IncomingMessage[];
}

export async function startOwner(t: TestEnd, options: OwnerOptions = {}): Promise<Owner> {
  const clock = new CountingClock();
  const refused: RefusedConnection[] = [];
  const handled: IncomingMessage[] = [];
  const listener = new InternalListener({
    nodeId: () => OWNER,
    membership: membershipOf(options.membership ?? { secret: SECRET }),
    ...{ clock, limits },
    onUpgrade: (request, socket, head) => {
      handled.push(request);
      (options.onUpgrade ?? echo(t))(request, socket, head);
    },
    onRequest: (request, response) => {
      handled.push(request);
      if (options.onRequest) options.onRequest(request, response);
      else response.end(request.url);
    },
    onRefused: (why) => refused.push(why),
  });
  const port = await listener.listen('127.0.0.1', 0);
  atEnd(t, async () => {
    listener.cut();
    await listener.close(0);
  });
  return { listener, port, clock, refused, handled };
}

/** Sends back what comes over a WebSocket. */
function echo(t: TestEnd): UpgradeListener {
  return webSockets(t, (ws) =>
    ws.on('message', (data, isBinary) => ws.send(data, { binary: isBinary })),
  );
}

/** Takes each upgrade as a WebSocket. */
export function webSockets(t: TestEnd, onOpen: (ws: WebSocket) => void): UpgradeListener {
  const server = new WebSocketServer({ noServer: true, maxPayload: 262_144 });
  atEnd(t, () => {
    for (const ws of server.clients) ws.terminate();
  });
  return (request, socket, head) => server.handleUpgrade(request, socket, head, onOpen);
}

export interface PublicNodeOptions {
  readonly membership?: MembershipOptions;
  /** Where it believes the owner to be. */
  readonly ownerPort: number;
  readonly client?: Partial<PublicClient>;
}

export interface PublicNode {
  readonly forwarder: Forwarder;
  readonly port: number;
  readonly clock: CountingClock;
  /** Why owners could not be reached. */
  readonly failures: string[];
  /** Statuses of answered upgrades. */
  readonly answered: number[];
}

export async function startPublicNode(
  t: TestEnd,
  { membership = { secret: SECRET }, ownerPort, client: of }: PublicNodeOptions,
): Promise<PublicNode> {
  const clock = new CountingClock();
  const failures: string[] = [];
  const answered: number[] = [];
  const forwarder = new Forwarder({
    membership: membershipOf(membership),
    ...{ clock, limits },
    onFailed: (_, cause) => failures.push((cause as Error).message),
  });
  const owner: SiteOwner = { site: SITE, id: OWNER, host: '127.0.0.1', port: ownerPort };
  const client = { address: '203.0.113.7', secure: true, host: 'shop1.example', ...of };
  const server = createServer((request, response) =>
    forwarder.request({ request, response }, client, owner),
  );
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) =>
    forwarder.upgrade(
      {
        ...{ request, socket, head },
        onAnswered: (status) => answered.push(status),
        refuse: (refusal) => rejectUpgrade(socket, refusal, {}),
      },
      client,
      owner,
    ),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, async () => {
    forwarder.pipes.closeAll();
    server.close();
    server.closeAllConnections();
    if (server.listening) await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  return { forwarder, port, clock, failures, answered };
}

/** A node that a client connects to, and the owner behind it. */
export async function startTwoNodes(
  t: TestEnd,
  options: OwnerOptions & Pick<PublicNodeOptions, 'client'> = {},
): Promise<{ readonly node: PublicNode; readonly owner: Owner }> {
  const owner = await startOwner(t, options);
  const { membership = { secret: SECRET }, client = {} } = options;
  const node = await startPublicNode(t, { ownerPort: owner.port, membership, client });
  return { node, owner };
}

/** An open WebSocket of a client. */
export async function openWebSocket(t: TestEnd, port: number): Promise<WebSocket> {
  const ws = new WebSocket(`ws://127.0.0.1:${port}/pac?token=secret`);
  atEnd(t, () => ws.terminate());
  await once(ws, 'open');
  return ws;
}

/** A connected socket, of which nothing is read yet. */
export async function connectTo(t: TestEnd, port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => socket.destroy());
  atEnd(t, () => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** All that comes until the other end ends, as Latin-1. */
export async function readAll(socket: Socket): Promise<string> {
  const parts: Buffer[] = [];
  socket.on('data', (part) => parts.push(part));
  await new Promise((resolve) => {
    socket.once('end', resolve).once('close', resolve).resume();
  });
  return Buffer.concat(parts).toString('latin1');
}
