// The kit as the scenarios use it: with a line that tells of every message and with less patience than
// a real till.

import { openSocket } from '../../../packages/client/src/socket-node.ts';

/** How many times as fast as a real till it looks again and connects again. */
const HURRY = 40;

/**
 * A clock on which only what `isLimit` tells lasts as long as it should. Chance stays away from the
 * values with which a pause before connecting again [C-11.22] would be exactly 15 or 30 s: it would
 * pass for a limit.
 */
export function hurried(isLimit: (ms: number) => boolean) {
  return {
    now: Date.now,
    random: () => 0.05 + 0.8 * Math.random(),
    after: (ms: number, then: () => void) => {
      const timer = setTimeout(then, isLimit(ms) ? ms : ms / HURRY);
      return () => clearTimeout(timer);
    },
  };
}

/** Opens sockets, telling `onText` of each text as it arrives, before the kit reads it. */
export function tapped(onText: (text: string) => void): typeof openSocket {
  return async (address, options) => {
    const channel = await openSocket(address, options);
    return {
      send: (text) => channel.send(text),
      close: (code, reason) => channel.close(code, reason),
      mark: (delivered) => channel.mark(delivered),
      listen: (ears) =>
        channel.listen({
          closed: (code, reason) => ears.closed(code, reason),
          text: (text) => {
            onText(text);
            ears.text(text);
          },
        }),
    };
  };
}
