import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ReceiptLine } from '@tillgate/protocol';
import { columnsOf, MAX_AMOUNT, MAX_CASHBACK, startableTypes } from '@tillgate/protocol';
import fc from 'fast-check';
import { saleOrder } from '../../../../testing/terminal-driver-contract-kit.ts';
import { authorisedTransaction } from '../memory/completed-transaction.ts';
import { scenarioFor } from '../scenario/scenario.ts';
import type { TidScenario } from '../scenario/tid.ts';
import { readTid } from '../scenario/tid.ts';
import { copyToSign, letterhead, outcomeOf } from './receipt.ts';

const answer = {
  transactionId: '4100231',
  transactionNumber: '0042',
  session: 3,
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
  test('both copies of a sale have the recorded lines in the recorded order [C-10.23]', () => {
    const { MERCHANT, CUSTOMER } = receipts(
      'VCMINVLSIP0',
      saleOrder('a', { mayEnterCashback: true }),
    );
    const shared = [
      ...['The Corner Shop', '020 7946 0000', 'www.shop.example'],
      ...['M:*****45678', 'TID:*****VLSIP0', 'SCH ID:4100231', 'TABLE:', 'HANDSET:1'],
      ...['VISA DEBIT', 'AID: A0000000031010', 'VISA', '************4821', 'PAN SEQ NO. 01'],
      ...['ICC_CHIP', 'SALE'],
      'AMOUNT          GBP12.50',
      'GRATUITY         GBP1.25',
      'CASHBACK        GBP10.00',
      'TOTAL           GBP23.75',
      ...['SUCCESSFUL', 'THANK YOU', '14/03/2026      12:31:07', 'AUTH CODE:Q7M2K4'],
    ];
    const end = [' PLEASE RETAIN RECEIPT', ''];
    const merchant = ['TXN 0042', 'SESSION 3', '     MERCHANT COPY      '];
    assert.deepEqual(values(MERCHANT), [...shared, ...merchant, ...end]);
    assert.deepEqual(values(CUSTOMER), [...shared, '     CUSTOMER COPY      ', ...end]);
    assert.equal(types(CUSTOMER).at(-1), 'TICKET_FEED');
    const formatOf = (value: string) => CUSTOMER?.find((line) => line.value === value)?.format;
    for (const big of ['The Corner Shop', '020 7946 0000', 'VISA', 'TOTAL           GBP23.75']) {
      assert.deepEqual(formatOf(big), ['BOLD', 'DOUBLE_HEIGHT'], big);
    }
    assert.deepEqual(formatOf('SUCCESSFUL'), ['BOLD']);
    assert.equal(formatOf('VISA DEBIT'), undefined);
  });

  test('the receipt of a swiped card leaves out what the card does not have', () => {
    const lines = values(receipts('VCMINVLSSN0').CUSTOMER);
    assert.deepEqual(lines.slice(7, 11), ['HANDSET:1', 'VISA', '************4821', 'SWIPED']);
  });

  test('only the merchant copy has the place to sign, before the result', () => {
    const { MERCHANT, CUSTOMER } = receipts('VCMINVLSIS0');
    const at = values(MERCHANT).indexOf('X.......................');
    assert.deepEqual(values(MERCHANT).slice(at - 2, at + 2), [
      ...['   PLEASE SIGN BELOW', '', 'X.......................', 'SUCCESSFUL'],
    ]);
    assert.ok(!values(CUSTOMER).includes('X.......................'));
  });

  test('the copy to sign shows no result, whatever the payment will end as [C-4.32]', () => {
    for (const tid of ['VCMSIS0', 'VCMVIS0', 'VCMDIS0']) {
      const order = saleOrder('a');
      const scenario = scenarioFor(readTid(tid) as TidScenario, order, extras);
      const lines = copyToSign(authorisedTransaction(order, scenario, answer), head);
      assert.ok(values(lines).includes('X.......................'), tid);
      assert.ok(!values(lines).some((line) => /SUCCESSFUL|DECLINED|VOID/.test(line)), tid);
      assert.ok(values(lines).includes('     MERCHANT COPY      '), tid);
    }
  });

  test('the receipt of a table payment names the table, and the waiter if known', () => {
    const at = (waiter: object) =>
      saleOrder('a', { table: { tableId: '12A', amountGratuity: 250, ...waiter } });
    const { MERCHANT, CUSTOMER } = receipts('VCMINVLSIP0', at({ waiterId: '007' }));
    for (const copy of [MERCHANT, CUSTOMER]) {
      assert.ok(values(copy).includes('TABLE:12A'));
      assert.ok(values(copy).includes('WAITER:007'));
      assert.ok(values(copy).includes('GRATUITY         GBP2.50'));
    }
    const unknown = values(receipts('VCMINVLSIP0', at({})).CUSTOMER);
    assert.ok(unknown.includes('TABLE:12A'));
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

  test('a wide sign takes two columns of a receipt, a combining mark none [C-5.6]', () => {
    const tidScenario = readTid('VCMINVLSIP0');
    assert.ok(tidScenario);
    const table = {
      tableId: '宫保鸡丁宫保鸡丁宫保',
      waiterId: 'Zoe\u0308'.repeat(5),
      amountGratuity: 0,
    };
    const order = saleOrder('a', { table });
    const transaction = authorisedTransaction(
      order,
      scenarioFor(tidScenario, order, extras),
      answer,
    );
    const shop = letterhead('Ecke 角の店のレストラン店', 'VCMINVLSIP0', '0012345678');
    const lines = values(outcomeOf(transaction, shop).receiptLines.CUSTOMER);
    assert.deepEqual(lines.slice(0, 2), ['Ecke', '角の店のレストラン店']);
    const at = lines.findIndex((line) => line.startsWith('TABLE'));
    assert.deepEqual(lines.slice(at, at + 3), [
      'TABLE:宫保鸡丁宫保鸡丁宫',
      '保',
      `WAITER:${table.waiterId}`,
    ]);
  });

  test('no line of a receipt is wider than 24 columns [C-5.6]', () => {
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
          assert.ok(columnsOf(line.value) <= 24, JSON.stringify(line));
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
