// A WebSocket as a channel: UTF-8 both ways, frames of one turn in one write, delivery marks by ping.

import { isUtf8 } from 'node:buffer';
import type { Socket } from 'node:net';
import type { Channel, ChannelEars } from '@tillgate/protocol';
import type { RawData } from 'ws';
import { WebSocket } from 'ws';
import type { Beating, Heart } from './heartbeat.ts';

/** Bytes that may wait for a slow till before it is dropped [C-11.12]. */
export const MOST_WAITING_BYTES = 1024 * 1024;
const UNSUPPORTED_DATA = 1003;
const POLICY_VIOLATION = 1008;

/** The ws class with room for its channel, so that no listener needs a closure of its own. */
export class TillSocket extends WebSocket {
  channel: SocketChannel | undefined;
}

export class SocketChannel implements Channel, Beating {
  readonly #ws: TillSocket;
  readonly #socket: Socket;
  readonly #heart: Heart;
  #ears: ChannelEars | undefined;
  #corked = false;
  heard = true;
  misses = 0;
  waitingSince: number | undefined;
  #lastMark = 0;
  readonly #marks: { readonly number: number; readonly delivered: () => void }[] = [];

  constructor(ws: TillSocket, socket: Socket, heart: Heart) {
    this.#ws = ws;
    this.#socket = socket;
    this.#heart = heart;
    ws.channel = this;
    ws.on('message', onMessage);
    ws.on('ping', onHeard);
    ws.on('pong', onPong);
    ws.on('close', onClose);
    ws.on('error', onError);
  }

  listen(ears: ChannelEars): void {
    this.#ears = ears;
  }

  send(text: string): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    this.#cork();
    this.#ws.send(text);
  }

  /** The pong to a numbered ping proves that all before it arrived [C-3.49]. */
  mark(delivered: () => void): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    this.#lastMark += 1;
    this.#marks.push({ number: this.#lastMark, delivered });
    this.#cork();
    this.#ws.ping(String(this.#lastMark));
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
    this.#socket.uncork();
    const waiting = this.waitingBytes;
    if (waiting > MOST_WAITING_BYTES) this.closeSlow();
    else if (waiting > 0) this.#heart.watchWaiting(this);
  }

  closeSlow(): void {
    this.close(POLICY_VIOLATION, 'Reading too slowly');
  }

  take(data: RawData, isBinary: boolean): void {
    this.heard = true;
    const bytes = data as Buffer;
    if (isBinary && !isUtf8(bytes)) {
      this.close(UNSUPPORTED_DATA, 'Messages are UTF-8 text');
      return;
    }
    this.#ears?.text(bytes.toString());
  }

  pong(payload: Buffer): void {
    this.heard = true;
    if (payload.length === 0) {
      this.#heart.ponged(this);
      return;
    }
    const number = Number(payload.toString('latin1'));
    while (this.#marks[0] && this.#marks[0].number <= number) this.#marks.shift()?.delivered();
  }

  ended(code: number, reason: string): void {
    this.#ears?.closed(code, reason);
    this.#ears = undefined;
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

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  (this as TillSocket).channel?.take(data, isBinary);
}

function onHeard(this: WebSocket): void {
  const { channel } = this as TillSocket;
  if (channel) channel.heard = true;
}

function onPong(this: WebSocket, payload: Buffer): void {
  (this as TillSocket).channel?.pong(payload);
}

function onClose(this: WebSocket, code: number, reason: Buffer): void {
  (this as TillSocket).channel?.ended(code, reason.toString());
}

/** ws has already chosen the close code [C-3.41, C-3.43]; the close event follows. */
function onError(): void {}
