import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { startTestGateway } from 'tillgate/testing';
import { WebSocket } from 'ws';
import type { HandshakeAnswer } from './till-proxy.ts';
import { TillProxy } from './till-proxy.ts';

async function start(t: TestContext) {
  const shop = await startTestGateway();
  t.after(() => shop.stop());
  const proxy = await TillProxy.start(shop.gateway.httpUrl, performance.now());
  t.after(() => proxy.close());
  const open = (uri = shop.uri()) => new WebSocket(proxy.through(uri));
  return { shop, proxy, open };
}

async function answerTo(socket: WebSocket) {
  socket.on('error', () => {});
  const [, response] = await once(socket, 'unexpected-response');
  response.resume();
  return [response.statusCode, response.headers['retry-after'], response.headers.location];
}

test('a connection is passed on in both directions, with its close code', async (t) => {
  const { proxy, open } = await start(t);
  const socket = open();
  await once(socket, 'open');
  socket.send('{"jsonrpc":"2.0","id":1,"method":"connectedTerminals"}');
  const [data] = await once(socket, 'message');
  assert.equal(JSON.parse(String(data)).id, 1);
  socket.close(1000);
  assert.equal((await once(socket, 'close'))[0], 1000);
  const [handshake] = proxy.handshakes;
  assert.deepEqual([handshake?.path, handshake?.version, handshake?.status], ['pac', 'v1', 101]);
});

test('a refusal of the gateway is noted as one', async (t) => {
  const { shop, proxy, open } = await start(t);
  assert.deepEqual(await answerTo(open(shop.uri('pac', { token: 'wrong' }))), [
    ...[401, undefined, undefined],
  ]);
  const [handshake] = proxy.handshakes;
  assert.deepEqual([handshake?.status, handshake?.isRefusal], [401, true]);
});

test('the next handshakes of a path are answered as they are to be, the one after them by the gateway', async (t) => {
  const { proxy, open } = await start(t);
  const refusal: HandshakeAnswer = {
    ...{ kind: 'refusal', status: 503, error: 'moving', message: 'Moving.', retryAfterS: 2 },
  };
  proxy.answerNext('pac', [refusal, { kind: 'bad-gateway' }, { kind: 'redirect' }]);
  assert.deepEqual(await answerTo(open()), [503, '2', undefined]);
  assert.deepEqual(await answerTo(open()), [502, undefined, undefined]);
  const [status, , location] = await answerTo(open());
  assert.deepEqual([status, /^http:\/\/127\.0\.0\.1:\d+\/redirected$/.test(location)], [302, true]);
  const socket = open();
  await once(socket, 'open');
  socket.terminate();
  assert.deepEqual(
    proxy.handshakes.map((one) => [one.status, one.isRefusal, one.retryAfterS]),
    [
      [503, true, 2],
      [502, false, undefined],
      [302, false, undefined],
      [101, false, undefined],
    ],
  );
});

test('a program that asks why it is refused gets the same answer [C-2.22]', async (t) => {
  const { shop, proxy, open } = await start(t);
  const refusal: HandshakeAnswer = {
    ...{ kind: 'refusal', status: 401, error: 'unauthorized', message: 'Wrong.' },
  };
  const ask = async () => {
    const { pathname, search } = new URL(shop.uri());
    const uri = proxy.through(`${shop.gateway.httpUrl}/handshake${pathname}${search}`);
    const response = await fetch(uri);
    return [response.status, await response.text()];
  };
  assert.deepEqual(await ask(), [204, '']);
  proxy.answerAlways('pac', refusal);
  assert.deepEqual(await answerTo(open()), [401, undefined, undefined]);
  assert.deepEqual(await answerTo(open()), [401, undefined, undefined]);
  assert.deepEqual(await ask(), [401, '{"error":"unauthorized","message":"Wrong."}']);
  proxy.passOn();
  assert.deepEqual(await ask(), [204, '']);
  proxy.answerNext('pac', [{ ...refusal, status: 503, retryAfterS: 600 }]);
  assert.deepEqual(await answerTo(open()), [503, '600', undefined]);
  assert.deepEqual(await ask(), [503, '{"error":"unauthorized","message":"Wrong."}']);
  proxy.passOn();
  assert.deepEqual(await ask(), [204, '']);
});

test('a till that does not wait for a late answer, and one that gets none, are noted', async (t) => {
  const { proxy, open } = await start(t);
  proxy.answerNext('pac', [{ kind: 'late', ms: 60_000 }, { kind: 'none' }]);
  const hasty = open();
  hasty.on('error', () => {});
  while (proxy.handshakes.length === 0) await new Promise(setImmediate);
  hasty.terminate();
  while (proxy.handshakes[0]?.leftMs === undefined) await new Promise(setImmediate);
  const unanswered = open();
  await once(unanswered, 'error');
  const [first, second] = proxy.handshakes;
  assert.deepEqual(
    [first?.status, second?.status, second?.leftMs],
    [undefined, undefined, undefined],
  );
});
