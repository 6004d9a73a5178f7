import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Filter } from './filter.ts';
import { filterFrames, filterOfQuery, methodsIn, NO_FILTER, queryOfFilter } from './filter.ts';
import type { ConnectionName } from './frame.ts';
import { errorCodeOf, isViolation } from './frame.ts';
import { FrameHistory } from './history.ts';

const connection: ConnectionName = {
  id: 'line-1',
  label: 'testhost · pac v1',
  integration: 'pac',
  version: 'v1',
  scope: 'line-1',
};
const history = new FrameHistory();
const texts = [
  ['sent', '{"jsonrpc":"2.0","id":1,"method":"terminalDetails","params":{"tid":"A7"}}'],
  ['sent', '{"jsonrpc":"2.0","id":"x","method":"connectedTerminals"}'],
  ['received', '{"jsonrpc":"2.0","id":1,"result":{"tid":"A7"}}'],
  ['received', '{"jsonrpc":"2.0","id":"x","result":[]}'],
] as const;
for (const [direction, text] of texts) history.add({ connection, at: 0, direction, text });

const found = (filter: Partial<Filter>) =>
  filterFrames(history.all(), { ...NO_FILTER, ...filter }).map(({ seq }) => seq);

test('an empty filter shows every frame', () => {
  assert.deepEqual(found({}), [1, 2, 3, 4]);
});

test('a method finds requests and their answers', () => {
  assert.deepEqual(methodsIn(history.all()), ['connectedTerminals', 'terminalDetails']);
  assert.deepEqual(found({ method: 'terminalDetails' }), [1, 3]);
});

test('an id is found as it is shown, and a text id without its quotes too', () => {
  assert.deepEqual(found({ id: '1' }), [1, 3]);
  assert.deepEqual(found({ id: '"x"' }), [2, 4]);
  assert.deepEqual(found({ id: 'x' }), [2, 4]);
});

test('text is found in any case, and criteria combine', () => {
  assert.deepEqual(found({ text: 'a7' }), [1, 3]);
  assert.deepEqual(found({ text: 'A7', direction: 'received' }), [3]);
  assert.deepEqual(found({ connectionId: 'line-2' }), []);
});

test('the filter for faults shows only frames with a violation, a remark or an error', () => {
  assert.deepEqual(found({ onlyFaults: true }), [3]);
  const error = { code: -32070, message: 'Terminal A7 is unavailable.' };
  const texts = [
    '{"jsonrpc":"2.0","id":1,"method":"terminalDetails","params":{"tid":"A7"}}',
    JSON.stringify({ jsonrpc: '2.0', id: 1, error: { ...error, data: { userMessage: 'No.' } } }),
  ];
  const refused = new FrameHistory();
  for (const [index, text] of texts.entries()) {
    refused.add({ connection, at: 0, direction: index === 0 ? 'sent' : 'received', text });
  }
  const faulty = filterFrames(refused.all(), { ...NO_FILTER, onlyFaults: true });
  assert.deepEqual(
    faulty.map((frame) => [frame.seq, isViolation(frame), errorCodeOf(frame)]),
    [[2, false, -32070]],
  );
});

test('a filter stands in the address as it is set, and comes back from it', () => {
  assert.deepEqual(queryOfFilter(NO_FILTER), {});
  const filter: Filter = { ...NO_FILTER, text: 'a&b', direction: 'sent', onlyFaults: true };
  assert.deepEqual(queryOfFilter(filter), { text: 'a&b', direction: 'sent', faults: 'yes' });
  assert.deepEqual(filterOfQuery(queryOfFilter(filter)), filter);
  assert.deepEqual(filterOfQuery({ direction: 'up', faults: '1', other: 'x' }), NO_FILTER);
});
