// Chapter 9.4 of PROTOCOL.md over real sockets: every conversation at a table, frame by frame, with card
// machines moved by hand and a till that answers.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  cardPayment,
  cashPayment,
  finalReceiptFlag,
  startRestaurant,
  startWithLock,
  startWithPayment,
  tableFields,
  tableId,
  tableRequests,
} from '../support/gateway/restaurant-harness.ts';
import type { TableTill } from '../support/gateway/table-till.ts';
import { TableBook } from '../support/gateway/table-till.ts';
import { cancelled, outcome } from '../support/terminal/scripted-machine.ts';

const list = '? tableListRequest 1';
const lock = '? tableLockRequest 2';
const [paid, unlock] = ['? transactionResponse', '? tableUnlock'];

/** The one transactionResponse, without what every payment has of its own. */
function paidOf(till: TableTill) {
  const [frame, ...more] = till.received('transactionResponse');
  assert.deepEqual(more, []);
  const { payments, ...params } = frame?.params ?? {};
  return { params, payments: payments.map(amountsOf) };
}

function amountsOf(payment: Record<string, unknown>) {
  const { paymentId, time, currency, authCode, cardSchemeName, ...amounts } = payment;
  assert.match(String(paymentId), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.equal(currency, 'GBP');
  const byCard = amounts.paymentMethod !== 'UNKNOWN';
  assert.deepEqual([authCode, cardSchemeName], byCard ? ['Q7M2K4', 'VISA'] : ['', '']);
  return { ...amounts, time };
}

const TIME = '2026-03-14T12:00:00Z';
const chip = { paymentMethod: 'ICC_CHIP', amountCashback: 0, amountGratuity: 0, time: TIME };
const other = { ...chip, paymentMethod: 'UNKNOWN' };
const sums = { ...tableFields, currency: 'GBP', amountCashback: 0, amountGratuity: 0 };

describe('9.4 conversations', () => {
  test('C-9.25 a full payment, with the bill printed first, follows the conversation', async (t) => {
    const { harness, till, waiter, book, machine } = await startRestaurant(t);
    assert.deepEqual(await waiter.request(tableRequests.tables), {
      answer: 'tables',
      tables: ['12A'],
    });
    const given = { answer: 'locked', amount: 4820, currency: 'GBP' };
    assert.deepEqual(await waiter.request(tableRequests.lock), given);
    assert.equal(book.locks.get(tableId), tableFields.tid);
    const bill = { answer: 'bill', receiptLines: [{ value: 'Table 12A' }] };
    assert.deepEqual(await waiter.request(tableRequests.bill), bill);
    const frames = [list, lock, '? posReceiptRequest 3'];
    const tableRequest = machine.request(cardPayment(4820));
    await harness.advance(5000);
    assert.deepEqual(await harness.summaries(till.till), frames);
    machine.finish();
    await harness.settled();
    assert.deepEqual(machine.answerTo(tableRequest), { answer: 'payment', paid: true, left: 0 });
    assert.deepEqual(await harness.summaries(till.till), [...frames, paid, unlock]);
    const time = '2026-03-14T12:00:05Z';
    assert.deepEqual(paidOf(till), {
      params: { ...sums, amountPaid: 4820 },
      payments: [{ ...chip, amountPaid: 4820, time }],
    });
    assert.deepEqual(till.received('tableUnlock')[0]?.params, tableFields);
    assert.deepEqual(await waiter.request(tableRequests.leave), { answer: 'left' });
    assert.deepEqual([book.locks.size, book.bills.get(tableId)], [0, 0]);
    assert.equal(till.till.received.length, 5);
  });

  test('C-9.26 a split with a cash part is sent in one transactionResponse', async (t) => {
    const { harness, till, waiter } = await startRestaurant(t);
    await waiter.request(tableRequests.tables);
    await waiter.request(tableRequests.lock);
    const half = { answer: 'payment', paid: true, left: 1820 };
    assert.deepEqual(await waiter.payByCard(cardPayment(3000)), half);
    assert.deepEqual(await waiter.request(cashPayment(1820)), {
      answer: 'payment',
      paid: true,
      left: 0,
    });
    assert.deepEqual(await harness.summaries(till.till), [list, lock, paid, unlock]);
    assert.deepEqual(paidOf(till), {
      params: { ...sums, amountPaid: 4820 },
      payments: [
        { ...chip, amountPaid: 3000 },
        { ...other, amountPaid: 1820 },
      ],
    });
  });

  test('C-9.27 a gratuity is added, and does not reduce the bill', async (t) => {
    const { harness, till, waiter, machine, book } = await startRestaurant(t);
    await waiter.request(tableRequests.tables);
    await waiter.request(tableRequests.lock);
    await waiter.payByCard(cardPayment(4820, 300), outcome('SUCCESSFUL', { amountGratuity: 300 }));
    assert.equal(machine.orders[0]?.amount, 4820);
    assert.deepEqual(machine.orders[0]?.table, { waiterId: '007', tableId, amountGratuity: 300 });
    assert.deepEqual(await harness.summaries(till.till), [list, lock, paid, unlock]);
    assert.deepEqual(paidOf(till), {
      params: { ...sums, amountPaid: 4820, amountGratuity: 300 },
      payments: [{ ...chip, amountPaid: 4820, amountGratuity: 300 }],
    });
    assert.equal(book.bills.get(tableId), 0);
  });

  test('C-9.19 cashback is in amountPaid, and does not reduce the bill', async (t) => {
    const { till, waiter, machine, book } = await startWithLock(t);
    await waiter.payByCard(
      cardPayment(4820, 0, 2000),
      outcome('SUCCESSFUL', { amountCashback: 2000 }),
    );
    assert.equal(machine.orders[0]?.amountCashback, 2000);
    assert.deepEqual(paidOf(till), {
      params: { ...sums, amountPaid: 6820, amountCashback: 2000 },
      payments: [{ ...chip, amountPaid: 6820, amountCashback: 2000 }],
    });
    assert.equal(book.bills.get(tableId), 0);
  });

  test('C-9.28 a refused lock shows its reason on the machine, without more messages', async (t) => {
    const { restaurant, harness, till, waiter } = await startRestaurant(t);
    await waiter.request(tableRequests.tables);
    const userMessage = 'Table 12A is open on the till.';
    till.answerWith('tableLockRequest', { result: { confirmed: false, userMessage } });
    assert.deepEqual(await waiter.request(tableRequests.lock), {
      answer: 'no',
      message: userMessage,
    });
    await waiter.request(tableRequests.leave);
    await restaurant.advance(1_000_000);
    assert.deepEqual(await harness.summaries(till.till), [list, lock]);
  });

  test('C-9.29 an empty list shows no tables', async (t) => {
    const { restaurant, harness, till, waiter } = await startRestaurant(t, {
      book: new TableBook({}),
    });
    assert.deepEqual(await waiter.request(tableRequests.tables), { answer: 'tables', tables: [] });
    await waiter.request(tableRequests.leave);
    await restaurant.advance(1_000_000);
    assert.deepEqual(await harness.summaries(till.till), [list]);
  });

  test('C-9.29 a list without a connected till shows no tables', async (t) => {
    const { waiter, till, restaurant } = await startRestaurant(t);
    await till.till.close();
    assert.deepEqual(await waiter.request(tableRequests.tables), { answer: 'tables', tables: [] });
    const again = await restaurant.till();
    assert.deepEqual(again.till.received, []);
  });

  test('C-9.29 a silent till gets -32076', async (t) => {
    const { restaurant, harness, till, waiter, machine } = await startRestaurant(t);
    till.leaveUnanswered('tableListRequest');
    assert.equal(await waiter.request(tableRequests.tables), undefined);
    await restaurant.advance(10_000);
    assert.deepEqual(machine.answers, [{ number: 1, answer: { answer: 'tables', tables: [] } }]);
    assert.deepEqual(await harness.summaries(till.till), [list, 'error 1 -32076']);
  });

  test('C-9.30 the lock after a part payment is answered with the rest', async (t) => {
    const { harness, till, waiter } = await startRestaurant(t);
    await waiter.request(tableRequests.tables);
    await waiter.request(tableRequests.lock);
    const part = { answer: 'payment', paid: true, left: 2820 };
    assert.deepEqual(await waiter.payByCard(cardPayment(2000)), part);
    assert.deepEqual(await harness.summaries(till.till), [list, lock]);
    assert.deepEqual(await waiter.request(tableRequests.leave), { answer: 'left' });
    assert.deepEqual(await harness.summaries(till.till), [list, lock, paid, unlock]);
    assert.equal(paidOf(till).params.amountPaid, 2000);
    const rest = { answer: 'locked', amount: 2820, currency: 'GBP' };
    assert.deepEqual(await waiter.request(tableRequests.lock), rest);
  });

  test('C-9.31 a payment after a declined card is the only one sent', async (t) => {
    const { harness, till, waiter } = await startRestaurant(t);
    await waiter.request(tableRequests.tables);
    await waiter.request(tableRequests.lock);
    const nothing = { answer: 'payment', paid: false, left: 4820 };
    for (const ended of ['DECLINED', 'UNSUCCESSFUL', 'VOID'] as const) {
      assert.deepEqual(await waiter.payByCard(cardPayment(4820), outcome(ended)), nothing, ended);
    }
    assert.deepEqual(await waiter.payByCard(cardPayment(4820), cancelled), nothing);
    assert.deepEqual(await harness.summaries(till.till), [list, lock]);
    await waiter.payByCard(cardPayment(4820));
    assert.deepEqual(await harness.summaries(till.till), [list, lock, paid, unlock]);
    assert.deepEqual(paidOf(till).payments, [{ ...chip, amountPaid: 4820 }]);
  });

  test('C-9.31 a waiter who stops after a declined card sends tableUnlock alone', async (t) => {
    const { harness, till, waiter, book } = await startRestaurant(t);
    await waiter.request(tableRequests.tables);
    await waiter.request(tableRequests.lock);
    await waiter.payByCard(cardPayment(4820), outcome('DECLINED'));
    assert.deepEqual(await waiter.request(tableRequests.leave), { answer: 'left' });
    assert.deepEqual(await harness.summaries(till.till), [list, lock, unlock]);
    assert.deepEqual([book.locks.size, book.bills.get(tableId)], [0, 4820]);
  });

  test('C-9.32 a waiter who cancels sends tableUnlock alone', async (t) => {
    const { harness, till, waiter } = await startRestaurant(t);
    await waiter.request(tableRequests.tables);
    await waiter.request(tableRequests.lock);
    assert.deepEqual(await waiter.request(tableRequests.leave), { answer: 'left' });
    assert.deepEqual(await harness.summaries(till.till), [list, lock, unlock]);
  });

  test('C-9.33 the result is sent to the next socket, until its mark, if the till disconnects before it', async (t) => {
    const { restaurant, harness, till, machine, tableRequest, book } = await startWithPayment(t, {
      parameters: finalReceiptFlag,
    });
    till.till.cut();
    await till.till.closed;
    machine.finish();
    await harness.settled();
    assert.deepEqual(machine.answerTo(tableRequest), { answer: 'payment', paid: true, left: 0 });
    const second = await restaurant.till(finalReceiptFlag, { autoPong: false });
    assert.deepEqual(await harness.summaries(second.till), [paid, unlock]);
    second.till.cut();
    const third = await restaurant.till(finalReceiptFlag);
    assert.deepEqual(third.till.received, second.till.received);
    const fourth = await restaurant.till(finalReceiptFlag);
    assert.deepEqual(fourth.till.received, []);
    assert.deepEqual([book.locks.size, book.bills.get(tableId)], [0, 0]);
  });

  test('C-9.34 a running session goes on on a newer connection', async (t) => {
    const { restaurant, harness, till, machine, waiter } = await startWithPayment(t, {
      amount: 2000,
    });
    const newer = await restaurant.till();
    const { error, id } = till.till.received.at(-1) ?? {};
    const userMessage = 'Another till has taken over pay at table for this site.';
    const expected = { code: -32075, message: 'Connection Discontinued', data: { userMessage } };
    assert.deepEqual([error, id], [expected, undefined]);
    assert.deepEqual(await till.till.closed, { code: 4001, reason: 'Connection Discontinued' });
    machine.finish();
    await harness.settled();
    await waiter.request(tableRequests.leave);
    await waiter.request(tableRequests.tables);
    assert.deepEqual(await harness.summaries(newer.till), [paid, unlock, list]);
    assert.deepEqual(await harness.summaries(till.till), ['? tableLockRequest 1', 'error -32075']);
  });

  describe('C-9.35 final POS receipt', () => {
    const final = '? finalPosReceiptRequest 2';
    const asked = '? tableLockRequest 1';

    test('the receipt with the flag is requested between transactionResponse and tableUnlock, and printed', async (t) => {
      for (const name of Object.keys(finalReceiptFlag).concat(
        '[final-pos-receipt-request]',
        'final-pos-receipt',
      )) {
        const { harness, till, waiter } = await startWithLock(t, { parameters: { [name]: '' } });
        await waiter.payByCard(cardPayment(4820));
        assert.deepEqual(await harness.summaries(till.till), [asked, paid, final, unlock]);
        assert.deepEqual(till.received('finalPosReceiptRequest')[0]?.params, tableFields);
        const receiptLines = [{ value: 'Table 12A PAID' }];
        assert.deepEqual(await waiter.request(tableRequests.leave), {
          answer: 'left',
          receiptLines,
        });
        assert.deepEqual(await waiter.request(tableRequests.leave), { answer: 'left' });
      }
    });

    test('C-9.2 a site chooses the other spelling of the request, and its answers are read alike', async (t) => {
      const { harness, till, waiter } = await startWithLock(t, {
        parameters: finalReceiptFlag,
        site: { finalReceiptMethod: 'finalPOSReceiptRequest' },
      });
      till.answerWith('finalPOSReceiptRequest', { result: { receiptLines: 'none' } });
      await waiter.payByCard(cardPayment(4820));
      const spelt = '? finalPOSReceiptRequest 2';
      const refused = 'error 2 -32076';
      assert.deepEqual(await harness.summaries(till.till), [asked, paid, spelt, refused, unlock]);
      const { message, data } = till.till.received.find(({ error }) => error)?.error ?? {};
      assert.equal(message, 'Invalid answer to finalPOSReceiptRequest.');
      assert.match(data.schema, /\/schemas\/v1\/pat\/finalPosReceiptRequest\.response\.json$/);
    });

    test('a receipt without an answer in 10 s gets -32076, then tableUnlock, and nothing is printed', async (t) => {
      const { restaurant, harness, till, waiter, machine } = await startWithLock(t, {
        parameters: finalReceiptFlag,
      });
      till.leaveUnanswered('finalPosReceiptRequest');
      await waiter.payByCard(cardPayment(4820));
      const tableRequest = machine.request(tableRequests.leave);
      await restaurant.advance(9_999);
      assert.deepEqual(await harness.summaries(till.till), [asked, paid, final]);
      assert.equal(machine.answerTo(tableRequest), undefined);
      await restaurant.advance(1);
      assert.deepEqual(await harness.summaries(till.till), [
        asked,
        paid,
        final,
        'error 2 -32076',
        unlock,
      ]);
      assert.deepEqual(machine.answerTo(tableRequest), { answer: 'left' });
    });

    test('no receipt is requested without the flag, with a value, or without a payment', async (t) => {
      for (const value of [undefined, 'true', '1']) {
        const parameters = { 'final-pos-receipt-request': value };
        const { harness, till, waiter } = await startWithLock(t, { parameters });
        await waiter.payByCard(cardPayment(4820));
        assert.deepEqual(await harness.summaries(till.till), [asked, paid, unlock], value);
      }
      const { harness, till, waiter } = await startWithLock(t, { parameters: finalReceiptFlag });
      await waiter.payByCard(cardPayment(4820), outcome('DECLINED'));
      await waiter.request(tableRequests.leave);
      assert.deepEqual(await harness.summaries(till.till), [asked, unlock]);
    });
  });
});
