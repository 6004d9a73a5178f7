// Requests that another node answers, over real sockets.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ClientRequest, IncomingMessage, RequestOptions, ServerResponse } from 'node:http';
import { Agent, request } from 'node:http';
import { test } from 'node:test';
import {
  connectTo,
  readAll,
  SITE,
  startOwner,
  startPublicNode,
  startTwoNodes,
} from '../../../../../../test/support/cluster/two-nodes.ts';
import { eventually } from '../../../../../../test/support/wait.ts';
import { passedOnClient } from './passed-on-client.ts';

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

function send(port: number, options: RequestOptions = {}, body?: string): ClientRequest {
  return request({ port, host: '127.0.0.1', agent: false, ...options }).end(body);
}

async function answerOf(sent: ClientRequest): Promise<Answer> {
  const [incoming] = (await once(sent, 'response')) as [IncomingMessage];
  let body = '';
  for await (const part of incoming) body += part;
  return { status: incoming.statusCode, headers: incoming.headers, body };
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  let body = '';
  for await (const part of incoming) body += part;
  return body;
}

test('a request with its body passes, and the answer with its headers', async (t) => {
  const onRequest = (incoming: IncomingMessage, response: ServerResponse) => {
    void bodyOf(incoming).then((body) => {
      response.writeHead(201, 'Made', [
        ...['Content-Type', 'application/json', 'X-Two', 'a', 'X-Two', 'b'],
        ...['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2'],
      ]);
      response.end(`${incoming.method} ${incoming.url} ${body}`);
    });
  };
  const { node, owner } = await startTwoNodes(t, { onRequest });
  const options = { method: 'PUT', path: '/api/v1/sites/x?y=%20', headers: { 'X-One': '1' } };
  const long = 'x'.repeat(1_000_000);
  for (const body of ['{}', long]) {
    const answer = await answerOf(send(node.port, options, body));
    assert.equal(answer.status, 201);
    assert.equal(answer.headers['x-two'], 'a, b');
    assert.deepEqual(answer.headers['set-cookie'], ['a=1', 'b=2']);
    assert.equal(answer.body, `PUT /api/v1/sites/x?y=%20 ${body}`);
  }
  const { headers, rawHeaders } = owner.handled[0] ?? assert.fail();
  assert.equal(headers.host, 'shop1.example');
  assert.equal(headers['x-one'], '1');
  assert.equal(headers['content-length'], '2');
  assert.equal(rawHeaders.filter((name) => name.toLowerCase() === 'connection').length, 1);
  await eventually('the end of the pipes', () => node.forwarder.pipes.size === 0 || undefined);
});

test('a body without a length passes', async (t) => {
  const onRequest = (incoming: IncomingMessage, response: ServerResponse) => {
    void bodyOf(incoming).then((body) => response.end(body));
  };
  const { node } = await startTwoNodes(t, { onRequest });
  for (const method of ['POST', 'GET', 'DELETE']) {
    const headers = { 'Transfer-Encoding': 'chunked', Expect: '100-continue' };
    const sent = request({ port: node.port, host: '127.0.0.1', agent: false, method, headers });
    sent.flushHeaders();
    await once(sent, 'continue');
    sent.write('one ');
    sent.end('two');
    assert.equal((await answerOf(sent)).body, 'one two');
  }
});

test('the owner learns the client from the other node', async (t) => {
  const onRequest = (incoming: IncomingMessage, response: ServerResponse) =>
    response.end(JSON.stringify(passedOnClient(incoming)));
  const client = { address: '198.51.100.1', secure: false };
  const { node } = await startTwoNodes(t, { onRequest, client });
  const headers = { 'X-Forwarded-For': '192.0.2.1' };
  const { body } = await answerOf(send(node.port, { headers }));
  assert.deepEqual(JSON.parse(body), { ...client, network: '198.51.100.1' });
});

test('the client keeps its connection for the next request', async (t) => {
  const { node, owner } = await startTwoNodes(t);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  for (const path of ['/1', '/2', '/3']) {
    const sent = send(node.port, { agent, path });
    assert.equal((await answerOf(sent)).body, path);
    assert.equal(sent.reusedSocket, path !== '/1');
  }
  assert.equal(new Set(owner.handled.map(({ socket }) => socket)).size, 3);
});

test('answers without a body pass', async (t) => {
  const onRequest = ({ url }: IncomingMessage, response: ServerResponse) => {
    const status = Number(url?.slice(1));
    if (status === 426)
      response.setHeader('Upgrade', 'websocket').setHeader('Connection', 'Upgrade');
    response.setHeader('ETag', '"x"').writeHead(status).end();
  };
  const { node } = await startTwoNodes(t, { onRequest });
  for (const status of [204, 304, 426]) {
    const { headers, ...answer } = await answerOf(send(node.port, { path: `/${status}` }));
    assert.deepEqual(answer, { status, body: '' });
    assert.equal(headers.etag, '"x"');
    assert.equal(headers.upgrade, status === 426 ? 'websocket' : undefined);
  }
  const head = await answerOf(send(node.port, { method: 'HEAD', path: '/200' }));
  assert.equal(head.status, 200);
});

test('events of a stream pass one by one, and the owner sees that the client is gone', async (t) => {
  let stream: ServerResponse | undefined;
  const onRequest = (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.flushHeaders();
    stream = response;
  };
  const { node } = await startTwoNodes(t, { onRequest });
  const sent = send(node.port);
  const [incoming] = (await once(sent, 'response')) as [IncomingMessage];
  const open = stream ?? assert.fail();
  for (const event of ['data: 1\n\n', 'data: 2\n\n']) {
    open.write(event);
    const [part] = await once(incoming, 'data');
    assert.equal(String(part), event);
  }
  assert.equal(node.forwarder.pipes.size, 1);
  const closed = once(open, 'close');
  sent.destroy();
  await closed;
  await eventually('the end of the pipe', () => node.forwarder.pipes.size === 0 || undefined);
});

test('the owner sees that a client is gone before its answer', async (t) => {
  let waiting: ServerResponse | undefined;
  const onRequest = (_: IncomingMessage, response: ServerResponse) => {
    waiting = response;
  };
  const { node } = await startTwoNodes(t, { onRequest });
  const sent = send(node.port).on('error', () => sent.destroy());
  const response = await eventually('the request at the owner', () => waiting);
  const closed = once(response, 'close');
  sent.destroy();
  await closed;
  await eventually('the end of the pipe', () => node.forwarder.pipes.size === 0 || undefined);
});

test('the client is cut off if the owner goes away before the answer has ended', async (t) => {
  for (const before of [false, true]) {
    const onRequest = (_: IncomingMessage, response: ServerResponse) => {
      if (before) response.socket?.destroy();
      else response.write('half', () => response.socket?.destroy());
    };
    const { node } = await startTwoNodes(t, { onRequest });
    const socket = await connectTo(t, node.port);
    socket.write('POST /api HTTP/1.1\r\nHost: shop1.example\r\nContent-Length: 0\r\n\r\n');
    const answer = await readAll(socket);
    if (before) assert.equal(answer, '');
    else assert.match(answer, /\r\n\r\n4\r\nhalf\r\n$/);
    await eventually('the end of the pipe', () => node.forwarder.pipes.size === 0 || undefined);
  }
});

test('closing the pipes of a site cuts its requests at both ends', async (t) => {
  let stream: ServerResponse | undefined;
  const onRequest = (_: IncomingMessage, response: ServerResponse) => {
    response.write('data: 1\n\n');
    stream = response;
  };
  const { node } = await startTwoNodes(t, { onRequest });
  const sent = send(node.port);
  const [incoming] = (await once(sent, 'response')) as [IncomingMessage];
  const closed = once(stream ?? assert.fail(), 'close');
  node.forwarder.pipes.closeSite(SITE);
  await assert.rejects(bodyOf(incoming), { code: 'ECONNRESET' });
  await closed;
  assert.equal(node.forwarder.pipes.size, 0);
});

test('a refusal of a body that never ends reaches the client, and ends its connection', async (t) => {
  const onRequest = (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(413, { Connection: 'close', 'Content-Length': '8' });
    response.end('too long');
  };
  const { node } = await startTwoNodes(t, { onRequest });
  const socket = await connectTo(t, node.port);
  const answer = readAll(socket);
  const pour = (): void => {
    if (socket.writable) socket.write(`4000\r\n${'x'.repeat(0x4000)}\r\n`, pour);
  };
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
  pour();
  assert.match(await answer, /^HTTP\/1\.1 413 [\s\S]*\r\nConnection: close\r\n[\s\S]*too long$/);
  await eventually('the end of the pipe', () => node.forwarder.pipes.size === 0 || undefined);
});

test('the next request is answered after one whose body the owner does not read', async (t) => {
  const onRequest = ({ method }: IncomingMessage, response: ServerResponse) => {
    response.writeHead(method === 'GET' ? 200 : 413).end();
  };
  const { node } = await startTwoNodes(t, { onRequest });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  for (const length of [10, 100_000, 1_000_000]) {
    const sent = send(node.port, { agent, method: 'POST' }, 'x'.repeat(length));
    // The connection may be closed before the body has been written.
    sent.on('error', () => {});
    assert.equal((await answerOf(sent)).status, 413);
    assert.equal((await answerOf(send(node.port, { agent }))).status, 200);
  }
});

test('for a client that reads slowly no more waits in between than the buffers hold', async (t) => {
  const BYTES = 16 * 1024 * 1024;
  const onRequest = (_: IncomingMessage, response: ServerResponse) => {
    response.end(Buffer.alloc(BYTES, 'x'));
  };
  const { node } = await startTwoNodes(t, { onRequest });
  const { pipes } = node.forwarder;
  const [incoming] = (await once(send(node.port), 'response')) as [IncomingMessage];
  let most = 0;
  let received = 0;
  for await (const part of incoming) {
    received += part.length;
    for (let turn = 0; turn < 3; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, pipes.bufferedBytes);
    }
  }
  assert.equal(received, BYTES);
  assert(most > 0 && most <= 6 * 65_536, `${most} bytes waited`);
});

test('a request is answered 503 if the owner is not there', async (t) => {
  const gone = await startOwner(t);
  await gone.listener.close(0);
  const node = await startPublicNode(t, { ownerPort: gone.port });
  const { status, headers, body } = await answerOf(send(node.port, { method: 'POST' }, '{}'));
  assert.equal(status, 503);
  assert.equal(headers['retry-after'], '2');
  assert.equal(JSON.parse(body).error, 'moving');
  assert.match(node.failures[0] ?? '', /ECONNREFUSED/);
  assert.equal(node.forwarder.pipes.size, 0);

  const ofApi = await answerOf(send(node.port, { path: '/api/v1/sites/shop1/terminals' }));
  assert.equal(ofApi.status, 503);
  assert.equal(ofApi.headers['retry-after'], '2');
  assert.equal(ofApi.headers['content-type'], 'application/problem+json');
  assert.equal(JSON.parse(ofApi.body).type, 'urn:tillgate:problem:moving');
});
