// Refusals as HTTP answers: of an upgrade, of a request, and as the pages show them [C-2.9].

import type { ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { HandshakeRefusal } from '../../application/handshake/handshake-error.ts';

/** Refuses an upgrade and ends the connection. */
export function rejectUpgrade(
  socket: Socket,
  refusal: HandshakeRefusal,
  transportHeaders: Readonly<Record<string, string>>,
): void {
  const body = refusalBody(refusal);
  const headers = { ...closingHeaders(refusal), ...transportHeaders };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const status = `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}`;
  socket.end(`${[status, ...lines].join('\r\n')}\r\n\r\n${body}`);
  // The client's close is only seen if what it sends before is read.
  socket.resume();
}

/** Refuses a request and ends the connection. */
export function rejectRequest(response: ServerResponse, refusal: HandshakeRefusal): void {
  response.writeHead(refusal.status, closingHeaders(refusal));
  response.end(refusalBody(refusal));
}

export function refusalHeaders({ retryAfterS }: HandshakeRefusal): Record<string, string> {
  const wait = retryAfterS === undefined ? {} : { 'Retry-After': String(retryAfterS) };
  return { 'Content-Type': 'application/json', ...wait };
}

/** The body is exactly `{error, message}` [C-2.9]. */
export function refusalBody({ error, message }: HandshakeRefusal): string {
  return JSON.stringify({ error, message });
}

/** Of a refusal after which the connection is closed. */
function closingHeaders(refusal: HandshakeRefusal): Record<string, string> {
  const length = Buffer.byteLength(refusalBody(refusal));
  return { ...refusalHeaders(refusal), 'Content-Length': String(length), Connection: 'close' };
}
