// Connects to the internal listener of the node that owns a site, and proves to it that this node is of the cluster. What
// comes back is a socket over which one request of the client may be sent.

import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '../../../ports/clock.ts';
import type { NodeAddress } from '../../../ports/ownership.ts';
import type { ClientOrigin, Membership } from './membership.ts';
import { MAX_LINE_BYTES, prove } from './membership.ts';
import { readLine } from './read-socket.ts';

/** From the last packet of the owner to the question whether it is still there, in ms. */
const KEEP_ALIVE_MS = 10_000;

export interface OwnerConnectionDeps {
  readonly membership: Membership;
  readonly clock: Clock;
  /** From the attempt to connect to the owner's acceptance, in ms. */
  readonly connectMs: number;
  /** Ends the attempt. */
  readonly signal: AbortSignal;
}

/** Rejects if the owner cannot be reached, refuses, takes too long, or is none; then nothing of the client was sent. */
export async function connectToOwner(
  owner: NodeAddress,
  client: ClientOrigin,
  deps: OwnerConnectionDeps,
): Promise<Socket> {
  const { clock, connectMs, signal } = deps;
  const socket = open(owner, deps.membership);
  const abort = (): void => {
    socket.destroy();
  };
  socket.on('error', abort);
  const cancelLimit = clock.after(connectMs, () =>
    socket.destroy(new Error(`The node has not accepted within ${connectMs} ms.`)),
  );
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    const proof = prove(deps.membership, await readLine(socket, MAX_LINE_BYTES), client);
    if (proof.node !== owner.id) throw new Error('Another node is at that address.');
    socket.write(proof.line);
    proof.check(await readLine(socket, MAX_LINE_BYTES));
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    cancelLimit();
    signal.removeEventListener('abort', abort);
  }
}

function open({ host, port }: NodeAddress, { tls }: Membership): Socket {
  const options = { host, port, noDelay: true, keepAlive: true };
  const withInterval = { ...options, keepAliveInitialDelay: KEEP_ALIVE_MS };
  if (!tls) return connect({ ...withInterval, allowHalfOpen: true });
  // The certificate authority signs nodes of this cluster only, and a node may move to another address.
  const anyNode = { rejectUnauthorized: true, checkServerIdentity: () => undefined };
  return connectTls({ ...withInterval, ...tls, ...anyNode });
}
