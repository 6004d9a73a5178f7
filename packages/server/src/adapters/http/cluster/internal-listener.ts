// Where the other nodes of the cluster connect, to pass on sockets and requests for sites that this node owns. Never
// the public address: a connection is closed unless it proves membership (see membership.ts), and what it
// brings then is handled as if the client had connected here, but for `passedOnClient`.

import type {
  Server as HttpServer,
  IncomingMessage,
  RequestListener,
  ServerResponse,
} from 'node:http';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Cancel, Clock } from '../../../ports/clock.ts';
import { addressIn } from '../client-address.ts';
import { endpointsOf } from '../socket-registry.ts';
import type { Membership, NodeRefusal } from './membership.ts';
import { challengeLine, judge, MAX_LINE_BYTES, newChallenge } from './membership.ts';
import { keepPassedOnClient } from './passed-on-client.ts';
import { readLine } from './read-socket.ts';

/** From the last packet of another node to the question whether it is still there, in ms. */
const KEEP_ALIVE_MS = 10_000;
/** One connection brings one socket or request. */
const REQUESTS_OF_A_CONNECTION = 1;

export interface InternalLimits {
  /** From accept, with the TLS handshake and the proof, to the head of the request, in ms. */
  readonly requestMs: number;
  /** Connections that have not brought their request; beyond it the one that waits longest is dropped. */
  readonly maxWaiting: number;
}

/** Why a connection was refused: `tls` is a handshake that failed, `late` and `crowded` are those of the limits. */
export type RefusedConnection = NodeRefusal | 'tls' | 'late' | 'crowded';

export interface InternalListenerDeps {
  /** Id of this node now. */
  readonly nodeId: () => string;
  readonly membership: Membership;
  readonly clock: Clock;
  readonly limits: InternalLimits;
  /** As those of a public HTTP server; `passedOnClient` has the client. */
  readonly onUpgrade: (request: IncomingMessage, socket: Socket, head: Buffer) => void;
  readonly onRequest: RequestListener;
  /** `address` is that of the one who connected. */
  readonly onRefused: (why: RefusedConnection, address: string) => void;
}

/** A connection that has not brought its request. */
interface WaitingConnection {
  readonly raw: Socket;
  readonly address: string;
  readonly cancelLimit: Cancel;
}

export class InternalListener {
  readonly #deps: InternalListenerDeps;
  readonly #server: Server;
  /** Does not listen: it is given the connections that have proven membership. */
  readonly #http: HttpServer;
  readonly #sockets = new Set<Socket>();
  /** By endpoints, in the order in which they were accepted. */
  readonly #waiting = new Map<string, WaitingConnection>();
  readonly #responses = new Set<ServerResponse>();

  constructor(deps: InternalListenerDeps) {
    this.#deps = deps;
    // Without the keep-alive a connection to a node that has lost its power would stay.
    const options = { noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS };
    const { tls } = deps.membership;
    // Half-open connections as on a public server of Node: without TLS only.
    this.#server = tls
      ? createTlsServer({ ...options, ...tls, requestCert: true, rejectUnauthorized: true })
      : createServer({ ...options, allowHalfOpen: true });
    this.#server.on('connection', (raw: Socket) => this.#accepted(raw));
    this.#server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
      void this.#prove(socket);
    });
    this.#server.on('tlsClientError', (_, socket: Socket) => this.#refused('tls', socket));
    this.#http = this.#httpServer();
  }

  /** Returns the port, which differs from the requested one only if that was 0. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  /** Number of connections. */
  get size(): number {
    return this.#sockets.size;
  }

  /**
   * Stops listening and ends the live streams. Sockets that were passed on may end by themselves; they are cut
   * after `graceMs`.
   */
  async close(graceMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    for (const { raw } of [...this.#waiting.values()]) raw.destroy();
    for (const response of this.#responses) if (response.headersSent) response.end();
    const cancel = this.#deps.clock.after(graceMs, () => this.cut());
    await closed;
    cancel();
  }

  /** Ends all connections at once. */
  cut(): void {
    for (const raw of this.#sockets) raw.destroy();
  }

  #httpServer(): HttpServer {
    const http = createHttpServer({ requireHostHeader: false });
    http.maxRequestsPerSocket = REQUESTS_OF_A_CONNECTION;
    http.on('request', (request, response) => {
      this.#stopWaiting(request.socket);
      response.shouldKeepAlive = false;
      response.once('finish', () => request.resume());
      this.#responses.add(response);
      response.once('close', () => this.#responses.delete(response));
      this.#deps.onRequest(request, response);
    });
    http.on('upgrade', (request, socket: Socket, head) => {
      this.#stopWaiting(socket);
      this.#deps.onUpgrade(request, socket, head);
    });
    return http;
  }

  #accepted(raw: Socket): void {
    const { clock, limits } = this.#deps;
    const endpoints = endpointsOf(raw);
    if (endpoints === undefined) {
      // The other end has gone already.
      raw.destroy();
      return;
    }
    const address = addressIn(raw.remoteAddress ?? '') ?? '';
    const cancelLimit = clock.after(limits.requestMs, () => this.#drop(endpoints, 'late'));
    this.#waiting.set(endpoints, { raw, address, cancelLimit });
    this.#sockets.add(raw);
    raw.once('close', () => {
      this.#sockets.delete(raw);
      if (this.#waiting.get(endpoints)?.raw === raw) this.#endWaiting(endpoints);
    });
    const [longest = endpoints] = this.#waiting.keys();
    if (this.#waiting.size > limits.maxWaiting) this.#drop(longest, 'crowded');
  }

  async #prove(socket: Socket): Promise<void> {
    socket.on('error', dropSocket);
    const challenge = newChallenge(this.#deps.nodeId());
    socket.write(challengeLine(challenge));
    const line = await readLine(socket, MAX_LINE_BYTES).catch(() => undefined);
    if (line === undefined) {
      socket.destroy();
      return;
    }
    const proof = judge(this.#deps.membership, challenge, line);
    socket.write(proof.answer);
    if (proof.kind === 'refused') {
      this.#refused(proof.refusal, socket);
      socket.destroySoon();
      return;
    }
    keepPassedOnClient(socket, proof.client);
    socket.off('error', dropSocket);
    socket.destroySoon = endSocket;
    this.#http.emit('connection', socket);
    socket.resume();
  }

  #refused(why: RefusedConnection, { remoteAddress = '' }: Socket): void {
    this.#deps.onRefused(why, addressIn(remoteAddress) ?? '');
  }

  #drop(endpoints: string, why: 'late' | 'crowded'): void {
    const dropped = this.#waiting.get(endpoints);
    this.#endWaiting(endpoints);
    dropped?.raw.destroy();
    if (dropped) this.#deps.onRefused(why, dropped.address);
  }

  #stopWaiting(socket: Socket): void {
    this.#endWaiting(endpointsOf(socket) ?? '');
  }

  #endWaiting(endpoints: string): void {
    this.#waiting.get(endpoints)?.cancelLimit();
    this.#waiting.delete(endpoints);
  }
}

/**
 * What Node's HTTP server ends a connection by, which resets it if the handler has not read the whole body: the other
 * node could lose the answer. It closes as soon as it has the answer, and until then the body is read.
 */
function endSocket(this: Socket): void {
  this.end();
}

function dropSocket(this: Socket): void {
  this.destroy();
}
