// Options of the SDK for scenarios: sockets that report every message, and timers that run faster than a
// real till's.

import { openSocket } from '../../../packages/client/src/connection/socket-node.ts';

/** How many times as fast as a real till it polls and reconnects. */
const HURRY = 40;

/**
 * How many times as long as a real till it waits for what must come: a machine with many tests at once is
 * slower than any that takes payments.
 */
const PATIENCE = 20;

/**
 * Timing on which the delays that `isLimit` selects are longer and all others shorter. `random` avoids the values with
 * which a pause before reconnecting [C-11.22] would be exactly 15 or 30 s and be taken for a limit.
 */
export function acceleratedTiming(isLimit: (ms: number) => boolean) {
  return {
    now: Date.now,
    random: () => 0.05 + 0.8 * Math.random(),
    after: (ms: number, then: () => void) => {
      const timer = setTimeout(then, isLimit(ms) ? ms * PATIENCE : ms / HURRY);
      return () => clearTimeout(timer);
    },
  };
}

/** Opens sockets and calls `onText` with each text that arrives, before the SDK reads it. */
export function openIntercepted(onText: (text: string) => void): typeof openSocket {
  return async (address, options) => {
    const channel = await openSocket(address, options);
    return {
      send: (text) => channel.send(text),
      close: (code, reason) => channel.close(code, reason),
      confirmDelivery: (delivered) => channel.confirmDelivery(delivered),
      listen: (ears) =>
        channel.listen({
          onClosed: (code, reason) => ears.onClosed(code, reason),
          onMessage: (text) => {
            onText(text);
            ears.onMessage(text);
          },
        }),
    };
  };
}
