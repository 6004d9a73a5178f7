// One ping wheel for all sockets [C-3.47, C-3.48]: an idle socket costs no timer of its own.

import type { Cancel, Clock } from '../../ports/clock.ts';

/** A socket, as the heartbeat sees it. */
export interface Beating {
  /** Its place on the wheel. */
  slot: number;
  /** Whether anything came since the last ping. */
  heard: boolean;
  /** Intervals of silence in a row. */
  misses: number;
  /** Since when data has been waiting to be sent, while it does. */
  waitingSince: number | undefined;
  readonly waitingBytes: number;
  ping(): void;
  drop(): void;
  closeSlow(): void;
}

/** What a socket needs of the heartbeat. */
export interface Heart {
  watchWaiting(channel: Beating): void;
  ponged(channel: Beating): void;
  /** Keeps a socket alive until it is released. */
  keep(channel: Beating): void;
  release(channel: Beating): void;
}

export interface HeartbeatLimits {
  readonly pingIntervalMs: number;
  /** Intervals without a sign of life before a socket is dropped. */
  readonly pingMisses: number;
  /** How long data may wait for a slow till [C-11.12]. */
  readonly slowConsumerMs: number;
}

const SLOTS = 20;

export class Heartbeat implements Heart {
  readonly #clock: Clock;
  readonly #limits: HeartbeatLimits;
  readonly #rtt: (seconds: number) => void;
  readonly #slots = Array.from({ length: SLOTS }, () => new Set<Beating>());
  readonly #pingedAt = new Array<number>(SLOTS).fill(0);
  readonly #waiting = new Set<Beating>();
  #turn = 0;
  #next = 0;
  #stop: Cancel;

  constructor(clock: Clock, limits: HeartbeatLimits, rtt: (seconds: number) => void) {
    this.#clock = clock;
    this.#limits = limits;
    this.#rtt = rtt;
    this.#stop = this.#wind();
  }

  keep(channel: Beating): void {
    channel.slot = this.#next;
    this.#slots[channel.slot]?.add(channel);
    this.#next = (this.#next + 1) % SLOTS;
  }

  release(channel: Beating): void {
    this.#slots[channel.slot]?.delete(channel);
    this.#waiting.delete(channel);
  }

  watchWaiting(channel: Beating): void {
    channel.waitingSince ??= this.#clock.now();
    this.#waiting.add(channel);
  }

  ponged(channel: Beating): void {
    const at = this.#pingedAt[channel.slot] ?? 0;
    if (at === 0) return;
    // One a turn is enough to tell how far away tills are.
    this.#pingedAt[channel.slot] = 0;
    this.#rtt((this.#clock.now() - at) / 1000);
  }

  stop(): void {
    this.#stop();
  }

  #wind(): Cancel {
    return this.#clock.after(this.#limits.pingIntervalMs / SLOTS, () => {
      this.#stop = this.#wind();
      this.#beat();
      this.#dropSlow();
    });
  }

  #beat(): void {
    this.#turn = (this.#turn + 1) % SLOTS;
    this.#pingedAt[this.#turn] = this.#clock.now();
    for (const channel of this.#slots[this.#turn] ?? []) {
      channel.misses = channel.heard ? 0 : channel.misses + 1;
      channel.heard = false;
      if (channel.misses >= this.#limits.pingMisses) channel.drop();
      else channel.ping();
    }
  }

  #dropSlow(): void {
    const oldest = this.#clock.now() - this.#limits.slowConsumerMs;
    for (const channel of this.#waiting) {
      if (channel.waitingBytes === 0) {
        this.#waiting.delete(channel);
        channel.waitingSince = undefined;
      } else if ((channel.waitingSince ?? 0) <= oldest) {
        channel.closeSlow();
      }
    }
  }
}
