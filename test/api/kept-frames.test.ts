// The messages of a transaction that are kept in the journal: its story has them after a restart.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import type { api } from '@tillgate/protocol';
import { connectTill } from 'tillgate/testing';
import { ATTACHED } from '../../packages/server/src/ports/store.ts';
import { ApiClient, clientOf } from '../support/api/api-client.ts';
import type { GatewayHarness, HarnessOptions } from '../support/gateway/gateway-harness.ts';
import { startHarness } from '../support/gateway/gateway-harness.ts';
import {
  cardPayment,
  startWithLock,
  tableRequests,
} from '../support/gateway/restaurant-harness.ts';
import { startGatewayProcess, temporaryFolder } from '../support/scenario/gateway-process.ts';
import { eventually, within } from '../support/wait.ts';

const SALE = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 };
/** More than what a transaction waits for after its last event. */
const KEPT_AFTER_MS = 2_600;

/** The newest transaction. */
async function newestStory(client: ApiClient): Promise<api.TransactionStory> {
  const [newest] = (await client.get('listTransactions')).transactions;
  assert.ok(newest);
  const { site, tid, number } = newest;
  return client.get('readTransaction', { params: { site, tid, number } });
}

/** As they are kept: without the text of receipts. */
function withoutReceipts(frames: readonly api.Frame[]): readonly api.Frame[] {
  const blank = (key: string, value: unknown) => (key === 'value' ? '*' : value);
  return frames.map((frame) => ({
    ...frame,
    text: JSON.stringify(JSON.parse(frame.text), blank),
  }));
}

async function startSelling(t: TestContext, options: HarnessOptions = {}) {
  const harness = await startHarness(t, {
    ...options,
    settings: { pace: 'instant', ...options.settings },
  });
  return { harness, client: () => clientOf(harness.server) };
}

const keptIn = ({ store }: GatewayHarness) => store.list(ATTACHED, '');

describe('the messages of a transaction are kept with it', () => {
  test('a gateway that is started again on its folder has the same messages of a sale', async (t) => {
    const flags = ['--port', '0', '--data', temporaryFolder(t), '--pace', 'instant'];
    const first = await startGatewayProcess(flags);
    t.after(() => first.stop());
    const till = await connectTill(`${first.pac}&epos-id=TILL-1`);
    await till.request('sale', SALE);
    const before = await eventually('the delivery', async () => {
      const story = await newestStory(new ApiClient(first.http));
      return story.summary.delivered ? story : undefined;
    });
    await till.close();
    first.kill('SIGTERM');
    await within('the end', first.exited);
    const second = await startGatewayProcess(flags);
    t.after(() => second.stop());
    const after = await newestStory(new ApiClient(second.http));
    assert.equal(before.frames.at(-1)?.text.includes('PLEASE RETAIN'), true);
    assert.deepEqual(after, { ...before, frames: withoutReceipts(before.frames) });
    assert.ok(after.frames.length > 5);
  });

  test('a gateway that is killed before it kept them has the events', async (t) => {
    const { harness, client } = await startSelling(t);
    const till = await harness.till();
    await harness.request(till, 'sale', SALE);
    await harness.settled();
    assert.ok((await newestStory(client())).frames.length > 5);
    assert.deepEqual(await keptIn(harness), []);
    const entries = await harness.store.entries();
    const killed = await startHarness(t, { settings: { pace: 'instant' } });
    for (const { position: _, ...append } of entries) await killed.store.write({ append });
    await killed.restart();
    const number = entries[0]?.activityId ?? 0;
    const params = { site: 'testhost', tid: SALE.tid, number };
    const story = await clientOf(killed.server).get('readTransaction', { params });
    assert.deepEqual(story.frames, []);
    assert.equal(story.results.length, 1);
  });

  test('the messages of a table are kept, with those of its till and without its bill', async (t) => {
    const { harness, waiter, restaurant } = await startWithLock(t);
    await waiter.request(tableRequests.bill);
    await waiter.payByCard(cardPayment(4820));
    await waiter.request(tableRequests.leave);
    await restaurant.settled();
    const before = await newestStory(clientOf(harness.server));
    await restaurant.restart();
    const after = await newestStory(clientOf(harness.server));
    assert.deepEqual(after.frames, withoutReceipts(before.frames));
    const methods = after.frames.map(({ text }) => JSON.parse(text).method).filter(Boolean);
    assert.deepEqual(methods, [
      ...['tableLockRequest', 'posReceiptRequest', 'transactionResponse', 'tableUnlock'],
    ]);
  });

  test('what is delivered after a restart is added to what was kept before', async (t) => {
    const { harness, client } = await startSelling(t, { settings: { pace: 'realistic' } });
    const till = await harness.till({ 'epos-id': 'TILL-1' });
    till.ask('sale', SALE);
    await harness.shown(till, 'PIN_ENTRY');
    till.socket.terminate();
    const isOver = async () => (await newestStory(client())).summary.endedAt;
    while (!(await isOver())) await harness.advance(1000);
    await harness.restart();
    await harness.advance(60_000);
    const again = await harness.till({ 'epos-id': 'TILL-1' });
    await harness.settled();
    assert.ok(again.received.some(({ result }) => result));
    await harness.advance(KEPT_AFTER_MS);
    await harness.restart();
    const { frames } = await newestStory(client());
    assert.match(frames[0]?.text ?? '', /"method":"sale"/);
    assert.match(frames.at(-1)?.text ?? '', /"result":\{/);
    assert.ok(frames.some(({ text }) => text.includes('PIN_ENTRY')));
    const times = frames.map(({ at }) => at);
    assert.deepEqual(times, times.toSorted());
  });
});

describe('keeping messages does not get into the way of a sale', () => {
  test('nothing is written for it until some time after the delivery, and then once for all sales', async (t) => {
    const { harness } = await startSelling(t);
    const till = await harness.till();
    let puts = 0;
    let attached = 0;
    const write = harness.store.write.bind(harness.store);
    harness.store.write = (written) => {
      const some = written.put?.filter(({ collection }) => collection === ATTACHED) ?? [];
      if (some.length > 0) puts += 1;
      attached += some.length;
      return write(written);
    };
    for (let sale = 0; sale < 10; sale += 1) {
      await harness.request(till, 'sale', { ...SALE, tid: `VCMTEST${sale}SIP0` });
    }
    await harness.settled();
    assert.equal(puts, 0);
    await harness.advance(KEPT_AFTER_MS);
    await eventually('what is kept', () => attached >= 10 || undefined);
    assert.deepEqual([attached, puts], [10, 1]);
    const sizes = (await keptIn(harness)).map(({ value }) => value.length);
    t.diagnostic(`${Math.max(...sizes)} bytes a sale`);
    assert.ok(Math.max(...sizes) < 4_061, `${sizes}`);
  });

  test('of one transaction no more is kept than the setting allows, the newest first', async (t) => {
    const { harness, client } = await startSelling(t, { settings: { transactionFrames: 1 } });
    const till = await harness.till();
    await harness.request(till, 'sale', SALE);
    await harness.restart();
    const [kept] = await keptIn(harness);
    assert.ok(kept && Buffer.byteLength(kept.value) <= 1_200 && kept.value.length > 500);
    const { frames } = await newestStory(client());
    assert.ok(frames.length > 1 && frames.length < 11);
    assert.match(frames.at(-1)?.text ?? '', /TRANSACTION_FINISHED/);
  });

  for (const settings of [{ transactionFrames: 0 }, { trafficMemory: 0 }]) {
    test(`with ${JSON.stringify(settings)} nothing is kept`, async (t) => {
      const { harness, client } = await startSelling(t, { settings });
      const till = await harness.till();
      await harness.request(till, 'sale', SALE);
      await harness.restart();
      assert.deepEqual(await keptIn(harness), []);
      assert.deepEqual((await newestStory(client())).frames, []);
    });
  }

  test('the messages go with their transaction when it is purged', async (t) => {
    const { harness } = await startSelling(t, { settings: { retention: 1 } });
    const till = await harness.till();
    await harness.request(till, 'sale', SALE);
    await harness.request(till, 'sale', SALE);
    await harness.restart();
    assert.equal((await keptIn(harness)).length, 2);
    await harness.advance(61_000);
    const left = await eventually('the purge', async () => {
      const kept = await keptIn(harness);
      return kept.length === 1 ? kept : undefined;
    });
    const [last] = (await harness.store.entries()).filter(
      ({ version, activityId }) => version === activityId,
    );
    assert.equal(left[0]?.key, `${last?.stream}/${last?.activityId}`);
  });
});

describe('what is kept is masked', () => {
  test('a token and card numbers that a till puts into its messages are not kept', async (t) => {
    const { harness } = await startSelling(t, { settings: { pace: 'realistic' } });
    const till = await harness.till();
    const id = till.ask('sale', SALE);
    await harness.shown(till, 'PRESENT_CARD');
    const secrets = [
      '4539578776361486',
      '4929123456789012',
      'd0e4a7c1-52b8-4e3a-9c7e-2b6f0a1d9e83',
    ];
    for (const secret of secrets) {
      const params = { tid: SALE.tid, note: secret };
      till.send({ jsonrpc: '2.0', id: `x${secret.length}`, method: 'cancelTransaction', params });
    }
    await harness.answer(till, id);
    await harness.restart();
    const [kept] = await keptIn(harness);
    assert.match(kept?.value ?? '', /cancelTransaction/);
    for (const secret of secrets) assert.ok(!kept?.value.includes(secret), secret);
  });
});
