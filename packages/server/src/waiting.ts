// Helpers for shutting down: poll for a condition, and run work once however often it is asked for.

import type { Clock } from './ports/clock.ts';

/** Interval of the check whether all transactions have ended. */
const DRAIN_POLL_MS = 50;

/** Resolves when `done` returns true, or after `limitMs`. */
export function untilTrue(
  done: () => boolean,
  { clock, limitMs }: { readonly clock: Clock; readonly limitMs: number },
): Promise<void> {
  const until = clock.now() + limitMs;
  return new Promise((resolve) => {
    const check = (): void => {
      if (done() || clock.now() >= until) resolve();
      else clock.after(DRAIN_POLL_MS, check);
    };
    check();
  });
}

/** Returns a function that runs `work` on its first call; every call returns the same promise. */
export function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
