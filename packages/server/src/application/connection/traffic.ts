// The frames of all connections, for people who watch: the last ones in memory, and each new one
// for listeners. A frame costs one small object; all else is done when it is read.

import type { api, Channel, ChannelListener } from '@tillgate/protocol';
import { maskFrame } from '@tillgate/protocol';
import type { Clock } from '../../ports/clock.ts';

/** Of one socket, from the address it came in by. */
export interface SocketLabel {
  readonly site: string;
  readonly integration: string;
  readonly version: string;
  readonly eposId?: string;
  readonly tid?: string;
}

/** Which frames are wanted. */
export interface TrafficFilter {
  /** Of these sites; null for all. */
  readonly sites: readonly string[] | null;
  /** Those that speak of this card machine, or come from it. */
  readonly tid?: string;
}

/** A frame as it went: masked only by `shownFrame`. */
export interface NotedFrame {
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly socket: { readonly name: string; readonly label: SocketLabel };
  readonly sent: boolean;
  readonly text: string;
}

/** `number` is that of the frame, or of the last one before. */
export type OnTrafficEvent = (event: api.TrafficEvent, number: number) => void;

/** Frames kept of one socket, so that none drives out all others. */
const MOST_FRAMES_OF_SOCKET = 500;
/** At least so many discarded frames are removed at once. */
const COMPACT_FRAMES = 1024;
/** What a kept frame weighs besides its text. */
const FRAME_BYTES = 120;

export class Traffic {
  readonly #clock: Clock;
  readonly #maxBytes: number;
  /** Oldest first, from `#first` on; `#discarded` of them have given up their text. */
  #kept: KeptFrame[] = [];
  #first = 0;
  #discarded = 0;
  /** By site: of each socket with kept frames. */
  readonly #lists = new Map<string, Map<Socket, FrameList>>();
  #bytes = 0;
  #number = 0;
  #sockets = 0;
  readonly #listeners = new Set<{
    readonly filter: TrafficFilter;
    readonly take: OnTrafficEvent;
  }>();

  /** Of those who want to know that something happens, and not what. */
  readonly #watchers = new Set<Pick<TrafficFilter, 'sites'> & { readonly changed: () => void }>();

  /** Keeps texts of about `mostBytes` in memory; with 0 it only passes on to who listens. */
  constructor(clock: Clock, mostBytes: number) {
    this.#clock = clock;
    this.#maxBytes = mostBytes;
  }

  /** The same channel, with everything that goes over it noted. */
  watched(channel: Channel, label: SocketLabel): WatchedChannel {
    this.#sockets += 1;
    return new WatchedChannel(channel, this, { name: `c${this.#sockets}`, label });
  }

  /**
   * Frames still in memory, oldest first: the last `limit` of those after number `after`. A number that is not reached yet is of
   * another process, which counted for itself: all are after it.
   */
  kept(filter: TrafficFilter, { limit = Number.POSITIVE_INFINITY, after = 0 } = {}): api.Frame[] {
    const found: api.Frame[] = [];
    const last = after > this.#number ? 0 : after;
    for (let index = this.#kept.length - 1; index >= this.#first; index -= 1) {
      const frame = this.#kept[index];
      if (!frame || frame.number <= last || found.length >= limit) break;
      if (isKept(frame) && matches(filter, frame)) found.push(shownFrame(frame));
    }
    return found.reverse();
  }

  /** Of one socket, oldest first, unmasked: for the gateway itself. */
  *keptOf(socket: Socket): Iterable<{ readonly sent: boolean; readonly text: string }> {
    const list = this.#lists.get(socket.label.site)?.get(socket);
    for (let frame = list?.oldest; frame; frame = frame.next) {
      if (frame.text !== undefined) yield { sent: frame.sent, text: frame.text };
    }
  }

  /** The frames of a site still in memory that went over from `from` on, in ms since 1970: socket by socket, each oldest first. */
  *socketsOf(site: string, from: number): Generator<readonly NotedFrame[]> {
    for (const { oldest, newest } of this.#lists.get(site)?.values() ?? []) {
      if (newest.at < from) continue;
      const frames: NotedFrame[] = [];
      for (let frame: KeptFrame | undefined = oldest; frame; frame = frame.next) {
        if (frame.at >= from && isKept(frame)) frames.push(frame);
      }
      yield frames;
    }
  }

  /** Calls `take` for whatever happens from now on; returns a function that unsubscribes. */
  follow(filter: TrafficFilter, take: OnTrafficEvent): () => void {
    const listener = { filter, take };
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls `changed` whenever something happens on a socket of these sites, of any for null; returns a function that unsubscribes. */
  watch(sites: readonly string[] | null, changed: () => void): () => void {
    const watcher = { sites, changed };
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Called for what happens to a socket besides its frames. */
  note(socket: Socket, change: SocketChange): void {
    this.#callWatchers(socket);
    if (this.#listeners.size === 0) return;
    const event: api.TrafficEvent = { ...change, ...lineOf(socket, this.#clock.now()) };
    for (const { filter, take } of this.#listeners) {
      if (isOfSites(filter, socket.label)) take(event, this.#number);
    }
  }

  /** Called for each frame. */
  frame(socket: Socket, sent: boolean, text: string): void {
    this.#callWatchers(socket);
    if (this.#maxBytes === 0 && this.#listeners.size === 0) return;
    this.#number += 1;
    const frame = { number: this.#number, at: this.#clock.now(), socket, sent, text };
    if (this.#maxBytes > 0) this.#keep(frame);
    let event: api.Frame | undefined;
    for (const { filter, take } of this.#listeners) {
      if (!matches(filter, frame)) continue;
      // Made once for all who listen.
      event ??= shownFrame(frame);
      take(event, frame.number);
    }
  }

  /** Number of frame objects in memory, for the test of their bound. */
  get size(): number {
    return this.#kept.length;
  }

  #callWatchers({ label }: Socket): void {
    for (const watcher of this.#watchers) if (isOfSites(watcher, label)) watcher.changed();
  }

  #keep(frame: KeptFrame): void {
    const { socket } = frame;
    this.#kept.push(frame);
    this.#bytes += weight(frame);
    const lists = this.#lists.get(socket.label.site) ?? new Map<Socket, FrameList>();
    const list = lists.get(socket);
    if (list) {
      list.newest.next = frame;
      list.newest = frame;
      list.count += 1;
      if (list.count > MOST_FRAMES_OF_SOCKET) this.#discard(list.oldest);
    } else {
      lists.set(socket, { count: 1, oldest: frame, newest: frame });
      this.#lists.set(socket.label.site, lists);
    }
    while (this.#bytes > this.#maxBytes) this.#discardFirst();
    this.#compact();
  }

  #discardFirst(): void {
    const frame = this.#kept[this.#first];
    this.#first += 1;
    if (frame) this.#discard(frame);
  }

  /** Gives the objects of discarded frames back, in large portions. */
  #compact(): void {
    if (this.#discarded < COMPACT_FRAMES || this.#discarded * 2 < this.#kept.length) return;
    this.#kept = this.#kept.filter(({ text }) => text !== undefined);
    this.#first = 0;
    this.#discarded = 0;
  }

  /** Gives the text up; always the oldest of its socket, unless it has gone before. */
  #discard(frame: KeptFrame): void {
    if (frame.text === undefined) return;
    this.#bytes -= weight(frame);
    this.#discarded += 1;
    frame.text = undefined;
    const { socket } = frame;
    const lists = this.#lists.get(socket.label.site);
    const list = lists?.get(socket);
    if (!lists || !list) return;
    list.count -= 1;
    if (frame.next) {
      list.oldest = frame.next;
      return;
    }
    lists.delete(socket);
    if (lists.size === 0) this.#lists.delete(socket.label.site);
  }
}

type SocketChange =
  | { readonly event: 'opened' }
  | { readonly event: 'closed'; readonly code: number }
  | { readonly event: 'noted'; readonly text: string };

/** One open socket. */
interface Socket {
  readonly name: string;
  readonly label: SocketLabel;
}

/** The kept frames of one socket, linked by `next`. */
interface FrameList {
  count: number;
  oldest: KeptFrame;
  newest: KeptFrame;
}

interface KeptFrame {
  readonly number: number;
  readonly at: number;
  readonly socket: Socket;
  readonly sent: boolean;
  /** Undefined once it has been given up. */
  text: string | undefined;
  /** The next one of the same socket. */
  next?: KeptFrame;
}

export class WatchedChannel implements Channel, ChannelListener {
  #channel: Channel;
  readonly #traffic: Traffic;
  readonly #socket: Socket;
  #listener: ChannelListener | undefined;

  constructor(channel: Channel, traffic: Traffic, socket: Socket) {
    this.#channel = channel;
    this.#traffic = traffic;
    this.#socket = socket;
  }

  listen(listener: ChannelListener): void {
    this.#listener = listener;
    this.#traffic.note(this.#socket, { event: 'opened' });
    this.#channel.listen(this);
  }

  /** Puts another channel between this one and its connection; what went over it before stays. */
  wrap(make: () => Channel): void {
    this.#channel = make();
    if (this.#listener) this.#channel.listen(this);
  }

  /** What went over it and is still in memory, oldest first. */
  kept(): Iterable<{ readonly sent: boolean; readonly text: string }> {
    return this.#traffic.keptOf(this.#socket);
  }

  /** Identifies the connection in the traffic. */
  get name(): string {
    return this.#socket.name;
  }

  /** A note for the developer of the other end, with secrets masked. */
  note(text: string): void {
    this.#traffic.note(this.#socket, { event: 'noted', text });
  }

  send(text: string, onWritten?: () => void): void {
    this.#traffic.frame(this.#socket, true, text);
    this.#channel.send(text, onWritten);
  }

  close(code: number, reason: string): void {
    this.#channel.close(code, reason);
  }

  confirmDelivery(delivered: () => void): void {
    this.#channel.confirmDelivery(delivered);
  }

  deliveryCheckpoint(): () => void {
    return this.#channel.deliveryCheckpoint?.() ?? (() => {});
  }

  onMessage(text: string): void {
    this.#traffic.frame(this.#socket, false, text);
    this.#listener?.onMessage(text);
  }

  onActivity(): void {
    this.#listener?.onActivity?.();
  }

  onPingPayloadNotReturned(): void {
    this.#listener?.onPingPayloadNotReturned?.();
  }

  onClosed(code: number, reason: string): void {
    this.#traffic.note(this.#socket, { event: 'closed', code });
    this.#listener?.onClosed(code, reason);
  }
}

function weight({ text }: KeptFrame): number {
  return FRAME_BYTES + (text?.length ?? 0);
}

function isOfSites({ sites }: Pick<TrafficFilter, 'sites'>, { site }: SocketLabel): boolean {
  return sites?.includes(site) ?? true;
}

function isKept(frame: KeptFrame): frame is KeptFrame & NotedFrame {
  return frame.text !== undefined;
}

function matches(filter: TrafficFilter, { socket, text }: NotedFrame): boolean {
  const { tid } = filter;
  if (!isOfSites(filter, socket.label)) return false;
  return tid === undefined || tid === socket.label.tid || text.includes(`"${tid}"`);
}

/** As operators see it, with tokens and card numbers masked. */
export function shownFrame(
  { number, at, socket, sent, text }: NotedFrame,
  masked = maskFrame,
): api.Frame {
  const direction = sent ? 'sent' : 'received';
  return { event: 'frame', number, ...lineOf(socket, at), direction, text: masked(text) };
}

function lineOf({ name: connection, label }: Socket, at: number) {
  return { at: new Date(at).toISOString(), connection, ...label };
}
