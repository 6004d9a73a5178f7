// The bytes that wait to be sent, because the other end reads too slowly: bounded for each socket, for the
// sockets of a site and for the process [C-11.12].

import type { Cancel, Clock } from '../../ports/clock.ts';

/** A socket with bytes that may have to wait. */
export interface BufferedSocket {
  readonly site: string;
  /** Bytes that wait now. */
  readonly bufferedBytes: number;
  /** Bytes that are counted for it. */
  countedBytes: number;
  /** When its bytes started to wait, ms since 1970. */
  bufferedSince: number | undefined;
  /** Closes the connection with 1008. */
  closeSlow(): void;
  /** Ends the socket at once. */
  drop(): void;
}

export interface SendLimits {
  readonly socketBytes: number;
  readonly siteBytes: number;
  readonly processBytes: number;
  /** How long bytes may wait, in ms. */
  readonly slowConsumerMs: number;
}

/** Interval at which waiting bytes are looked at, in ms. */
const CHECK_MS = 1_000;

export class SendBuffers {
  readonly #clock: Clock;
  readonly #limits: SendLimits;
  readonly #sockets = new Set<BufferedSocket>();
  readonly #sites = new Map<string, number>();
  #total = 0;
  #cancelCheck: Cancel | undefined;

  constructor(clock: Clock, limits: SendLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Called when a socket has more bytes to send. */
  update(socket: BufferedSocket): void {
    this.#count(socket);
    const { socketBytes, siteBytes, processBytes } = this.#limits;
    if (socket.countedBytes > socketBytes) this.#closeSlow(socket);
    while (this.#ofSite(socket) > siteBytes && this.#recount(socket.site) > siteBytes) {
      const slowest = this.#slowest(socket.site);
      if (slowest) this.#closeSlow(slowest);
    }
    while (this.#total > processBytes && this.#recount() > processBytes) {
      const slowest = this.#slowest();
      // Its bytes would stay in memory until its close frame is answered.
      slowest?.drop();
      if (slowest) this.remove(slowest);
    }
  }

  remove(socket: BufferedSocket): void {
    if (!this.#sockets.delete(socket)) return;
    this.#add(socket, -socket.countedBytes);
    socket.bufferedSince = undefined;
  }

  /** Ends the timer. */
  close(): void {
    this.#cancelCheck?.();
    this.#sockets.clear();
  }

  /** Bytes that wait in all sockets. */
  get bytes(): number {
    return this.#total;
  }

  #count(socket: BufferedSocket): void {
    const more = socket.bufferedBytes - socket.countedBytes;
    if (more !== 0) this.#add(socket, more);
    if (socket.countedBytes === 0) {
      this.remove(socket);
      return;
    }
    socket.bufferedSince ??= this.#clock.now();
    this.#sockets.add(socket);
    this.#cancelCheck ??= this.#clock.after(CHECK_MS, () => this.#check());
  }

  #add(socket: BufferedSocket, bytes: number): void {
    socket.countedBytes += bytes;
    this.#total += bytes;
    const ofSite = this.#ofSite(socket) + bytes;
    if (ofSite > 0) this.#sites.set(socket.site, ofSite);
    else this.#sites.delete(socket.site);
  }

  #ofSite({ site }: BufferedSocket): number {
    return this.#sites.get(site) ?? 0;
  }

  /** Counts what has been sent meanwhile; returns the bytes that wait. */
  #recount(site?: string): number {
    for (const socket of this.#sockets) {
      if (site === undefined || socket.site === site) this.#count(socket);
    }
    return site === undefined ? this.#total : (this.#sites.get(site) ?? 0);
  }

  #slowest(site?: string): BufferedSocket | undefined {
    let slowest: BufferedSocket | undefined;
    for (const socket of this.#sockets) {
      if (site !== undefined && socket.site !== site) continue;
      if (socket.countedBytes > (slowest?.countedBytes ?? 0)) slowest = socket;
    }
    return slowest;
  }

  #closeSlow(socket: BufferedSocket): void {
    this.remove(socket);
    socket.closeSlow();
  }

  #check(): void {
    this.#cancelCheck = undefined;
    const oldest = this.#clock.now() - this.#limits.slowConsumerMs;
    for (const socket of this.#sockets) {
      this.#count(socket);
      if ((socket.bufferedSince ?? Number.POSITIVE_INFINITY) <= oldest) this.#closeSlow(socket);
    }
    if (this.#sockets.size > 0)
      this.#cancelCheck ??= this.#clock.after(CHECK_MS, () => this.#check());
  }
}
