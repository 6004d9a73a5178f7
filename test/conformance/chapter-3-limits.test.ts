// Chapter 3 of PROTOCOL.md over real sockets: limits, close codes, pings and going down.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import type { TestTill } from 'tillgate/testing';
import { connectTill } from 'tillgate/testing';
import type { Shop, ShopOptions } from '../support/gateway/gateway-harness.ts';
import { openShop } from '../support/gateway/gateway-harness.ts';

const tid = 'VCMINVLSIP0';
const sale = { tid, currency: 'GBP', amount: 1250 };

async function counter(t: TestContext, options: ShopOptions = {}) {
  const shop = await openShop(t, options);
  return { shop, till: await shop.till() };
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
  test('C-3.35 on pac 65,536 bytes fit', async (t) => {
    const { shop, till } = await counter(t);
    till.send(ofBytes(65_536));
    await shop.quiet();
    assert.equal(till.received[0]?.id, 1);
  });

  test('C-3.35, C-3.43 one byte more closes 1009, also in fragments', async (t) => {
    const { shop, till } = await counter(t);
    till.send(ofBytes(65_537));
    assert.equal((await till.closed).code, 1009);
    const other = await shop.till();
    other.socket.send(' '.repeat(40_000), { fin: false });
    other.socket.send(' '.repeat(40_000), { fin: true });
    assert.equal((await other.closed).code, 1009);
    assert.deepEqual(other.received, []);
  });

  test('C-3.35 on pat 262,144 bytes fit, one more closes 1009', async (t) => {
    const shop = await openShop(t);
    const till = await connectTill(shop.house.uri('pat'));
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

  test('C-3.40 a binary message that is not UTF-8 closes 1003', async (t) => {
    const { till } = await counter(t);
    till.send(Buffer.from([0x22, 0xff, 0xfe, 0x22]));
    assert.equal((await till.closed).code, 1003);
    assert.deepEqual(till.received, []);
  });

  test('C-3.41 a text message that is not UTF-8 closes 1007', async (t) => {
    const { till } = await counter(t);
    till.socket.send(Buffer.from([0x22, 0xc3, 0x28, 0x22]), { binary: false });
    assert.equal((await till.closed).code, 1007);
  });
});

describe('C-3.42, C-11.13 too many bad messages close 1008', () => {
  const bad = async (shop: Shop, till: TestTill, count: number) => {
    for (let index = 0; index < count; index += 1) till.send(index % 2 ? 'nonsense' : '{}');
    await shop.quiet();
  };
  const isOpen = (till: TestTill) => till.socket.readyState === 1;

  test('the 20th within 60 s; each of them is answered', async (t) => {
    const { shop, till } = await counter(t);
    await bad(shop, till, 19);
    assert.deepEqual([till.received.length, isOpen(till)], [19, true]);
    await bad(shop, till, 1);
    assert.equal((await till.closed).code, 1008);
    const codes = new Set(till.received.map(({ error }) => error?.code));
    assert.deepEqual(codes, new Set([-32600, -32700]));
  });

  test('messages older than 60 s are forgotten', async (t) => {
    const { shop, till } = await counter(t);
    await bad(shop, till, 19);
    await shop.pass(60_001);
    await bad(shop, till, 19);
    assert.ok(isOpen(till));
  });

  test('other errors do not count, nor do stray answers', async (t) => {
    const { shop, till } = await counter(t);
    for (let id = 0; id < 30; id += 1) {
      till.ask('purchase', {}, id);
      till.ask('sale', {}, 100 + id);
      till.send({ jsonrpc: '2.0', id, result: {} });
    }
    await shop.quiet();
    assert.deepEqual([till.received.length, isOpen(till)], [60, true]);
  });

  test('a transaction goes on when its till is closed for it', async (t) => {
    const { shop, till } = await counter(t);
    till.ask('sale', sale);
    await shop.shown(till, 'PRESENT_CARD');
    await bad(shop, till, 20);
    await till.closed;
    const other = await shop.till();
    await shop.pass(20_000);
    const { result } = await shop.request(other, 'duplicate', { tid });
    assert.equal(result.transactionResult, 'SUCCESSFUL');
  });
});

describe('C-3.42, C-11.12 a till that reads too slowly is closed with 1008', () => {
  test('beyond 1 MiB waiting, and other tills go on undisturbed', async (t) => {
    const { shop } = await counter(t);
    const other = await shop.till();
    const slow = await connectTill(shop.house.uri());
    slow.socket.pause();
    const flood = Array.from({ length: 16 }, (_, id) => ({
      ...{ jsonrpc: '2.0', id, method: 'connectedTerminals' },
    }));
    const text = JSON.stringify(flood);
    // Until the kernel's own buffers are full too.
    for (let round = 0; round < 1_500; round += 1) slow.socket.send(text);
    for (let round = 0; round < 60; round += 1) {
      assert.ok((await shop.request(other, 'terminalDetails', { tid })).result);
    }
    slow.socket.resume();
    assert.equal((await slow.closed).code, 1008);
  });
});

describe('3.6, pings', () => {
  const pings = (till: TestTill) => {
    const payloads: string[] = [];
    till.socket.on('ping', (data: Buffer) => payloads.push(data.toString()));
    return payloads;
  };

  test('C-3.47 a ping every 20 s, without payload', async (t) => {
    const { shop, till } = await counter(t);
    const came = pings(till);
    await shop.pass(100_000);
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

  test('C-3.48 nothing heard for two intervals: dropped without a close frame', async (t) => {
    const { shop, till } = await counter(t);
    const silent = await connectTill(shop.house.uri(), { autoPong: false });
    await shop.pass(39_000);
    assert.equal(silent.socket.readyState, 1);
    await shop.pass(22_000);
    assert.equal((await silent.closed).code, 1006);
    assert.equal(till.socket.readyState, 1);
  });

  test('C-3.48 any frame counts as a sign of life', async (t) => {
    const { shop } = await counter(t);
    const silent = await connectTill(shop.house.uri(), { autoPong: false });
    for (let round = 0; round < 8; round += 1) {
      await shop.pass(15_000);
      assert.ok((await silent.request('terminalDetails', { tid })).result);
    }
    assert.equal(silent.socket.readyState, 1);
  });

  test('C-3.49 after each result a ping with a running number; its pong is journalled', async (t) => {
    const shop = await openShop(t);
    const till = await shop.till({ 'epos-id': 'T1' });
    const came = pings(till);
    await shop.request(till, 'sale', sale);
    await shop.quiet();
    await shop.request(till, 'reportXBalance', { tid });
    await shop.quiet();
    assert.deepEqual(came.filter(Boolean), ['1', '2']);
    const bodies = (await shop.store.entries(0, 100)).map(({ body }) => body);
    assert.equal(bodies.filter((body) => body.includes('"delivered"')).length, 2);
  });

  test('C-3.49 no delivery mark for other answers and errors', async (t) => {
    const { shop, till } = await counter(t);
    const came = pings(till);
    await shop.request(till, 'connectedTerminals');
    await shop.request(till, 'sale', { ...sale, tid: '99999999' });
    await shop.request(till, 'cancelTransaction', { tid });
    await shop.quiet();
    assert.deepEqual(came, []);
  });
});

describe('C-3.46, going down', () => {
  test('what is open may finish; new jobs get -32070; then every socket is closed with 1001', async (t) => {
    const { shop, till } = await counter(t);
    const id = till.ask('sale', sale);
    await shop.shown(till, 'PRESENT_CARD');
    const stopped = shop.house.gateway.stop();
    const other = 'VCMINVLSCD0';
    for (const method of ['sale', 'refund', 'preAuth', 'accountVerification']) {
      const { error } = await shop.request(till, method, { ...sale, tid: other });
      assert.equal(error?.code, -32070, method);
    }
    for (const method of ['reportEndOfDay', 'reportXBalance']) {
      assert.equal((await shop.request(till, method, { tid: other })).error?.code, -32070, method);
    }
    assert.equal((await shop.request(till, 'terminalDetails', { tid })).result.status, 'BUSY');
    assert.equal((await shop.answer(till, id)).result.transactionResult, 'SUCCESSFUL');
    await shop.clock.advance(1_000);
    assert.equal((await till.closed).code, 1001);
    await stopped;
  });

  test('after 30 s it waits no longer; the transaction is taken up at the next start', async (t) => {
    const { shop, till } = await counter(t);
    till.ask('sale', { ...sale, tid: 'VCMINVLSIS0' });
    await shop.shown(till, 'SIGNATURE_VERIFICATION_IN_PROGRESS');
    const stopped = shop.house.gateway.stop();
    await shop.pass(29_900);
    assert.equal(till.socket.readyState, 1);
    await shop.clock.advance(200);
    assert.equal((await till.closed).code, 1001);
    await stopped;
    await shop.start();
    const again = await shop.till();
    await shop.pass(1_000);
    const { result } = await shop.request(again, 'duplicate', { tid: 'VCMINVLSIS0' });
    assert.equal(result.transactionResult, 'TIMED_OUT');
  });
});
