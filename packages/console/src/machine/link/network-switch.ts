// The machine's network cable, to be pulled and put back by hand: while it is out nothing leaves and
// nothing comes, and a line that was open is gone.

import { effect } from '@preact/signals';
import type { OpenSocket } from '@tillgate/client';
import { openSocket } from '@tillgate/client';
import { offNetwork } from '../state.ts';

/** Opens a line as soon as the cable is in, or gives up as the caller does. */
export const openByCable: OpenSocket = async (uri, options) => {
  await pluggedIn(options.signal);
  const channel = await openSocket(uri, options);
  const stop = effect(() => {
    if (offNetwork.value) channel.close(1000, '');
  });
  return {
    send: (text) => {
      if (!offNetwork.value) channel.send(text);
    },
    close: (code, reason) => channel.close(code, reason),
    confirmDelivery: (delivered) => channel.confirmDelivery(delivered),
    listen: (ears) =>
      channel.listen({
        onMessage: (text) => {
          if (!offNetwork.value) ears.onMessage(text);
        },
        onClosed: (code, reason) => {
          stop();
          ears.onClosed(code, reason);
        },
      }),
  };
};

async function pluggedIn(signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stop = effect(() => {
    if (!offNetwork.value) resolve();
  });
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  await promise.finally(stop);
}
