// A bare line to a gateway, without the client's care: for `send`, which must be able to do wrong.
// The platform's WebSocket hides why a handshake was refused, so the gateway is asked that apart.

import type { Channel, ChannelEars } from '@tillgate/protocol';
import { mask } from '@tillgate/protocol';
import { Ended, exitCode } from './usage.ts';

const CONNECT_LIMIT_MS = 15_000;

interface RawOptions {
  /** Trust any certificate. */
  readonly insecure: boolean;
}

/** Ends the command with exit code 4 if no line can be had. */
export async function openRawSocket(uri: URL, { insecure }: RawOptions): Promise<Channel> {
  if (insecure) process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  const socket = new WebSocket(uri);
  const opened = await new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), CONNECT_LIMIT_MS);
    const settle = (good: boolean) => () => {
      clearTimeout(timer);
      resolve(good);
    };
    socket.addEventListener('open', settle(true), { once: true });
    socket.addEventListener('error', settle(false), { once: true });
  });
  if (opened) return channelOf(socket);
  socket.close();
  throw new Ended(exitCode.notConnected, await whyNot(uri));
}

/** What the gateway says of this very address, and what to make of no answer. */
async function whyNot(uri: URL): Promise<string> {
  const asked = new URL(uri);
  asked.protocol = uri.protocol === 'wss:' ? 'https:' : 'http:';
  asked.pathname = `/handshake${uri.pathname}`;
  try {
    const answer = await fetch(asked, { signal: AbortSignal.timeout(CONNECT_LIMIT_MS) });
    if (answer.status === 204) return 'Could not connect: the socket failed to open.';
    return refusalText(answer.status, await answer.text());
  } catch (cause) {
    const { cause: inner } = cause as { cause?: unknown };
    const why = inner instanceof Error ? inner.message : 'no answer';
    return `Could not connect: ${mask(why || 'the connection was refused')}.`;
  }
}

function refusalText(status: number, body: string): string {
  try {
    const { error, message } = JSON.parse(body) as { error?: unknown; message?: unknown };
    return mask(`The gateway refused the connection: ${status} ${error}. ${message}`);
  } catch {
    return `The connection was refused with HTTP status ${status}; this is no gateway.`;
  }
}

function channelOf(socket: WebSocket): Channel {
  return {
    send: (text) => socket.send(text),
    close: (code, reason) => socket.close(code, reason),
    mark: () => {},
    listen: (ears: ChannelEars) => {
      socket.addEventListener('message', ({ data }) => ears.text(String(data)));
      socket.addEventListener('close', ({ code, reason }) => ears.closed(code, reason));
    },
  };
}
