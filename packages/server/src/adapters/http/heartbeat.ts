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
  /** When the data that waits to be sent started to wait, ms since 1970. */
  bufferedSince: number | undefined;
  readonly bufferedBytes: number;
  ping(): void;
  drop(): void;
  closeSlow(): void;
}

/** The heartbeat as a socket uses it. */
export interface SocketMonitor {
  watchBuffered(channel: MonitoredSocket): void;
  pongReceived(channel: MonitoredSocket): void;
  /** Pings a socket until it is released. */
  add(channel: MonitoredSocket): void;
  remove(channel: MonitoredSocket): void;
}

export interface HeartbeatLimits {
  readonly pingIntervalMs: number;
  /** Intervals without anything received after which a socket is dropped. */
  readonly pingMisses: number;
  /** How long data may wait for a slow till [C-11.12]. */
  readonly slowConsumerMs: number;
}

const SLOTS = 20;

export class Heartbeat implements SocketMonitor {
  readonly #clock: Clock;
  readonly #limits: HeartbeatLimits;
  readonly #onRoundTrip: (seconds: number) => void;
  readonly #slots = Array.from({ length: SLOTS }, () => new Set<MonitoredSocket>());
  readonly #pingedAt = new Array<number>(SLOTS).fill(0);
  readonly #buffering = new Set<MonitoredSocket>();
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
    this.#buffering.delete(channel);
  }

  watchBuffered(channel: MonitoredSocket): void {
    channel.bufferedSince ??= this.#clock.now();
    this.#buffering.add(channel);
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
      this.#closeSlow();
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

  #closeSlow(): void {
    const oldest = this.#clock.now() - this.#limits.slowConsumerMs;
    for (const channel of this.#buffering) {
      if (channel.bufferedBytes === 0) {
        this.#buffering.delete(channel);
        channel.bufferedSince = undefined;
      } else if ((channel.bufferedSince ?? 0) <= oldest) {
        channel.closeSlow();
      }
    }
  }
}
