import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { CommandError, UsageError } from '../exit-code.ts';
import { readBillSplit } from './pay.ts';
import { billParts, readGratuity } from './split-bill.ts';

const amounts = (toPay: number, values: Parameters<typeof readBillSplit>[0]) =>
  billParts(toPay, readBillSplit(values)).map(({ by, amount }) => [by, amount]);

describe('how a bill is shared', () => {
  test('one card pays the whole bill by default', () => {
    assert.deepEqual(billParts(4820, readBillSplit({})), [
      { by: 'card', amount: 4820, amountCashback: 0, amountGratuity: 0 },
    ]);
  });

  test('a split puts the odd pennies on the first cards', () => {
    assert.deepEqual(amounts(4820, { split: '3' }), [
      ['card', 1607],
      ['card', 1607],
      ['card', 1606],
    ]);
    assert.deepEqual(amounts(2, { split: '3' }), [
      ['card', 1],
      ['card', 1],
    ]);
  });

  test('cash is noted first, and the cards share what is left', () => {
    assert.deepEqual(amounts(4820, { cash: '18.20', split: '2' }), [
      ['other', 1820],
      ['card', 1500],
      ['card', 1500],
    ]);
    assert.deepEqual(amounts(4820, { cash: '48.20' }), [['other', 4820]]);
  });

  test('a part pays just that part', () => {
    assert.deepEqual(amounts(4820, { amount: '20', cash: '5' }), [
      ['other', 500],
      ['card', 1500],
    ]);
  });

  test('gratuity goes on each card, cashback on the first', () => {
    const sharing = readBillSplit({ split: '2', cash: '1', gratuity: '10%', cashback: '10' });
    assert.deepEqual(
      billParts(4820, sharing).map((part) => [part.amountGratuity, part.amountCashback]),
      [
        [0, 0],
        [236, 1000],
        [236, 0],
      ],
    );
  });

  test('the parts add up to what is to pay, and differ by a penny at most', () => {
    const bills = fc.record({
      toPay: fc.integer({ min: 1, max: 99_999_999 }),
      cards: fc.integer({ min: 1, max: 50 }),
      noted: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(bills, ({ toPay, cards, noted }) => {
        const cash = Math.floor(toPay * noted);
        const parts = billParts(toPay, { cards, cash, cashback: 0, gratuityOf: () => 0 });
        assert.equal(
          parts.reduce((sum, { amount }) => sum + amount, 0),
          toPay,
        );
        const shares = parts.filter(({ by }) => by === 'card').map(({ amount }) => amount);
        assert.ok(parts.every(({ amount }) => amount > 0));
        assert.ok(shares.length === 0 || Math.max(...shares) - Math.min(...shares) <= 1);
      }),
    );
  });

  test('more than there is to pay is refused, naming the option', () => {
    for (const [values, words] of [
      [{ amount: '50' }, /^--amount: 50\.00 is more than the 48\.20 to pay\.$/],
      [{ cash: '50' }, /^--cash: 50\.00 is more than the 48\.20 to pay\.$/],
      [{ amount: '20', cash: '21' }, /^--cash: 21\.00 is more than the 20\.00 to pay\.$/],
      [{ cash: '48.20', cashback: '5' }, /^--cashback /],
    ] as const) {
      assert.throws(
        () => amounts(4820, values),
        (cause: Error) => {
          assert.ok(cause instanceof CommandError && cause.exitCode === 1);
          return words.test(cause.message);
        },
      );
    }
  });
});

describe('what a waiter types', () => {
  test('a gratuity is a part of the share or an amount', () => {
    for (const [text, share, gratuity] of [
      ['10%', 1607, 161],
      ['12.5%', 1000, 125],
      ['12.5 %', 4, 1],
      ['0%', 1000, 0],
      ['100%', 1000, 1000],
      ['2.50', 1607, 250],
      ['0', 1607, 0],
    ] as const) {
      assert.equal(readGratuity(text)(share), gratuity, text);
    }
  });

  test('a wrong value is refused with the name of its option', () => {
    for (const [values, option] of [
      [{ amount: '1,50' }, '--amount'],
      [{ amount: '0' }, '--amount'],
      [{ cash: '-1' }, '--cash'],
      [{ cashback: '100.01' }, '--cashback'],
      [{ gratuity: '101%' }, '--gratuity'],
      [{ gratuity: 'ten%' }, '--gratuity'],
      [{ gratuity: 'ten' }, '--gratuity'],
      [{ split: '1' }, '--split'],
      [{ split: '2.5' }, '--split'],
      [{ split: '51' }, '--split'],
      [{ split: '2', amount: '5' }, '--amount and --split'],
    ] as const) {
      assert.throws(
        () => readBillSplit(values),
        (cause: Error) => cause instanceof UsageError && cause.message.startsWith(option),
        option,
      );
    }
  });
});
