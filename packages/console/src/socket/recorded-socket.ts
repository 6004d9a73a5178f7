// Records the frames of the connections of this page, of tills and of waiters: wraps the function that opens a socket,
// so that the frames of raw connections and of the SDK are in one history.

import type { OpenSocket } from '@tillgate/client';
import type { Channel, ChannelListener } from '@tillgate/protocol';
import type { ConnectionName } from '../frames/frame.ts';
import { CONNECTED } from '../frames/frame.ts';
import { pageFrames } from '../frames/store.ts';
import { explainClose } from './explanation.ts';

/** Returns `open` with all frames recorded under the name of the connection. */
export function recordFrames(open: OpenSocket, connection: ConnectionName): OpenSocket {
  return async (uri, options) => {
    const channel = await open(uri, options);
    pageFrames.record({ connection, direction: 'line', text: CONNECTED });
    return new RecordedChannel(channel, connection);
  };
}

class RecordedChannel implements Channel {
  readonly #channel: Channel;
  readonly #connection: ConnectionName;

  constructor(channel: Channel, connection: ConnectionName) {
    this.#channel = channel;
    this.#connection = connection;
  }

  send(text: string): void {
    this.#channel.send(text);
    pageFrames.record({ connection: this.#connection, direction: 'sent', text });
  }

  close(code: number, reason: string): void {
    this.#channel.close(code, reason);
  }

  confirmDelivery(delivered: () => void): void {
    this.#channel.confirmDelivery(delivered);
  }

  listen(ears: ChannelListener): void {
    const connection = this.#connection;
    this.#channel.listen({
      onMessage: (text) => {
        pageFrames.record({ connection, direction: 'received', text });
        ears.onMessage(text);
      },
      onClosed: (code, reason) => {
        const { happened } = explainClose(code, reason);
        pageFrames.record({ connection, direction: 'line', text: `${happened} (${code})` });
        pageFrames.connectionClosed(connection);
        ears.onClosed(code, reason);
      },
    });
  }
}
