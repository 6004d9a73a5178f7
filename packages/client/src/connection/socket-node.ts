// The connection to the gateway on Node, over ws: reads why a handshake was refused, and detects a dead
// connection by pings of its own.

import type { Channel } from '@tillgate/protocol';
import { mask } from '@tillgate/protocol';
import { WebSocket } from 'ws';
import { CouldNotConnect } from './errors.ts';
import type { SocketOptions, TlsOptions } from './socket.ts';
import { HeldChannel, refusalOf } from './socket.ts';
import { withResolvers } from './with-resolvers.ts';

/** Between two pings; one without an answer means that the connection is dead [C-3.47]. */
const PING_INTERVAL_MS = 20_000;
/** Payload of the ping that follows what must not be lost: a running number [C-3.49]. */
const DELIVERY_MARK = /^\d+$/;
/** Longest body read of a refused handshake, in bytes. */
const MAX_BODY = 65_536;

export function openSocket(
  uri: string,
  options: SocketOptions & { readonly pingIntervalMs?: number },
): Promise<Channel> {
  const { promise, resolve, reject } = withResolvers<Channel>();
  const socket = new WebSocket(uri, {
    perMessageDeflate: false,
    autoPong: options.stored === undefined,
    ...tlsOf(options.tls),
  });
  const giveUp = () => socket.terminate();
  options.signal.addEventListener('abort', giveUp, { once: true });
  socket.on('error', (cause) => reject(new CouldNotConnect(`${mask(cause.message)}.`, cause)));
  socket.once('unexpected-response', (_request, response) => {
    void readRefusal(response)
      .then(reject)
      .finally(() => socket.terminate());
  });
  socket.once('open', () => options.signal.removeEventListener('abort', giveUp));
  resolveWhenOpen(socket, resolve, options.stored);
  watchLine(socket, options.pingIntervalMs ?? PING_INTERVAL_MS);
  return promise;
}

function tlsOf(tls: TlsOptions | undefined) {
  if (!tls) return {};
  const { ca, rejectUnauthorized } = tls;
  return {
    ...(ca === undefined ? {} : { ca: typeof ca === 'string' ? ca : [...ca] }),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
  };
}

interface Body extends AsyncIterable<unknown> {
  readonly statusCode?: number | undefined;
  readonly headers: { readonly 'retry-after'?: string | undefined };
}

async function readRefusal(response: Body): Promise<Error> {
  let body = '';
  try {
    for await (const part of response) {
      body += String(part);
      if (body.length > MAX_BODY) break;
    }
  } catch {
    // The status is known; what is missing is only the text.
  }
  const retryAfter = response.headers['retry-after'];
  return refusalOf({ status: response.statusCode ?? 0, body, retryAfter });
}

function resolveWhenOpen(
  socket: WebSocket,
  resolve: (channel: Channel) => void,
  stored: SocketOptions['stored'],
): void {
  const channel = new HeldChannel({
    send: (text) => socket.send(text),
    close: (code, reason) => socket.close(code, reason),
  });
  socket.on('message', (data) => channel.text(String(data)));
  socket.on('close', (code, reason) => channel.closed(code, String(reason)));
  socket.once('open', () => resolve(channel));
  if (stored) answerPings(socket, channel, stored);
}

/** A ping that only asks for a sign of life is answered at once; a delivery mark when it is true. */
function answerPings(
  socket: WebSocket,
  channel: HeldChannel,
  stored: () => Promise<unknown>,
): void {
  const pong = (payload: Uint8Array) => {
    if (socket.readyState === WebSocket.OPEN) socket.pong(payload);
  };
  socket.on('ping', (payload) => {
    if (!DELIVERY_MARK.test(String(payload))) pong(payload);
    else channel.afterTexts(() => void stored().then(() => pong(payload)));
  });
}

/** A pulled plug sends no close: without this, open calls would wait for TCP to give up. */
function watchLine(socket: WebSocket, intervalMs: number): void {
  let heard = true;
  const hear = () => {
    heard = true;
  };
  for (const sign of ['pong', 'ping', 'message']) socket.on(sign, hear);
  socket.once('open', () => {
    const timer = setInterval(() => {
      if (!heard) socket.terminate();
      else if (socket.readyState === WebSocket.OPEN) socket.ping();
      heard = false;
    }, intervalMs);
    socket.once('close', () => clearInterval(timer));
  });
}
