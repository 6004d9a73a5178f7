// A request that another node answers, over a connection to it that serves this request only.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { request as httpRequest } from 'node:http';
import type { Socket } from 'node:net';
import { pipeline } from 'node:stream';
import type { Pipe } from './pipes.ts';
import { requestHeaders } from './request-head.ts';

/** Headers of an answer that are about the connection between the nodes. */
const OF_THE_CONNECTION = /^(keep-alive|transfer-encoding)$/i;
const CONNECTION = /^connection$/i;
/** What Node says about the connection; anything else is of the answer. */
const CONNECTION_ENDS = /^(close|keep-alive)$/i;

export interface RequestToForward {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly host: string;
  /** The response has ended, or was cut off. */
  readonly onClosed: () => void;
}

/**
 * Hands on the request with its body, and the answer as it comes, both with back-pressure. If the owner goes away
 * before its answer has ended, the client's connection is cut, as it would be if the client had connected to
 * the owner: whether the request was carried out is not known here.
 */
export function forwardRequest(forwarded: RequestToForward, owner: Socket): Pipe {
  const { request, response, host, onClosed } = forwarded;
  const { method = 'GET', url = '/' } = request;
  const headers = requestHeaders(request, host);
  const outgoing = httpRequest({ createConnection: () => owner, method, path: url, headers });
  let answer: IncomingMessage | undefined;
  const cut = (): void => {
    outgoing.destroy();
    response.destroy();
  };
  // It was paused when the owner's acceptance was read.
  outgoing.once('socket', () => owner.resume());
  // An owner that answers before the body has ended may close while more of it is on the way. Whether the
  // answer is whole is then seen from the answer.
  outgoing.on('error', () => {
    if (!answer) cut();
  });
  // Without a reader, what is left of the body would stop the next request of the client.
  outgoing.once('close', () => request.unpipe(outgoing).resume());
  outgoing.once('response', (incoming) => {
    answer = incoming;
    handBack(incoming, forwarded);
  });
  response.once('close', () => {
    outgoing.destroy();
    onClosed();
  });
  request.pipe(outgoing);
  return {
    get bufferedBytes() {
      const toOwner = request.readableLength + outgoing.writableLength;
      return toOwner + response.writableLength + (answer?.readableLength ?? 0);
    },
    close: cut,
  };
}

function handBack(answer: IncomingMessage, { request, response }: RequestToForward): void {
  const { statusCode = 502, statusMessage, rawHeaders } = answer;
  const headers: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    if (OF_THE_CONNECTION.test(name)) continue;
    if (!CONNECTION.test(name) || !CONNECTION_ENDS.test(value)) headers.push(name, value);
  }
  // An owner that answers before the body has ended does not read the rest of it.
  if (!request.complete) headers.push('Connection', 'close');
  response.writeHead(statusCode, statusMessage, headers);
  response.flushHeaders();
  pipeline(answer, response, (error) => {
    if (error) response.destroy();
  });
}
