// How a request names what it wants: brings the absolute form of the request line into the usual one, and
// tells whether a proxy has replaced the client's Host by the gateway's own address.

import type { IncomingMessage } from 'node:http';
import { hostName } from '../../application/handshake/uri.ts';
import { addressIn } from './client-address.ts';

const ABSOLUTE = /^(?:https?|wss?):\/\/([^/?#]*)(.*)$/i;

/**
 * Rewrites an absolute request target (RFC 9112 3.2.2) to path and query, and its host to the Host header,
 * which it overrides. Changes `request`.
 */
export function useOriginForm(request: IncomingMessage): void {
  const [, authority = '', rest] = ABSOLUTE.exec(request.url ?? '') ?? [];
  const host = authority.replace(/^.*@/, '');
  if (host !== '') request.headers.host = host;
  if (rest !== undefined) request.url = rest.replace(/^(?!\/)/, '/');
}

/**
 * Whether it has exactly one Host header, or none in HTTP/1.0 [C-2.31]. Others read another of several, and
 * `headers` holds only the first.
 */
export function hasOneHost({ rawHeaders, httpVersion }: IncomingMessage): boolean {
  const count = rawHeaders.filter((name, at) => at % 2 === 0 && /^host$/i.test(name)).length;
  return count === 1 || (count === 0 && httpVersion === '1.0');
}

/** The Host header; where there is none, as in HTTP/1.0, the address that the client connected to. */
export function hostOf({ headers, socket }: IncomingMessage): string {
  if (headers.host) return headers.host;
  const address = addressIn(socket.localAddress ?? '') ?? '';
  return `${address.includes(':') ? `[${address}]` : address}:${socket.localPort}`;
}

/** Whether the Host header is the address at which the gateway itself listens. */
export function isOwnHost(request: IncomingMessage): boolean {
  const { socket } = request;
  const host = hostOf(request);
  const name = hostName(host);
  const port = /:(\d+)$/.exec(host)?.[1] ?? ('encrypted' in socket ? '443' : '80');
  const isOwnName = name === 'localhost' || name === addressIn(socket.localAddress ?? '');
  return isOwnName && Number(port) === socket.localPort;
}
