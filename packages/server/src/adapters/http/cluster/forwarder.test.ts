// Upgrades that another node answers, over real sockets.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { test } from 'node:test';
import type { WebSocket } from 'ws';
import {
  connectTo,
  limits,
  OWNER,
  openWebSocket,
  readAll,
  SECRET,
  SITE,
  startOwner,
  startPublicNode,
  startTwoNodes,
  webSockets,
} from '../../../../../../test/support/cluster/two-nodes.ts';
import type { TestEnd } from '../../../../../../test/support/wait.ts';
import { atEnd, eventually } from '../../../../../../test/support/wait.ts';
import { Forwarder } from './forwarder.ts';
import { challengeLine, judge, MAX_LINE_BYTES, membershipOf, newChallenge } from './membership.ts';
import { passedOnClient } from './passed-on-client.ts';
import { readLine } from './read-socket.ts';

const UPGRADE = [
  'GET /pac?token=secret HTTP/1.1',
  'Host: shop1.example',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
].join('\r\n');

const MOVING_BODY =
  '{"error":"moving","message":"This site is moving to another node of the gateway. Connect again in a few seconds."}';

/** A masked frame with the text "hi". */
const HI = Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69]);

/** The answer of the public node to an upgrade, until it ends the connection. */
async function answerTo(t: TestEnd, port: number, more = ''): Promise<string> {
  const socket = await connectTo(t, port);
  socket.write(`${UPGRADE}${more}\r\n\r\n`);
  return readAll(socket);
}

/** A WebSocket of a client and its other end, at the owner. */
async function joined(t: TestEnd) {
  let atOwner: WebSocket | undefined;
  const onUpgrade = webSockets(t, (ws) => {
    atOwner = ws;
  });
  const nodes = await startTwoNodes(t, { onUpgrade });
  const client = await openWebSocket(t, nodes.node.port);
  assert(atOwner);
  return { ...nodes, client, atOwner };
}

/** An owner that is no InternalListener. */
async function strangeOwner(t: TestEnd, then: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    atEnd(t, () => socket.destroy());
    then(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, () => server.close());
  return (server.address() as AddressInfo).port;
}

/** Accepts the proof as an owner does. */
async function accept(socket: Socket): Promise<void> {
  const challenge = newChallenge(OWNER);
  socket.write(challengeLine(challenge));
  const line = await readLine(socket, MAX_LINE_BYTES);
  socket.write(judge(membershipOf({ secret: SECRET }), challenge, line).answer);
}

test('messages pass both ways, up to the longest that the gateway takes', async (t) => {
  const { node, owner } = await startTwoNodes(t);
  const ws = await openWebSocket(t, node.port);
  for (const text of ['hello', 'x'.repeat(262_144)]) {
    ws.send(text);
    const [data] = await once(ws, 'message');
    assert.equal(String(data), text);
  }
  assert.deepEqual(node.answered, [101]);
  assert.equal(node.forwarder.pipes.size, 1);
  assert.deepEqual([...node.failures, ...owner.refused], []);
});

test('the owner gets method, target and headers as they came, with the Host that the client asked for', async (t) => {
  const onUpgrade = (_: IncomingMessage, socket: Socket) => socket.end('HTTP/1.1 404 No\r\n\r\n');
  const { node, owner } = await startTwoNodes(t, {
    onUpgrade,
    client: { host: 'shop9.example:8443' },
  });
  const more = '\r\nX-One: a  b\r\nx-one: \xe9\r\nSec-WebSocket-Protocol: x\r\nOrigin: null';
  const socket = await connectTo(t, node.port);
  socket.write(`${UPGRADE}${more}\r\n\r\n`, 'latin1');
  await readAll(socket);
  const [request] = owner.handled;
  assert(request);
  assert.equal(`${request.method} ${request.url}`, 'GET /pac?token=secret');
  const sent = `${UPGRADE}${more}`
    .replace('shop1.example', 'shop9.example:8443')
    .split('\r\n')
    .slice(1)
    .flatMap((line) => line.split(/: (.*)/).slice(0, 2));
  assert.deepEqual(request.rawHeaders, sent);
});

test('the owner learns address and scheme of the client from the other node, and from no header', async (t) => {
  const origins: unknown[] = [];
  const onUpgrade = (request: IncomingMessage, socket: Socket) => {
    origins.push(passedOnClient(request));
    socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
  };
  const client = { address: '2001:db8::7', secure: false };
  const { node } = await startTwoNodes(t, { onUpgrade, client });
  const forged = [
    'Tillgate-Client-Address: 198.51.100.1',
    'X-Forwarded-For: 198.51.100.1',
    'X-Forwarded-Proto: https',
  ];
  await answerTo(t, node.port, ['', ...forged].join('\r\n'));
  assert.deepEqual(origins, [{ ...client, network: '2001:db8:0:0::/64' }]);
});

test('bytes that a client sends together with the head of its request reach the owner', async (t) => {
  const { node } = await startTwoNodes(t);
  const socket = await connectTo(t, node.port);
  socket.write(Buffer.concat([Buffer.from(`${UPGRADE}\r\n\r\n`), HI]));
  let answer = '';
  for await (const part of socket) {
    answer += part.toString('latin1');
    if (answer.endsWith('\x81\x02hi')) break;
  }
  assert.match(answer, /^HTTP\/1\.1 101 /);
});

test('pings, pongs and close codes pass both ways', async (t) => {
  const { client, atOwner, node } = await joined(t);
  client.ping('from client');
  assert.equal(String((await once(atOwner, 'ping'))[0]), 'from client');
  assert.equal(String((await once(client, 'pong'))[0]), 'from client');
  atOwner.ping('from owner');
  assert.equal(String((await once(client, 'ping'))[0]), 'from owner');
  assert.equal(String((await once(atOwner, 'pong'))[0]), 'from owner');
  atOwner.close(4001, 'superseded');
  const [[code, reason], [echoed]] = await Promise.all([
    once(client, 'close'),
    once(atOwner, 'close'),
  ]);
  assert.deepEqual([code, String(reason), echoed], [4001, 'superseded', 4001]);
  const second = await openWebSocket(t, node.port);
  second.close(4321);
  assert.equal((await once(second, 'close'))[0], 4321);
  await eventually('the end of the pipes', () => node.forwarder.pipes.size === 0 || undefined);
});

test('a refusal comes back byte for byte', async (t) => {
  const refusal =
    'HTTP/1.1 401 Unauthorized\r\ncontent-TYPE: application/json\r\nRetry-After: 7\r\n' +
    'Content-Length: 51\r\nConnection: close\r\n\r\n{"error":"invalid_token","message":"No such token"} ';
  const onUpgrade = (_: IncomingMessage, socket: Socket) => {
    socket.end(refusal, 'latin1');
    socket.resume();
  };
  const { node } = await startTwoNodes(t, { onUpgrade });
  assert.equal(await answerTo(t, node.port), refusal);
  assert.deepEqual(node.answered, [401]);
});

test('a client is answered 503 if the owner is not there', async (t) => {
  const port = await strangeOwner(t, () => assert.fail('Nobody connects.'));
  const gone = await startOwner(t);
  await gone.listener.close(0);
  assert.notEqual(port, gone.port);
  const node = await startPublicNode(t, { ownerPort: gone.port });
  const answer = await answerTo(t, node.port);
  const [head = '', body] = answer.split('\r\n\r\n');
  assert.match(head, /^HTTP\/1\.1 503 Service Unavailable\r\n/);
  assert.match(head, /\r\nRetry-After: 2\r\n/);
  assert.match(head, /\r\nContent-Type: application\/json\r\n/);
  assert.equal(body, MOVING_BODY);
  assert.equal(node.failures.length, 1);
  assert.match(node.failures[0] ?? '', /ECONNREFUSED/);
  assert.equal(node.forwarder.pipes.size, 0);
});

test('a client is answered 503 if the owner does not accept in time', async (t) => {
  let isConnected = false;
  const ownerPort = await strangeOwner(t, () => {
    isConnected = true;
  });
  const node = await startPublicNode(t, { ownerPort });
  const answer = answerTo(t, node.port);
  await eventually('a connection to the owner', () => isConnected || undefined);
  await node.clock.advance(limits.connectMs);
  assert((await answer).endsWith(MOVING_BODY));
  assert.deepEqual(node.failures, ['The node has not accepted within 3000 ms.']);
});

test('a client is answered 503 if the owner accepts and does not answer in time', async (t) => {
  let isAsked = false;
  const ownerPort = await strangeOwner(t, (socket) => {
    void accept(socket).then(() => {
      socket.once('data', () => {
        isAsked = true;
      });
      socket.resume();
    });
  });
  const node = await startPublicNode(t, { ownerPort });
  const answer = answerTo(t, node.port);
  await eventually('the upgrade at the owner', () => isAsked || undefined);
  await node.clock.advance(limits.answerMs);
  assert((await answer).endsWith(MOVING_BODY));
  assert.deepEqual(node.failures, ['The node has not answered an upgrade within 10000 ms.']);
});

test('a client is answered 503 if the owner ends the connection instead of an answer', async (t) => {
  const onUpgrade = (_: IncomingMessage, socket: Socket) => socket.destroy();
  const { node } = await startTwoNodes(t, { onUpgrade });
  assert((await answerTo(t, node.port)).endsWith(MOVING_BODY));
  assert.deepEqual(node.failures, ['The connection has ended.']);
});

test('a node with another secret is refused, and its client answered 503', async (t) => {
  const owner = await startOwner(t);
  const membership = { secret: 'x'.repeat(32) };
  const node = await startPublicNode(t, { ownerPort: owner.port, membership });
  assert((await answerTo(t, node.port)).endsWith(MOVING_BODY));
  assert.deepEqual(owner.refused, ['proof']);
  assert.deepEqual(owner.handled, []);
  assert.deepEqual(node.failures, [
    'The other node refuses: The node does not prove that it is of this cluster.',
  ]);
});

test('a stranger at the address of an owner gets nothing of what the client sent', async (t) => {
  let got = '';
  const strangers: readonly ((socket: Socket) => void)[] = [
    (socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
    (socket) => {
      socket.write(challengeLine(newChallenge(OWNER)));
      socket.once('data', () => socket.write('tillgate-node/1 accepted AAAA\n'));
    },
  ];
  for (const behave of strangers) {
    const ownerPort = await strangeOwner(t, (socket) => {
      socket.on('data', (data) => {
        got += String(data);
      });
      behave(socket);
    });
    const node = await startPublicNode(t, { ownerPort });
    assert((await answerTo(t, node.port)).endsWith(MOVING_BODY));
  }
  assert.match(got, /^tillgate-node\/1 proof .*\n$/);
  assert.doesNotMatch(got, /pac|token|secret/);
});

test('another node at the address of an owner, be it of the cluster, gets nothing', async (t) => {
  let got = '';
  const ownerPort = await strangeOwner(t, (socket) => {
    socket.on('data', (data) => {
      got += String(data);
    });
    socket.write(challengeLine(newChallenge('another')));
  });
  const node = await startPublicNode(t, { ownerPort });
  assert((await answerTo(t, node.port)).endsWith(MOVING_BODY));
  assert.equal(got, '');
  assert.deepEqual(node.failures, ['Another node is at that address.']);
});

test('the owner sees that a client is gone, and the client that the owner is', async (t) => {
  const { client, atOwner, node } = await joined(t);
  client.terminate();
  assert.equal((await once(atOwner, 'close'))[0], 1006);
  await eventually('the end of the pipe', () => node.forwarder.pipes.size === 0 || undefined);
  const second = await joined(t);
  second.atOwner.terminate();
  assert.equal((await once(second.client, 'close'))[0], 1006);
  await eventually('the end of the pipe', () => node.forwarder.pipes.size === 0 || undefined);
});

test('a client whose upgrade the owner has not answered gets 503 when the pipes of its site are closed', async (t) => {
  let atOwner: Socket | undefined;
  const onUpgrade = (_: IncomingMessage, socket: Socket) => {
    atOwner = socket;
  };
  const { node } = await startTwoNodes(t, { onUpgrade });
  const socket = await connectTo(t, node.port);
  socket.write(`${UPGRADE}\r\n\r\n`);
  const asked = await eventually('the upgrade at the owner', () => atOwner);
  const ended = once(asked, 'end');
  node.forwarder.pipes.closeSite(SITE);
  assert((await readAll(socket)).endsWith(MOVING_BODY));
  await ended;
  assert.deepEqual(node.failures, []);
  assert.equal(node.forwarder.pipes.size, 0);
});

test('closing the pipes of a site cuts both ends of them, and of no other site', async (t) => {
  const { client, atOwner, node } = await joined(t);
  const { pipes } = node.forwarder;
  assert.deepEqual(pipes.sites, [SITE]);
  pipes.closeSite('shop2');
  client.send('still here');
  assert.equal(String((await once(atOwner, 'message'))[0]), 'still here');
  pipes.closeSite(SITE);
  const [[one], [other]] = await Promise.all([once(client, 'close'), once(atOwner, 'close')]);
  assert.deepEqual([one, other], [1006, 1006]);
  await eventually('the end of the pipe', () => pipes.size === 0 || undefined);
  assert.deepEqual(pipes.sites, []);
});

test('the end of one direction is passed on, and the other still carries bytes', async (t) => {
  const onUpgrade = (_: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    let got = String(head);
    socket.on('data', (data) => {
      got += String(data);
    });
    socket.on('end', () => socket.end(`got ${got}`));
  };
  const { node } = await startTwoNodes(t, { onUpgrade });
  const socket = await connectTo(t, node.port);
  socket.end(`${UPGRADE}\r\n\r\nhello`);
  assert((await readAll(socket)).endsWith('\r\n\r\ngot hello'));
  await eventually('the end of the pipe', () => node.forwarder.pipes.size === 0 || undefined);
});

test('a side that does not end after the other is cut', async (t) => {
  let atOwner: Socket | undefined;
  const onUpgrade = (_: IncomingMessage, socket: Socket) => {
    atOwner = socket;
    socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
    socket.resume();
  };
  const { node } = await startTwoNodes(t, { onUpgrade });
  const socket = await connectTo(t, node.port);
  socket.write(`${UPGRADE}\r\n\r\n`);
  await readAll(socket);
  assert.equal(node.forwarder.pipes.size, 1);
  assert(atOwner);
  const ended = once(atOwner, 'close');
  // The client has seen the end, so the pipe has: the limit runs.
  await node.clock.advance(limits.lingerMs);
  await ended;
  await eventually('the end of the pipe', () => node.forwarder.pipes.size === 0 || undefined);
});

test('for a client that reads slowly no more waits in between than the sockets hold', async (t) => {
  const BYTES = 16 * 1024 * 1024;
  const onUpgrade = (_: IncomingMessage, socket: Socket) => {
    socket.end(Buffer.concat([Buffer.from('HTTP/1.1 101 Yes\r\n\r\n'), Buffer.alloc(BYTES, 'x')]));
    socket.resume();
  };
  const { node } = await startTwoNodes(t, { onUpgrade });
  const { pipes } = node.forwarder;
  const socket = await connectTo(t, node.port);
  socket.write(`${UPGRADE}\r\n\r\n`);
  await eventually('bytes that wait', () => pipes.bufferedBytes > 0 || undefined);
  let most = 0;
  let received = 0;
  for await (const part of socket) {
    received += part.length;
    // Turns in which the nodes could take more from the owner.
    for (let turn = 0; turn < 3; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, pipes.bufferedBytes);
    }
  }
  assert.equal(received, BYTES + 'HTTP/1.1 101 Yes\r\n\r\n'.length);
  const { readableHighWaterMark, writableHighWaterMark } = socket;
  // Each buffer may exceed its mark by one read of 64 KiB.
  const bound = 2 * (readableHighWaterMark + writableHighWaterMark + 2 * 65_536);
  assert(most > 0 && most <= bound, `${most} bytes waited, at most ${bound} may`);
});

test('a request that came from another node is not passed on again', async (t) => {
  const { handled, port } = await startOwner(t);
  const node = await startPublicNode(t, { ownerPort: port });
  await openWebSocket(t, node.port);
  const [request] = handled;
  assert(request);
  const { socket } = request;
  const forwarder = new Forwarder({
    membership: membershipOf({ secret: SECRET }),
    ...{ clock: node.clock, limits, onFailed: () => {} },
  });
  const upgrade = { request, socket, head: Buffer.alloc(0), onAnswered() {}, refuse() {} };
  const client = { address: '', secure: false, host: 'shop1.example' };
  const owner = { site: SITE, id: OWNER, host: '127.0.0.1', port };
  assert.throws(() => forwarder.upgrade(upgrade, client, owner), /not passed on again/);
});
