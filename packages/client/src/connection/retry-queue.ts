// Tasks that have to succeed however often they are tried: those of one key in order, one after another;
// what fails is tried again after a pause. Used for bookings at the table and the orders of card machines.

import type { Timing } from './timing.ts';
import { pauseAfterMs } from './timing.ts';

export interface RetryTask {
  /** Tasks of one key run one after another; keys do not wait for each other. */
  readonly key: string;
  /** A task with the `dedupeKey` of one that is not done yet is that task, and is not run twice. */
  readonly dedupeKey: string;
  /** It must run after all that came before it: only the last task of the key can be the same. */
  readonly mustBeLast?: boolean;
  readonly run: () => Promise<void>;
  /** Called at each failure; without `retryInMs` there is no further try. */
  readonly onFailure: (cause: unknown, retryInMs?: number) => void;
}

interface TaskSequence {
  end: Promise<void>;
  /** The tasks that are not done yet, in order, each by its `dedupeKey`. */
  readonly pending: string[];
  /** One task was given up: those behind it must not overtake it. */
  failed: boolean;
}

export class RetryQueue {
  readonly #timing: Timing;
  readonly #sequences = new Map<string, TaskSequence>();
  readonly #retryNow = new Set<() => void>();
  #closed = false;

  constructor(timing: Timing) {
    this.#timing = timing;
  }

  add(task: RetryTask): void {
    const sequence = this.#sequenceFor(task.key);
    const waits = task.mustBeLast
      ? sequence.pending.at(-1) === task.dedupeKey
      : sequence.pending.includes(task.dedupeKey);
    if (waits) return;
    sequence.pending.push(task.dedupeKey);
    sequence.end = sequence.end.then(async () => {
      if (!sequence.failed) sequence.failed = !(await this.#runUntilDone(task));
      sequence.pending.shift();
      if (sequence.pending.length === 0) this.#sequences.delete(task.key);
    });
  }

  /** Fulfilled when all tasks added so far, of one key or of all, are done or given up. */
  async drained(key?: string): Promise<void> {
    if (key !== undefined) await this.#sequences.get(key)?.end;
    else await Promise.all([...this.#sequences.values()].map(({ end }) => end));
  }

  /** What fails from now on is given up; whatever waits for another try gets it at once. */
  close(): void {
    this.#closed = true;
    for (const wake of this.#retryNow) wake();
  }

  #sequenceFor(name: string): TaskSequence {
    const sequence = this.#sequences.get(name) ?? {
      end: Promise.resolve(),
      pending: [],
      failed: false,
    };
    this.#sequences.set(name, sequence);
    return sequence;
  }

  async #runUntilDone(task: RetryTask): Promise<boolean> {
    for (let failures = 0; ; failures += 1) {
      const pauseMs = pauseAfterMs(failures);
      try {
        await task.run();
        return true;
      } catch (cause) {
        task.onFailure(cause, this.#closed ? undefined : pauseMs);
        if (this.#closed) return false;
      }
      await this.#pause(pauseMs);
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#retryNow.delete(wake);
        cancel();
        resolve();
      };
      const cancel = this.#timing.after(ms, wake);
      this.#retryNow.add(wake);
    });
  }
}
