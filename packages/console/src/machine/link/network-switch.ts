// The network of the machine, which the faults panel switches off and on: while it is off nothing is sent or received,
// and an open connection closes.

import type { Signal } from '@preact/signals';
import { effect, signal } from '@preact/signals';
import type { OpenSocket } from '@tillgate/client';
import { openSocket } from '@tillgate/client';
import { CloseCode } from '@tillgate/protocol';

export interface NetworkSwitch {
  readonly isOff: Signal<boolean>;
  /** Opens a connection as soon as the network is on; rejects when the caller aborts. */
  readonly open: OpenSocket;
}

export function createNetworkSwitch(): NetworkSwitch {
  const isOff = signal(false);
  const open: OpenSocket = async (uri, options) => {
    await whenOn(isOff, options.signal);
    const channel = await openSocket(uri, options);
    const cancel = effect(() => {
      if (isOff.value) channel.close(CloseCode.normal, '');
    });
    return {
      send: (text) => {
        if (!isOff.value) channel.send(text);
      },
      close: (code, reason) => channel.close(code, reason),
      confirmDelivery: (delivered) => channel.confirmDelivery(delivered),
      listen: (listener) =>
        channel.listen({
          onMessage: (text) => {
            if (!isOff.value) listener.onMessage(text);
          },
          onClosed: (code, reason) => {
            cancel();
            listener.onClosed(code, reason);
          },
        }),
    };
  };
  return { isOff, open };
}

async function whenOn(isOff: Signal<boolean>, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const cancel = effect(() => {
    if (!isOff.value) resolve();
  });
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  await promise.finally(cancel);
}
