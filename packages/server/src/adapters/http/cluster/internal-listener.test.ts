// Who is let in by the internal listener, and what it waits for.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import {
  connectTo,
  limits,
  openWebSocket,
  readAll,
  SECRET,
  startOwner,
  startPublicNode,
  startTwoNodes,
} from '../../../../../../test/support/cluster/two-nodes.ts';
import type { TestEnd } from '../../../../../../test/support/wait.ts';
import { atEnd, eventually } from '../../../../../../test/support/wait.ts';
import { newCertificate } from '../self-signed.ts';
import type { ClusterTls } from './membership.ts';
import { MAX_LINE_BYTES, membershipOf, prove } from './membership.ts';
import { readLine } from './read-socket.ts';

const client = { address: '203.0.113.7', secure: true };
const GET = 'GET /secret HTTP/1.1\r\nHost: shop1.example\r\n\r\n';

/** A connection on which the challenge was read, and the line that answers it. */
async function challenged(t: TestEnd, port: number, secret = SECRET) {
  const socket = await connectTo(t, port);
  const hello = await readLine(socket, MAX_LINE_BYTES);
  const proof = prove(membershipOf({ secret }), hello, client);
  return { socket, hello, proof };
}

describe('a stranger gets one line and reaches no handler', () => {
  const REFUSED = 'tillgate-node/1 refused';
  const strangers = {
    'that speaks HTTP': [GET, `${REFUSED} Only nodes of the cluster may connect here.\n`],
    'that sends no line': ['x'.repeat(MAX_LINE_BYTES + 1), `${REFUSED} Only nodes`],
    'that sends more than a line': ['\n'.repeat(100_000), `${REFUSED} Only nodes`],
  } as const;
  for (const [what, [sent, expected]] of Object.entries(strangers)) {
    test(`${what}`, async (t) => {
      const owner = await startOwner(t);
      const { socket } = await challenged(t, owner.port);
      const answer = readAll(socket);
      socket.write(sent);
      await eventually('the refusal', () => owner.refused.length > 0 || undefined);
      const got = await answer;
      // The line is lost if the stranger sends on.
      assert(got === '' || got.startsWith(expected), got);
      assert.deepEqual(owner.refused, ['malformed']);
      assert.deepEqual(owner.handled, []);
    });
  }

  test('with another secret', async (t) => {
    const owner = await startOwner(t);
    const { socket, proof } = await challenged(t, owner.port, 'x'.repeat(32));
    socket.write(proof.line + GET);
    await readAll(socket);
    assert.deepEqual(owner.refused, ['proof']);
    assert.deepEqual(owner.handled, []);
  });

  test('of another version, which is told both', async (t) => {
    const owner = await startOwner(t);
    const { socket } = await challenged(t, owner.port);
    socket.write('tillgate-node/7 proof whatever that says then\n');
    assert.match(await readAll(socket), /^tillgate-node\/1 refused .* 1 here, 7 there\.\n$/);
    assert.deepEqual(owner.refused, ['version']);
  });

  test('that sends the proof of a node again', async (t) => {
    const owner = await startOwner(t);
    const { socket, proof } = await challenged(t, owner.port);
    socket.write(proof.line + GET);
    const answer = await readLine(socket, MAX_LINE_BYTES);
    proof.check(answer);
    assert.match(await readLine(socket, MAX_LINE_BYTES), /^HTTP\/1\.1 200 OK/);
    assert.equal(owner.handled.length, 1);
    const again = await challenged(t, owner.port);
    again.socket.write(proof.line + GET);
    await readAll(again.socket);
    assert.deepEqual(owner.refused, ['proof']);
    assert.equal(owner.handled.length, 1);
  });
});

test('a connection brings one request', async (t) => {
  const owner = await startOwner(t);
  const { socket, proof } = await challenged(t, owner.port);
  socket.write(proof.line + GET + GET.replace('/secret', '/second'));
  await readAll(socket);
  assert.deepEqual(
    owner.handled.map(({ url }) => url),
    ['/secret'],
  );
});

test('a connection without a request is dropped after the limit, proven or not', async (t) => {
  const owner = await startOwner(t);
  const silent = await challenged(t, owner.port);
  const proven = await challenged(t, owner.port);
  proven.socket.write(proven.proof.line);
  proven.proof.check(await readLine(proven.socket, MAX_LINE_BYTES));
  const ends = [silent, proven].map(({ socket }) => readAll(socket));
  await owner.clock.advance(limits.requestMs - 1);
  assert.deepEqual(owner.refused, []);
  await owner.clock.advance(1);
  await Promise.all(ends);
  assert.deepEqual(owner.refused, ['late', 'late']);
});

test('of too many connections without a request the one that waits longest is dropped', async (t) => {
  const owner = await startOwner(t);
  const node = await startPublicNode(t, { ownerPort: owner.port });
  const ws = await openWebSocket(t, node.port);
  const waiting: Socket[] = [];
  for (let count = 0; count < limits.maxWaiting; count += 1) {
    waiting.push((await challenged(t, owner.port)).socket);
  }
  assert.deepEqual(owner.refused, []);
  const end = readAll(waiting[0] ?? assert.fail());
  await openWebSocket(t, node.port);
  await end;
  assert.deepEqual(owner.refused, ['crowded']);
  ws.send('open connections do not count');
  await once(ws, 'message');
});

test('a request that takes long is not ended by the limit', async (t) => {
  const { node, owner } = await startTwoNodes(t);
  const ws = await openWebSocket(t, node.port);
  await owner.clock.advance(10 * limits.requestMs);
  ws.send('still open');
  assert.equal(String((await once(ws, 'message'))[0]), 'still open');
  assert.deepEqual(owner.refused, []);
});

test('closing ends what waits and the live streams, and cuts the others after the time of grace', async (t) => {
  const onRequest = (_: IncomingMessage, response: ServerResponse) => response.write('data: 1\n\n');
  const { node, owner } = await startTwoNodes(t, { onRequest });
  const ws = await openWebSocket(t, node.port);
  const { socket } = await challenged(t, owner.port);
  const stream = await connectTo(t, node.port);
  stream.write('GET / HTTP/1.1\r\nHost: shop1.example\r\nConnection: close\r\n\r\n');
  await once(stream, 'data');
  assert.equal(owner.listener.size, 3);
  const ends = [readAll(socket), readAll(stream)];
  const closed = owner.listener.close(1_000);
  await Promise.all(ends);
  await eventually('the end of the stream', () => owner.listener.size === 1 || undefined);
  ws.send('still open');
  await once(ws, 'message');
  await owner.clock.advance(1_000);
  await closed;
  assert.equal((await once(ws, 'close'))[0], 1006);
});

test('no timer is left when all have gone', async (t) => {
  const { node, owner } = await startTwoNodes(t);
  const one = await openWebSocket(t, node.port);
  const other = await openWebSocket(t, node.port);
  await openWebSocket(t, node.port);
  const stranger = await challenged(t, owner.port, 'x'.repeat(32));
  stranger.socket.write(stranger.proof.line);
  await readAll(stranger.socket);
  const silent = await challenged(t, owner.port);
  const request = await connectTo(t, node.port);
  request.write(GET);
  await once(request, 'data');
  one.close();
  other.terminate();
  silent.socket.destroy();
  await Promise.all([once(one, 'close'), once(other, 'close')]);
  await eventually('the end of all but one', () => owner.listener.size === 1 || undefined);
  node.forwarder.pipes.closeAll();
  await eventually('the end of the last', () => owner.listener.size === 0 || undefined);
  await eventually('the end of the pipes', () => node.forwarder.pipes.size === 0 || undefined);
  assert.deepEqual([node.clock.timers, owner.clock.timers], [0, 0]);
});

describe('with certificates', () => {
  /** A certificate that is its own authority. */
  async function certificate(): Promise<ClusterTls> {
    const { cert, key } = newCertificate();
    return { cert, key, ca: cert };
  }

  test('sockets and requests pass by TLS between nodes of one authority, without a secret', async (t) => {
    const tls = await certificate();
    const { node } = await startTwoNodes(t, { membership: { tls } });
    const ws = await openWebSocket(t, node.port);
    ws.send('x'.repeat(262_144));
    assert.equal((await once(ws, 'message'))[0].length, 262_144);
    ws.close(4321);
    assert.equal((await once(ws, 'close'))[0], 4321);
    const socket = await connectTo(t, node.port);
    socket.write('GET /livez HTTP/1.0\r\n\r\n');
    assert.match(await readAll(socket), /\r\n\r\n\/livez$/);
    await eventually('the end of the pipes', () => node.forwarder.pipes.size === 0 || undefined);
  });

  test('a node with a certificate of another authority, or with none, reaches no handler', async (t) => {
    const [tls, others] = [await certificate(), await certificate()];
    const owner = await startOwner(t, { membership: { tls, secret: SECRET } });
    const stranger = { tls: { ...others, ca: tls.ca } };
    const node = await startPublicNode(t, { ownerPort: owner.port, membership: stranger });
    const socket = await connectTo(t, node.port);
    socket.write(GET);
    assert.match(await readAll(socket), /^HTTP\/1\.1 503 /);
    await eventually('the refusal', () => owner.refused.length > 0 || undefined);
    const none = connectTls({ port: owner.port, host: '127.0.0.1', rejectUnauthorized: false });
    atEnd(t, () => none.destroy());
    const [refusal] = await once(none, 'error');
    assert.match(refusal.code, /CERTIFICATE_REQUIRED/);
    assert.deepEqual(owner.refused, ['tls', 'tls']);
    assert.deepEqual(owner.handled, []);
  });

  test('a node that connects without TLS reaches no handler', async (t) => {
    const owner = await startOwner(t, { membership: { tls: await certificate(), secret: SECRET } });
    const node = await startPublicNode(t, { ownerPort: owner.port });
    const socket = await connectTo(t, node.port);
    socket.write(GET);
    const answer = readAll(socket);
    await eventually('a connection to the owner', () => owner.listener.size > 0 || undefined);
    await node.clock.advance(limits.connectMs);
    assert.match(await answer, /^HTTP\/1\.1 503 /);
    await eventually('the end of the connection', () => owner.listener.size === 0 || undefined);
    assert.deepEqual(owner.handled, []);
  });

  test('a node sends nothing to an owner with a certificate of another authority', async (t) => {
    const [tls, others] = [await certificate(), await certificate()];
    const owner = await startOwner(t, { membership: { tls: { ...others, ca: tls.ca } } });
    const node = await startPublicNode(t, { ownerPort: owner.port, membership: { tls } });
    const socket = await connectTo(t, node.port);
    socket.write(GET);
    assert.match(await readAll(socket), /^HTTP\/1\.1 503 /);
    assert.deepEqual(owner.handled, []);
    assert.match(node.failures[0] ?? '', /self.signed certificate/);
  });

  test('a certificate does not stand in for the secret', async (t) => {
    const tls = await certificate();
    const owner = await startOwner(t, { membership: { tls, secret: SECRET } });
    const node = await startPublicNode(t, { ownerPort: owner.port, membership: { tls } });
    const socket = await connectTo(t, node.port);
    socket.write(GET);
    assert.match(await readAll(socket), /^HTTP\/1\.1 503 /);
    assert.deepEqual(owner.refused, ['proof']);
  });
});
