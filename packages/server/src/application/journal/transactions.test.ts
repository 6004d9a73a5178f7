import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { MemoryStore } from '../../adapters/store/memory-store.ts';
import type { Activity } from '../../domain/activity.ts';
import { evolveActivity } from '../../domain/activity.ts';
import type { JobEvent } from '../../domain/job.ts';
import type { Place } from '../../ports/store.ts';
import { searchKeys } from './search-keys.ts';
import type { SearchDeps, StoryDeps } from './transactions.ts';
import { readTransaction, searchTransactions, tidsWith } from './transactions.ts';

const requestedBy = {
  requestId: 7,
  version: 'v1' as const,
  eposId: 'till-3',
  softwareHouseId: 'SH1001',
  installerId: 'IN2002',
};
const rules = {
  startMs: 10_000,
  limitMs: 200_000,
  signatureMs: 80_000,
  signatureOnTimeout: 'accept' as const,
};

function started(tid: string, at: number, amount: number): JobEvent {
  const order = {
    ...{ id: `${tid}-${at}`, transactionType: 'SALE' as const, currency: 'GBP' as const },
    amount,
    amountCashback: 500,
    cardholderNotPresent: false,
  };
  return { kind: 'started', at, tid, order: { kind: 'transaction', order }, requestedBy, rules };
}

function ended(at: number, transactionResult: string, amountTotal: number): JobEvent {
  const result = { transactionResult, amountTotal } as never;
  return { kind: 'ended', at, result, cause: 'machine' };
}

const store = new MemoryStore();
const damaged: string[] = [];
const deps: SearchDeps & StoryDeps = {
  store,
  onDamaged: ({ stream, version }) => damaged.push(`${stream}/${version}`),
};
const versions = new Map<string, number>();
const activities = new Map<string, Activity>();

const search = (filter: object) => searchTransactions(deps, filter, { limit: 10 });

/** One row of the journal; activity 0 starts a new one. */
async function row(
  stream: string,
  activityId: number,
  events: readonly JobEvent[],
): Promise<number> {
  const version = (versions.get(stream) ?? 0) + 1;
  versions.set(stream, version);
  const begun = activityId || version;
  const at = events[0]?.at ?? 0;
  const body = JSON.stringify(events);
  const name = `${stream}/${begun}`;
  const activity = events.reduce<Activity | undefined>(evolveActivity, activities.get(name));
  assert.ok(activity);
  activities.set(name, activity);
  const keys = searchKeys(stream, activity);
  await store.write({ append: { stream, version, activityId: begun, at, body }, keys });
  return begun;
}

describe('queries on the journal', () => {
  before(async () => {
    const first = await row('shop1/A', 0, [started('A', 1000, 1250)]);
    const other = await row('shop2/B', 0, [started('B', 2000, 300)]);
    await row('shop1/A', first, [ended(3000, 'TIMED_OUT', 1250), { kind: 'delivered', at: 3001 }]);
    const learnt = {
      ...{ transactionResult: 'SUCCESSFUL', amountTotal: 1750 },
      ...{ authCode: '031415', primaryAccountNumber: '************4242' },
    } as never;
    await row('shop1/A', first, [{ kind: 'outcomeLearnt', at: 4000, result: learnt }]);
    await row('shop2/B', other, [ended(5000, 'DECLINED', 300)]);
    await row('shop1/A', 0, [started('A', 6000, 100)]);
    const report = { id: 'r', reportType: 'X_BALANCE' as const };
    const order = { kind: 'report' as const, order: report };
    await row('shop1/A', 0, [{ kind: 'started', at: 7000, tid: 'A', order, requestedBy, rules }]);
  });

  test('each transaction is one summary, the newest first', async () => {
    const { transactions } = await search({});
    assert.deepEqual(
      transactions.map(({ id, result, amountTotal }) => [id, result, amountTotal]),
      [
        ['shop1/A/4', 'OPEN', 600],
        ['shop2/B/1', 'DECLINED', 300],
        ['shop1/A/1', 'SUCCESSFUL', 1750],
      ],
    );
  });

  test('an outcome learnt later stands beside the result that the till got [C-4.19]', async () => {
    const first = (await search({})).transactions.at(-1);
    assert.deepEqual(first, {
      id: 'shop1/A/1',
      site: 'shop1',
      tid: 'A',
      type: 'SALE',
      currency: 'GBP',
      amountTotal: 1750,
      startedAt: 1000,
      endedAt: 3000,
      result: 'SUCCESSFUL',
      told: 'TIMED_OUT',
      delivered: true,
      eposId: 'till-3',
      softwareHouseId: 'SH1001',
    });
  });

  test('a filter lets through what was asked for', async () => {
    const ids = async (filter: object) => (await search(filter)).transactions.map(({ id }) => id);
    assert.deepEqual(await ids({ site: 'shop2' }), ['shop2/B/1']);
    assert.deepEqual(await ids({ tid: 'A', since: 1001 }), ['shop1/A/4']);
    assert.deepEqual(await ids({ result: 'DECLINED' }), ['shop2/B/1']);
    assert.deepEqual(await ids({ since: 6001, reports: true }), ['shop1/A/5']);
    assert.deepEqual(await ids({ until: 6000 }), ['shop2/B/1', 'shop1/A/1']);
    assert.deepEqual(await ids({ sites: ['shop2'] }), ['shop2/B/1']);
    assert.deepEqual(await ids({ tids: ['B', 'A'] }), ['shop1/A/4', 'shop2/B/1', 'shop1/A/1']);
    assert.deepEqual(await ids({ tids: ['B', 'A'], sites: ['shop1'] }), ['shop1/A/4', 'shop1/A/1']);
    assert.deepEqual(await ids({ tids: [] }), []);
    assert.deepEqual(await tidsWith({ store }, '', 10), ['A', 'B']);
  });

  test('a search goes on where its last page ended, and to the end of the journal', async () => {
    const pages: string[][] = [];
    let before: Place | undefined;
    do {
      const page = { limit: 1, ...(before && { before }) };
      const { transactions, next } = await searchTransactions(deps, {}, page);
      pages.push(transactions.map(({ id }) => id));
      before = next;
    } while (before);
    assert.deepEqual(pages.flat(), ['shop1/A/4', 'shop2/B/1', 'shop1/A/1']);
    assert.ok(pages.every(({ length }) => length <= 1));
  });

  test('a payment is found by its amount, by its card and by its authorisation code', async () => {
    const ids = async (filter: object) => (await search(filter)).transactions.map(({ id }) => id);
    assert.deepEqual(await ids({ amount: 1750 }), ['shop1/A/1']);
    assert.deepEqual(await ids({ amount: 1250 }), []);
    assert.deepEqual(await ids({ amount: 600 }), ['shop1/A/4']);
    assert.deepEqual(await ids({ card: '4242' }), ['shop1/A/1']);
    assert.deepEqual(await ids({ authCode: '031415' }), ['shop1/A/1']);
    assert.deepEqual(await ids({ card: '4242', site: 'shop2' }), []);
    assert.deepEqual(await ids({ result: 'TIMED_OUT' }), []);
  });

  test('an operator of several sites gets one list, page by page', async () => {
    const pages: string[][] = [];
    let before: Place | undefined;
    do {
      const page = { limit: 2, ...(before && { before }) };
      const filter = { sites: ['shop2', 'shop1', 'nowhere'] };
      const { transactions, next } = await searchTransactions(deps, filter, page);
      pages.push(transactions.map(({ id }) => id));
      before = next;
    } while (before);
    assert.deepEqual(pages.flat(), ['shop1/A/4', 'shop2/B/1', 'shop1/A/1']);
    assert.equal(pages[0]?.length, 2);
  });

  test('one transaction is read with all its events and its reconciled result', async () => {
    const story = await readTransaction(deps, 'shop1/A/1');
    assert.deepEqual(
      story?.events.map(({ kind }) => kind),
      ['started', 'ended', 'delivered', 'outcomeLearnt'],
    );
    const amounts = story?.results.map((one) => 'amountTotal' in one && one.amountTotal);
    assert.deepEqual(amounts, [1750]);
  });

  test('an entry that cannot be read is left out and named, and the rest is shown', async () => {
    const broken = [
      ['shop3/C', 1, 1, '[{"kind":"started","at":9000,'],
      ['shop3/D', 1, 1, '[{"kind":"started","at":9000}]'],
      ['shop3/E', 1, 1, '"started"'],
    ] as const;
    for (const [stream, version, activityId, body] of broken) {
      await store.write({
        append: { stream, version, activityId, at: 9000, body },
        keys: ['site shop3'],
      });
    }
    await row('shop3/F', 0, [started('F', 9500, 100)]);
    const append = { stream: 'shop3/F', version: 2, activityId: 1, at: 9600, body: '[null]' };
    await store.write({ append });
    const { transactions } = await search({ site: 'shop3' });
    assert.deepEqual(
      transactions.map(({ id, result }) => [id, result]),
      [['shop3/F/1', 'OPEN']],
    );
    assert.deepEqual(damaged.splice(0).sort(), [
      'shop3/C/1',
      'shop3/D/1',
      'shop3/E/1',
      'shop3/F/2',
    ]);
    const story = await readTransaction(deps, 'shop3/F/1');
    assert.deepEqual([story?.events.length, damaged.splice(0)], [1, ['shop3/F/2']]);
    assert.equal(await readTransaction(deps, 'shop3/C/1'), undefined);
  });

  for (const id of ['', 'shop1', 'shop1/A', 'shop1/A/2', 'shop1/A/x', 'shop1/A/99', 'nope/A/1']) {
    test(`"${id}" names no transaction`, async () => {
      assert.equal(await readTransaction(deps, id), undefined);
    });
  }
});
