// A proxy between till and gateway that simulates a network cable: unplug it to test how a till handles a
// dropped connection. It forwards bytes, and works with plain ws only, because TLS detects it.

import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

export interface Cable {
  /** The address to use in place of the gateway's. */
  readonly address: string;
  /** Drops all connections and refuses new ones until `plugIn`. */
  readonly pull: () => void;
  readonly plugIn: () => void;
  readonly close: () => void;
}

export async function cableTo(address: string): Promise<Cable> {
  const gateway = new URL(address);
  const open = new Set<Socket>();
  let plugged = true;
  const server = createServer((till) => {
    if (!plugged) {
      till.destroy();
      return;
    }
    const onwards = connect(Number(gateway.port || 80), gateway.hostname);
    for (const [from, to] of [[till, onwards] as const, [onwards, till] as const]) {
      open.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const here = new URL(address);
  here.hostname = '127.0.0.1';
  here.port = String((server.address() as AddressInfo).port);
  const pull = () => {
    plugged = false;
    for (const socket of open) socket.destroy();
  };
  return {
    address: here.href,
    pull,
    plugIn: () => {
      plugged = true;
    },
    close: () => {
      pull();
      server.close();
    },
  };
}
