// Searching the journal through the admin API, and reading the story of one payment, report or table.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { api } from '@tillgate/protocol';
import { clientOf, startApiServer } from '../support/api/api-client.ts';
import {
  cardPayment,
  startWithLock,
  tableRequests,
} from '../support/gateway/restaurant-harness.ts';
import { eventually } from '../support/wait.ts';

const SALE = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 };

function nameOf({ site, tid, number }: api.TransactionSummary) {
  return { params: { site, tid, number } };
}

describe('the search of the journal', () => {
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
      const told = await local.get('readTransaction', nameOf(sale));
      return told.summary.delivered ? told : undefined;
    });
    const { events, entries, results, frames } = story;
    const makers = Object.fromEntries(events.map(({ event, by }) => [event, by]));
    assert.deepEqual(makers, {
      ...{ started: 'till', showed: 'terminal', signatureAsked: 'terminal' },
      ...{ signatureJudged: 'till', ended: 'terminal', delivered: 'till' },
    });
    assert.match(events[0]?.text ?? '', /^Asked for by till TILL-1 .* SALE of GBP 12\.50 at VCM/);
    assert.ok(events.every(({ text }) => text.endsWith('.')));
    assert.ok(events.every(({ entry }) => entries.some((one) => one.entry === entry)));
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

  test('an unknown transaction is answered with notFound', async (t) => {
    const { local } = await startApiServer(t);
    for (const number of [1, 99]) {
      const params = { site: 'testhost', tid: 'VCMINVLSIP0', number };
      assert.equal(await local.problem('readTransaction', { params }), 'notFound');
    }
  });
});
