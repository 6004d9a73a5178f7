// The one port of the gateway: WebSocket upgrades for tills, waiters and card machines, and the pages.

import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, DropArgument, Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import type { Connections } from '../../application/connection/connections.ts';
import type {
  HandshakeAttempt,
  HandshakeAuthorizer,
  HandshakeSite,
  UpgradeRequest,
} from '../../application/handshake/handshake.ts';
import type { HandshakeRefusal } from '../../application/handshake/handshake-error.ts';
import { BAD_HOST } from '../../application/handshake/handshake-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Observer } from '../../ports/observer.ts';
import { addressIn, clientAddress } from './client-address.ts';
import type { PublicClient, PublicUpgrade } from './cluster/forwarder.ts';
import { passedOnClient } from './cluster/passed-on-client.ts';
import type { SiteRouter } from './cluster/site-router.ts';
import { isOwnRequest } from './origin.ts';
import { rejectRequest, rejectUpgrade } from './refusal.ts';
import { hasOneHost, hostOf, isOwnHost, useOriginForm } from './request-target.ts';
import type { SocketChannelDeps } from './socket-channel.ts';
import { ChannelSocket, SocketChannel } from './socket-channel.ts';
import type { CutSockets, SocketLimits } from './socket-registry.ts';
import { SocketRegistry } from './socket-registry.ts';
import type { TlsPair } from './tls.ts';

/** Longest incoming message in bytes [C-3.35, C-13.4]. */
const MAX_MESSAGE_BYTES = { pac: 65_536, pat: 262_144, waiter: 65_536, terminal: 262_144 } as const;
/** Interval at which the HTTP server checks for requests that take too long. */
const TIMEOUT_CHECK_MS = 1_000;
/**
 * Browsers come by HTTPS only from then on [C-2.32]. Without includeSubDomains: below this host there may be
 * others that are not the gateway's, without TLS.
 */
const STRICT_TRANSPORT = { 'Strict-Transport-Security': 'max-age=31536000' } as const;
/** Files that the process may open besides its sockets once it listens; fewer where few are allowed. */
const SPARE_FILES = 32;

/** Times in ms. */
export interface HttpLimits extends SocketLimits {
  /** Of a TLS handshake, and of a request. */
  readonly handshakeMs: number;
  /** Between two requests on a socket. */
  readonly keepAliveMs: number;
  /** Of the closing handshake of a WebSocket. */
  readonly closeMs: number;
}

export interface HttpServerDeps extends SocketChannelDeps {
  readonly authorizer: HandshakeAuthorizer<HandshakeSite & { readonly connections: Connections }>;
  /** Handles every request that is no WebSocket upgrade. */
  readonly pages: RequestListener;
  readonly tls?: TlsPair;
  /** A proxy in front terminates TLS and forwards the client's address. */
  readonly behindProxy: boolean;
  /** Called for a handshake whose Host a proxy has replaced by the address of the gateway. */
  readonly onOwnHost: (host: string) => void;
  readonly clock: Clock;
  readonly limits: HttpLimits;
  readonly observer: Observer;
  /** Absent where there is no other node. */
  readonly router: SiteRouter | undefined;
}

/**
 * Connections that the system holds until they are accepted, as far as it allows (`net.core.somaxconn`). All tills of many shops come
 * back at once after a restart; who finds no place waits for a second or more before it tries again.
 */
const ACCEPT_BACKLOG = 4_096;

export class HttpServer {
  readonly #deps: HttpServerDeps;
  readonly #server: Server | TlsServer;
  readonly #sockets: SocketRegistry;
  /** Of every answer. */
  readonly #transportHeaders: Readonly<Record<string, string>>;
  /** Of the requests that ws still checks. */
  readonly #attempts = new WeakMap<IncomingMessage, HandshakeAttempt>();
  readonly #webSocketServers: Readonly<Record<keyof typeof MAX_MESSAGE_BYTES, WebSocketServer>>;

  constructor(deps: HttpServerDeps) {
    this.#deps = deps;
    const { limits, tls, clock, observer } = deps;
    const options = {
      headersTimeout: limits.handshakeMs,
      requestTimeout: limits.handshakeMs,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      // Node does not check upgrades, and takes the first of several [C-2.31].
      requireHostHeader: false,
      // Any other offer is ignored (RFC 9110 7.8). Node before 24.9 does not know this option.
      shouldUpgradeCallback: asksForWebSocket,
    };
    this.#server = tls
      ? createTlsServer({ ...options, ...tls, handshakeTimeout: limits.handshakeMs })
      : createServer(options);
    this.#transportHeaders = tls ? STRICT_TRANSPORT : {};
    this.#sockets = new SocketRegistry({ clock, limits, secure: tls !== undefined, observer });
    this.#followSockets();
    this.#webSocketServers = {
      pac: this.#webSocketServer(MAX_MESSAGE_BYTES.pac),
      pat: this.#webSocketServer(MAX_MESSAGE_BYTES.pat),
      waiter: this.#webSocketServer(MAX_MESSAGE_BYTES.waiter),
      terminal: this.#webSocketServer(MAX_MESSAGE_BYTES.terminal),
    };
  }

  /** Returns the port, which differs from the requested one only if that was 0. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, ACCEPT_BACKLOG, () => {
        this.#server.off('error', reject);
        this.#limitOpenFiles();
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  /** New connections use the new certificate; open ones stay as they are. */
  renewTls(pair: TlsPair): void {
    if ('setSecureContext' in this.#server) this.#server.setSecureContext(pair);
  }

  /**
   * Stops listening and ends all sockets: those whose clients do not close are cut after `graceMs`. Returns
   * the number of those that were cut.
   */
  async close(graceMs: number): Promise<CutSockets> {
    this.#sockets.close();
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    const cancel = this.#deps.clock.after(graceMs, () => this.#sockets.cutAll());
    await closed;
    cancel();
    return this.#sockets.finish();
  }

  /** Ends all sockets at once, after what was sent in this turn was written. */
  cut(): void {
    // The channels flush in the next turn.
    setImmediate(() => setImmediate(() => this.#sockets.cutAll()));
  }

  #followSockets(): void {
    const server = this.#server;
    server.on('connection', (socket: Socket) => this.#sockets.accepted(socket));
    server.on('secureConnection', (socket: Socket) => this.#sockets.secured(socket));
    server.on('request', this.onRequest);
    server.on('upgrade', this.onUpgrade);
  }

  /** Node closes a connection beyond its limit without a word to the client. */
  #limitOpenFiles(): void {
    const most = maxOpenSockets();
    // Where there are other nodes a socket may need a second one, to the owner of its site.
    const perClient = this.#deps.router ? 2 : 1;
    if (most !== undefined) this.#server.maxConnections = Math.ceil(most / perClient);
    this.#server.on('drop', (client?: DropArgument) =>
      this.#sockets.notAccepted(addressIn(client?.remoteAddress ?? '') ?? ''),
    );
    // Where the limit is not known, accepting fails instead.
    this.#server.on('error', () => this.#sockets.notAccepted(''));
  }

  /** For requests and upgrades of the public port, and of those that other nodes pass on. */
  readonly onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    this.#sockets.requested(response);
    response.setHeaders(new Map(Object.entries(this.#transportHeaders)));
    if (!hasOneHost(request)) {
      rejectRequest(response, BAD_HOST);
      return;
    }
    useOriginForm(request);
    const { router, pages } = this.#deps;
    if (!router) {
      pages(request, response);
      return;
    }
    void router.ownerOf(request).then((owner) => {
      if (owner) router.request({ request, response }, this.#clientOf(request), owner);
      else pages(request, response);
    });
  };

  readonly onUpgrade = (request: IncomingMessage, socket: Socket, head: Buffer): void => {
    this.#upgrade(request, socket, head).catch((cause: unknown) => {
      this.#deps.observer.fault('request', cause);
      socket.destroy();
    });
  };

  async #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    socket.on('error', dropSocket);
    useOriginForm(request);
    const { router } = this.#deps;
    const owner = hasOneHost(request) ? await router?.ownerOf(request) : undefined;
    if (owner) {
      router?.upgrade(this.#passage(request, socket, head), this.#clientOf(request), owner);
      return;
    }
    if (this.#deps.behindProxy && isOwnHost(request)) this.#deps.onOwnHost(hostOf(request));
    const upgrade = asksForWebSocket(request);
    const { authorizer } = this.#deps;
    const admission = await authorizer.authorize(
      upgradeRequestOf(request, { upgrade, behindProxy: this.#deps.behindProxy }),
    );
    if (!admission.accepted) {
      this.#reject(socket, admission.attempt, admission.refusal);
      return;
    }
    // No subprotocol is chosen [C-2.6], so whatever is offered is not read.
    delete request.headers['sec-websocket-protocol'];
    const { openSite, handshake, warnings, attempt } = admission;
    this.#attempts.set(request, attempt);
    this.#webSocketServers[handshake.integration].handleUpgrade(
      request,
      socket,
      head,
      (ws: WebSocket) => {
        authorizer.answered(attempt, { status: 101 });
        this.#sockets.upgraded(socket);
        socket.off('error', dropSocket);
        socket.setNoDelay(true);
        const from = { site: handshake.site.name, network: attempt.network };
        const sockets = { ws: ws as ChannelSocket, socket };
        const channel = new SocketChannel(sockets, from, this.#deps);
        openSite.connections.open(handshake, channel, warnings);
      },
    );
  }

  /** The owner of the site answers, counts and logs the handshake. */
  #passage(request: IncomingMessage, socket: Socket, head: Buffer): PublicUpgrade {
    return {
      ...{ request, socket, head },
      onAnswered: (status) => {
        if (status === 101) this.#sockets.upgraded(socket);
        else this.#sockets.refused(socket);
      },
      refuse: (refusal) => this.#reject(socket, undefined, refusal),
    };
  }

  #clientOf(request: IncomingMessage): PublicClient {
    const { behindProxy } = this.#deps;
    return upgradeRequestOf(request, { upgrade: false, behindProxy });
  }

  #webSocketServer(maxPayload: number): WebSocketServer {
    const closeTimeout = this.#deps.limits.closeMs;
    const options = { noServer: true, clientTracking: false, maxPayload, closeTimeout };
    // No compression is negotiated [C-2.6]; the channel answers pings itself, since ws drops the socket
    // when too many arrive at once.
    const plain = { perMessageDeflate: false, autoPong: false };
    const server = new WebSocketServer({ ...options, ...plain, WebSocket: ChannelSocket });
    // What is wrong with the upgrade itself (RFC 6455 4.2.1) is answered like every other refusal.
    server.on('wsClientError', ({ message }, socket, request) =>
      this.#reject(socket as Socket, this.#attempts.get(request), {
        status: 400,
        error: 'bad_handshake',
        message,
      }),
    );
    return server;
  }

  #reject(socket: Socket, attempt: HandshakeAttempt | undefined, refusal: HandshakeRefusal): void {
    if (attempt) this.#deps.authorizer.answered(attempt, refusal);
    this.#sockets.refused(socket);
    rejectUpgrade(socket, refusal, this.#transportHeaders);
  }
}

function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

function dropSocket(this: Socket): void {
  this.destroy();
}

/** The parts of a request that the handshake checks. */
export function upgradeRequestOf(
  request: IncomingMessage,
  how: { readonly upgrade: boolean; readonly behindProxy: boolean; readonly target?: string },
): UpgradeRequest {
  const { headers, socket } = request;
  const passedOn = passedOnClient(request);
  const trusted = how.behindProxy ? headers : {};
  // Traefik writes wss, and a list has the client's own scheme first.
  const isForwardedSecure = /^\s*(https|wss)\s*(,.*)?$/i.test(
    String(trusted['x-forwarded-proto'] ?? ''),
  );
  return {
    host: hostOf(request),
    hasOneHost: hasOneHost(request),
    target: how.target ?? request.url ?? '/',
    upgrade: how.upgrade,
    own: isOwnRequest(request),
    secure: 'encrypted' in socket || isForwardedSecure,
    ...(passedOn ?? clientAddress(request, how.behindProxy)),
  };
}

/** How many sockets this process may open: its limit of open files less what is open; undefined if not Linux. */
function maxOpenSockets(): number | undefined {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    const most = Number(/^Max open files +(\d+)/m.exec(limits)?.[1]);
    const left = most - readdirSync('/proc/self/fd').length;
    if (Number.isNaN(left)) return undefined;
    return Math.max(1, left - Math.min(SPARE_FILES, Math.ceil(left / 4)));
  } catch {
    return undefined;
  }
}
