// The connection to the gateway in a browser. A browser hides why a handshake was refused, so that is asked
// over HTTP afterwards; it also hides pings, and answers them itself.

import type { Channel } from '@tillgate/protocol';
import { CloseCode } from '@tillgate/protocol';
import { CouldNotConnect } from './errors.ts';
import type { SocketOptions } from './socket.ts';
import { HeldChannel, refusalOf } from './socket.ts';

/** Codes a page may give itself (WHATWG WebSockets); any other is refused by the browser. */
const isAllowedCloseCode = (code: number) =>
  code === CloseCode.normal || (code >= 3000 && code <= 4999);

export function openSocket(uri: string, options: SocketOptions): Promise<Channel> {
  const { promise, resolve, reject } = Promise.withResolvers<Channel>();
  const socket = new WebSocket(uri);
  const giveUp = () => socket.close();
  options.signal.addEventListener('abort', giveUp, { once: true });
  const channel = new HeldChannel({
    send: (text) => socket.send(text),
    close: (code, reason) =>
      isAllowedCloseCode(code) ? socket.close(code, reason) : socket.close(),
  });
  let opened = false;
  socket.onopen = () => {
    opened = true;
    options.signal.removeEventListener('abort', giveUp);
    resolve(channel);
  };
  socket.onmessage = (event) => channel.text(String(event.data));
  socket.onclose = (event) => {
    if (opened) channel.closed(event.code, event.reason);
    else void whyNot(uri, options.signal).then(reject);
  };
  return promise;
}

/** Asks for the same path and query under `/handshake`, below the prefix of a proxy [C-2.22]. */
async function whyNot(uri: string, signal: AbortSignal): Promise<Error> {
  const address = new URL(uri);
  address.protocol = address.protocol === 'wss:' ? 'https:' : 'http:';
  address.pathname = address.pathname.replace(/\/[^/]+\/?$/, '/handshake$&');
  try {
    const response = await fetch(address, { cache: 'no-store', signal });
    const { status } = response;
    const body = await response.text();
    const refusal = refusalOf({ status, body, retryAfter: response.headers.get('retry-after') });
    if (status >= 400 && refusal.code !== '') return refusal;
    return new CouldNotConnect(
      status === 204
        ? 'the gateway would accept this till, but the line did not open.'
        : `${address.host} answered with HTTP status ${status}, but not as a gateway does.`,
    );
  } catch (cause) {
    return new CouldNotConnect(`${address.host} does not answer.`, cause);
  }
}
