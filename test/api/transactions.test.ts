// Searching the journal through the admin API, and reading the story of one payment, report or table.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { api } from '@tillgate/protocol';
import { clientOf, startApiServer } from '../support/api/api-client.ts';
import {
  cardPayment,
  cashPayment,
  startRestaurant,
  startWithLock,
  tableRequests,
} from '../support/gateway/restaurant-harness.ts';
import { TableBook } from '../support/gateway/table-till.ts';
import { eventually } from '../support/wait.ts';

const SALE = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 };

/** Who did what, by the timeline of the newest table. */
async function tableTimeline(server: Parameters<typeof clientOf>[0]): Promise<string[]> {
  const client = clientOf(server);
  const [table] = (await client.get('listTransactions')).transactions;
  assert.ok(table);
  const { events } = await client.get('readTransaction', nameOf(table));
  return events.map(({ by, text }) => `${by}: ${text}`);
}

function nameOf({ site, tid, number }: api.TransactionSummary) {
  return { params: { site, tid, number } };
}

describe('the search of the journal', () => {
  test('control characters of tills are escaped, so that a terminal does not obey them [C-13.20]', async (t) => {
    const { local, till } = await startApiServer(t);
    const softwareHouseId = 'SH\u009b1\u202e\u007f';
    const counter = await till({ 'software-house-id': softwareHouseId });
    await counter.request('sale', SALE);
    const { text, body } = await local.request('listTransactions');
    assert.equal(body.transactions[0].softwareHouseId, softwareHouseId);
    assert.ok(text.includes('SH\\u009b1\\u202e\\u007f'), text);
  });

  test('the search lists the newest first, filtered and in pages', async (t) => {
    const { local, till } = await startApiServer(t);
    const counter = await till();
    await counter.request('sale', SALE);
    await counter.request('sale', { ...SALE, tid: 'VCMINVLDIP0', amount: 99 });
    await counter.request('refund', { ...SALE, amount: 50 });
    await counter.request('reportXBalance', { tid: 'VCMINVLSIP0' });
    const found = async (query: Record<string, string | number | boolean> = {}) =>
      (await local.get('listTransactions', { query })).transactions;
    assert.deepEqual(
      (await found()).map(({ tid, type, result, amountTotal }) => [tid, type, result, amountTotal]),
      [
        ['VCMINVLSIP0', 'REFUND', 'SUCCESSFUL', 50],
        ['VCMINVLDIP0', 'SALE', 'DECLINED', 99],
        ['VCMINVLSIP0', 'SALE', 'SUCCESSFUL', 1250],
      ],
    );
    const types = async (query: Record<string, string | number | boolean>) =>
      (await found(query)).map(({ type }) => type);
    assert.deepEqual(await types({ reports: true, limit: 1 }), ['X_BALANCE']);
    assert.deepEqual(await types({ result: 'DECLINED' }), ['SALE']);
    assert.deepEqual(await types({ tid: 'VCMINVLSIP0' }), ['REFUND', 'SALE']);
    assert.deepEqual(await types({ tidPrefix: 'VCMINVLS' }), ['REFUND', 'SALE']);
    assert.deepEqual(await types({ tidPrefix: 'VCMINVL' }), ['REFUND', 'SALE', 'SALE']);
    assert.deepEqual(await types({ tidPrefix: 'VCMINVL', tid: 'VCMINVLDIP0' }), ['SALE']);
    assert.deepEqual(await types({ tidPrefix: 'INVL' }), []);
    assert.deepEqual(await types({ tidPrefix: 'VCMINVL', site: 'testhost', limit: 1 }), ['REFUND']);
    assert.deepEqual(await types({ site: 'elsewhere' }), []);
    const [newest] = await found();
    assert.deepEqual(await types({ since: newest?.startedAt ?? '', result: 'SUCCESSFUL' }), [
      'REFUND',
    ]);
    assert.deepEqual(await types({ until: newest?.startedAt ?? '', limit: 1 }), ['SALE']);
    const ids: string[] = [];
    let next: string | undefined;
    do {
      const query = { limit: 1, ...(next === undefined ? {} : { before: next }) };
      const page = await local.get('listTransactions', { query });
      ids.push(...page.transactions.map(({ id }) => id));
      next = page.next;
    } while (next !== undefined);
    assert.deepEqual(
      ids,
      (await found()).map(({ id }) => id),
    );
    await counter.close();
  });
});

test('the beginning of too many TIDs is refused, and a longer one is not', async (t) => {
  const { local, till } = await startApiServer(t);
  const counter = await till();
  const tids = Array.from(
    { length: api.MAX_SEARCHED_TERMINALS + 1 },
    (_, at) => `VCMmany${at}SIP0`,
  );
  for (const tid of tids) await counter.request('sale', { ...SALE, tid });
  const search = (tidPrefix: string) =>
    local.request('listTransactions', { query: { tidPrefix, limit: 200 } });
  const { status, body } = await search('VCMmany');
  assert.equal(status, 422);
  assert.deepEqual(body.errors, [
    {
      in: 'query',
      path: '/tidPrefix',
      expected: 'the beginning of at most 20 TIDs',
      got: 'one of more',
    },
  ]);
  const found = await search('VCMmany1');
  assert.equal(found.status, 200);
  // 1 and 10 to 19.
  assert.equal(found.body.transactions.length, 11);
  await counter.close();
});

describe('the timeline of a transaction', () => {
  test('the timeline of a sale has every event with its sentence and source, the receipts, and the frames', async (t) => {
    const { local, till } = await startApiServer(t);
    const counter = await till({ 'epos-id': 'TILL-1' });
    const other = await till();
    const id = counter.ask('sale', { ...SALE, tid: 'VCMINVLSIS0' });
    await counter.judgeSignature(true);
    const { result } = await counter.answer(id);
    await other.request('sale', SALE);
    await counter.request('sale', { ...SALE, tid: 'VCMINVLSIS0', amount: 0 });
    const [sale] = (await local.get('listTransactions', { query: { tid: 'VCMINVLSIS0' } }))
      .transactions;
    assert.ok(sale);
    const story = await eventually('the delivery', async () => {
      const read = await local.get('readTransaction', nameOf(sale));
      return read.summary.delivered ? read : undefined;
    });
    const { events, entries, results, frames } = story;
    const makers = Object.fromEntries(events.map(({ event, by }) => [event, by]));
    assert.deepEqual(makers, {
      ...{ started: 'till', showed: 'terminal', signatureAsked: 'terminal' },
      ...{ signatureJudged: 'till', ended: 'terminal', delivered: 'till' },
    });
    assert.match(events[0]?.text ?? '', /^Asked for by till TILL-1 .* SALE of GBP 12\.50 at VCM/);
    assert.ok(events.every(({ text }) => text.endsWith('.')));
    for (const { entry, at } of events) {
      const write = entries.find((one) => one.entry === entry);
      assert.ok(write && write.writtenAt >= at, 'what happened was written then or later');
    }
    const times = [...events.map(({ at }) => at)];
    assert.deepEqual(times, times.toSorted());
    assert.deepEqual(results, [result]);
    const said = frames.map(({ direction, text }) => {
      const { method, params } = JSON.parse(text);
      return `${direction} ${params?.notificationValue ?? method ?? 'answer'}`;
    });
    assert.equal(said[0], 'received sale');
    const question = said.indexOf('sent signatureVerificationRequest');
    assert.ok(question > 0 && said.indexOf('received answer') > question);
    assert.equal(said.at(-1), 'sent answer');
    assert.equal(said.filter((one) => one === 'received sale').length, 1);
    assert.ok(frames.every(({ eposId }) => eposId === 'TILL-1'));
    await counter.close();
    await other.close();
  });

  test('a report has a timeline too', async (t) => {
    const { local, till } = await startApiServer(t);
    const counter = await till();
    const { result } = await counter.request('reportEndOfDay', { tid: 'VCMINVLSIP0' });
    const query = { reports: true };
    const [report] = (await local.get('listTransactions', { query })).transactions;
    assert.ok(report);
    const { results, summary, frames } = await local.get('readTransaction', nameOf(report));
    assert.deepEqual([results, summary.type], [[result], 'END_OF_DAY']);
    assert.equal(frames.length, 2);
    await counter.close();
  });

  test('the timeline of a sale in a batch has the batch and its answers [C-3.16]', async (t) => {
    const { local, till } = await startApiServer(t);
    const counter = await till();
    const ask = (id: number, method: string, params?: object) => ({
      ...{ jsonrpc: '2.0', id, method },
      ...(params && { params }),
    });
    counter.send([ask(1, 'connectedTerminals'), ask(2, 'sale', SALE)]);
    await counter.answer(2);
    const [sale] = (await local.get('listTransactions')).transactions;
    assert.ok(sale);
    const { frames } = await local.get('readTransaction', nameOf(sale));
    const batches = frames.filter(({ text }) => text.startsWith('['));
    assert.deepEqual(
      batches.map(({ direction }) => direction),
      ['received', 'sent'],
    );
    assert.equal(frames[0], batches[0]);
    assert.equal(frames.at(-1), batches[1]);
    await counter.close();
  });

  test('the timeline of a table goes from the lock to the last notification, with the answers of its till', async (t) => {
    const { harness, waiter, restaurant } = await startWithLock(t);
    const client = clientOf(harness.server);
    await waiter.request(tableRequests.bill);
    await waiter.payByCard(cardPayment(4820));
    await waiter.request(tableRequests.leave);
    await restaurant.settled();
    const [table] = (await client.get('listTransactions')).transactions;
    assert.ok(table);
    assert.deepEqual([table.type, table.tableId, table.result], ['TABLE', '12A', 'PAID']);
    const { events, results, frames } = await client.get('readTransaction', nameOf(table));
    const makers = new Map(events.map(({ event, by }) => [event, by]));
    assert.equal(makers.get('lockAsked'), 'waiter');
    assert.equal(makers.get('lockConfirmed'), 'till');
    assert.equal(makers.get('paymentStarted'), 'waiter');
    assert.equal(results.length, 1);
    const methods = frames.map(({ text }) => JSON.parse(text).method).filter(Boolean);
    assert.deepEqual(methods, [
      ...['tableLockRequest', 'posReceiptRequest', 'transactionResponse', 'tableUnlock'],
    ]);
  });

  test('the timeline of a table says what the waiter asked for, and a refusal only of what was refused [C-9.37]', async (t) => {
    const { harness, waiter, restaurant } = await startWithLock(t);
    await restaurant.advance(2000);
    await waiter.request(tableRequests.bill);
    await restaurant.advance(2000);
    await waiter.request(cardPayment(4821));
    await restaurant.advance(2000);
    await waiter.request(cashPayment(1000));
    await restaurant.advance(2000);
    await waiter.request(tableRequests.bill);
    await restaurant.advance(2000);
    await waiter.request(tableRequests.lock);
    await restaurant.advance(2000);
    await waiter.request(tableRequests.leave);
    await restaurant.settled();
    assert.deepEqual(await tableTimeline(harness.server), [
      'waiter: Waiter 007 asked for table 12A at 12345678.',
      'till: The till locked the table; 48.20 is to pay.',
      'waiter: The waiter asked for the bill.',
      'waiter: The waiter asked for a card payment of 48.21, which was refused: "That is more than is left to pay."',
      'waiter: The waiter recorded 10.00 as paid by other means.',
      'waiter: The waiter asked for the bill, which was refused: "The bill is printed before the first payment only."',
      'waiter: The waiter asked for table 12A, which was refused: "The card machine is busy."',
      'waiter: The waiter left the table.',
      'gateway: The unlock of the table is queued for the till.',
      'till: Delivery of the payments (transactionResponse) to the till is confirmed.',
      'till: Delivery of the unlock (tableUnlock) to the till is confirmed.',
    ]);
  });

  test('the timeline of a table that a restart ends says that the gateway left it [C-9.37]', async (t) => {
    const { harness, restaurant } = await startWithLock(t);
    await restaurant.restart();
    await restaurant.settled();
    assert.deepEqual((await tableTimeline(harness.server)).slice(2), [
      'gateway: The gateway was started again.',
      'gateway: The gateway left the table.',
      'gateway: The unlock of the table is queued for the till.',
    ]);
  });

  test('the timeline of a refused table says who refused it [C-9.12]', async (t) => {
    const { harness, waiter } = await startRestaurant(t, { book: new TableBook({}) });
    await waiter.request(tableRequests.lock);
    assert.deepEqual((await tableTimeline(harness.server)).slice(1), [
      'till: The till refused to lock the table.',
    ]);
  });

  test('an unknown transaction is answered with notFound', async (t) => {
    const { local } = await startApiServer(t);
    for (const number of [1, 99]) {
      const params = { site: 'testhost', tid: 'VCMINVLSIP0', number };
      assert.equal(await local.problem('readTransaction', { params }), 'notFound');
    }
  });
});
