// Chapter 3 of PROTOCOL.md over real sockets: limits, close codes, pings and going down.

import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import type { TestTill } from 'tillgate/testing';
import { connectTill } from 'tillgate/testing';
import type { GatewayHarness, HarnessOptions } from '../support/gateway/gateway-harness.ts';
import { startHarness } from '../support/gateway/gateway-harness.ts';
import { LinkedMachine, linkedRecord } from '../support/terminal/linked-machine.ts';

const tid = 'VCMINVLSIP0';
const sale = { tid, currency: 'GBP', amount: 1250 };

async function counter(t: TestContext, options: HarnessOptions = {}) {
  const harness = await startHarness(t, options);
  return { harness, till: await harness.till() };
}

/** The TCP connection under a till's WebSocket. */
function tcpOf({ socket }: TestTill): Socket {
  return (socket as unknown as { readonly _socket: Socket })._socket;
}

/** Sends a frame as these bytes, masked with zeros. */
function write(till: TestTill, header: readonly number[]): void {
  tcpOf(till).write(Buffer.from([...header, 0, 0, 0, 0]));
}

/** A request of exactly this many bytes; the padding is white space. */
function ofBytes(bytes: number): string {
  const text = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'terminalDetails',
    params: { tid },
  });
  return text + ' '.repeat(bytes - Buffer.byteLength(text));
}

describe('3.5, limits and close codes', () => {
  test('C-3.35 a message of 65,536 bytes is read on pac', async (t) => {
    const { harness, till } = await counter(t);
    till.send(ofBytes(65_536));
    await harness.settled();
    assert.equal(till.received[0]?.id, 1);
  });

  test('C-3.35, C-3.43 one byte more closes pac with 1009, also in fragments', async (t) => {
    const { harness, till } = await counter(t);
    till.send(ofBytes(65_537));
    assert.equal((await till.closed).code, 1009);
    const other = await harness.till();
    other.socket.send(' '.repeat(40_000), { fin: false });
    other.socket.send(' '.repeat(40_000), { fin: true });
    assert.equal((await other.closed).code, 1009);
    assert.deepEqual(other.received, []);
  });

  test('C-3.35 a message of 262,144 bytes is read on pat, and one byte more closes with 1009', async (t) => {
    const harness = await startHarness(t);
    const till = await connectTill(harness.server.uri('pat'));
    till.send(`"${'x'.repeat(262_142)}"`);
    await till.until(({ error }) => error?.code === -32600);
    till.send(`"${'x'.repeat(262_143)}"`);
    assert.equal((await till.closed).code, 1009);
  });

  test('C-3.38 a close of the till is answered with 1000', async (t) => {
    const { till } = await counter(t);
    till.socket.close(1000);
    assert.equal((await till.closed).code, 1000);
  });

  test('C-3.40 a binary message that is not UTF-8 closes with 1003', async (t) => {
    const { till } = await counter(t);
    till.send(Buffer.from([0x22, 0xff, 0xfe, 0x22]));
    assert.equal((await till.closed).code, 1003);
    assert.deepEqual(till.received, []);
  });

  test('C-3.41 a text message that is not UTF-8 closes with 1007', async (t) => {
    const { till } = await counter(t);
    till.socket.send(Buffer.from([0x22, 0xc3, 0x28, 0x22]), { binary: false });
    assert.equal((await till.closed).code, 1007);
  });

  const faults: readonly (readonly [string, number, string, (till: TestTill) => void])[] = [
    ['a reserved opcode', 1002, 'Frames break RFC 6455', (till) => write(till, [0x83, 0x80])],
    [
      'text that is not UTF-8',
      1007,
      'Text messages are UTF-8',
      ({ socket }) => socket.send(Buffer.from([0xc3, 0x28]), { binary: false }),
    ],
    [
      'a message in 16,385 fragments',
      1008,
      'Too many fragments',
      ({ socket }) => {
        for (let part = 0; part < 16_385; part += 1) socket.send('', { fin: false });
      },
    ],
    ['a long message', 1009, 'Message too big', (till) => till.send(ofBytes(65_537))],
  ];
  for (const [what, code, reason, send] of faults) {
    test(`C-3.42, C-3.50 ${what} closes with ${code} and the reason`, async (t) => {
      const { till } = await counter(t);
      send(till);
      const closed = await till.closed;
      assert.deepEqual([closed.code, String(closed.reason)], [code, reason]);
    });
  }
});

describe('C-3.42, C-11.13 too many bad messages close with 1008', () => {
  const bad = async (harness: GatewayHarness, till: TestTill, count: number) => {
    for (let index = 0; index < count; index += 1) till.send(index % 2 ? 'nonsense' : '{}');
    await harness.settled();
  };
  const isOpen = (till: TestTill) => till.socket.readyState === 1;

  test('the 20th bad message within 60 s closes the connection, and each is answered', async (t) => {
    const { harness, till } = await counter(t);
    await bad(harness, till, 19);
    assert.deepEqual([till.received.length, isOpen(till)], [19, true]);
    await bad(harness, till, 1);
    assert.equal((await till.closed).code, 1008);
    const codes = new Set(till.received.map(({ error }) => error?.code));
    assert.deepEqual(codes, new Set([-32600, -32700]));
  });

  test('bad messages older than 60 s do not count', async (t) => {
    const { harness, till } = await counter(t);
    await bad(harness, till, 19);
    await harness.advance(60_001);
    await bad(harness, till, 19);
    assert.ok(isOpen(till));
  });

  test('other errors and stray answers do not count', async (t) => {
    const { harness, till } = await counter(t);
    for (let id = 0; id < 30; id += 1) {
      till.ask('purchase', {}, id);
      till.ask('sale', {}, 100 + id);
      till.send({ jsonrpc: '2.0', id, result: {} });
    }
    await harness.settled();
    assert.deepEqual([till.received.length, isOpen(till)], [60, true]);
  });

  test('a transaction goes on when its till is closed for bad messages', async (t) => {
    const { harness, till } = await counter(t);
    till.ask('sale', sale);
    await harness.shown(till, 'PRESENT_CARD');
    await bad(harness, till, 20);
    await till.closed;
    const other = await harness.till();
    await harness.advance(20_000);
    const { result } = await harness.request(other, 'duplicate', { tid });
    assert.equal(result.transactionResult, 'SUCCESSFUL');
  });
});

describe('C-3.42, C-11.12 a till that reads too slowly is closed with 1008', () => {
  test('a till with more than 1 MiB unread is closed, and other tills are not disturbed', async (t) => {
    const settings = { connectionMessages: 0, siteMessages: 0, addressMessages: 0 };
    const { harness } = await counter(t, { settings });
    const other = await harness.till();
    const slow = await connectTill(harness.server.uri());
    slow.socket.pause();
    const flood = Array.from({ length: 16 }, (_, id) => ({
      ...{ jsonrpc: '2.0', id, method: 'connectedTerminals' },
    }));
    const text = JSON.stringify(flood);
    // Until the kernel's own buffers are full too.
    for (let round = 0; round < 1_500; round += 1) slow.socket.send(text);
    // The gateway reads no more of its requests once it has closed the connection.
    let [before, read] = [-1, 0];
    while (read !== before || read === 0) {
      assert.ok((await harness.request(other, 'terminalDetails', { tid })).result);
      [before, read] = [read, await requestsRead(harness)];
    }
    assert.ok(read < 1_500 * 16, 'not all were answered');
    slow.socket.resume();
    assert.equal((await slow.closed).code, 1008);
  });
});

/** Requests for the list of card machines that the gateway has read. */
async function requestsRead({ server }: GatewayHarness): Promise<number> {
  const text = await (await fetch(`${server.gateway.httpUrl}/metrics`)).text();
  const line = /method="connectedTerminals",direction="received"\} (\d+)/.exec(text);
  return Number(line?.[1] ?? 0);
}

describe('3.6, pings', () => {
  const pings = (till: TestTill) => {
    const payloads: string[] = [];
    till.socket.on('ping', (data: Buffer) => payloads.push(data.toString()));
    return payloads;
  };

  test('C-3.47 a ping without payload is sent every 20 s', async (t) => {
    const { harness, till } = await counter(t);
    const came = pings(till);
    await harness.advance(100_000);
    assert.deepEqual(came, ['', '', '', '', '']);
  });

  test('C-3.47 pings of the till are answered with their payload', async (t) => {
    const { till } = await counter(t);
    till.socket.ping('are you there');
    const [payload] = await new Promise<[Buffer]>((resolve) => {
      till.socket.once('pong', (data: Buffer) => resolve([data]));
    });
    assert.equal(payload.toString(), 'are you there');
  });

  test('C-3.47 a request by which a browser looks for its connection is answered on every path', async (t) => {
    const harness = await startHarness(t, { records: [linkedRecord()] });
    const machine = await LinkedMachine.link(harness);
    const pat = await harness.connect(harness.server.uri('pat'));
    for (const line of [await harness.till(), pat, machine.socket]) {
      // More than the messages after which invalid ones close a connection [C-11.13].
      for (let count = 1; count <= 25; count += 1) {
        line.ask('connectedTerminals', { status: 'BUSY' }, 0);
        await harness.settled();
        assert.equal(line.received.filter(({ id }) => id === 0).length, count);
      }
      assert.equal(line.socket.readyState, line.socket.OPEN);
    }
  });

  for (const count of [61, 200, 2_000]) {
    test(`C-3.47 each of ${count} pings in one segment is answered`, async (t) => {
      const { harness, till } = await counter(t);
      const pongs: string[] = [];
      till.socket.on('pong', (data: Buffer) => pongs.push(data.toString()));
      const line = tcpOf(till);
      line.cork();
      for (let number = 0; number < count; number += 1) till.socket.ping(String(number));
      till.ask('connectedTerminals', undefined, 5);
      line.uncork();
      await harness.answer(till, 5);
      assert.deepEqual(
        pongs.slice(0, count),
        Array.from({ length: count }, (_, one) => String(one)),
      );
    });
  }

  test('C-3.42, C-11.12 a till that does not read its pongs is closed with 1008', async (t) => {
    const { harness } = await counter(t);
    const slow = await connectTill(harness.server.uri());
    slow.socket.pause();
    const payload = Buffer.alloc(125);
    // Until the kernel's own buffers are full too.
    for (let round = 0; round < 150_000; round += 1) slow.socket.ping(payload);
    for (let round = 0; round < 60; round += 1) await harness.till();
    slow.socket.resume();
    const { code, reason } = await slow.closed;
    assert.deepEqual([code, String(reason)], [1008, 'Reading too slowly']);
  });

  test('C-3.48 a till that is silent for two intervals is disconnected without a close frame', async (t) => {
    const { harness, till } = await counter(t);
    const silent = await connectTill(harness.server.uri(), { autoPong: false });
    await harness.advance(39_000);
    assert.equal(silent.socket.readyState, 1);
    await harness.advance(22_000);
    assert.equal((await silent.closed).code, 1006);
    assert.equal(till.socket.readyState, 1);
  });

  test('C-3.48 any frame counts as a sign of life', async (t) => {
    const { harness } = await counter(t);
    const silent = await connectTill(harness.server.uri(), { autoPong: false });
    for (let round = 0; round < 8; round += 1) {
      await harness.advance(15_000);
      assert.ok((await silent.request('terminalDetails', { tid })).result);
    }
    assert.equal(silent.socket.readyState, 1);
  });

  test('C-3.49 a ping with a running number follows each result, and its pong is journalled', async (t) => {
    const harness = await startHarness(t);
    const till = await harness.till({ 'epos-id': 'T1' });
    const came = pings(till);
    await harness.request(till, 'sale', sale);
    await harness.settled();
    await harness.request(till, 'reportXBalance', { tid });
    await harness.settled();
    assert.deepEqual(came.filter(Boolean), ['1', '2']);
    const bodies = (await harness.store.entries()).map(({ body }) => body);
    assert.equal(bodies.filter((body) => body.includes('"delivered"')).length, 2);
  });

  test('C-3.49 no delivery mark follows other answers and errors', async (t) => {
    const { harness, till } = await counter(t);
    const came = pings(till);
    await harness.request(till, 'connectedTerminals');
    await harness.request(till, 'sale', { ...sale, tid: '99999999' });
    await harness.request(till, 'cancelTransaction', { tid });
    await harness.settled();
    assert.deepEqual(came, []);
  });
});

describe('C-3.46, shutdown', () => {
  test('open requests may finish, new ones get -32070, then every socket is closed with 1001', async (t) => {
    const { harness, till } = await counter(t);
    const id = till.ask('sale', sale);
    await harness.shown(till, 'PRESENT_CARD');
    const stopped = harness.server.gateway.stop();
    const other = 'VCMINVLSCD0';
    for (const method of ['sale', 'refund', 'preAuth', 'accountVerification']) {
      const { error } = await harness.request(till, method, { ...sale, tid: other });
      assert.equal(error?.code, -32070, method);
    }
    for (const method of ['reportEndOfDay', 'reportXBalance']) {
      assert.equal(
        (await harness.request(till, method, { tid: other })).error?.code,
        -32070,
        method,
      );
    }
    assert.equal((await harness.request(till, 'terminalDetails', { tid })).result.status, 'BUSY');
    assert.equal((await harness.answer(till, id)).result.transactionResult, 'SUCCESSFUL');
    await harness.clock.advance(1_000);
    assert.equal((await till.closed).code, 1001);
    await stopped;
  });

  test('the shutdown ends after 30 s, and the transaction is taken up at the next start', async (t) => {
    const { harness, till } = await counter(t);
    till.ask('sale', { ...sale, tid: 'VCMINVLSIS0' });
    await harness.shown(till, 'SIGNATURE_VERIFICATION_IN_PROGRESS');
    const stopped = harness.server.gateway.stop();
    await harness.advance(29_900);
    assert.equal(till.socket.readyState, 1);
    await harness.clock.advance(200);
    assert.equal((await till.closed).code, 1001);
    await stopped;
    await harness.start();
    const again = await harness.till();
    await harness.advance(1_000);
    const { result } = await harness.request(again, 'duplicate', { tid: 'VCMINVLSIS0' });
    assert.equal(result.transactionResult, 'TIMED_OUT');
  });
});
