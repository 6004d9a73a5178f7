// What one card machine is busy with: every command enters the same decide, what follows is
// journalled, and each event is handed on when it is safe, in order. Knows neither tills nor machines.

import type { Beginning, Work, WorkCommand, WorkEvent } from '../../domain/activity.ts';
import {
  deadlineOf,
  decideWork,
  evolveWork,
  isFleeting,
  isSettled,
  isUnderWay,
} from '../../domain/activity.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';
import { Alarm } from './deadline-timer.ts';
import type { LoadedChapter } from './journal.ts';
import { Journal } from './journal.ts';

export interface BookWorld {
  readonly store: Store;
  readonly clock: Clock;
  /** Local time of the site now, as payments carry it. */
  readonly localTime: () => string;
  readonly journalFailed: (cause: unknown) => void;
}

/** An event of the work in hand, and the state after it. */
export interface Turn {
  readonly chapter: number;
  readonly event: WorkEvent;
  readonly work: Work;
}

/** Does what a turn asks for, once it is safe. */
export type Act = (turn: Turn) => void;

interface WaitingTurn extends Turn {
  safe: boolean;
}

export class WorkBook {
  /** Such as `shop1/12345678`. */
  readonly stream: string;
  readonly #world: BookWorld;
  readonly #journal: Journal;
  readonly #alarm: Alarm;
  readonly #act: Act;
  readonly #turns: WaitingTurn[] = [];
  /** Chapters before the one in hand that still wait for a delivery. */
  readonly #earlier = new Map<number, Work>();
  #work: Work | undefined;
  #chapter = 0;

  constructor(stream: string, world: BookWorld, act: Act) {
    this.stream = stream;
    this.#world = world;
    this.#journal = new Journal(stream, world, world.journalFailed);
    this.#alarm = new Alarm(world.clock);
    this.#act = act;
  }

  /** Reads the last work from the journal. */
  async load(): Promise<LoadedChapter | undefined> {
    const loaded = await this.#journal.load();
    this.#work = loaded?.work;
    this.#chapter = loaded?.chapter ?? 0;
    return loaded;
  }

  /** An earlier chapter, as the journal has it. */
  earlier(chapter: number): Promise<LoadedChapter | undefined> {
    return this.#journal.chapter(chapter);
  }

  /** Commands to an earlier chapter that still waits for a delivery are heard from now on. */
  remember({ chapter, work }: LoadedChapter): void {
    if (chapter !== this.#chapter && !isSettled(work)) this.#earlier.set(chapter, work);
  }

  /** The work in hand, or the last one. */
  get work(): Work | undefined {
    return this.#work;
  }

  get chapter(): number {
    return this.#chapter;
  }

  /** Whether anything is still on its way to the journal, or something is under way. */
  get isBusy(): boolean {
    return this.#turns.length > 0 || (this.#work !== undefined && isUnderWay(this.#work));
  }

  /** Begins a chapter; the promise is rejected, and all is as before, if it cannot be written. */
  begin(make: (id: string, at: number) => Beginning): {
    readonly chapter: number;
    readonly safe: Promise<void>;
  } {
    const before = { work: this.#work, chapter: this.#chapter };
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const chapter = this.#journal.nextChapter;
    this.#chapter = chapter;
    this.#work = undefined;
    if (before.work) this.remember({ chapter: before.chapter, work: before.work });
    const beginning = make(`${this.stream}/${chapter}`, this.#world.clock.now());
    this.#happen(beginning, (error) => {
      if (error === undefined) return resolve();
      this.#turns.length = 0;
      this.#earlier.delete(before.chapter);
      this.#work = before.work;
      this.#chapter = before.chapter;
      this.#wind();
      reject(error);
    });
    return { chapter, safe: promise };
  }

  /** Whether it changed anything. */
  command(command: WorkCommand): boolean {
    if (!this.#work) return false;
    const events = decideWork(this.#work, command, this.#world.clock.now());
    for (const event of events) this.#happen(event);
    return events.length > 0;
  }

  /** A command to a chapter, perhaps an earlier one: something of it was delivered. */
  commandTo(chapter: number, command: WorkCommand): void {
    if (chapter === this.#chapter) {
      this.command(command);
      return;
    }
    const work = this.#earlier.get(chapter);
    const at = this.#world.clock.now();
    if (work) {
      for (const event of decideWork(work, command, at)) this.#happenEarlier(chapter, event);
    } else if (command.command === 'markDelivered') {
      // Needed nothing more, but it is good to know.
      const event: WorkEvent = { event: 'delivered', at };
      this.#journal.tell({ chapter, event, fleeting: false, settled: true });
    }
  }

  /** Nobody fetched the result in time. */
  forget(chapter: number): Promise<void> {
    this.#earlier.delete(chapter);
    return this.#journal.forget(chapter);
  }

  close(): void {
    this.#alarm.stop();
  }

  #happenEarlier(chapter: number, event: WorkEvent): void {
    const work = evolveWork(this.#earlier.get(chapter), event);
    const settled = isSettled(work);
    if (settled) this.#earlier.delete(chapter);
    else this.#earlier.set(chapter, work);
    this.#journal.tell({ chapter, event, fleeting: false, settled });
  }

  /** State first, then journal, then deeds. */
  #happen(event: WorkEvent, safe?: (error?: unknown) => void): void {
    const before = this.#work;
    const work = evolveWork(before, event);
    this.#work = work;
    const fleeting = isFleeting(event);
    const turn = { chapter: this.#chapter, event, work, safe: fleeting };
    this.#turns.push(turn);
    const settled = isSettled(work) && !(before && isSettled(before));
    const told = { chapter: this.#chapter, event, fleeting, settled };
    this.#wind();
    if (fleeting) {
      this.#journal.tell(told);
      this.#actOnSafe();
      return;
    }
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
      this.#act(turn);
    }
  }

  /** Time itself may be the next to speak. */
  #wind(): void {
    const next = this.#work && deadlineOf(this.#work);
    this.#alarm.set(next?.at, () => {
      if (!next) return;
      const { command } = next;
      if (command !== 'reachLimit') this.command({ command });
      else this.command({ command, localTime: this.#world.localTime() });
    });
  }
}
