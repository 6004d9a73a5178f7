// A WebSocket as a channel: UTF-8 both ways, frames of one turn in one write, delivery marks by ping.

import { isUtf8 } from 'node:buffer';
import type { Socket } from 'node:net';
import type { Channel, ChannelListener } from '@tillgate/protocol';
import { WebSocket } from 'ws';
import type { Beating, Heart } from './heartbeat.ts';

/** Bytes that may wait for a slow till before it is dropped [C-11.12]. */
export const MOST_WAITING_BYTES = 1024 * 1024;
/** Pings to prove a delivery that go out in one turn. */
const MOST_PINGS_A_TURN = 40;
const UNSUPPORTED_DATA = 1003;
const POLICY_VIOLATION = 1008;

/** The ws class with its channel for a listener: an idle socket keeps no list of listeners. */
export class TillSocket extends WebSocket {
  channel: SocketChannel | undefined;

  override emit(event: string | symbol, ...values: unknown[]): boolean {
    const { channel } = this;
    if (!channel) return super.emit(event, ...values);
    switch (event) {
      case 'message':
        channel.take(values[0] as Buffer, values[1] as boolean);
        return true;
      case 'pong':
        channel.pong(values[0] as Buffer);
        return true;
      case 'close':
        channel.ended(values[0] as number, String(values[1]));
        return super.emit(event, ...values);
      case 'error':
        // ws has already chosen the close code [C-3.41, C-3.43]; the close event follows.
        return true;
      default:
        channel.heard = true;
        return super.emit(event, ...values);
    }
  }
}

export class SocketChannel implements Channel, Beating {
  readonly #ws: TillSocket;
  readonly #socket: Socket;
  readonly #heart: Heart;
  #ears: ChannelListener | undefined;
  #corked = false;
  heard = true;
  misses = 0;
  waitingSince: number | undefined;
  slot = 0;
  #lastMark = 0;
  /** Of this turn. */
  #pings = 0;
  /** Marks not yet answered; made with the first. */
  #marks: { readonly number: number; readonly delivered: () => void }[] | undefined;

  constructor(ws: TillSocket, socket: Socket, heart: Heart) {
    this.#ws = ws;
    this.#socket = socket;
    this.#heart = heart;
    ws.channel = this;
    heart.keep(this);
  }

  listen(ears: ChannelListener): void {
    this.#ears = ears;
  }

  send(text: string): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    this.#cork();
    this.#ws.send(text);
  }

  /**
   * The pong to a numbered ping proves that all before it arrived [C-3.49]. Where very many go out
   * together one ping does for the rest: some libraries take a flood of pings for an attack.
   */
  confirmDelivery(delivered: () => void): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    this.#lastMark += 1;
    this.#marks ??= [];
    this.#marks.push({ number: this.#lastMark, delivered });
    this.#cork();
    this.#pings += 1;
    if (this.#pings < MOST_PINGS_A_TURN) this.#pingMark();
  }

  close(code: number, reason: string): void {
    this.#ws.close(code, reason);
  }

  ping(): void {
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.ping();
  }

  /** Without a close frame: nobody is there to read it [C-3.48]. */
  drop(): void {
    this.#ws.terminate();
  }

  get waitingBytes(): number {
    return this.#ws.bufferedAmount;
  }

  /** Called at the end of the turn in which something was sent. */
  flush(): void {
    this.#corked = false;
    if (this.#pings >= MOST_PINGS_A_TURN) this.#pingMark();
    this.#pings = 0;
    this.#socket.uncork();
    const waiting = this.waitingBytes;
    if (waiting > MOST_WAITING_BYTES) this.closeSlow();
    else if (waiting > 0) this.#heart.watchWaiting(this);
  }

  closeSlow(): void {
    this.close(POLICY_VIOLATION, 'Reading too slowly');
  }

  take(bytes: Buffer, isBinary: boolean): void {
    this.heard = true;
    this.#ears?.onActivity?.();
    // Once the gateway has said goodbye, what still comes is not carried out.
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    if (isBinary && !isUtf8(bytes)) {
      this.close(UNSUPPORTED_DATA, 'Messages are UTF-8 text');
      return;
    }
    this.#ears?.onMessage(bytes.toString());
  }

  pong(payload: Buffer): void {
    this.heard = true;
    this.#ears?.onActivity?.();
    if (payload.length === 0) {
      this.#heart.ponged(this);
      return;
    }
    const number = Number(payload.toString('latin1'));
    const marks = this.#marks ?? [];
    while (marks[0] && marks[0].number <= number) marks.shift()?.delivered();
  }

  ended(code: number, reason: string): void {
    this.#heart.release(this);
    this.#ears?.onClosed(code, reason);
    this.#ears = undefined;
  }

  #pingMark(): void {
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.ping(String(this.#lastMark));
  }

  #cork(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.#socket.cork();
    flushLater(this);
  }
}

let dirty: SocketChannel[] = [];

/** One immediate for all sockets of a turn. */
function flushLater(channel: SocketChannel): void {
  if (dirty.push(channel) === 1) setImmediate(flushAll);
}

function flushAll(): void {
  const channels = dirty;
  dirty = [];
  for (const channel of channels) channel.flush();
}
