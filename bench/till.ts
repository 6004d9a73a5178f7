// The till's end of a WebSocket, as lean as can be, so that the load never is what is measured.
// Knows frames, not messages; unmasked server frames in one piece are all it takes.

import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { connect as connectTls, createSecureContext } from 'node:tls';

export interface TillListener {
  onText(text: string): void;
  /** Once, unless it was this end that closed. */
  onBroken(reason: string): void;
}

const OPCODES = { text: 1, close: 8, ping: 9, pong: 10 } as const;
const EMPTY = Buffer.alloc(0);
const MASK = Buffer.from([0x5a, 0xc3, 0x17, 0x88]);

export function openTill(url: URL, listener: TillListener, subprotocol?: string): Promise<Till> {
  return new Promise((resolve, reject) => {
    const till: Till = new Till(url, listener, (refusal) => {
      clearTimeout(timer);
      if (refusal === undefined) resolve(till);
      else reject(new Error(`Could not connect: ${refusal}.`));
    });
    const timer = setTimeout(() => till.refuse('no answer to the upgrade in 30 s'), 30_000);
    till.ask(upgrade(url, subprotocol));
  });
}

/** All tills read into one buffer, one after the other; what is left over is copied. */
const shared = Buffer.allocUnsafe(256 * 1024);

/** One for all, as it is costly; the certificate is the bench's own. */
const trusting = { secureContext: createSecureContext(), rejectUnauthorized: false };

export class Till {
  pings = 0;
  bytes = 0;
  readonly #socket: Socket;
  readonly #listener: TillListener;
  #decided: ((refusal?: string) => void) | undefined;
  #rest: Buffer = EMPTY;
  #open = true;

  constructor(url: URL, listener: TillListener, decided: (refusal?: string) => void) {
    this.#listener = listener;
    this.#decided = decided;
    const callback = (length: number, buffer: Uint8Array): boolean => {
      this.#take((buffer as Buffer).subarray(0, length));
      return true;
    };
    const { hostname, port } = url;
    // The names of sites lead to this machine.
    const host = hostname.endsWith('.pay.test') ? '127.0.0.1' : hostname;
    const onread = { buffer: shared, callback };
    const to = { host, port: Number(port), noDelay: true, onread };
    this.#socket = url.protocol === 'wss:' ? connectTls({ ...to, ...trusting }) : connect(to);
    this.#socket.on('error', (error) => this.refuse(error.message));
    for (const end of ['end', 'close']) {
      this.#socket.on(end, () => this.refuse('the server closed the connection'));
    }
  }

  ask(upgradeText: string): void {
    this.#socket.write(upgradeText);
  }

  send(text: string): void {
    this.#socket.write(frame(OPCODES.text, Buffer.from(text)));
  }

  close(): void {
    this.#open = false;
    this.#socket.destroy();
  }

  /** The connection ended, but this end did not close it. */
  refuse(reason: string): void {
    if (!this.#open) return;
    this.close();
    const decided = this.#decided;
    this.#decided = undefined;
    if (decided) decided(reason);
    else this.#listener.onBroken(reason);
  }

  #take(chunk: Buffer): void {
    this.bytes += chunk.length;
    const buffer = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const rest = this.#decided ? this.#takeAnswer(buffer) : this.#takeFrames(buffer);
    this.#rest = rest.length === 0 ? EMPTY : Buffer.from(rest);
  }

  #takeAnswer(buffer: Buffer): Buffer {
    const end = buffer.indexOf('\r\n\r\n');
    if (end < 0) return buffer;
    const answer = buffer.toString('latin1', 0, 300);
    if (!answer.startsWith('HTTP/1.1 101')) {
      this.refuse(answer);
      return EMPTY;
    }
    this.#decided?.();
    this.#decided = undefined;
    return this.#takeFrames(buffer.subarray(end + 4));
  }

  /** Whatever is not a whole frame yet. */
  #takeFrames(buffer: Buffer): Buffer {
    let at = 0;
    while (this.#open && buffer.length - at >= 2) {
      const short = buffer[at + 1]!;
      if (short > 126 || !(buffer[at]! & 0x80)) {
        this.refuse('a frame too big for a bench');
        return EMPTY;
      }
      const start = at + (short === 126 ? 4 : 2);
      if (buffer.length < start) break;
      const end = start + (short === 126 ? buffer.readUInt16BE(at + 2) : short);
      if (buffer.length < end) break;
      this.#receive(buffer[at]! & 0x0f, buffer.subarray(start, end));
      at = end;
    }
    return buffer.subarray(at);
  }

  #receive(opcode: number, payload: Buffer): void {
    if (opcode === OPCODES.text) {
      this.#listener.onText(payload.toString('latin1'));
    } else if (opcode === OPCODES.ping) {
      this.pings += 1;
      this.#socket.write(frame(OPCODES.pong, payload));
    } else if (opcode === OPCODES.close) {
      this.refuse(`closed: ${payload.toString('latin1', 2)}`);
    }
  }
}

function upgrade(url: URL, subprotocol: string | undefined): string {
  const lines = [
    `GET ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    ...(subprotocol ? [`Sec-WebSocket-Protocol: ${subprotocol}`] : []),
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function frame(opcode: number, payload: Buffer): Buffer {
  const long = payload.length > 125;
  const start = long ? 8 : 6;
  const whole = Buffer.allocUnsafe(start + payload.length);
  whole[0] = 0x80 | opcode;
  whole[1] = 0x80 | (long ? 126 : payload.length);
  if (long) whole.writeUInt16BE(payload.length, 2);
  MASK.copy(whole, start - 4);
  for (let i = 0; i < payload.length; i += 1) whole[start + i] = payload[i]! ^ MASK[i & 3]!;
  return whole;
}
