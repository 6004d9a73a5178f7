// The browser's WebSocket, over Node's own WebSocket and fetch, which are the same interfaces.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { WebSocketServer } from 'ws';
import { ManualTiming } from '../testing/manual-timing.ts';
import { openSocket } from './socket-browser.ts';

const unaborted = () => ({ signal: new AbortController().signal });

async function listening(t: TestContext, answer: RequestListener) {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { server, uri: `ws://127.0.0.1:${port}/pac?token=secret&api-version=v1` };
}

test('texts go both ways, and the close code is reported', async (t) => {
  const { server, uri } = await listening(t, () => undefined);
  new WebSocketServer({ server }).on('connection', (socket) => {
    socket.send('first');
    socket.on('message', (data) => {
      socket.send(`echo ${data}`);
      socket.close(4003, 'revoked');
    });
  });
  const channel = await openSocket(uri, unaborted());
  const texts: string[] = [];
  const ended = Promise.withResolvers<number>();
  channel.listen({
    onMessage: (text) => texts.push(text),
    onClosed: (code) => ended.resolve(code),
  });
  channel.send('hello');
  assert.equal(await ended.promise, 4003);
  assert.deepEqual(texts, ['first', 'echo hello']);
});

test('a refusal, hidden by the browser, is asked for under /handshake', async (t) => {
  const asked: (string | undefined)[] = [];
  const { uri } = await listening(t, (request, response) => {
    asked.push(request.url);
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end('{"error":"unauthorized","message":"The token is missing or wrong."}');
  });
  await assert.rejects(openSocket(uri, unaborted()), {
    name: 'HandshakeRefused',
    status: 401,
    code: 'unauthorized',
    message: 'The token is missing or wrong.',
  });
  assert.deepEqual(asked.slice(-1), ['/handshake/pac?token=secret&api-version=v1']);
  const below = uri.replace('/pac', '/shops/1/pac');
  await assert.rejects(openSocket(below, unaborted()), { code: 'unauthorized' });
  assert.deepEqual(asked.slice(-1), ['/shops/1/handshake/pac?token=secret&api-version=v1']);
});

for (const status of [204, 404]) {
  test(`an answer ${status} that is no refusal of a gateway stops nothing`, async (t) => {
    const { uri } = await listening(t, (_request, response) => {
      response.writeHead(status).end();
    });
    await assert.rejects(openSocket(uri, unaborted()), { name: 'CouldNotConnect' });
  });
}

test('a watched connection asks something harmless after silence, and keeps the answer to itself', async (t) => {
  const { server, uri } = await listening(t, () => undefined);
  const asked: unknown[] = [];
  const answered = Promise.withResolvers<void>();
  new WebSocketServer({ server }).on('connection', (socket) => {
    socket.on('message', (data) => {
      asked.push(JSON.parse(String(data)));
      socket.send('{"jsonrpc":"2.0","id":1,"result":{"id":0}}');
      socket.send('{"jsonrpc":"2.0","id":0,"method":"mine"}');
      socket.send('{"jsonrpc":"2.0","id":0,"error":{"code":-32601,"message":"Unknown method."}}');
      socket.send('last');
    });
  });
  const timing = new ManualTiming();
  const channel = await openSocket(uri, { ...unaborted(), watch: timing });
  const texts: string[] = [];
  channel.listen({
    onMessage: (text) => {
      texts.push(text);
      if (text === 'last') answered.resolve();
    },
    onClosed: () => undefined,
  });
  await timing.advance(20_000);
  await answered.promise;
  const params = { status: 'BUSY' };
  assert.deepEqual(asked, [{ jsonrpc: '2.0', id: 0, method: 'connectedTerminals', params }]);
  assert.deepEqual(texts, [
    '{"jsonrpc":"2.0","id":1,"result":{"id":0}}',
    '{"jsonrpc":"2.0","id":0,"method":"mine"}',
    'last',
  ]);
  channel.close(1000, '');
});

test('a watched connection that is silent ends with 1006 within 40 s, and one that is not watched goes on', async (t) => {
  const { server, uri } = await listening(t, () => undefined);
  const sockets = new WebSocketServer({ server });
  const asked: string[] = [];
  sockets.on('connection', (socket) => socket.on('message', (data) => asked.push(String(data))));
  const timing = new ManualTiming();
  const ends: number[] = [];
  for (const watch of [timing, undefined]) {
    const channel = await openSocket(uri, { ...unaborted(), watch });
    channel.listen({ onMessage: () => undefined, onClosed: (code) => ends.push(code) });
  }
  await timing.advance(40_000);
  assert.deepEqual(ends, [1006]);
  for (const socket of sockets.clients) socket.terminate();
});
