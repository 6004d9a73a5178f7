// What has to be done however often it takes, lane by lane and in order: what fails is tried again
// after a pause. Knows no messages.

import type { Timing } from './timing.ts';

export interface Job {
  /** Jobs of one lane run one after another; lanes do not wait for each other. */
  readonly lane: string;
  /** A job like one that is not yet done is that job, and is not done twice. */
  readonly alike: string;
  /** It must come after all that came before it: only the last job of the lane can be that job. */
  readonly closing?: boolean;
  readonly run: () => Promise<void>;
  /** Told of each failure; without `retryInMs` it is given up. */
  readonly failed: (cause: unknown, retryInMs?: number) => void;
}

interface Lane {
  end: Promise<void>;
  /** What is not yet done, in order, each by its `alike`. */
  readonly open: string[];
  /** One job was given up: those behind it must not overtake it. */
  givenUp: boolean;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

export class Backlog {
  readonly #timing: Timing;
  readonly #lanes = new Map<string, Lane>();
  readonly #wake = new Set<() => void>();
  #closed = false;

  constructor(timing: Timing) {
    this.#timing = timing;
  }

  add(job: Job): void {
    const lane = this.#laneOf(job.lane);
    const waits = job.closing ? lane.open.at(-1) === job.alike : lane.open.includes(job.alike);
    if (waits) return;
    lane.open.push(job.alike);
    lane.end = lane.end.then(async () => {
      if (!lane.givenUp) lane.givenUp = !(await this.#untilDone(job));
      lane.open.shift();
      if (lane.open.length === 0) this.#lanes.delete(job.lane);
    });
  }

  /** Fulfilled when all that now stands in a lane, or in any, is done or given up. */
  async settled(lane?: string): Promise<void> {
    if (lane !== undefined) await this.#lanes.get(lane)?.end;
    else await Promise.all([...this.#lanes.values()].map(({ end }) => end));
  }

  /** What fails from now on is given up; whatever waits for another try gets it at once. */
  close(): void {
    this.#closed = true;
    for (const wake of this.#wake) wake();
  }

  #laneOf(name: string): Lane {
    const lane = this.#lanes.get(name) ?? {
      end: Promise.resolve(),
      open: [],
      givenUp: false,
    };
    this.#lanes.set(name, lane);
    return lane;
  }

  async #untilDone(job: Job): Promise<boolean> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        await job.run();
        return true;
      } catch (cause) {
        job.failed(cause, this.#closed ? undefined : pauseMs);
        if (this.#closed) return false;
      }
      await this.#pause(pauseMs);
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#wake.delete(wake);
        callOff();
        resolve();
      };
      const callOff = this.#timing.after(ms, wake);
      this.#wake.add(wake);
    });
  }
}
