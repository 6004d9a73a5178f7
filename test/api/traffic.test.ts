// What goes over the sockets, as it can be followed through the admin API.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MemoryStore, TestClock } from 'tillgate/testing';
import { soleOwnership } from '../../packages/server/src/adapters/store/sole-ownership.ts';
import { INCOMPLETE } from '../../packages/server/src/application/journal/journal.ts';
import { startGateway } from '../../packages/server/src/gateway.ts';
import { defaultSettings } from '../../packages/server/src/settings.ts';
import { cookieIn, startApiServer, startProxiedApiServer } from '../support/api/api-client.ts';
import { EventStream } from '../support/api/event-stream.ts';
import { eventually } from '../support/wait.ts';

const SALE = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 };
const HEARTBEAT_MS = 15_000;
/** Messages of 60 kB that no socket holds on its way. */
const MANY = 250;
/** So many would be read more slowly otherwise. */
const UNLIMITED = { connectionMessages: 0, siteMessages: 0, addressMessages: 0 };

describe('C-3.49 a till whose library does not return ping payloads', () => {
  test('the traffic stream has a note and the list of connections says so', async (t) => {
    const { gateway, local, till } = await startApiServer(t);
    const listener = await EventStream.listen(gateway.httpUrl);
    const counter = await till({ 'epos-id': 'TILL-1' }, { autoPong: false });
    counter.socket.on('ping', () => counter.socket.pong(''));
    const params = { site: 'testhost' };
    const before = await local.get('listConnections', { params });
    assert.deepEqual(
      before.connections.map(({ returnsPingPayload }) => returnsPingPayload),
      [true],
    );
    await counter.request('sale', SALE);
    await listener.until(({ events }) => events.some(({ event }) => event === 'noted'));
    listener.close();
    const note = listener.events.find((one) => one.event === 'noted');
    assert.equal(note?.text, "this till's library does not return ping payloads");
    const [after] = (await local.get('listConnections', { params })).connections;
    assert.deepEqual(
      { ...after, openedAt: '' },
      {
        connection: note?.connection,
        integration: 'pac',
        version: 'v1',
        eposId: 'TILL-1',
        openedAt: '',
        returnsPingPayload: false,
      },
    );
    await counter.close();
  });
});

describe('the traffic stream', () => {
  test('the stream reports each socket and each message as it is sent', async (t) => {
    const { gateway, till } = await startApiServer(t);
    const listener = await EventStream.listen(gateway.httpUrl);
    assert.equal(listener.status, 200);
    assert.equal(listener.headers['content-type'], 'text/event-stream');
    const counter = await till({ 'epos-id': 'TILL-1' });
    const { result } = await counter.request('sale', SALE);
    await counter.close();
    await listener.until(({ events }) => events.at(-1)?.event === 'closed');
    listener.close();
    const [opened, request] = listener.events;
    assert.equal(opened?.event, 'opened');
    assert.ok(request?.event === 'frame');
    const { direction, site, integration, version, eposId, connection } = request;
    assert.deepEqual(
      [direction, site, integration, version, eposId],
      ['received', 'testhost', 'pac', 'v1', 'TILL-1'],
    );
    assert.equal(JSON.parse(request.text).method, 'sale');
    const answer = listener.frames.find(({ text }) => JSON.parse(text).result);
    assert.deepEqual(JSON.parse(answer?.text ?? '').result, result);
    assert.ok(listener.frames.every((frame) => frame.connection === connection));
    const numbers = listener.frames.map(({ number }) => number);
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => a - b),
    );
  });

  test('the stream begins with the traffic still in memory and resumes after the last event id', async (t) => {
    const { gateway, till } = await startApiServer(t);
    const counter = await till();
    await counter.request('sale', SALE);
    const all = await EventStream.listen(gateway.httpUrl);
    await all.until(({ frames }) => frames.some(({ text }) => text.includes('"result"')));
    all.close();
    const last = await EventStream.listen(gateway.httpUrl, '?backlog=2');
    await last.until(({ frames }) => frames.length === 2);
    last.close();
    assert.deepEqual(last.frames, all.frames.slice(-2));
    const left = all.ids.at(-3) ?? '';
    const again = await EventStream.listen(gateway.httpUrl, '', { 'Last-Event-ID': left });
    await again.until(({ frames }) => frames.length === 2);
    again.close();
    assert.deepEqual(again.frames, last.frames);
    await counter.close();
  });

  test('a stream of one site keeps the site open, and ends when another node has it', async (t) => {
    const store = new MemoryStore();
    const clock = new TestClock();
    const ownership = soleOwnership(store, INCOMPLETE);
    const settings = { ...defaultSettings(), port: 0, logLevel: 'silent' } as const;
    const gateway = await startGateway(settings, { store, clock, ownership });
    t.after(() => gateway.stopNow());
    const listen = () => EventStream.listen(gateway.httpUrl, '?site=testhost');
    const leaseNow = async () => {
      const claim = await ownership.claim('testhost');
      assert.ok(claim.kind === 'here');
      return claim.lease;
    };

    const followed = await listen();
    const lease = await leaseNow();
    await clock.advance(600_000);
    assert.ok(lease.holds());
    assert.ok(!followed.ended);
    await lease.release();
    await followed.until(({ ended }) => ended);

    const again = await listen();
    const next = await leaseNow();
    again.close();
    await eventually('the end of the lease of an idle site', async () => {
      await clock.advance(60_000);
      return !next.holds() || undefined;
    });
  });

  test('a stream of one site or card machine reports no other traffic', async (t) => {
    const { gateway, local, till } = await startApiServer(t);
    await local.get('addSite', { body: { name: 'shop1' } });
    const counter = await till();
    await counter.request('sale', SALE);
    await counter.request('sale', { ...SALE, tid: 'VCMINVLDIP0' });
    const one = await EventStream.listen(gateway.httpUrl, '?tid=VCMINVLDIP0&backlog=5000');
    await one.until(({ frames }) => frames.some(({ text }) => text.includes('"result"')));
    assert.ok(one.frames.every(({ text }) => text.includes('VCMINVLDIP0')));
    one.close();
    const none = await EventStream.listen(gateway.httpUrl, '?site=shop1');
    await counter.request('sale', SALE);
    await counter.close();
    assert.deepEqual(none.events, []);
    none.close();
  });

  test('an operator of some sites receives the traffic of those only', async (t) => {
    const { gateway, local, operator, till } = await startApiServer(t);
    await local.get('addSite', { body: { name: 'shop1' } });
    const ben = await operator('ben', ['shop1']);
    const key = { Authorization: `Bearer ${ben.key}` };
    const listener = await EventStream.listen(gateway.httpUrl, '', key);
    const witness = await EventStream.listen(gateway.httpUrl);
    const counter = await till();
    await counter.request('sale', SALE);
    await counter.close();
    await witness.until(({ events }) => events.at(-1)?.event === 'closed');
    assert.deepEqual(listener.events, []);
    listener.close();
    witness.close();
  });

  test('an idle stream gets heartbeats, and ends when its listener loses access', async (t) => {
    const clock = new TestClock();
    const { gateway, operator, client } = await startProxiedApiServer(t, { clock });
    const anna = await operator('anna');
    const ben = await operator('ben');
    const opened = await client().request('openSession', { body: { key: ben.key } });
    const proxied = { 'X-Forwarded-Proto': 'https', Cookie: cookieIn(opened) };
    const listener = await EventStream.listen(gateway.httpUrl, '', proxied);
    await clock.advance(HEARTBEAT_MS);
    await listener.until(({ comments }) => comments === 1);
    await anna.client.get('removeOperator', { params: { name: 'ben' } });
    await clock.advance(HEARTBEAT_MS);
    await listener.until(({ ended }) => ended);
  });

  test('the number of simultaneous streams is limited', async (t) => {
    const { gateway, local, operator } = await startApiServer(t);
    const eight = Array.from({ length: 8 }, () => EventStream.listen(gateway.httpUrl));
    const open = await Promise.all(eight);
    assert.equal(await local.problem('followTraffic'), 'tooManyListeners');
    const anna = { Authorization: `Bearer ${(await operator('anna')).key}` };
    const hers = await EventStream.listen(gateway.httpUrl, '', anna);
    assert.equal(hers.status, 200);
    hers.close();
    for (const listener of open) listener.close();
    await Promise.all(open.map((listener) => listener.until(({ ended }) => ended)));
    const again = await EventStream.listen(gateway.httpUrl);
    assert.equal(again.status, 200);
    again.close();
  });

  test('a slow reader misses events, gets their number, and delays nobody', async (t) => {
    const clock = new TestClock();
    const { gateway, till } = await startApiServer(t, {
      clock,
      settings: { trafficMemory: 0, ...UNLIMITED },
    });
    const listener = await EventStream.listen(gateway.httpUrl);
    listener.pause();
    const counter = await till();
    const long = 'x'.repeat(60_000);
    for (let number = 0; number < MANY; number += 1) {
      await counter.request('nothing', { long });
    }
    listener.resume();
    // What waits goes out; the next event, or the next heartbeat, tells what was missed.
    await listener.until(({ frames }) => frames.length > 10);
    await clock.advance(HEARTBEAT_MS);
    await listener.until(({ events }) => events.some(({ event }) => event === 'missed'));
    const missed = listener.events.find((event) => event.event === 'missed');
    assert.ok(missed?.event === 'missed' && missed.count > 10);
    listener.close();
    await counter.close();
  });

  test('a listener that stops reading is disconnected after responseTimeout [C-2.29]', async (t) => {
    const clock = new TestClock();
    const { gateway, till } = await startApiServer(t, {
      clock,
      settings: { trafficMemory: 0, ...UNLIMITED },
    });
    const listener = await EventStream.listen(gateway.httpUrl);
    listener.pause();
    const counter = await till();
    const long = 'x'.repeat(60_000);
    for (let number = 0; number < MANY; number += 1) {
      await counter.request('nothing', { long });
    }
    await clock.advance(2 * HEARTBEAT_MS);
    listener.resume();
    await listener.until(({ ended }) => ended);
    await counter.close();
  });
});

describe('the message in a traffic event', () => {
  test('a message is shown without tokens and card numbers, wherever they are', async (t) => {
    const { gateway, till, local } = await startApiServer(t);
    const { token } = await local.get('addToken', { params: { site: 'testhost' }, body: {} });
    const counter = await till();
    const card = '4111 1111 1111 1111';
    for (const secret of [token, card, card.replaceAll(' ', '')]) {
      await counter.request('sale', { ...SALE, amount: secret });
      await counter.request(`sale ${secret}`, { [secret]: secret });
    }
    counter.socket.send(`not JSON ${token} ?token=abc ${card}`);
    const listener = await EventStream.listen(gateway.httpUrl, '?backlog=5000');
    await listener.until(({ frames }) => frames.some(({ text }) => text.startsWith('not JSON')));
    const texts = listener.frames.map(({ text }) => text).join('\n');
    for (const secret of [token, card, '4111111111111111', 'token=abc']) {
      assert.ok(!texts.includes(secret), secret);
    }
    assert.match(texts, /\*{12}1111/);
    listener.close();
    await counter.close();
  });

  test('an id that looks like a token is shown, since it pairs answer and request', async (t) => {
    const { gateway, till } = await startApiServer(t);
    const counter = await till();
    const id = '6f1c1d3e-3a64-4a0d-9d55-1f4f0f1e2d3c';
    counter.send({ jsonrpc: '2.0', id, method: 'connectedTerminals' });
    await counter.answer(id as never);
    const listener = await EventStream.listen(gateway.httpUrl);
    await listener.until(({ frames }) => frames.length === 2);
    assert.ok(listener.frames.every(({ text }) => JSON.parse(text).id === id));
    listener.close();
    await counter.close();
  });
});
