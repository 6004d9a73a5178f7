// What a test of a till has of a test gateway: faults, the clock and the journal.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { RefusedByGateway } from './admin-request.ts';
import { TestClock } from './test-clock.ts';
import type { TestGatewayOptions } from './test-gateway.ts';
import { startTestGateway } from './test-gateway.ts';

const SIGNED = 'VCMINVLSIS0';
const sale = { tid: SIGNED, currency: 'GBP', amount: 1250 };
const shown = { kind: 'message', direction: 'sent', method: 'terminalNotification' } as const;

async function start(t: TestContext, options: TestGatewayOptions = {}) {
  const shop = await startTestGateway(options);
  t.after(() => shop.stop());
  return shop;
}

test('a fault cuts a till, the clock passes the time of a signature, and the journal tells both', async (t) => {
  const { faults, clock, journal, till } = await start(t);
  const fault = await faults.add({
    when: { ...shown, value: 'TRANSACTION_STARTED' },
    action: { kind: 'cut' },
  });
  const counter = await till({ 'epos-id': 'till-1' });
  const id = counter.ask('sale', sale);
  assert.equal((await counter.closed).code, 1006);
  assert.deepEqual(
    (await faults.list()).map(({ id, fired }) => [id, fired]),
    [[fault.id, 1]],
  );
  const again = await till({ 'epos-id': 'till-1' });
  await again.until(({ method }) => method === 'signatureVerificationRequest');
  await clock.advance(80_000);
  assert.equal((await again.answer(id)).result.transactionResult, 'SUCCESSFUL');
  const [last] = await journal.list({ tid: SIGNED });
  assert.equal(last?.result, 'SUCCESSFUL');
  const { events, results } = await journal.story(last?.id ?? '');
  assert.ok(events.some(({ event }) => event === 'signatureAsked'));
  assert.equal(results.length, 1);
  await faults.remove(fault.id);
  assert.deepEqual(await faults.list(), []);
  await again.close();
});

test('a till stays connected when the clock is moved by an hour', async (t) => {
  const { clock, till } = await start(t);
  const counter = await till();
  await clock.advance(3_600_000);
  await counter.request('connectedTerminals');
  await counter.close();
});

test('a test clock stands still, and pings follow it', async (t) => {
  const clock = new TestClock();
  const shop = await start(t, { clock });
  assert.equal(shop.clock, clock);
  const counter = await shop.till({}, { autoPong: false });
  await clock.advance(60_000);
  assert.equal((await counter.closed).code, 1006);
});

test('what does not fit is refused with its path, and what is not there by its name', async (t) => {
  const { faults, journal } = await start(t);
  const wrong = { when: { ...shown, method: 'explode' }, action: { kind: 'cut' } } as const;
  await assert.rejects(faults.add(wrong), (cause) => {
    assert.ok(cause instanceof RefusedByGateway);
    assert.deepEqual([cause.problem, cause.errors[0]?.path], ['unfit', '/when/method']);
    assert.match(cause.message, /\/when\/method: expected a method of the wire, got "explode"/);
    return true;
  });
  await assert.rejects(faults.remove('f9'), { problem: 'notFound' });
  await assert.rejects(journal.story(`testhost/${SIGNED}/1`), { problem: 'notFound' });
  await assert.rejects(journal.story('nothing'), { name: 'RefusedByGateway' });
});
