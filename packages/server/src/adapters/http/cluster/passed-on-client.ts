// The client of a request that another node has passed on. It does not travel in a header, so nothing that a
// client sends can be taken for it. The internal listener keeps it; whoever looks at a request asks here.

import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { ClientAddress } from '../../../application/handshake/handshake.ts';
import { networkOf } from '../client-address.ts';
import type { ClientOrigin } from './membership.ts';

/** What an upgrade request says about its client, as the node saw it that the client connected to. */
export interface PassedOnClient extends ClientAddress {
  readonly secure: boolean;
}

const clients = new WeakMap<Socket, PassedOnClient>();

/** To be called before the first request on `socket`. */
export function keepPassedOnClient(socket: Socket, { address, secure }: ClientOrigin): void {
  clients.set(socket, { address, network: networkOf(address), secure });
}

/**
 * Undefined if the request came from the client itself. One that was passed on is never passed on again, and
 * its socket and its forwarding headers say nothing about the client.
 */
export function passedOnClient(
  request: Pick<IncomingMessage, 'socket'>,
): PassedOnClient | undefined {
  return clients.get(request.socket);
}
