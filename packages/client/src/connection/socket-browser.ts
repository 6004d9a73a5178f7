// The connection to the gateway in a browser. A browser hides why a handshake was refused, so that is asked
// over HTTP afterwards; it also hides pings, and answers them itself, so a dead connection is noticed by a request.

import type { Channel } from '@tillgate/protocol';
import { CloseCode } from '@tillgate/protocol';
import { hostOf, parseAddress, uriText } from './address.ts';
import { CouldNotConnect } from './errors.ts';
import { LineWatch } from './line-watch.ts';
import type { SocketOptions } from './socket.ts';
import { HeldChannel, refusalOf } from './socket.ts';
import type { Timing } from './timing.ts';
import { withResolvers } from './with-resolvers.ts';

/** Codes a page may give itself (WHATWG WebSockets); any other is refused by the browser. */
const isAllowedCloseCode = (code: number) =>
  code === CloseCode.normal || (code >= 3000 && code <= 4999);

/** Tills number their requests from 1 [C-3.9], so the answer to 0 is that of the probe, also one of an error. */
const PROBE_ID = 0;
const PROBE = JSON.stringify({
  jsonrpc: '2.0',
  id: PROBE_ID,
  method: 'connectedTerminals',
  params: { status: 'BUSY' },
});

export function openSocket(uri: string, options: SocketOptions): Promise<Channel> {
  const { promise, resolve, reject } = withResolvers<Channel>();
  const socket = new WebSocket(uri);
  const giveUp = () => socket.close();
  options.signal.addEventListener('abort', giveUp, { once: true });
  const channel = new HeldChannel({
    send: (text) => socket.send(text),
    close: (code, reason) =>
      isAllowedCloseCode(code) ? socket.close(code, reason) : socket.close(),
  });
  let opened = false;
  let watch: LineWatch | undefined;
  socket.onopen = () => {
    opened = true;
    options.signal.removeEventListener('abort', giveUp);
    if (options.watch) watch = watchLine(socket, channel, options.watch);
    resolve(channel);
  };
  socket.onmessage = (event) => {
    watch?.heard();
    const text = String(event.data);
    if (!watch || !answersProbe(text)) channel.text(text);
  };
  socket.onclose = (event) => {
    watch?.stop();
    if (opened) channel.closed(event.code, event.reason);
    else void whyNot(uri, options.signal).then(reject);
  };
  return promise;
}

function watchLine(socket: WebSocket, channel: HeldChannel, timing: Timing): LineWatch {
  return new LineWatch({
    timing,
    probe: () => {
      if (socket.readyState === WebSocket.OPEN) socket.send(PROBE);
    },
    onDead: () => {
      // Its own end may take the browser a minute more, and what still came would be too late.
      socket.onmessage = null;
      socket.close();
      channel.closed(CloseCode.abnormal, 'nothing was received');
    },
  });
}

function answersProbe(text: string): boolean {
  if (!/"id"\s*:\s*0\b/.test(text)) return false;
  try {
    const { id, method } = Object(JSON.parse(text)) as Record<string, unknown>;
    return id === PROBE_ID && method === undefined;
  } catch {
    return false;
  }
}

/** Asks for the same path and query under `/handshake`, below the prefix of a proxy [C-2.22]. */
async function whyNot(uri: string, signal: AbortSignal): Promise<Error> {
  const address = parseAddress('uri', uri);
  const path = address.path.replace(/\/[^/]+\/?$/, '/handshake$&');
  const host = hostOf(address);
  try {
    const response = await fetch(uriText({ ...address, path }, 'http'), {
      cache: 'no-store',
      signal,
    });
    const { status } = response;
    const body = await response.text();
    const refusal = refusalOf({ status, body, retryAfter: response.headers.get('retry-after') });
    if (status >= 400 && refusal.code !== '') return refusal;
    return new CouldNotConnect(
      status === 204
        ? 'the gateway would accept this till, but the line did not open.'
        : `${host} answered with HTTP status ${status}, but not as a gateway does.`,
    );
  } catch (cause) {
    return new CouldNotConnect(`${host} does not answer.`, cause);
  }
}
