// One ping wheel for all sockets [C-3.47, C-3.48]: an idle socket costs no timer of its own.

import type { Cancel, Clock } from '../../ports/clock.ts';

/** The heartbeat's state of one socket. */
export interface MonitoredSocket {
  /** Slot of the ping wheel. */
  slot: number;
  /** Whether anything was received since the last ping. */
  isAlive: boolean;
  /** Consecutive intervals in which nothing was received. */
  misses: number;
  ping(): void;
  drop(): void;
}

/** The heartbeat as a socket uses it. */
export interface SocketMonitor {
  pongReceived(channel: MonitoredSocket): void;
  /** Pings a socket until it is released. */
  add(channel: MonitoredSocket): void;
  remove(channel: MonitoredSocket): void;
}

export interface HeartbeatLimits {
  readonly pingIntervalMs: number;
  /** Intervals without anything received after which a socket is dropped. */
  readonly pingMisses: number;
}

const SLOTS = 20;

export class Heartbeat implements SocketMonitor {
  readonly #clock: Clock;
  readonly #limits: HeartbeatLimits;
  readonly #onRoundTrip: (seconds: number) => void;
  readonly #slots = Array.from({ length: SLOTS }, () => new Set<MonitoredSocket>());
  readonly #pingedAt = new Array<number>(SLOTS).fill(0);
  #currentSlot = 0;
  #nextSlot = 0;
  #cancelTimer: Cancel;

  constructor(clock: Clock, limits: HeartbeatLimits, rtt: (seconds: number) => void) {
    this.#clock = clock;
    this.#limits = limits;
    this.#onRoundTrip = rtt;
    this.#cancelTimer = this.#schedule();
  }

  add(channel: MonitoredSocket): void {
    channel.slot = this.#nextSlot;
    this.#slots[channel.slot]?.add(channel);
    this.#nextSlot = (this.#nextSlot + 1) % SLOTS;
  }

  remove(channel: MonitoredSocket): void {
    this.#slots[channel.slot]?.delete(channel);
  }

  pongReceived(channel: MonitoredSocket): void {
    const at = this.#pingedAt[channel.slot] ?? 0;
    if (at === 0) return;
    // One round trip per turn is enough for the metric.
    this.#pingedAt[channel.slot] = 0;
    this.#onRoundTrip((this.#clock.now() - at) / 1000);
  }

  close(): void {
    this.#cancelTimer();
  }

  #schedule(): Cancel {
    return this.#clock.after(this.#limits.pingIntervalMs / SLOTS, () => {
      this.#cancelTimer = this.#schedule();
      this.#pingNextSlot();
    });
  }

  #pingNextSlot(): void {
    this.#currentSlot = (this.#currentSlot + 1) % SLOTS;
    this.#pingedAt[this.#currentSlot] = this.#clock.now();
    for (const channel of this.#slots[this.#currentSlot] ?? []) {
      channel.misses = channel.isAlive ? 0 : channel.misses + 1;
      channel.isAlive = false;
      if (channel.misses >= this.#limits.pingMisses) channel.drop();
      else channel.ping();
    }
  }
}
