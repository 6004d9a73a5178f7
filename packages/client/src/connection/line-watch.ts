// Notices a dead connection where pings are hidden, as in a browser: asks something harmless after silence and
// when the page wakes, and reports the connection as dead if nothing comes.

import type { Timing } from './timing.ts';
import { onWake } from './wake.ts';

/** Between two looks at the clock. */
const TICK_MS = 5_000;
/** A tick so much too early or too late means that the computer slept, or that its clock was set. */
const JUMP_MS = 5_000;
/** Ticks without a message before the probe, and for its answer: 35 s in all. */
const SILENT_TICKS = 4;
const ANSWER_TICKS = 3;
/** The same after an awakening, when most dead connections are found. */
const WAKE_ANSWER_TICKS = 1;
/** A background tab ticks so seldom that each tick is a jump: the connection is dead after so many probes. */
const MAX_UNANSWERED = 2;

export interface LineWatchDeps {
  readonly timing: Timing;
  /** Sends what the other end answers at once. */
  readonly probe: () => void;
  /** Called once; nothing else is called after it. */
  readonly onDead: () => void;
}

export class LineWatch {
  readonly #deps: LineWatchDeps;
  readonly #stopWaking: () => void;
  #silentTicks = 0;
  /** Until the connection counts as dead; undefined while no probe is open. */
  #ticksLeft: number | undefined;
  #unanswered = 0;
  #tickedAt = 0;
  #cancelTick: () => void = () => undefined;

  constructor(deps: LineWatchDeps) {
    this.#deps = deps;
    this.#stopWaking = onWake(() => this.#probe(WAKE_ANSWER_TICKS));
    this.#startTick();
  }

  /** Something came. */
  heard(): void {
    this.#silentTicks = 0;
    this.#ticksLeft = undefined;
    this.#unanswered = 0;
  }

  stop(): void {
    this.#stopWaking();
    this.#cancelTick();
  }

  #startTick(): void {
    const { timing } = this.#deps;
    this.#tickedAt = timing.now();
    this.#cancelTick = timing.after(TICK_MS, () => this.#tick());
  }

  #tick(): void {
    const lateMs = this.#deps.timing.now() - this.#tickedAt - TICK_MS;
    this.#startTick();
    if (Math.abs(lateMs) > JUMP_MS) {
      this.#handleJump();
    } else if (this.#ticksLeft !== undefined) {
      this.#ticksLeft -= 1;
      if (this.#ticksLeft <= 0) this.#die();
    } else {
      this.#silentTicks += 1;
      if (this.#silentTicks >= SILENT_TICKS) this.#probe(ANSWER_TICKS);
    }
  }

  /** An answer to an earlier probe may only be waiting for its turn, so one more is sent. */
  #handleJump(): void {
    this.#ticksLeft = undefined;
    if (this.#unanswered >= MAX_UNANSWERED) this.#die();
    else this.#probe(WAKE_ANSWER_TICKS);
  }

  /** A probe that is open already with as little time is enough. */
  #probe(answerTicks: number): void {
    if (this.#ticksLeft !== undefined && this.#ticksLeft <= answerTicks) return;
    this.#ticksLeft = answerTicks;
    this.#unanswered += 1;
    this.#cancelTick();
    this.#startTick();
    this.#deps.probe();
  }

  #die(): void {
    this.stop();
    this.#deps.onDead();
  }
}
