// Passes sockets and requests for a site on to the node that owns it: connects to the owner's internal listener,
// hands on what the client sent, and joins the two ends. Called by the public HTTP server for a site that is
// owned elsewhere.

import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { siteMoving } from '../../../application/admin/admin.ts';
import type { HandshakeRefusal } from '../../../application/handshake/handshake-error.ts';
import { MOVING } from '../../../application/handshake/handshake-error.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { NodeAddress } from '../../../ports/ownership.ts';
import { sendProblem } from '../api/response.ts';
import { isForApi } from '../api/routes.ts';
import { rejectRequest } from '../refusal.ts';
import { forwardRequest } from './forwarded-request.ts';
import { answerToUpgrade } from './forwarded-upgrade.ts';
import { joinSockets } from './join-sockets.ts';
import type { ClientOrigin, Membership } from './membership.ts';
import { connectToOwner } from './owner-connection.ts';
import { passedOnClient } from './passed-on-client.ts';
import type { Pipe } from './pipes.ts';
import { Pipes } from './pipes.ts';

/** Times in ms. */
export interface ForwardLimits {
  /** From the attempt to connect to an owner to its acceptance. */
  readonly connectMs: number;
  /** From an upgrade to the owner's answer. */
  readonly answerMs: number;
  /** From the end of one side of an upgraded connection to the end of the other. */
  readonly lingerMs: number;
}

export interface ForwarderDeps {
  readonly membership: Membership;
  readonly clock: Clock;
  readonly limits: ForwardLimits;
  /** An owner could not be reached, or did not answer; `cause` says why, and has no secret. */
  readonly onFailed: (owner: SiteOwner, cause: unknown) => void;
}

/** The node that owns a site. */
export interface SiteOwner extends NodeAddress {
  readonly site: string;
}

/** The client as this node sees it. */
export interface PublicClient extends ClientOrigin {
  /** The host that the client asked for: it replaces the Host header, from which it can differ (RFC 9112 3.2.2). */
  readonly host: string;
}

export interface PublicUpgrade {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  /** What the client sent behind the head of the request. */
  readonly head: Buffer;
  /** The owner has answered with this status: 101, or that of a refusal. */
  readonly onAnswered: (status: number) => void;
  /** Is to refuse the upgrade: the owner does not answer. */
  readonly refuse: (refusal: HandshakeRefusal) => void;
}

export interface PublicRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** One socket or request on its way. */
interface Passage {
  readonly owner: SiteOwner;
  readonly client: PublicClient;
  /** The client's. */
  readonly socket: Socket;
  /** Passes on over a connection that the owner has accepted; rejects if the client is still to be refused. */
  readonly start: (ownerSocket: Socket, onClosed: () => void) => Promise<Pipe>;
  readonly refuse: () => void;
}

export class Forwarder {
  /** All that is passed on now. */
  readonly pipes = new Pipes();
  readonly #deps: ForwarderDeps;

  constructor(deps: ForwarderDeps) {
    this.#deps = deps;
  }

  /** The socket belongs to the forwarder from now on, or until `refuse` is called. */
  upgrade(upgrade: PublicUpgrade, client: PublicClient, owner: SiteOwner): Pipe {
    const { request, socket, refuse } = upgrade;
    assertFromClient(request);
    socket.setTimeout(0);
    socket.on('error', dropSocket);
    return this.#pass({
      ...{ owner, client, socket },
      start: (ownerSocket, onClosed) =>
        this.#joinUpgrade({ ...upgrade, host: client.host }, ownerSocket, onClosed),
      refuse: () => refuse(MOVING),
    });
  }

  /** The response belongs to the forwarder from now on. */
  request({ request, response }: PublicRequest, client: PublicClient, owner: SiteOwner): Pipe {
    assertFromClient(request);
    const { host } = client;
    return this.#pass({
      ...{ owner, client, socket: request.socket },
      start: async (ownerSocket, onClosed) =>
        forwardRequest({ request, response, host, onClosed }, ownerSocket),
      refuse: () => refuseRequest({ request, response }),
    });
  }

  #pass(passage: Passage): Pipe {
    const { onFailed } = this.#deps;
    const attempt = new AbortController();
    let joined: Pipe | undefined;
    const pipe: Pipe = {
      get bufferedBytes() {
        return joined?.bufferedBytes ?? 0;
      },
      close: () => (joined ? joined.close() : attempt.abort()),
    };
    const remove = this.pipes.add(passage.owner.site, pipe);
    const { socket, owner, refuse } = passage;
    socket.once('close', pipe.close);
    if (socket.destroyed) pipe.close();
    this.#start(passage, attempt.signal, remove)
      .then((started) => {
        joined = started;
      })
      .catch((cause) => {
        remove();
        if (socket.destroyed) return;
        if (!attempt.signal.aborted) onFailed(owner, cause);
        refuse();
      })
      // From now on the pipe follows the socket itself.
      .finally(() => socket.off('close', pipe.close));
    return pipe;
  }

  async #start(passage: Passage, signal: AbortSignal, onClosed: () => void): Promise<Pipe> {
    const { membership, clock, limits } = this.#deps;
    const { owner, client, start } = passage;
    const { connectMs } = limits;
    const socket = await connectToOwner(owner, client, { membership, clock, connectMs, signal });
    const end = (): void => {
      socket.destroy();
    };
    signal.addEventListener('abort', end);
    try {
      return await start(socket, onClosed);
    } catch (error) {
      end();
      throw error;
    }
  }

  async #joinUpgrade(
    upgrade: PublicUpgrade & { readonly host: string },
    ownerSocket: Socket,
    onClosed: () => void,
  ): Promise<Pipe> {
    const { clock, limits } = this.#deps;
    const { socket, onAnswered } = upgrade;
    const { answerMs, lingerMs } = limits;
    const { status, bytes } = await answerToUpgrade(upgrade, ownerSocket, { clock, answerMs });
    onAnswered(status);
    socket.write(bytes);
    return joinSockets(socket, ownerSocket, { clock, lingerMs, onClosed });
  }
}

/** In the form of the address that it is for; its body is not read. */
function refuseRequest({ request, response }: PublicRequest): void {
  if (!isForApi(request)) {
    rejectRequest(response, MOVING);
    return;
  }
  response.setHeader('Connection', 'close');
  sendProblem(response, siteMoving());
}

/** A request is passed on once at most: two nodes that each believe the other to be the owner make no loop. */
function assertFromClient(request: IncomingMessage): void {
  assert(!passedOnClient(request), 'A request that came from another node is not passed on again.');
}

function dropSocket(this: Socket): void {
  this.destroy();
}
