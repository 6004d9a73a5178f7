// A TCP proxy between one till or card machine and the gateway. It can cut the connection right before or
// right after any WebSocket text frame (RFC 6455, 5.2) in one direction, and give the till the habits of an old library.

import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

const TEXT = 1;
const PONG = 10;

export interface Cut {
  /** Which message of the watched end, from 1, counted since the cut before; 0: cut at once. */
  readonly at: number;
  /** Whether that message still arrives. */
  readonly arrives: boolean;
}

export interface CuttingProxy {
  /** The address of the gateway by way of this proxy. */
  readonly uri: string;
  /** Cuts once or more; a till may connect again after each. Gives whether it has cut them all. */
  cutAt(...cuts: readonly Cut[]): { readonly cut: boolean };
  close(): void;
}

/**
 * What the library of the till does: `emptyPong` answers pings without their payload; `serializer` writes absent
 * members as null, now and then ids as text and a byte order mark.
 */
export const libraries = ['plain', 'emptyPong', 'serializer'] as const;
export type Library = (typeof libraries)[number];

/** Gives one library after the other. */
export function libraryAt(index: number): Library {
  return libraries[index % libraries.length] as Library;
}

/** The end whose messages are counted. */
export type ProxyEnd = 'gateway' | 'till';

/** `libraryOf` is asked for each connection. */
export async function startCuttingProxy(
  uri: string,
  watched: ProxyEnd = 'gateway',
  libraryOf: () => Library = () => 'plain',
): Promise<CuttingProxy> {
  const ends = new Set<Socket>();
  const cutter = new Cutter(() => {
    for (const end of ends) end.destroy();
  });
  const target = new URL(uri);
  const server = createServer((till) => {
    const gateway = connect(Number(target.port), target.hostname);
    for (const end of [till, gateway]) {
      ends.add(end);
      end.setNoDelay(true);
      end.on('error', () => {});
      end.on('close', () => {
        ends.delete(end);
        till.destroy();
        gateway.destroy();
      });
    }
    const [from, to] = watched === 'gateway' ? [gateway, till] : [till, gateway];
    const library = libraryOf();
    if (library === 'plain') to.pipe(from);
    else rewriteFrames(to, from, library);
    const frames = new Frames();
    from.on('data', (bytes: Buffer) => {
      for (const piece of frames.take(bytes)) {
        if (!to.destroyed) cutter.pass(piece, (data) => to.write(data));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const here = new URL(uri);
  here.port = String((server.address() as AddressInfo).port);
  return {
    uri: here.href,
    cutAt: (...cuts) => cutter.lay(cuts),
    close: () => {
      server.close();
      cutter.lay([{ at: 0, arrives: false }]);
    },
  };
}

/** Passes on what the till sends as its library would have sent it. */
function rewriteFrames(till: Socket, gateway: Socket, library: Library): void {
  const frames = new Frames();
  let count = 0;
  till.on('data', (bytes: Buffer) => {
    for (const piece of frames.take(bytes)) {
      if (piece.isText) count += 1;
      if (!gateway.destroyed) gateway.write(rewrittenFrame(piece, library, count));
    }
  });
}

function rewrittenFrame({ data, isText, isPong }: Piece, library: Library, count: number): Buffer {
  if (library === 'emptyPong' && isPong) return maskedFrame(PONG, '');
  if (library !== 'serializer' || !isText) return data;
  return maskedFrame(TEXT, rewritten(payloadOf(data), count));
}

function rewritten(text: string, count: number): string {
  const message = JSON.parse(text) as Readonly<Record<string, unknown>>;
  const absent = Object.hasOwn(message, 'method')
    ? { result: null, error: null }
    : { method: null, params: null, error: null };
  const isAnswer = Object.hasOwn(message, 'result');
  const id = isAnswer && count % 2 === 0 ? { id: String(message.id) } : {};
  const mark = count % 3 === 0 ? '\uFEFF' : '';
  return mark + JSON.stringify({ ...absent, ...message, ...id });
}

/** The text of a masked frame. */
function payloadOf(frame: Buffer): string {
  const length = (frame[1] ?? 0) % 128;
  // No message of these tills has 64 KiB.
  const start = length < 126 ? 2 : 4;
  const mask = frame.subarray(start, start + 4);
  const payload = Buffer.from(frame.subarray(start + 4));
  for (let index = 0; index < payload.length; index += 1) {
    payload[index] = (payload[index] ?? 0) ^ (mask[index % 4] ?? 0);
  }
  return payload.toString();
}

/** A whole frame of a client; the mask is 0, which leaves the payload as it is. */
function maskedFrame(opcode: number, text: string): Buffer {
  const payload = Buffer.from(text);
  const short = payload.length < 126;
  const head = Buffer.alloc(short ? 6 : 8);
  head[0] = 128 + opcode;
  head[1] = 128 + (short ? payload.length : 126);
  if (!short) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}

interface Piece {
  readonly data: Buffer;
  readonly isText: boolean;
  readonly isPong: boolean;
}

class Cutter {
  readonly #sever: () => void;
  #cuts: readonly Cut[] = [];
  #done = { cut: false };
  #count = 0;

  constructor(sever: () => void) {
    this.#sever = sever;
  }

  lay(cuts: readonly Cut[]): { readonly cut: boolean } {
    this.#cuts = cuts;
    this.#count = 0;
    this.#done = { cut: false };
    if (cuts[0]?.at === 0) this.#use();
    return this.#done;
  }

  pass(piece: Piece, forward: (data: Buffer) => void): void {
    if (piece.isText) this.#count += 1;
    const [cut] = this.#cuts;
    const here = piece.isText && cut?.at === this.#count;
    if (!here || cut.arrives) forward(piece.data);
    if (here) this.#use();
  }

  #use(): void {
    this.#cuts = this.#cuts.slice(1);
    this.#count = 0;
    this.#done.cut = this.#cuts.length === 0;
    // What was just forwarded is on its way: let it leave.
    setImmediate(this.#sever);
  }
}

/** Cuts a stream of bytes (the handshake first) into whole frames. */
class Frames {
  #open = false;
  #rest: Buffer = Buffer.alloc(0);

  take(bytes: Buffer): readonly Piece[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const pieces: Piece[] = [];
    for (let size = this.#wholeSize(); size > 0; size = this.#wholeSize()) {
      const data = this.#rest.subarray(0, size);
      this.#rest = this.#rest.subarray(size);
      const opcode = this.#open ? (data[0] ?? 0) % 16 : undefined;
      pieces.push({ data, isText: opcode === TEXT, isPong: opcode === PONG });
      this.#open = true;
    }
    return pieces;
  }

  /** Bytes of the next piece; 0 if it is not all here. */
  #wholeSize(): number {
    const size = this.#open ? this.#frameSize() : this.#rest.indexOf('\r\n\r\n') + 4;
    return size >= (this.#open ? 2 : 4) && size <= this.#rest.length && this.#rest.length > 0
      ? size
      : 0;
  }

  #frameSize(): number {
    const [, second = 0] = this.#rest;
    // What a client sends is masked.
    const mask = second > 127 ? 4 : 0;
    const length = second % 128;
    if (length < 126) return this.#rest.length >= 2 ? 2 + mask + length : 0;
    if (this.#rest.length < 10) return 0;
    if (length === 126) return 4 + mask + this.#rest.readUInt16BE(2);
    return 10 + mask + Number(this.#rest.readBigUInt64BE(2));
  }
}
