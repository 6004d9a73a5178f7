// A WebSocket handshake in plain HTTP, which shows the answer that a WebSocket library would hide.

import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

export interface HandshakeResponse {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface HandshakeOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** False asks for a page instead. */
  readonly upgrade?: boolean;
  readonly method?: string;
  /** The request target as it is sent; path and query of the address if absent. */
  readonly target?: string;
}

const ASKS_FOR_WEBSOCKET = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

/** Asks for a WebSocket and gives the answer; the connection is closed if it was accepted. */
export function handshake(url: string, options: HandshakeOptions = {}): Promise<HandshakeResponse> {
  const { upgrade = true, headers = {}, method = 'GET', target } = options;
  const all = { ...(upgrade ? ASKS_FOR_WEBSOCKET : {}), ...headers };
  return new Promise((resolve, reject) => {
    const asked = request(url.replace(/^ws/, 'http'), {
      headers: all,
      method,
      agent: false,
      ...(target !== undefined && { path: target }),
    });
    asked.on('error', reject);
    asked.on('response', (response) => void read(response).then(resolve));
    asked.on('upgrade', (response: IncomingMessage, socket: Duplex) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: '' });
    });
    asked.end();
  });
}

/** Sends requests as they are over one connection, each when the one before is answered; gives all that came back. */
export function rawExchange(url: string, ...requests: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(url);
  const left = [...requests];
  return new Promise((resolve, reject) => {
    let text = '';
    const sendNext = () => void (left.length > 0 && socket.write(left.shift() ?? ''));
    const socket = connect(Number(port), hostname, sendNext);
    socket.on('error', reject);
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString();
      sendNext();
    });
    socket.on('end', () => resolve(text));
  });
}

async function read(response: IncomingMessage): Promise<HandshakeResponse> {
  let body = '';
  for await (const part of response) body += String(part);
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

/**
 * Asks for a WebSocket with this request line and these headers, as old and foreign clients write them;
 * gives the status of the answer.
 */
export function rawHandshake(
  url: string,
  requestLine: string,
  headers: readonly string[] = [],
): Promise<number> {
  const { hostname, port } = new URL(url);
  const all = Object.entries(ASKS_FOR_WEBSOCKET).map(([name, value]) => `${name}: ${value}`);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(`${[requestLine, ...all, ...headers].join('\r\n')}\r\n\r\n`);
    });
    socket.once('error', reject);
    socket.once('data', (bytes: Buffer) => {
      socket.destroy();
      resolve(Number(bytes.toString('latin1').split(' ')[1]));
    });
  });
}
