// Waits for events of real sockets and processes, with limits that no working machine reaches.

/** Gives what `promise` gives; rejects, naming `what`, if it takes longer than `ms`. */
export async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  let giveUp: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    giveUp = setTimeout(() => reject(new Error(`Waited ${ms} ms for ${what}.`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(giveUp));
}

const LOOK_AGAIN_MS = 20;

/** Looks again and again until `look` gives something; rejects, naming `what`, after `ms`. */
export async function eventually<T>(
  ms: number,
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`Waited ${ms} ms for ${what}.`);
    await pause(LOOK_AGAIN_MS);
  }
}

/** Has something done at the end of a test, or at once if a test that failed is over already. */
export type Cleanup = (then: () => void) => void;

export function cleanups(t: { after(then: () => void): void }): Cleanup {
  const ends: (() => void)[] = [];
  let over = false;
  t.after(() => {
    over = true;
    for (const end of ends) end();
  });
  return (then) => {
    if (over) then();
    else ends.push(then);
  };
}

/** For a moment between two events, where the moment itself is what is tried. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Chance that is the same in every run. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
