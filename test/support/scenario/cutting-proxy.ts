// A TCP proxy between one till or card machine and the gateway. It can cut the connection right before or
// right after any WebSocket text frame (RFC 6455, 5.2) in one direction.

import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

const TEXT = 1;

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

/** The end whose messages are counted. */
export type ProxyEnd = 'gateway' | 'till';

export async function startCuttingProxy(
  uri: string,
  watched: ProxyEnd = 'gateway',
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
    to.pipe(from);
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

interface Piece {
  readonly data: Buffer;
  readonly isText: boolean;
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
      pieces.push({ data, isText: this.#open && (data[0] ?? 0) % 16 === TEXT });
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
