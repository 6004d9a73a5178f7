// Records what goes over a line of this page, a till's or a waiter's: wraps the SDK's way to open one,
// so that raw lines and the SDK alike leave every frame in the one history.

import type { OpenSocket } from '@tillgate/client';
import type { Channel, ChannelListener } from '@tillgate/protocol';
import type { LineName } from '../frames/frame.ts';
import { pageFrames } from '../frames/store.ts';
import { whyClosed } from './explanation.ts';

/** As `open`, for lines of this name. */
export function recorded(open: OpenSocket, line: LineName): OpenSocket {
  return async (uri, options) => {
    const channel = await open(uri, options);
    pageFrames.record({ line, direction: 'line', text: 'Connected.' });
    return new RecordedChannel(channel, line);
  };
}

class RecordedChannel implements Channel {
  readonly #channel: Channel;
  readonly #line: LineName;

  constructor(channel: Channel, line: LineName) {
    this.#channel = channel;
    this.#line = line;
  }

  send(text: string): void {
    this.#channel.send(text);
    pageFrames.record({ line: this.#line, direction: 'sent', text });
  }

  close(code: number, reason: string): void {
    this.#channel.close(code, reason);
  }

  confirmDelivery(delivered: () => void): void {
    this.#channel.confirmDelivery(delivered);
  }

  listen(ears: ChannelListener): void {
    const line = this.#line;
    this.#channel.listen({
      onMessage: (text) => {
        pageFrames.record({ line, direction: 'received', text });
        ears.onMessage(text);
      },
      onClosed: (code, reason) => {
        const { happened } = whyClosed(code, reason);
        pageFrames.record({ line, direction: 'line', text: `${happened} (${code})` });
        pageFrames.ended(line);
        ears.onClosed(code, reason);
      },
    });
  }
}
