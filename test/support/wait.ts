// Waits for events of real sockets and processes. One limit, which no working machine reaches, ends a wait
// for an event that never comes.

const LIMIT_MS = 300_000;
const POLL_MS = 20;

/** Gives what `promise` gives; rejects, naming `what`, if it takes longer than the limit. */
export async function within<T>(what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited ${LIMIT_MS} ms for ${what}.`)), LIMIT_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Polls until `look` gives something; rejects, naming `what`, after the limit. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const end = performance.now() + LIMIT_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`Waited ${LIMIT_MS} ms for ${what}.`);
    await pause(POLL_MS);
  }
}

/** A test that may be ended. */
export interface TestEnd {
  after(then: () => unknown): void;
}

const stacks = new WeakMap<TestEnd, AsyncDisposableStack>();

/**
 * Runs `end` when the test ends: what was added last first, and all of them even if some fail. With `t.after` the first
 * that fails would be the last that runs.
 */
export function atEnd(t: TestEnd, end: () => unknown): void {
  const known = stacks.get(t);
  const stack = known ?? new AsyncDisposableStack();
  stack.defer(async () => {
    await end();
  });
  if (known) return;
  stacks.set(t, stack);
  t.after(() => stack.disposeAsync());
}

/** Adds something to be done at the end of a test, or at once if the test is over already. */
export type Cleanup = (then: () => void) => void;

export function cleanups(t: TestEnd): Cleanup {
  const ends = new DisposableStack();
  t.after(() => ends.dispose());
  return (then) => {
    if (ends.disposed) then();
    else ends.defer(then);
  };
}

/** For a moment between two events, where the moment itself is what is tried. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
