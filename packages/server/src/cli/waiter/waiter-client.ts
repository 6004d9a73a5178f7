// The waiter's connection to a gateway: one request at a time, and what the card machine shows meanwhile.

import { BadAnswer, ConnectionLost, openSocket, TillError } from '@tillgate/client';
import type { Channel, NotificationValue, WaiterAnswer, WaiterRequest } from '@tillgate/protocol';
import { CloseCode, ErrorResponse, Peer, refuse, waiterMethods } from '@tillgate/protocol';
import type { WaiterValues } from './waiter-options.ts';
import { waiterUri } from './waiter-options.ts';

/** Longest wait for the handshake [C-11.20]. */
const CONNECT_LIMIT_MS = 15_000;

/** Connects, runs `work`, and closes whatever happens: a table that is open is then left. */
export async function withWaiter<T>(
  values: WaiterValues,
  work: (waiter: WaiterClient) => Promise<T>,
): Promise<T> {
  const channel = await openSocket(waiterUri(values), {
    signal: AbortSignal.timeout(CONNECT_LIMIT_MS),
    tls: { rejectUnauthorized: !values.insecure },
  });
  const waiter = new WaiterClient(channel);
  try {
    return await work(waiter);
  } finally {
    waiter.close();
  }
}

export class WaiterClient {
  readonly #peer: Peer;
  #onProgress: (value: NotificationValue) => void = () => undefined;

  constructor(channel: Channel) {
    this.#peer = new Peer(channel, {
      onRequest: ({ message }) => {
        throw refuse('unknownMethod', { method: message.method });
      },
      onNotification: ({ params }) => {
        const { notificationValue } = Object(params) as Record<string, NotificationValue>;
        if (notificationValue !== undefined) this.#onProgress(notificationValue);
      },
    });
  }

  /** `show` gets what the card machine shows from now on. */
  onProgress(show: (value: NotificationValue) => void): void {
    this.#onProgress = show;
  }

  /** Rejects with `TillError` (nothing was done), `ConnectionLost` or `BadAnswer`. */
  async ask(method: WaiterRequest['kind'], params: object = {}): Promise<WaiterAnswer> {
    const result = await this.#peer.request(method, params).catch((cause: unknown) => {
      throw cause instanceof ErrorResponse
        ? new TillError(method, cause.error)
        : new ConnectionLost(method);
    });
    const faults = waiterMethods[method]?.result.violations(result) ?? [];
    if (faults.length > 0) throw new BadAnswer(method, faults);
    return result as WaiterAnswer;
  }

  close(): void {
    this.#peer.close(CloseCode.normal, '');
  }
}
