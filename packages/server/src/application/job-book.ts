// The job in hand at one card machine: every command enters the same decide, what follows is
// journalled, and each event is handed on when it is safe, in order. Knows neither tills nor machines.

import type { JobCommand } from '../domain/decide.ts';
import { decide } from '../domain/decide.ts';
import type { Job, JobEvent } from '../domain/job.ts';
import { evolve, isFleeting, isSettled } from '../domain/job.ts';
import { deadline } from '../domain/tell.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import { Alarm } from './alarm.ts';
import type { LoadedChapter } from './journal.ts';
import { Journal } from './journal.ts';

export interface BookWorld {
  readonly store: Store;
  readonly clock: Clock;
  /** Local time of the site now, as payments carry it. */
  readonly localTime: () => string;
  readonly journalFailed: (cause: unknown) => void;
}

/** What an event asks to be done, once it is safe; `job` is the state after it. */
export type Act = (event: JobEvent, job: Job) => void;

type Started = Omit<JobEvent & { event: 'started' }, 'at' | 'event' | 'order'> & {
  readonly order: (id: string) => (JobEvent & { event: 'started' })['order'];
};

interface Turn {
  readonly event: JobEvent;
  readonly job: Job;
  safe: boolean;
}

export class JobBook {
  readonly #stream: string;
  readonly #world: BookWorld;
  readonly #journal: Journal;
  readonly #alarm: Alarm;
  readonly #act: Act;
  readonly #turns: Turn[] = [];
  #job: Job | undefined;
  #chapter = 0;

  constructor(stream: string, world: BookWorld, act: Act) {
    this.#stream = stream;
    this.#world = world;
    this.#journal = new Journal(stream, world, world.journalFailed);
    this.#alarm = new Alarm(world.clock);
    this.#act = act;
  }

  /** Reads the last job from the journal. */
  async load(): Promise<LoadedChapter | undefined> {
    const loaded = await this.#journal.load();
    this.#job = loaded?.job;
    this.#chapter = loaded?.chapter ?? 0;
    return loaded;
  }

  /** An earlier job, as the journal has it. */
  earlier(chapter: number): Promise<LoadedChapter | undefined> {
    return this.#journal.chapter(chapter);
  }

  /** The job in hand, or the last one. */
  get job(): Job | undefined {
    return this.#job;
  }

  get chapter(): number {
    return this.#chapter;
  }

  /** Whether anything is still on its way to the journal, or a job is open. */
  get isBusy(): boolean {
    return this.#job?.phase === 'open' || this.#turns.length > 0;
  }

  /** Begins a job; the promise is rejected, and all is as before, if the journal cannot take it. */
  begin(started: Started): { readonly chapter: number; readonly safe: Promise<void> } {
    const before = { job: this.#job, chapter: this.#chapter };
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const chapter = this.#journal.nextChapter;
    const order = started.order(`${this.#stream}/${chapter}`);
    this.#chapter = chapter;
    this.#job = undefined;
    this.#happen({ event: 'started', at: this.#world.clock.now(), ...started, order }, (error) => {
      if (error === undefined) return resolve();
      this.#turns.length = 0;
      this.#job = before.job;
      this.#chapter = before.chapter;
      this.#wind();
      reject(error);
    });
    return { chapter, safe: promise };
  }

  command(command: JobCommand): void {
    if (!this.#job) return;
    const events = decide(this.#job, command, this.#world.clock.now());
    for (const event of events) this.#happen(event);
  }

  /** The till holds the result of a job, perhaps an earlier one. */
  delivered(chapter: number): void {
    if (chapter === this.#chapter) {
      this.command({ command: 'markDelivered' });
      return;
    }
    const event: JobEvent = { event: 'delivered', at: this.#world.clock.now() };
    this.#journal.tell({ chapter, event, fleeting: false, settled: true });
  }

  /** Nobody fetched the result in time. */
  forget(chapter: number): Promise<void> {
    return this.#journal.forget(chapter);
  }

  close(): void {
    this.#alarm.stop();
  }

  /** State first, then journal, then deeds. */
  #happen(event: JobEvent, safe?: (error?: unknown) => void): void {
    const before = this.#job;
    const job = evolve(before, event);
    this.#job = job;
    const fleeting = isFleeting(event);
    const turn: Turn = { event, job, safe: fleeting };
    this.#turns.push(turn);
    const settled = isSettled(job) && !(before && isSettled(before));
    const told = { chapter: this.#chapter, event, fleeting, settled };
    if (fleeting) {
      this.#journal.tell(told);
      this.#actOnSafe();
      return;
    }
    this.#wind();
    this.#journal.tell({
      ...told,
      safe: (error) => {
        turn.safe = true;
        safe?.(error);
        if (error === undefined) this.#actOnSafe();
      },
    });
  }

  /** Acts on every turn that is safe, never overtaking one that is not. */
  #actOnSafe(): void {
    for (let turn = this.#turns[0]; turn?.safe; turn = this.#turns[0]) {
      this.#turns.shift();
      this.#act(turn.event, turn.job);
    }
  }

  /** Time itself may be the next to speak. */
  #wind(): void {
    const next = this.#job && deadline(this.#job);
    this.#alarm.set(next?.at, () => {
      if (next?.command === 'expireSignature') this.command({ command: 'expireSignature' });
      else this.command({ command: 'reachLimit', localTime: this.#world.localTime() });
    });
  }
}
