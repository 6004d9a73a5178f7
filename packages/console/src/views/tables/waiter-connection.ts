// The waiter's connection to the gateway: one request at a time, and notifications of what the card machine
// shows meanwhile [C-10.13].

import { openSocket } from '@tillgate/client';
import type { Channel, WaiterAnswer, WaiterRequest } from '@tillgate/protocol';
import { CloseCode, ErrorResponse, Peer, refuse, waiterMethods } from '@tillgate/protocol';
import { waiterConnectionName } from '../../socket/connection-name.ts';
import type { GatewayAddress } from '../../socket/gateway-address.ts';
import { originOf } from '../../socket/gateway-address.ts';
import { recordFrames } from '../../socket/recorded-socket.ts';

/** Longest wait for the handshake [C-11.20]. */
const CONNECT_LIMIT_MS = 15_000;

interface WaiterListener {
  readonly onNotification: (value: string) => void;
  readonly onClosed: () => void;
}

/** Nothing was done; its message is for the waiter. */
export class WaiterRefusal extends Error {}

export class WaiterConnection {
  readonly #peer: Peer;

  constructor(channel: Channel, listener: WaiterListener) {
    this.#peer = new Peer(channel, {
      onRequest: ({ message }) => {
        throw refuse('unknownMethod', { method: message.method });
      },
      onNotification: ({ params }) => {
        const { notificationValue } = Object(params) as { notificationValue?: unknown };
        if (typeof notificationValue === 'string') listener.onNotification(notificationValue);
      },
      onClosed: listener.onClosed,
    });
  }

  /** Rejects with `WaiterRefusal` if nothing was done; with any other error it is not known what was done. */
  async request(method: WaiterRequest['kind'], params: object = {}): Promise<WaiterAnswer> {
    try {
      const result = await this.#peer.request(method, params);
      const faults = waiterMethods[method]?.result.violations(result) ?? [];
      if (faults.length === 0) return result as WaiterAnswer;
    } catch (cause) {
      if (!(cause instanceof ErrorResponse)) throw new Error('The line broke.', { cause });
      throw new WaiterRefusal(cause.error.data?.userMessage ?? cause.error.message, { cause });
    }
    throw new Error('The answer could not be read.');
  }

  close(): void {
    this.#peer.close(CloseCode.normal, '');
  }
}

let taken = 0;

/** Takes the card machine up. Rejects with what the SDK says of a handshake that failed. */
export async function openWaiterConnection(
  parts: GatewayAddress,
  tid: string,
  listener: WaiterListener,
): Promise<WaiterConnection> {
  const query = new URLSearchParams({ token: parts.token, tid });
  const signal = AbortSignal.timeout(CONNECT_LIMIT_MS);
  taken += 1;
  const open = recordFrames(openSocket, waiterConnectionName(parts, `waiter-${taken}`, tid));
  return new WaiterConnection(
    await open(`${originOf(parts.host)}/waiter?${query}`, { signal }),
    listener,
  );
}
