// Connections over a real socket: opening, refusal, and a gateway that stops answering.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { WebSocketServer } from 'ws';
import { openSocket } from './socket-node.ts';

const unaborted = () => ({ signal: new AbortController().signal });

async function listening(t: TestContext, upgrade?: RequestListener) {
  const server = createServer(upgrade);
  const sockets = new WebSocketServer({ server, autoPong: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { sockets, server, uri: `ws://127.0.0.1:${port}/pac?token=secret` };
}

test('texts that come before anybody listens are kept [C-2.7]', async (t) => {
  const { sockets, uri } = await listening(t);
  sockets.on('connection', (socket) => {
    socket.send('first');
    socket.on('message', (data) => socket.send(`echo ${data}`));
  });
  const channel = await openSocket(uri, unaborted());
  await new Promise((resolve) => setImmediate(resolve));
  const texts: string[] = [];
  const done = Promise.withResolvers<number>();
  channel.listen({
    onMessage: (text) => {
      texts.push(text);
      if (texts.length === 2) channel.close(1000, '');
    },
    onClosed: (code) => done.resolve(code),
  });
  channel.send('hello');
  assert.equal(await done.promise, 1000);
  assert.deepEqual(texts, ['first', 'echo hello']);
});

test('a refused handshake tells its status, code and sentence [C-2.9]', async (t) => {
  const { server, sockets, uri } = await listening(t);
  server.removeAllListeners('upgrade');
  server.on('upgrade', (_request, socket) => {
    const body = '{"error":"shutting_down","message":"Connect again in a few seconds."}';
    const head = `Content-Length: ${body.length}\r\nRetry-After: 5\r\nConnection: close`;
    socket.end(`HTTP/1.1 503 Service Unavailable\r\n${head}\r\n\r\n${body}`);
  });
  await assert.rejects(openSocket(uri, unaborted()), {
    name: 'HandshakeRefused',
    status: 503,
    code: 'shutting_down',
    message: 'Connect again in a few seconds.',
    retryAfterMs: 5_000,
  });
  sockets.close();
});

test('without a server the connection cannot be opened, and the error contains no token', async (t) => {
  const { server, uri } = await listening(t);
  server.close();
  await once(server, 'close');
  await assert.rejects(openSocket(uri, unaborted()), (cause: Error) => {
    assert.equal(cause.name, 'CouldNotConnect');
    return !cause.message.includes('secret');
  });
});

test('an opening that is aborted ends', async (t) => {
  const { server, uri } = await listening(t);
  server.removeAllListeners('upgrade');
  server.on('upgrade', (_request, socket) => socket.on('error', () => undefined));
  const controller = new AbortController();
  const opening = openSocket(uri, { signal: controller.signal });
  await once(server, 'upgrade');
  controller.abort();
  await assert.rejects(opening, { name: 'CouldNotConnect' });
});

test('a gateway that answers no ping is disconnected with 1006', async (t) => {
  const { sockets, uri } = await listening(t);
  sockets.options.autoPong = false;
  const channel = await openSocket(uri, { ...unaborted(), pingIntervalMs: 20 });
  const ended = Promise.withResolvers<number>();
  channel.listen({ onMessage: () => undefined, onClosed: (code) => ended.resolve(code) });
  assert.equal(await ended.promise, 1006);
});

test('a delivery mark is answered when everything before it is stored, other pings at once [C-3.49]', async (t) => {
  const { sockets, uri } = await listening(t);
  const pongs: string[] = [];
  const answered = Promise.withResolvers<void>();
  sockets.on('connection', (socket) => {
    socket.on('pong', (payload) => {
      pongs.push(String(payload));
      if (String(payload) === '2') answered.resolve();
    });
    socket.send('paid');
    socket.ping('1');
    socket.ping('');
    socket.ping('proxy');
    socket.send('and on');
    socket.ping('2');
    socket.on('message', () => {
      pongs.push('stored');
    });
  });
  const storing = Promise.withResolvers<void>();
  const heard: string[] = [];
  const stored = () => {
    heard.push('mark');
    return storing.promise;
  };
  const channel = await openSocket(uri, { ...unaborted(), stored });
  channel.listen({
    onMessage: (text) => {
      heard.push(text);
      if (text !== 'and on') return;
      channel.send('now');
      storing.resolve();
    },
    onClosed: () => undefined,
  });
  await answered.promise;
  assert.deepEqual(heard, ['paid', 'mark', 'and on', 'mark']);
  assert.deepEqual(pongs, ['', 'proxy', 'stored', '1', '2']);
  channel.close(1000, '');
});

test('without `stored` every ping is answered at once', async (t) => {
  const { sockets, uri } = await listening(t);
  const pong = Promise.withResolvers<string>();
  sockets.on('connection', (socket) => {
    socket.on('pong', (payload) => pong.resolve(String(payload)));
    socket.ping('1');
  });
  const channel = await openSocket(uri, unaborted());
  assert.equal(await pong.promise, '1');
  channel.close(1000, '');
});
