// A proxy between till and gateway that simulates a network cable: unplug it to test how a till handles a
// dropped connection. It forwards bytes, and works with plain ws only, because TLS detects it.

import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

export interface TcpProxy {
  /** The address to use in place of the gateway's. */
  readonly address: string;
  /** Drops all connections and refuses new ones until `reconnect`. */
  readonly disconnect: () => void;
  readonly reconnect: () => void;
  readonly close: () => void;
}

export async function startTcpProxy(address: string): Promise<TcpProxy> {
  const gateway = new URL(address);
  const open = new Set<Socket>();
  let accepting = true;
  const server = createServer((till) => {
    if (!accepting) {
      till.destroy();
      return;
    }
    const upstream = connect(Number(gateway.port || 80), gateway.hostname);
    for (const [from, to] of [[till, upstream] as const, [upstream, till] as const]) {
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
  const local = new URL(address);
  local.hostname = '127.0.0.1';
  local.port = String((server.address() as AddressInfo).port);
  const disconnect = () => {
    accepting = false;
    for (const socket of open) socket.destroy();
  };
  return {
    address: local.href,
    disconnect,
    reconnect: () => {
      accepting = true;
    },
    close: () => {
      disconnect();
      server.close();
    },
  };
}
