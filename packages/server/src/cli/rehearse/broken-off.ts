// How a rehearsal ends before everything is played: somebody interrupts it, its terminal goes away, or the gateway is
// lost. Whatever it waits for then ends.

import { onHangup, onInterrupt } from '../signals.ts';

/** Why the rehearsal ended, as a sentence. */
export class BrokenOff extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'BrokenOff';
  }
}

/** Why the rehearsal cannot go on: whatever it stumbles over ends it with its reports. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** An interruption by Ctrl-C, SIGTERM or the end of the terminal aborts `ending` with `BrokenOff`; returns a function that unsubscribes. */
export function breakOffOnSignals(ending: AbortController): () => void {
  const end = (): void => ending.abort(new BrokenOff('The rehearsal was interrupted.'));
  const stopInterrupt = onInterrupt(end);
  const stopHangup = onHangup({ onTerminalGone: end, onSignal: end });
  return () => {
    stopInterrupt();
    stopHangup();
  };
}

/** Settles as `work` does, or rejects with the reason of `ending` as soon as that is aborted. */
export async function unlessEnded<T>(ending: AbortSignal, work: Promise<T>): Promise<T> {
  const ended = Promise.withResolvers<never>();
  const end = (): void => ended.reject(ending.reason);
  if (ending.aborted) end();
  ending.addEventListener('abort', end);
  try {
    return await Promise.race([work, ended.promise]);
  } finally {
    ending.removeEventListener('abort', end);
  }
}
