// A client that speaks raw bytes over TCP or TLS and never ends its side by itself, as broken, slow and
// hostile clients do.

import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { within } from '../wait.ts';

/** An upgrade at the counter of the test site with a wrong token. */
export const REFUSED_UPGRADE = upgradeWith('wrong');

/** The bytes of an upgrade to `/pac` with this token. */
export function upgradeWith(token: string): string {
  return [
    `GET /pac?token=${token}&api-version=v1&software-house-id=SH1001&installer-id=IN2002 HTTP/1.1`,
    'Host: 127.0.0.1',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    '\r\n',
  ].join('\r\n');
}

/** Connects to the address of a gateway, over TLS where it begins with `https:`, and sends `bytes`. */
export async function rawClient(url: string, bytes = ''): Promise<RawClient> {
  const { hostname: host, port, protocol } = new URL(url);
  const options = { host, port: Number(port), allowHalfOpen: true };
  const secure = protocol === 'https:';
  const socket = secure ? connectTls({ ...options, rejectUnauthorized: false }) : connect(options);
  const client = new RawClient(socket);
  await within('a connection', client.once(secure ? 'secureConnect' : 'connect'));
  if (bytes !== '') socket.write(bytes);
  return client;
}

export class RawClient {
  readonly socket: Socket;
  readonly #closed: Promise<void>;
  #text = '';
  /** So far. */
  bytesReceived = 0;

  constructor(socket: Socket) {
    this.socket = socket;
    this.#closed = this.once('close');
    socket.on('error', () => {});
    socket.on('data', (part: Buffer) => {
      this.bytesReceived += part.length;
      this.#text = (this.#text + part.toString('latin1')).slice(-65_536);
      socket.emit('taken');
    });
  }

  once(event: string): Promise<void> {
    return new Promise((resolve) => {
      this.socket.once(event, () => resolve());
    });
  }

  /** Waits until the last bytes received contain `text`. */
  async received(text: string): Promise<void> {
    while (!this.#text.includes(text)) await within(text, this.once('taken'));
  }

  /** Reads what has come, once, and then no more. */
  async readOnce(): Promise<void> {
    const taken = Promise.race([this.once('taken'), this.#closed]);
    this.socket.resume();
    await within('bytes', taken);
    this.socket.pause();
  }

  /**
   * Waits until the gateway has no socket here any more, which resets what is sent to it; sends `text` every
   * 10 ms for that.
   */
  async ended(text = '\r\n'): Promise<void> {
    const sending = setInterval(() => this.socket.write(text), 10);
    await within('the end of a socket', this.#closed).finally(() => clearInterval(sending));
  }
}
