// The disk fails: no payment is begun that could not be remembered, none that has begun is lost, and
// what needs no disk goes on.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Frame, TestGateway, TestTill } from 'tillgate/testing';
import { connectTill, MemoryStore, startTestGateway, TestClock } from 'tillgate/testing';
import { StoreFault } from '../../packages/server/src/ports/store.ts';
import { machineMemory, readJournal } from '../support/scenario/journal-reader.ts';

const tid = 'VCMINVLSIP0';
const sale = { tid, currency: 'GBP', amount: 1250 };
const available = { tid, status: 'AVAILABLE', currency: 'GBP' };
/** Longer than a sale takes. */
const LONG_MS = 60_000;

interface Bench {
  readonly store: MemoryStore;
  readonly clock: TestClock;
  readonly server: TestGateway;
  readonly till: TestTill;
}

async function bench(t: { after(then: () => Promise<void>): void }): Promise<Bench> {
  const [store, clock] = [new MemoryStore(), new TestClock()];
  // Pongs take real time: on the test clock a ping would seem unanswered.
  const settings = { pace: 'realistic', pingInterval: 100_000 };
  const server = await startTestGateway({ store, clock, settings });
  t.after(() => server.stop());
  return { store, clock, server, till: await server.till({ 'epos-id': 'TILL-1' }) };
}

const readyz = async ({ gateway }: TestGateway) =>
  (await fetch(`${gateway.httpUrl}/readyz`)).status;

test('a sale that cannot be journalled is refused with -32603 and never handed over', async (t) => {
  const { store, clock, server, till } = await bench(t);
  assert.equal(await readyz(server), 200);
  store.breakDown('no space left');
  const { error } = await till.request('sale', sale);
  assert.equal(error.code, -32603);
  assert.equal(await readyz(server), 503);
  assert.deepEqual((await till.request('terminalDetails', { tid })).result, available);
  assert.equal((await till.request('connectedTerminals')).result.length, 6);
  await clock.advance(LONG_MS);
  assert.equal((await till.request('duplicate', { tid })).error.code, -32074);
  assert.deepEqual(till.values, [], 'the machine showed nothing');

  store.mend();
  const id = till.ask('sale', sale);
  await till.shown('TRANSACTION_STARTED');
  await clock.advance(LONG_MS);
  assert.equal((await till.answer(id)).result.transactionResult, 'SUCCESSFUL');
  assert.equal(await readyz(server), 200);
  const [only, ...more] = await readJournal(store);
  assert.deepEqual([only?.ends, more], [1, []]);
  assert.equal((await machineMemory(store, 'testhost', tid))?.balances.totalSalesAmount, 1250);
});

test('the outcome of a sale waits for a failing disk and is not lost [C-12.2]', async (t) => {
  const { store, clock, server, till } = await bench(t);
  const id = till.ask('sale', sale);
  await till.shown('TRANSACTION_STARTED');
  await clock.advance(1_000);
  await till.shown('PRESENT_CARD');
  store.breakDown('the disk is gone');
  await clock.advance(LONG_MS);
  const busy = await till.request('terminalDetails', { tid });
  assert.equal(busy.result.status, 'BUSY');
  assert.ok(!till.values.includes('TRANSACTION_FINISHED'), 'not sent before it is written');
  assert.ok(till.received.every((frame) => frame.id !== id));
  assert.equal(await readyz(server), 503);
  const other = { ...sale, tid: 'VCMINVLSCD0' };
  assert.equal((await till.request('sale', other)).error.code, -32603);

  store.mend();
  await clock.advance(LONG_MS);
  const { result } = await till.answer(id);
  assert.equal(result.transactionResult, 'SUCCESSFUL');
  assert.equal(till.values.at(-1), 'TRANSACTION_FINISHED');
  assert.equal(till.values.filter((value) => value === 'TRANSACTION_FINISHED').length, 1);
  assert.deepEqual((await till.request('terminalDetails', { tid })).result, available);
  assert.equal(await readyz(server), 200);
  const journal = await readJournal(store);
  assert.deepEqual(
    journal.map(({ ends, truth }) => [ends, truth]),
    [[1, result]],
  );
  const id2 = till.ask('sale', { ...sale, amount: 750 });
  await till.shown('TRANSACTION_STARTED', 2);
  await clock.advance(LONG_MS);
  await till.answer(id2);
  const memory = await machineMemory(store, 'testhost', tid);
  assert.equal(memory?.balances.totalSalesCount, 2, 'the machine has forgotten neither');
});

test('a till that reconnects while the disk fails gets its result when the disk works again', async (t) => {
  const { store, clock, server, till } = await bench(t);
  const id = till.ask('sale', sale, 7);
  await till.shown('TRANSACTION_STARTED');
  store.breakDown('the disk is gone');
  till.cut();
  await till.closed;
  await clock.advance(LONG_MS);
  const again = await server.till({ 'epos-id': 'TILL-1' });
  await again.request('connectedTerminals');
  assert.ok(again.received.every((frame) => frame.id !== id || frame.error));
  store.mend();
  await clock.advance(LONG_MS);
  assert.equal((await again.answer(id)).result.transactionResult, 'SUCCESSFUL');
});

/** Keeps the write of the first such event back until `release`, as a disk or database that hangs. */
function holdWrite(
  store: MemoryStore,
  event: string,
): { release: () => void; held: Promise<void> } {
  const write = store.write.bind(store);
  const [gate, reached] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  store.write = async (one) => {
    if (!one.append?.body.includes(`"kind":"${event}"`)) return write(one);
    store.write = write;
    reached.resolve();
    await gate.promise;
    return write(one);
  };
  return { release: gate.resolve, held: reached.promise };
}

/** The next write is kept, but its writer is told otherwise. */
function loseNextAnswer(store: MemoryStore): void {
  const write = store.write.bind(store);
  store.write = async (one) => {
    store.write = write;
    await write(one);
    throw new StoreFault('The answer was lost.', undefined);
  };
}

test('a sale whose start is durable too late ends UNSUCCESSFUL, and no card machine hears of it [C-4.46]', async (t) => {
  const { store, clock, server, till } = await bench(t);
  const { release, held } = holdWrite(store, 'started');
  const id = till.ask('sale', sale);
  await held;
  await clock.advance(11_000);
  release();
  const { result } = await till.answer(id);
  assert.equal(result.transactionResult, 'UNSUCCESSFUL');
  assert.match(result.userMessage, /was not started\. No payment was taken\.$/);
  assert.deepEqual(till.values, ['TRANSACTION_STARTED', 'TRANSACTION_FINISHED']);
  assert.equal(await machineMemory(store, 'testhost', tid), undefined);
  assert.deepEqual((await till.request('terminalDetails', { tid })).result, available);
  const again = till.ask('sale', sale);
  await till.shown('TRANSACTION_STARTED', 2);
  await clock.advance(LONG_MS);
  assert.equal((await till.answer(again)).result.transactionResult, 'SUCCESSFUL');
  assert.equal(await readyz(server), 200);
});

test('a sale goes on when the answer of the journal is lost, at its start or at its end', async (t) => {
  for (const moment of ['start', 'end']) {
    const { store, clock, till } = await bench(t);
    if (moment === 'start') loseNextAnswer(store);
    const id = till.ask('sale', sale);
    await till.shown('TRANSACTION_STARTED');
    await clock.advance(1_000);
    await till.shown('PRESENT_CARD');
    if (moment === 'end') loseNextAnswer(store);
    await clock.advance(LONG_MS);
    assert.equal((await till.answer(id)).result.transactionResult, 'SUCCESSFUL', moment);
    const next = till.ask('sale', sale);
    await till.shown('TRANSACTION_STARTED', 2);
    await clock.advance(LONG_MS);
    assert.equal((await till.answer(next)).result.transactionResult, 'SUCCESSFUL', moment);
    const memory = await machineMemory(store, 'testhost', tid);
    assert.equal(memory?.balances.totalSalesCount, 2, moment);
  }
});

test('a waiter who leaves a paid table may choose the next one at once, however slow the disk is', async (t) => {
  const store = new MemoryStore();
  const server = await startTestGateway({ store });
  t.after(() => server.stop());
  const till = await connectTill(server.uri('pat'));
  till.socket.on('message', (data: Buffer) => {
    const { id, method } = JSON.parse(data.toString()) as Frame;
    const result = { confirmed: true, amount: 1000, currency: 'GBP' };
    if (method === 'tableLockRequest') till.send({ jsonrpc: '2.0', id, result });
  });
  const waiter = await connectTill(server.uri('waiter', { tid }));
  const { release, held } = holdWrite(store, 'tableUnlocked');
  await waiter.request('lock', { tableId: '1' });
  await waiter.request('pay', { by: 'card', amount: 1000 });
  await held;
  const left = waiter.request('leave');
  await waiter.request('bill');
  release();
  assert.equal((await left).result.answer, 'left');
  assert.equal((await waiter.request('lock', { tableId: '2' })).result.answer, 'locked');
});
