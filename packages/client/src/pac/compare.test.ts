// Whether a machine's last payment is the one that was asked for.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { payment, tid } from '../testing/scripted-gateway.ts';
import type { Evidence } from './compare.ts';
import { compare, siteTimeMs } from './compare.ts';
import { PaymentMemory } from './payment-memory.ts';

const HOUR = 3_600_000;
const time = '2026-03-14T12:31:07';
/** The till's clock is an hour behind the site's. */
const sentAt = siteTimeMs(time) - HOUR - 5_000;

const evidence: Evidence = {
  request: {
    transactionType: 'SALE',
    tid,
    currency: 'GBP',
    amount: 1250,
    amountCashback: 0,
    cardholderNotPresent: false,
  },
  sentAt,
  seenAt: sentAt + 60_000,
  limitMs: 290_000,
  handedOver: false,
  wasBusy: false,
  knownAsOther: false,
  siteOffsetMs: undefined,
};
const last = payment({ transactionTime: time });

test('an equal payment without other evidence is unclear', () => {
  assert.equal(compare(last, evidence), 'unclear');
});

test('an equal payment is the same one if the machine was reached or seen busy', () => {
  assert.equal(compare(last, { ...evidence, handedOver: true }), 'same');
  assert.equal(compare(last, { ...evidence, wasBusy: true }), 'same');
});

test('a payment of another request is never the same one', () => {
  assert.equal(compare(last, { ...evidence, handedOver: true, knownAsOther: true }), 'other');
});

test('a payment that ended in time is the same one if the clock of the site is known [C-4.18]', () => {
  const known = { ...evidence, siteOffsetMs: HOUR };
  assert.equal(compare(last, known), 'same');
  const older = payment({ transactionTime: '2026-03-14T12:30:41' });
  assert.equal(compare(older, known), 'unclear');
  const later = payment({ transactionTime: '2026-03-14T12:36:30' });
  const seenAt = sentAt + 2 * HOUR;
  assert.equal(compare(later, { ...known, handedOver: true, seenAt }), 'unclear');
  assert.equal(compare(later, { ...known, seenAt }), 'unclear');
});

test('no time makes an equal payment another one, since clocks are set and summer time begins', () => {
  const steps = fc.constantFrom(-24, -2, -1, -0.5, -0.1, 0.1, 0.5, 1, 2, 24, 24 * 365 * 30);
  const seen = { seenAt: sentAt + 20_000 };
  fc.assert(
    fc.property(steps, fc.boolean(), fc.boolean(), (hours, handedOver, wasBusy) => {
      const known = { ...evidence, ...seen, siteOffsetMs: HOUR * (1 + hours), handedOver, wasBusy };
      const verdict = compare(last, known);
      assert.equal(verdict, handedOver || wasBusy ? 'same' : verdict);
      assert.notEqual(verdict, 'other');
    }),
  );
});

test('a payment of another type, machine, currency or amount is another payment', () => {
  const handedOver = { ...evidence, handedOver: true };
  const others = [
    { tid: '87654321' },
    { transactionType: 'REFUND' },
    { currency: 'EUR' },
    { amountBase: 1251, amountTotal: 1251 },
    { amountTotal: 1 },
  ] as const;
  for (const other of others) assert.equal(compare(payment(other), handedOver), 'other');
});

test('the cashback of a payment may be less than requested, not more [C-4.10]', () => {
  const request = { ...evidence.request, amountCashback: 1000 };
  const asked = { ...evidence, request, handedOver: true };
  const given = (amountCashback: number) =>
    payment({ amountCashback, amountTotal: 1250 + amountCashback });
  assert.equal(compare(given(500), asked), 'same');
  assert.equal(compare(given(1500), asked), 'other');
  assert.equal(compare(given(500), { ...evidence, handedOver: true }), 'same');
});

test('the payment memory knows what was seen before, and of which request it is', () => {
  const memory = new PaymentMemory();
  memory.note(last, 7);
  const { sequence } = memory;
  assert.equal(memory.seenBefore(last, sequence), true);
  assert.equal(memory.belongsToOther(last, 8), true);
  assert.equal(memory.belongsToOther(last, 7), false);
  const next = payment({ transactionId: '4100232' });
  memory.note(next);
  assert.equal(memory.seenBefore(next, sequence), false);
  assert.equal(memory.belongsToOther(next, 8), false);
});

test('the payment memory learns the clock of the site, and a change of it', () => {
  const memory = new PaymentMemory();
  memory.noteClock(last, siteTimeMs(time) - HOUR + 60_000);
  memory.noteClock(last, siteTimeMs(time) - HOUR);
  memory.noteClock(last, siteTimeMs(time) - HOUR + 30_000);
  assert.equal(memory.siteOffsetMs, HOUR);
  memory.noteClock(last, siteTimeMs(time));
  assert.equal(memory.siteOffsetMs, 0);
});
