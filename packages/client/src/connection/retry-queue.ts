// What has to be done however often it takes, lane by lane and in order: what fails is tried again
// after a pause. Knows no messages.

import type { Timing } from './timing.ts';

export interface RetryTask {
  /** Jobs of one lane run one after another; lanes do not wait for each other. */
  readonly key: string;
  /** A job like one that is not yet done is that job, and is not done twice. */
  readonly dedupeKey: string;
  /** It must come after all that came before it: only the last job of the lane can be that job. */
  readonly mustBeLast?: boolean;
  readonly run: () => Promise<void>;
  /** Told of each failure; without `retryInMs` it is given up. */
  readonly onFailure: (cause: unknown, retryInMs?: number) => void;
}

interface TaskSequence {
  end: Promise<void>;
  /** What is not yet done, in order, each by its `alike`. */
  readonly pending: string[];
  /** One job was given up: those behind it must not overtake it. */
  abandoned: boolean;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

export class RetryQueue {
  readonly #timing: Timing;
  readonly #sequences = new Map<string, TaskSequence>();
  readonly #retryNow = new Set<() => void>();
  #closed = false;

  constructor(timing: Timing) {
    this.#timing = timing;
  }

  add(job: RetryTask): void {
    const lane = this.#sequenceFor(job.key);
    const waits = job.mustBeLast
      ? lane.pending.at(-1) === job.dedupeKey
      : lane.pending.includes(job.dedupeKey);
    if (waits) return;
    lane.pending.push(job.dedupeKey);
    lane.end = lane.end.then(async () => {
      if (!lane.abandoned) lane.abandoned = !(await this.#runUntilDone(job));
      lane.pending.shift();
      if (lane.pending.length === 0) this.#sequences.delete(job.key);
    });
  }

  /** Fulfilled when all that now stands in a lane, or in any, is done or given up. */
  async drained(lane?: string): Promise<void> {
    if (lane !== undefined) await this.#sequences.get(lane)?.end;
    else await Promise.all([...this.#sequences.values()].map(({ end }) => end));
  }

  /** What fails from now on is given up; whatever waits for another try gets it at once. */
  close(): void {
    this.#closed = true;
    for (const wake of this.#retryNow) wake();
  }

  #sequenceFor(name: string): TaskSequence {
    const lane = this.#sequences.get(name) ?? {
      end: Promise.resolve(),
      pending: [],
      abandoned: false,
    };
    this.#sequences.set(name, lane);
    return lane;
  }

  async #runUntilDone(job: RetryTask): Promise<boolean> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        await job.run();
        return true;
      } catch (cause) {
        job.onFailure(cause, this.#closed ? undefined : pauseMs);
        if (this.#closed) return false;
      }
      await this.#pause(pauseMs);
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#retryNow.delete(wake);
        callOff();
        resolve();
      };
      const callOff = this.#timing.after(ms, wake);
      this.#retryNow.add(wake);
    });
  }
}
