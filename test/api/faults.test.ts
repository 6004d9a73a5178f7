// Faults of a test site: what each does to a till on a real socket, and which are refused.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import { api, columnsOf } from '@tillgate/protocol';
import type { TestGatewayOptions, TestTill } from 'tillgate/testing';
import { MemoryStore, TestClock } from 'tillgate/testing';
import { WebSocket } from 'ws';
import { startApiServer } from '../support/api/api-client.ts';

const site = { params: { site: 'testhost' } };
const TID = 'VCMINVLSIP0';
const sale = { tid: TID, currency: 'GBP', amount: 1250 };

async function start(t: TestContext, options: TestGatewayOptions = {}) {
  const server = await startApiServer(t, options);
  const add = (body: api.NewFault) => server.local.get('addFault', { ...site, body });
  const faults = async () => (await server.local.get('listFaults', site)).faults;
  const remove = (id: string) =>
    server.local.get('removeFault', { params: { ...site.params, id } });
  const unfit = async (body: unknown) => {
    const { status, body: problem } = await server.local.request('addFault', { ...site, body });
    assert.equal(status, 422, JSON.stringify(problem));
    return problem.errors.map(({ path, expected, got }: api.UnfitPart) => [path, expected, got]);
  };
  return { ...server, add, faults, remove, unfit };
}

/** Moves the clock on, and lets the gateway read and answer in between, until `done` is true. */
interface Waiting {
  readonly clock: TestClock;
  readonly counter: TestTill;
  readonly stepMs?: number;
}

async function moveUntil({ clock, counter, stepMs = 1 }: Waiting, done: () => boolean) {
  while (!done()) {
    await clock.advance(stepMs);
    await counter.request('connectedTerminals');
  }
}

const has = (counter: TestTill, id: unknown) => () =>
  counter.received.some((frame) => frame.id === id);

const notification = {
  kind: 'message',
  direction: 'sent',
  method: 'terminalNotification',
} as const;

describe('faults of a connection', () => {
  test('a connection is cut after a message, without a close frame, and the result comes after a resume', async (t) => {
    const { add, faults, till } = await start(t);
    const when = { ...notification, value: 'PRESENT_CARD' };
    await add({ when, action: { kind: 'cut' } });
    const first = await till({ 'epos-id': 'till-1' });
    const id = first.ask('sale', sale);
    assert.equal((await first.closed).code, 1006);
    assert.equal(first.values.at(-1), 'PRESENT_CARD');
    const second = await till({ 'epos-id': 'till-1' });
    assert.equal((await second.answer(id)).result.transactionResult, 'SUCCESSFUL');
    const [fault] = await faults();
    assert.deepEqual([fault?.fired, typeof fault?.firedAt], [1, 'string']);
    const again = await second.request('sale', sale);
    assert.equal(again.result.transactionResult, 'SUCCESSFUL', 'it happens once');
    await second.close();
  });

  test('a connection is cut before a message, with a close code', async (t) => {
    const { add, till } = await start(t);
    const when = { ...notification, value: 'PRESENT_CARD' };
    await add({ when, action: { kind: 'cut', place: 'before', code: 1012 } });
    const counter = await till();
    counter.ask('sale', sale);
    assert.equal((await counter.closed).code, 1012);
    assert.ok(!counter.values.includes('PRESENT_CARD'));
  });

  test('a request is lost with its connection before the gateway reads it', async (t) => {
    const { add, till, local } = await start(t);
    const when = { kind: 'message', direction: 'received', method: 'sale' } as const;
    await add({ when, action: { kind: 'cut', place: 'before' } });
    const counter = await till();
    counter.ask('sale', sale);
    await counter.closed;
    const { transactions } = await local.get('listTransactions', {});
    assert.deepEqual(transactions, []);
  });

  test('the response of the second sale of one till is held, and all after it', async (t) => {
    const clock = new TestClock();
    const { add, till } = await start(t, { clock });
    const till1 = { eposId: 'till-1' };
    const when = { kind: 'message', direction: 'sent', method: 'sale', part: 'response' } as const;
    await add({ when: { ...when, nth: 2, till: till1 }, action: { kind: 'hold', seconds: 30 } });
    const other = await till({ 'epos-id': 'till-2' });
    const counter = await till({ 'epos-id': 'till-1' });
    const otherSale = other.ask('sale', { ...sale, tid: 'VCMINVLSCD0' });
    await moveUntil({ clock, counter: other }, has(other, otherSale));
    const firstSale = counter.ask('sale', sale);
    await moveUntil({ clock, counter }, has(counter, firstSale));
    const held = counter.ask('sale', sale);
    const isShown = () => counter.values.filter((one) => one === 'TRANSACTION_FINISHED').length > 1;
    while (!isShown()) {
      await clock.advance(1);
      await other.request('connectedTerminals');
    }
    const listed = counter.ask('connectedTerminals');
    await clock.advance(28_000);
    await other.request('connectedTerminals');
    assert.ok(!counter.received.some(({ id }) => id === held || id === listed));
    await clock.advance(2_000);
    await counter.answer(listed);
    const ids = counter.received.map(({ id }) => id);
    assert.ok(ids.indexOf(held) < ids.indexOf(listed));
    await counter.close();
    await other.close();
  });

  test('a notification is lost, doubled, and moved behind the next; the first and the last of a sale never', async (t) => {
    const { add, remove, till } = await start(t);
    const counter = await till();
    const valuesWith = async (action: api.FaultAction, value: string) => {
      const fault = await add({ when: { ...notification, value }, action, standing: true });
      const before = counter.values.length;
      await counter.request('sale', sale);
      await remove(fault.id);
      return counter.values.slice(before);
    };
    const usual = await valuesWith({ kind: 'drop' }, 'REPLACE_PAPER');
    const lost = await valuesWith({ kind: 'drop' }, 'PRESENT_CARD');
    assert.deepEqual(
      lost,
      usual.filter((value) => value !== 'PRESENT_CARD'),
    );
    const twice = await valuesWith({ kind: 'double' }, 'CONNECTING');
    assert.equal(twice.filter((value) => value === 'CONNECTING').length, 2);
    const swapped = await valuesWith({ kind: 'swap' }, 'CONNECTING');
    assert.equal(swapped.indexOf('CONNECTING'), usual.indexOf('CONNECTING') + 1);
    const fault = await add({ when: notification, action: { kind: 'drop' }, standing: true });
    const before = counter.values.length;
    await counter.request('sale', sale);
    assert.deepEqual(counter.values.slice(before), ['TRANSACTION_STARTED', 'TRANSACTION_FINISHED']);
    await remove(fault.id);
    await counter.close();
  });

  test('a notification comes with a value that no version has [C-6.4]', async (t) => {
    const { add, uri } = await start(t);
    const value = 'CONNECTING';
    await add({ when: { ...notification, value }, action: { kind: 'unknown-value' } });
    const counter = new WebSocket(uri());
    const received: string[] = [];
    counter.on('message', (data) => received.push(String(data)));
    await once(counter, 'open');
    counter.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'sale', params: sale }));
    while (!received.some((text) => text.includes('"id":1,'))) await once(counter, 'message');
    counter.close();
    assert.ok(!received.some((text) => text.includes(value)));
    assert.equal(received.filter((text) => text.includes('"UNKNOWN_VALUE"')).length, 1);
  });

  test('pings get no pong until the fault is removed', async (t) => {
    const { add, remove, till } = await start(t);
    const counter = await till();
    const fault = await add({
      when: { kind: 'time', seconds: 0 },
      action: { kind: 'ignore-pings' },
    });
    const pongs: string[] = [];
    counter.socket.on('pong', (payload) => pongs.push(String(payload)));
    await counter.request('connectedTerminals');
    counter.socket.ping('1');
    await counter.request('connectedTerminals');
    await remove(fault.id);
    counter.socket.ping('2');
    await counter.request('connectedTerminals');
    assert.deepEqual(pongs, ['2']);
    await counter.close();
  });

  test('nothing is read from a connection until the fault is removed', async (t) => {
    const { add, faults, remove, till } = await start(t);
    const counter = await till();
    const when = { kind: 'message', direction: 'received', method: 'connectedTerminals' } as const;
    const fault = await add({ when, action: { kind: 'stop-reading' } });
    await counter.request('connectedTerminals');
    const id = counter.ask('connectedTerminals');
    assert.equal((await faults())[0]?.fired, 1);
    assert.ok(!counter.received.some((frame) => frame.id === id));
    await remove(fault.id);
    await counter.answer(id);
    await counter.close();
  });

  test('the token is revoked in the middle of a sale', async (t) => {
    const { add, till, local } = await start(t);
    const when = { ...notification, value: 'PRESENT_CARD' };
    await add({ when, action: { kind: 'revoke-token' } });
    const counter = await till();
    counter.ask('sale', sale);
    assert.equal((await counter.closed).code, 4003);
    assert.deepEqual((await local.get('listTokens', site)).tokens, []);
  });
});

describe('faults of a card machine', () => {
  test('a busy one refuses a sale and is listed as busy, until the time is over', async (t) => {
    const clock = new TestClock();
    const { add, till } = await start(t, { clock });
    const action = { kind: 'terminal', tid: TID, state: 'busy', seconds: 60 } as const;
    await add({ when: { kind: 'time', seconds: 0 }, action });
    await clock.advance(1);
    const counter = await till();
    assert.equal((await counter.request('sale', sale)).error.code, -32071);
    assert.equal((await counter.request('terminalDetails', { tid: TID })).result.status, 'BUSY');
    await clock.advance(60_000);
    counter.ask('sale', sale);
    await counter.shown('TRANSACTION_STARTED');
    counter.cut();
  });

  test('one that goes away in mid-sale is unavailable, and tells the outcome when it is back', async (t) => {
    const { add, remove, till } = await start(t);
    const counter = await till();
    const fault = await add({
      when: { ...notification, value: 'PRESENT_CARD' },
      action: { kind: 'terminal', tid: TID, state: 'gone' },
    });
    const id = counter.ask('sale', sale);
    await counter.shown('PRESENT_CARD');
    assert.equal((await counter.request('terminalDetails', { tid: TID })).error.code, -32070);
    await remove(fault.id);
    assert.equal((await counter.answer(id)).result.transactionResult, 'SUCCESSFUL');
    await counter.close();
  });

  for (const tid of [TID, 'VCMINVLSIS0']) {
    test(`one that forgets its order leaves the result unknown, and takes the next: ${tid}`, async (t) => {
      const { add, remove, till } = await start(t);
      const counter = await till();
      const action = { kind: 'terminal', tid, state: 'forgets' } as const;
      const fault = await add({ when: { kind: 'terminal', tid, state: 'started' }, action });
      const { result } = await counter.request('sale', { ...sale, tid });
      assert.equal(result.transactionResult, 'TIMED_OUT');
      await remove(fault.id);
      counter.ask('refund', { ...sale, tid });
      await counter.shown('PRESENT_CARD');
      counter.cut();
    });
  }

  test('one without paper says so, and goes on when there is some', async (t) => {
    const { add, remove, till } = await start(t);
    const counter = await till();
    const action = { kind: 'terminal', tid: TID, state: 'out-of-paper' } as const;
    const fault = await add({ when: { kind: 'terminal', tid: TID, state: 'started' }, action });
    const id = counter.ask('sale', sale);
    await counter.shown('REPLACE_PAPER');
    await remove(fault.id);
    assert.equal((await counter.answer(id)).result.transactionResult, 'SUCCESSFUL');
    await counter.close();
  });

  for (const [state, tid] of [
    ['silent', TID],
    ['answers-late', TID],
    ['silent', 'VCMINVLSIS0'],
    ['gone', 'VCMINVLSIS0'],
  ] as const) {
    const about = tid === TID ? '' : ', and needs no till for its signature [C-4.36]';
    test(`one that is ${state} has been paid though the till got TIMED_OUT${about}`, async (t) => {
      const clock = new TestClock();
      const { add, remove, till } = await start(t, { clock });
      const counter = await till();
      const fault = await add({
        when: { kind: 'terminal', tid, state: 'started' },
        action: { kind: 'terminal', tid, state },
      });
      const id = counter.ask('sale', { ...sale, tid });
      await counter.shown('TRANSACTION_STARTED');
      await moveUntil({ clock, counter, stepMs: 60_000 }, has(counter, id));
      assert.equal((await counter.answer(id)).result.transactionResult, 'TIMED_OUT');
      await remove(fault.id);
      const isFree = async () => {
        await clock.advance(10_000);
        return (await counter.request('terminalDetails', { tid })).result.status !== 'BUSY';
      };
      while (!(await isFree()));
      const last = await counter.request('duplicate', { tid });
      assert.equal(last.result.transactionResult, 'SUCCESSFUL');
      await counter.close();
    });
  }

  for (const [state, line] of [
    ['long-receipt', 'LINE 300 OF 300'],
    ['wide-receipt', '角の店のレストラン店'],
  ] as const) {
    test(`one with a ${state} prints it on each copy, and on the copy to sign`, async (t) => {
      const { add, till } = await start(t);
      const counter = await till();
      const tid = 'VCMINVLSIS0';
      const action = { kind: 'terminal', tid, state } as const;
      await add({ when: { kind: 'terminal', tid, state: 'started' }, action });
      const id = counter.ask('sale', { ...sale, tid });
      const question = await counter.until((one) => one.method === 'signatureVerificationRequest');
      counter.send({ jsonrpc: '2.0', id: question.id, result: { accepted: true } });
      const { receiptLines } = (await counter.answer(id)).result;
      for (const copy of [question.params.receiptLines.MERCHANT, ...Object.values(receiptLines)]) {
        const lines = copy as readonly { readonly value: string; readonly type?: string }[];
        assert.ok(lines.some(({ value }) => value === line));
        assert.ok(lines.every(({ value }) => columnsOf(value) <= 24));
        assert.equal(lines.at(-1)?.type, 'TICKET_FEED');
      }
      await counter.close();
    });
  }

  test('a slow one reports each step late, in order', async (t) => {
    const clock = new TestClock();
    const { add, till } = await start(t, { clock });
    const counter = await till();
    const action = { kind: 'terminal', tid: TID, state: 'slow', seconds: 7 } as const;
    await add({ when: { kind: 'time', seconds: 0 }, action });
    await clock.advance(0);
    const id = counter.ask('sale', sale);
    await counter.shown('TRANSACTION_STARTED');
    await clock.advance(6_900);
    await counter.request('connectedTerminals');
    assert.deepEqual(counter.values, ['TRANSACTION_STARTED']);
    await moveUntil({ clock, counter, stepMs: 1_000 }, has(counter, id));
    assert.equal(counter.values.indexOf('PRESENT_CARD'), 1);
    await counter.close();
  });

  test('the next transaction has the result that was set', async (t) => {
    const { add, till } = await start(t);
    const counter = await till();
    await add({
      when: { kind: 'time', seconds: 0 },
      action: { kind: 'result', tid: TID, letters: 'DIP' },
    });
    await counter.request('connectedTerminals');
    assert.equal((await counter.request('sale', sale)).result.transactionResult, 'DECLINED');
    assert.equal((await counter.request('sale', sale)).result.transactionResult, 'SUCCESSFUL');
    await counter.close();
  });
});

describe('what is refused', () => {
  test('a fault at a site that is no test site', async (t) => {
    const { local } = await start(t);
    await local.get('addSite', { body: { name: 'shop1' } });
    const body = { when: notification, action: { kind: 'cut' } };
    const asked = { params: { site: 'shop1' }, body };
    assert.equal(await local.problem('addFault', asked), 'notPossible');
    assert.equal(
      await local.problem('addFault', { params: { site: 'nowhere' }, body }),
      'notFound',
    );
  });

  test('the gateway cannot be stopped where nothing can start it again', async (t) => {
    const { local } = await start(t);
    const body = { when: notification, action: { kind: 'gateway', how: 'restart' } };
    assert.equal(await local.problem('addFault', { ...site, body }), 'notPossible');
  });

  test('what contradicts itself or the wire, with the field', async (t) => {
    const { unfit } = await start(t);
    const cut = { kind: 'cut' };
    const message = (more: object) => ({ when: { ...notification, ...more }, action: cut });
    const on = (action: object, when: object = notification) => ({ when, action });
    const refused = [
      message({ method: 'explode' }),
      message({ method: 'sale' }),
      message({ part: 'request' }),
      message({ method: 'sale', direction: 'received', part: 'response' }),
      on({ kind: 'hold', seconds: 1 }, { kind: 'time', seconds: 1 }),
      on({ kind: 'drop' }, { ...notification, method: 'signatureVerificationRequest' }),
      on({ kind: 'drop' }, { ...notification, value: 'TRANSACTION_STARTED' }),
      on(cut, { kind: 'time' }),
      { ...on(cut, { kind: 'time', seconds: 1 }), standing: true },
      on({ kind: 'terminal', tid: 'NOSUCH', state: 'gone' }),
      on({ kind: 'result', tid: 'NOSUCH', letters: 'DIP' }),
    ];
    const paths: string[] = [];
    for (const body of refused) {
      const errors = await unfit(body);
      assert.equal(errors.length, 1, JSON.stringify(body));
      paths.push(errors[0][0]);
    }
    assert.deepEqual(paths, [
      ...['/when/method', '/when/direction', '/when/part', '/when/direction', '/when/kind'],
      ...['/when/method', '/when/value', '/when', '/standing', '/action/tid', '/action/tid'],
    ]);
  });

  test('a word that the schema does not have, by its path', async (t) => {
    const { unfit } = await start(t);
    const [first] = await unfit({ when: notification, action: { kind: 'cut', place: 'beside' } });
    assert.deepEqual(first, ['/action/place', 'before or after', 'string "beside"']);
    const [second] = await unfit({ when: notification, action: { kind: 'explode' } });
    assert.equal(second[0], '/action/kind');
  });

  test('more than a site may have, and removing what is not there', async (t) => {
    const { add, local, faults, remove } = await start(t);
    const fault = { when: notification, action: { kind: 'cut' } } as const;
    for (let count = 0; count < 100; count += 1) await add(fault);
    assert.equal(await local.problem('addFault', { ...site, body: fault }), 'notPossible');
    await remove('f1');
    assert.equal((await faults()).length, 99);
    const gone = { params: { ...site.params, id: 'f1' } };
    assert.equal(await local.problem('removeFault', gone), 'notFound');
  });
});

describe('the audit trail', () => {
  test('says who added and removed which fault at which site, before it can happen', async (t) => {
    const { operator } = await start(t, { settings: { openOnLoopback: false } });
    const { client } = await operator('anna', ['testhost']);
    const when = { kind: 'time', seconds: 3600 } as const;
    const action = { kind: 'terminal', tid: TID, state: 'busy' } as const;
    const { id } = await client.get('addFault', { ...site, body: { when, action } });
    await client.get('removeFault', { params: { ...site.params, id } });
    const { entries } = await client.get('listAudit', { query: { site: 'testhost' } });
    assert.deepEqual(
      entries.slice(0, 2).map(({ by, via, action: done, site: where, subject, changes }) => ({
        ...{ by, via, done, where, subject, changes },
      })),
      [
        {
          ...{ by: 'anna', via: 'key', done: 'fault.remove', where: 'testhost', subject: id },
          changes: [
            { field: 'when', before: when },
            { field: 'action', before: action },
          ],
        },
        {
          ...{ by: 'anna', via: 'key', done: 'fault.add', where: 'testhost', subject: id },
          changes: [
            { field: 'when', after: when },
            { field: 'action', after: action },
          ],
        },
      ],
    );
  });

  test('a fault that cannot be recorded is not added, and one that is refused is not recorded', async (t) => {
    const store = new MemoryStore();
    const { add, faults, local } = await start(t, { store });
    const when = { kind: 'time', seconds: 3600 } as const;
    const action = { kind: 'terminal', tid: TID, state: 'busy' } as const;
    await local.problem('addFault', { ...site, body: { when, action: { ...action, tid: 'X' } } });
    store.breakDown('no space');
    const { status } = await local.request('addFault', { ...site, body: { when, action } });
    assert.ok(status >= 500);
    store.mend();
    assert.deepEqual(await faults(), []);
    await add({ when, action });
    const { entries } = await local.get('listAudit');
    const added = entries.filter(({ action: done }) => done === 'fault.add');
    assert.equal(added.length, 1);
  });

  test('many faults at once are as many as a site may have', async (t) => {
    const { local, faults } = await start(t);
    const when = { kind: 'time', seconds: 3600 };
    const action = { kind: 'terminal', tid: TID, state: 'busy' };
    const adding = Array.from({ length: api.MAX_FAULTS + 5 }, () =>
      local.request('addFault', { ...site, body: { when, action } }),
    );
    const refused = (await Promise.all(adding)).filter(({ problem }) => problem === 'notPossible');
    assert.equal(refused.length, 5);
    assert.equal((await faults()).length, api.MAX_FAULTS);
  });
});
