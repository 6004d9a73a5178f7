import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { api } from '@tillgate/protocol';
import { bareFrame, bugReport } from './bug-report.ts';
import { withEarlier, withNewest } from './search-page.ts';
import { apiQueryOf, paramsOf, queryOf, searchOf, typedFaults } from './search-query.ts';

const at = (ms: number) => new Date(Date.UTC(2026, 2, 14, 9, 26, 53, ms)).toISOString();
const token = '11111111-2222-4333-8444-555555555555';

function frame(direction: 'received' | 'sent', ms: number, message: object): api.Frame {
  const line = { connection: 'c1', site: 'shop1', integration: 'pac', version: 'v1' };
  const text = JSON.stringify(message);
  return { event: 'frame', number: ms + 1, at: at(ms), ...line, direction, text };
}

const story: api.TransactionStory = {
  summary: {
    ...{ id: 'shop1/T1/1', site: 'shop1', tid: 'T1', number: 1, type: 'SALE', startedAt: at(1) },
    ...{ result: 'SUCCESSFUL', currency: 'GBP', amountTotal: 1250, delivered: true },
  },
  events: [
    {
      ...{ at: at(1), event: 'started', by: 'till', entry: 1, data: {} },
      text: `Asked for under id ${token} with card 4929 1234 5678 9012.`,
    },
  ],
  entries: [{ entry: 1, writtenAt: at(1) }],
  results: [],
  frames: [
    frame('sent', 1, { jsonrpc: '2.0', method: 'notified', params: { notificationValue: 'X_Y' } }),
    frame('received', 0, { id: 1, method: 'sale', params: { token, amount: 1250 } }),
    frame('sent', 3, { id: 1, result: { receiptLines: { CUSTOMER: [{ value: 'THANK YOU' }] } } }),
  ],
};

test('a bug report has every step, and no token, card number or receipt', () => {
  const report = bugReport(story, '0.1.0');
  assert.match(report, /Amount {7}£12\.50/);
  assert.match(report, /\+0 ms {2}Gateway: Handed over: Start.\n {26}Asked for under id \*{8}-/);
  assert.match(report, /card \*{4} \*{4} \*{4} 9012\./);
  assert.equal(/1111|4929|THANK/.test(report), false, report);
  assert.equal(bareFrame('4929123456789012{'), '(17 characters that are not JSON, left out)');
});

test('a search stands in the address and comes back from it', () => {
  const typed = { tid: 'T1', amount: '12.50', card: '4821', authCode: 'Q7M2K4' };
  const query = {
    site: 'shop1',
    ...typed,
    since: '1h',
    result: 'DECLINED',
    reports: 'yes',
  };
  const search = searchOf(query, ['DECLINED']);
  assert.deepEqual(queryOf(search), query);
  assert.deepEqual(queryOf(searchOf({ since: 'x', result: 'y' }, ['DECLINED'])), {});
  const asked = apiQueryOf(search, Date.UTC(2026, 2, 14, 10));
  assert.deepEqual([asked.since, asked.reports], ['2026-03-14T09:00:00.000Z', true]);
  assert.deepEqual([asked.tid, asked.tidPrefix], [undefined, 'T1']);
  assert.deepEqual([asked.amount, asked.card, asked.authCode], [1250, '4821', 'Q7M2K4']);
  const wrong = { tid: 'T 1', amount: '12.5.0', card: '482', authCode: 'x'.repeat(33) };
  assert.deepEqual(queryOf(searchOf(wrong, [])), {});
  assert.deepEqual(Object.keys(typedFaults(wrong)), ['tid', 'amount', 'card', 'authCode']);
  assert.deepEqual(paramsOf('shop1/T1/7'), { site: 'shop1', tid: 'T1', number: 7 });
  assert.equal(paramsOf('shop1/T1/0'), undefined);
});

test('what is found later joins what is shown, and none is shown twice or left out', () => {
  const row = (number: number) => ({ ...story.summary, id: `shop1/T1/${number}` });
  const page = (numbers: readonly number[], next?: string) => ({ rows: numbers.map(row), next });
  const first = withNewest(undefined, page([4, 3], 'n3'));
  const both = withEarlier(first, page([2, 1]));
  assert.deepEqual(withNewest(both, page([6, 5, 4], 'n4')), page([6, 5, 4, 3, 2, 1]));
  assert.deepEqual(withNewest(first, page([4, 3], 'n3')), first);
  assert.deepEqual(withNewest(first, page([5, 4], 'n4')), page([5, 4, 3], 'n3'));
  assert.deepEqual(withNewest(both, page([9, 8], 'n8')), page([9, 8], 'n8'), 'a gap between');
});
