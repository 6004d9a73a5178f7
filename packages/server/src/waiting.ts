// Waiting for what ends a gateway: for something to hold, and for what is done once.

import type { Clock } from './ports/clock.ts';

/** How often a shutdown looks whether all transactions have ended. */
const DRAIN_LOOK_MS = 50;

/** Waits until `done` holds, or for `limitMs`. */
export function untilTrue(
  done: () => boolean,
  { clock, limitMs }: { readonly clock: Clock; readonly limitMs: number },
): Promise<void> {
  const until = clock.now() + limitMs;
  return new Promise((resolve) => {
    const look = (): void => {
      if (done() || clock.now() >= until) resolve();
      else clock.after(DRAIN_LOOK_MS, look);
    };
    look();
  });
}

export function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
