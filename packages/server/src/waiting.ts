// Helpers for work that takes a while: poll for a condition, run work once however often it is asked for, and go through
// many things, some of them at once.

import type { Clock } from './ports/clock.ts';

/** Interval of the check whether all transactions have ended. */
const DRAIN_POLL_MS = 50;
/** Sites that are opened at once in the background. */
export const SITES_AT_ONCE = 20;

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

/**
 * Does `work` for each, for a page of them at once, so that what they ask a database for is sent together. Rejects if the
 * list or one of them fails.
 */
export async function forEachInPages<T>(
  list: AsyncIterable<T> | Iterable<T>,
  pageSize: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let page: T[] = [];
  for await (const item of list) {
    page.push(item);
    if (page.length < pageSize) continue;
    await Promise.all(page.map(work));
    page = [];
  }
  await Promise.all(page.map(work));
}
