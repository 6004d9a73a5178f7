// Joins the socket of a client and one to another node, byte for byte: what one end sends, the other gets, with
// back-pressure, so that no more waits in between than the buffers of the two sockets hold.

import type { Socket } from 'node:net';
import type { Cancel, Clock } from '../../../ports/clock.ts';
import type { Pipe } from './pipes.ts';

export interface JoinDeps {
  readonly clock: Clock;
  /** From the end of one side to the end of the other, in ms; then both are cut. */
  readonly lingerMs: number;
  /** Both sockets have closed. */
  readonly onClosed: () => void;
}

/**
 * The end of one direction is passed on as such (a FIN for a FIN), an error cuts both. A side that does not
 * end within `lingerMs` of the other is cut, since WebSockets and refusals need no half-open connection.
 */
export function joinSockets(client: Socket, owner: Socket, deps: JoinDeps): Pipe {
  let cancelLinger: Cancel | undefined;
  const open = new Set([client, owner]);
  const cut = (): void => {
    for (const socket of open) socket.destroy();
  };
  const linger = (): void => {
    cancelLinger ??= deps.clock.after(deps.lingerMs, cut);
  };
  const closed = (socket: Socket, other: Socket): void => {
    open.delete(socket);
    if (!socket.readableEnded) other.destroy();
    if (open.size > 0) {
      linger();
      // Nobody gets what the other still sends; its end is only seen if it is read.
      other.unpipe(socket).resume();
      return;
    }
    cancelLinger?.();
    deps.onClosed();
  };
  const follow = (socket: Socket, other: Socket): void => {
    socket.on('error', cut);
    if (socket.readableEnded) linger();
    else socket.once('end', linger);
    socket.once('close', () => closed(socket, other));
    socket.pipe(other);
  };
  follow(client, owner);
  follow(owner, client);
  return {
    get bufferedBytes() {
      return bytesIn(client) + bytesIn(owner);
    },
    close: cut,
  };
}

function bytesIn({ readableLength, writableLength }: Socket): number {
  return readableLength + writableLength;
}
