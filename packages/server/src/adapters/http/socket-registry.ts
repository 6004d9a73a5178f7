// Every accepted socket, from accept to close: what the gateway waits for there, for how long, and how many
// may keep it waiting [C-2.29]. Node limits the time of TLS handshakes and requests; the other limits are
// here. `HttpServer` reports what happens to each socket.

import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Cancel, Clock } from '../../ports/clock.ts';
import type { Observer } from '../../ports/observer.ts';
import { clientAddress } from './client-address.ts';

/** Interval of the checks. */
const CHECK_MS = 1_000;

/**
 * What a socket is at: its TLS handshake, its first request, responses, a pause until the next request, a
 * refused upgrade that the client has not closed, or a WebSocket.
 */
type SocketKind = 'tlsHandshake' | 'request' | 'response' | 'idle' | 'refused' | 'webSocket';

/** Number of sockets by kind. */
export type CutSockets = Partial<Record<SocketKind, number>>;

export interface SocketLimits {
  /** From a response to the next complete request, in ms. */
  readonly idleMs: number;
  /** From a refused upgrade to the client's close, in ms. */
  readonly refusedMs: number;
  /** How long data of responses may wait for a slow client, in ms. */
  readonly responseMs: number;
  /** Sockets that are no WebSocket. */
  readonly maxPending: number;
  /** The same of one address, or of one IPv6 network (/64). */
  readonly maxPendingPerAddress: number;
}

export interface SocketRegistryDeps {
  readonly clock: Clock;
  readonly limits: SocketLimits;
  /** Whether a socket begins with a TLS handshake. */
  readonly secure: boolean;
  readonly observer: Pick<Observer, 'refused'>;
}

/** A socket that is no WebSocket. */
interface PendingSocket {
  readonly raw: Socket;
  /** What carries requests and responses: `raw`, or the TLS socket on it. */
  socket: Socket;
  readonly endpoints: string;
  readonly network: string;
  kind: Exclude<SocketKind, 'webSocket'>;
  /** When it became of this kind, ms since 1970. */
  since: number;
  readonly responses: Set<ServerResponse>;
  /** When the data that waits to be sent started to wait, ms since 1970. */
  bufferedSince: number | undefined;
}

export class SocketRegistry {
  readonly #deps: SocketRegistryDeps;
  /** By endpoints, in the order in which they became of their kind. */
  readonly #pending = new Map<string, PendingSocket>();
  /** The same of each network. */
  readonly #pendingOf = new Map<string, Set<PendingSocket>>();
  /** By endpoints. */
  readonly #webSockets = new Map<string, Socket>();
  readonly #cut: CutSockets = {};
  #isClosing = false;
  #cancelCheck: Cancel | undefined;

  constructor(deps: SocketRegistryDeps) {
    this.#deps = deps;
  }

  /** A TCP connection was accepted. */
  accepted(raw: Socket): void {
    const endpoints = endpointsOf(raw);
    if (endpoints === undefined) {
      // The client has gone already.
      raw.destroy();
      return;
    }
    const { secure, limits, clock, observer } = this.#deps;
    const { network } = clientAddress({ headers: {}, socket: raw }, false);
    this.#add({
      ...{ raw, socket: raw, endpoints, network, kind: secure ? 'tlsHandshake' : 'request' },
      ...{ since: clock.now(), responses: new Set(), bufferedSince: undefined },
    });
    raw.on('close', () => this.#closed(raw, endpoints));
    const ofNetwork = this.#pendingOf.get(network);
    if (ofNetwork && ofNetwork.size > limits.maxPendingPerAddress) {
      this.#dropLongestWaiting(ofNetwork);
      observer.refused('pendingSocketsPerAddress', network);
    }
    if (this.#pending.size > limits.maxPending) {
      this.#dropLongestWaiting(this.#pending.values());
      observer.refused('pendingSockets', network);
    }
    this.#cancelCheck ??= this.#scheduleCheck();
  }

  /** The TLS handshake has ended; `socket` is the one on the accepted socket. */
  secured(socket: Socket): void {
    const pending = this.#become('request', socket);
    if (pending) pending.socket = socket;
  }

  /** A request has come: its response is under way until it closes. */
  requested(response: ServerResponse): void {
    const { socket } = response.req;
    const pending = this.#become('response', socket);
    if (!pending) return;
    pending.responses.add(response);
    response.once('close', () => {
      pending.responses.delete(response);
      if (pending.kind !== 'response' || pending.responses.size > 0) return;
      if (this.#isClosing) socket.destroySoon();
      else this.#become('idle', socket);
    });
  }

  /** An upgrade was refused: the client is to close. */
  refused(socket: Socket): void {
    this.#become('refused', socket);
  }

  /** The socket is a WebSocket from now on. */
  upgraded(socket: Socket): void {
    const pending = this.#pending.get(endpointsOf(socket) ?? '');
    if (!pending) return;
    this.#remove(pending);
    this.#webSockets.set(pending.endpoints, pending.raw);
  }

  /** A connection was not accepted, since the process has no file descriptor left: makes room for the next. */
  notAccepted(address: string): void {
    this.#dropLongestWaiting(this.#pending.values());
    this.#deps.observer.refused('descriptors', address);
  }

  /**
   * Ends the live streams and what waits for the client, but refused upgrades and WebSockets: those may end
   * by themselves until `cutAll` is called.
   */
  close(): void {
    this.#isClosing = true;
    for (const pending of [...this.#pending.values()]) {
      const { kind, responses } = pending;
      if (kind === 'refused') continue;
      if (kind === 'idle') this.#destroy(pending);
      else if (isWaiting(pending)) this.#cutOff(pending);
      else for (const response of responses) if (response.headersSent) response.end();
    }
  }

  /** Ends all sockets. */
  cutAll(): void {
    for (const pending of [...this.#pending.values()]) this.#cutOff(pending);
    for (const raw of this.#webSockets.values()) {
      this.#countCut('webSocket');
      raw.destroy();
    }
    this.#webSockets.clear();
  }

  /** To be called when all sockets have closed; returns the number of those that were cut. */
  finish(): CutSockets {
    this.#cancelCheck?.();
    return this.#cut;
  }

  #add(pending: PendingSocket): void {
    const { endpoints, network } = pending;
    this.#pending.set(endpoints, pending);
    const ofNetwork = this.#pendingOf.get(network) ?? new Set<PendingSocket>();
    this.#pendingOf.set(network, ofNetwork.add(pending));
  }

  #remove(pending: PendingSocket): void {
    const { endpoints, network } = pending;
    this.#pending.delete(endpoints);
    const ofNetwork = this.#pendingOf.get(network);
    if (ofNetwork?.delete(pending) && ofNetwork.size === 0) this.#pendingOf.delete(network);
  }

  /** Undefined if the socket has been ended. */
  #become(kind: PendingSocket['kind'], socket: Socket): PendingSocket | undefined {
    const pending = this.#pending.get(endpointsOf(socket) ?? '');
    if (!pending) return undefined;
    pending.kind = kind;
    pending.since = this.#deps.clock.now();
    // Both orders have it as the last now.
    this.#remove(pending);
    this.#add(pending);
    return pending;
  }

  /** Another socket may have the same endpoints by now. */
  #closed(raw: Socket, endpoints: string): void {
    const pending = this.#pending.get(endpoints);
    if (pending?.raw === raw) this.#remove(pending);
    if (this.#webSockets.get(endpoints) === raw) this.#webSockets.delete(endpoints);
  }

  #destroy(pending: PendingSocket): void {
    this.#remove(pending);
    pending.raw.destroy();
  }

  #cutOff(pending: PendingSocket): void {
    this.#countCut(pending.kind);
    this.#destroy(pending);
  }

  #countCut(kind: SocketKind): void {
    this.#cut[kind] = (this.#cut[kind] ?? 0) + 1;
  }

  #dropLongestWaiting(sockets: Iterable<PendingSocket>): void {
    for (const pending of sockets) {
      if (!isWaiting(pending)) continue;
      this.#destroy(pending);
      return;
    }
  }

  #scheduleCheck(): Cancel {
    return this.#deps.clock.after(CHECK_MS, () => {
      for (const pending of [...this.#pending.values()]) {
        if (this.#isOverdue(pending)) this.#destroy(pending);
      }
      this.#cancelCheck = this.#pending.size > 0 ? this.#scheduleCheck() : undefined;
    });
  }

  #isOverdue(pending: PendingSocket): boolean {
    const now = this.#deps.clock.now();
    const { idleMs, refusedMs, responseMs } = this.#deps.limits;
    switch (pending.kind) {
      case 'tlsHandshake':
      case 'request':
        return false;
      case 'idle':
        return now - pending.since >= idleMs;
      case 'refused':
        return now - pending.since >= refusedMs;
      case 'response':
        pending.bufferedSince =
          pending.socket.writableLength > 0 ? (pending.bufferedSince ?? now) : undefined;
        return now - (pending.bufferedSince ?? now) >= responseMs;
    }
  }
}

/** Names a socket while it is open, alone and below TLS; undefined if the client has reset it. */
export function endpointsOf({
  remoteAddress,
  remotePort,
  localAddress,
  localPort,
}: Socket): string | undefined {
  return remoteAddress && `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}

/** Whether the client, not the gateway, is to do something. */
function isWaiting({ kind, socket, responses }: PendingSocket): boolean {
  if (kind !== 'response' || socket.writableLength > 0) return true;
  return [...responses].some(({ req }) => !req.complete);
}
