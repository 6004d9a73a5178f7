import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ReceiptLine } from '@tillgate/protocol';
import { MAX_AMOUNT, MAX_CASHBACK, startableTypes } from '@tillgate/protocol';
import fc from 'fast-check';
import { saleOrder } from '../../../../testing/terminal-driver-contract-kit.ts';
import { authorisedTransaction } from '../memory/completed-transaction.ts';
import { scenarioFor } from '../scenario/scenario.ts';
import { readTid } from '../scenario/tid.ts';
import { letterhead, outcomeOf } from './receipt.ts';

const answer = {
  transactionId: '4100231',
  transactionNumber: '0042',
  transactionTime: '2026-03-14T12:31:07',
  authCode: 'Q7M2K4',
};
const extras = { cashback: 1000, gratuity: 125 };
const head = letterhead('The Corner Shop', 'VCMINVLSIP0', '0012345678');

const values = (lines: readonly ReceiptLine[] = []) => lines.map((line) => line.value);
const types = (lines: readonly ReceiptLine[] = []) => lines.map((line) => line.type);

function receipts(tid: string, order = saleOrder('a')) {
  const tidScenario = readTid(tid);
  assert.ok(tidScenario);
  const transaction = authorisedTransaction(order, scenarioFor(tidScenario, order, extras), answer);
  return outcomeOf(transaction, head).receiptLines;
}

describe('receipts of a virtual card machine', () => {
  test('the receipt of a sale shows its amounts, which end at the 24th character', () => {
    const order = saleOrder('a', { mayEnterCashback: true });
    const { MERCHANT, CUSTOMER } = receipts('VCMINVLSIP0', order);
    assert.equal(values(MERCHANT)[0], '     MERCHANT COPY');
    assert.equal(values(CUSTOMER)[0], '     CUSTOMER COPY');
    for (const line of [
      'SALE            GBP12.50',
      'CASHBACK        GBP10.00',
      'GRATUITY         GBP1.25',
      'TOTAL           GBP23.75',
      '14/03/2026      12:31:07',
      'CARD    ************4821',
      'AUTH CODE         Q7M2K4',
      '      PIN VERIFIED',
    ]) {
      assert.ok(values(CUSTOMER).includes(line), line);
    }
    assert.equal(types(CUSTOMER).at(-1), 'TICKET_FEED');
  });

  test('only the merchant copy has the place to sign', () => {
    const { MERCHANT, CUSTOMER } = receipts('VCMINVLSIS0');
    assert.ok(values(MERCHANT).includes('X.......................'));
    assert.ok(!values(CUSTOMER).includes('X.......................'));
  });

  test('the receipt of a table payment names the table, and the waiter if known', () => {
    const at = (waiter: object) =>
      saleOrder('a', { table: { tableId: '12A', amountGratuity: 250, ...waiter } });
    const { MERCHANT, CUSTOMER } = receipts('VCMINVLSIP0', at({ waiterId: '007' }));
    for (const copy of [MERCHANT, CUSTOMER]) {
      assert.ok(values(copy).includes('TABLE                12A'));
      assert.ok(values(copy).includes('WAITER               007'));
      assert.ok(values(copy).includes('GRATUITY         GBP2.50'));
    }
    const unknown = values(receipts('VCMINVLSIP0', at({})).CUSTOMER);
    assert.ok(unknown.includes('TABLE                12A'));
    assert.ok(!unknown.some((line) => line.startsWith('WAITER')));
  });

  test('receipts of declined and void payments have a box with the result [C-5.3]', () => {
    for (const [tid, box] of [
      ['VCMDIP0', 'BOX_DECLINE'],
      ['VCMVIP0', 'BOX_VOID'],
    ] as const) {
      for (const copy of Object.values(receipts(tid))) {
        assert.ok(types(copy).includes(box));
        assert.ok(values(copy).includes('TOTAL           GBP12.50'));
      }
    }
    assert.deepEqual(receipts('VCMUIP0'), {});
  });

  test('no line of a receipt is longer than 24 characters [C-5.6]', () => {
    fc.assert(
      fc.property(printed, ({ title, tid, order, gratuity }) => {
        const tidScenario = readTid(tid);
        assert.ok(tidScenario);
        const scenario = scenarioFor(tidScenario, order, { cashback: MAX_CASHBACK, gratuity });
        const outcome = outcomeOf(
          authorisedTransaction(order, scenario, answer),
          letterhead(title, tid, '1'),
        );
        for (const line of Object.values(outcome.receiptLines).flat()) {
          assert.ok(line.value.length <= 24, JSON.stringify(line));
        }
      }),
      { numRuns: 500 },
    );
  });
});

const printed = fc.record({
  title: fc.string({ maxLength: 80, unit: 'grapheme' }),
  tid: fc
    .tuple(fc.stringMatching(/^[A-Za-z0-9]{0,25}$/), fc.stringMatching(/^[SDV][SCIK][SDPN]$/))
    .map(([label, letters]) => `VCM${label}${letters}0`),
  gratuity: fc.integer({ min: 0, max: MAX_AMOUNT }),
  order: fc
    .record({
      transactionType: fc.constantFrom(...startableTypes),
      currency: fc.constantFrom('GBP' as const, 'EUR' as const),
      amount: fc.integer({ min: 1, max: MAX_AMOUNT }),
      amountCashback: fc.integer({ min: 0, max: MAX_CASHBACK }),
      cardholderNotPresent: fc.boolean(),
      table: fc.option(
        fc.record({
          tableId: fc.string({ minLength: 1, maxLength: 32, unit: 'grapheme' }),
          waiterId: fc.string({ minLength: 1, maxLength: 16, unit: 'grapheme' }),
          amountGratuity: fc.integer({ min: 0, max: MAX_AMOUNT }),
        }),
      ),
    })
    .map(({ table, ...order }) => saleOrder('a', table ? { ...order, table } : order)),
});
