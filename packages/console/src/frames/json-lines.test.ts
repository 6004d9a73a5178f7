import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LineName } from './frame.ts';
import { History } from './history.ts';
import { fromJsonLines, toJsonLines } from './json-lines.ts';

const line: LineName = {
  id: 'line-1',
  label: 'testhost · pac v0',
  integration: 'pac',
  version: 'v0',
  scope: 'line-1',
};

test('what is exported comes back with its times, texts and pairs', () => {
  const history = new History();
  const texts = [
    '{"jsonrpc":"2.0","id":1,"method":"connectedTerminals"}',
    'not JSON,\nnor one line',
  ];
  history.add({ line, at: 1_000.25, direction: 'line', text: 'Connected.' });
  for (const text of texts) history.add({ line, at: 2_000, direction: 'sent', text });
  const result = '{"jsonrpc":"2.0","id":1,"result":[]}';
  history.add({ line, at: 2_000.5, direction: 'received', text: result });

  const file = toJsonLines(history.all());
  const { frames, bad } = fromJsonLines(file, 'file-1');
  assert.deepEqual(bad, []);
  const again = new History();
  for (const frame of frames) again.add(frame);
  const seen = ({ all }: { all: ReturnType<History['all']> }) =>
    all.map(({ at, direction, text, parts }) => ({ at, direction, text, parts }));
  assert.deepEqual(seen({ all: again.all() }), seen({ all: history.all() }));
  assert.equal(again.get(4)?.parts[0]?.latencyMs, 0.5);
  assert.notEqual(again.get(1)?.line.id, line.id);
});

test('an address and its token are never in the file', () => {
  const history = new History();
  history.add({ line, at: 0, direction: 'line', text: 'Connected.' });
  assert.deepEqual(Object.keys(JSON.parse(toJsonLines(history.all()))), [
    'time',
    'at',
    'line',
    'label',
    'integration',
    'version',
    'direction',
    'text',
  ]);
});

test('rubbish is counted by line and left out', () => {
  const good = { at: 1, line: 'a', label: 'b', integration: 'pat', version: 'v1' };
  const rows = [
    JSON.stringify({ ...good, direction: 'sent', text: '{}' }),
    '',
    'nonsense',
    'null',
    JSON.stringify({ ...good, direction: 'up', text: '{}' }),
    JSON.stringify({ ...good, direction: 'sent', text: '{}', at: 'noon' }),
  ];
  const { frames, bad } = fromJsonLines(rows.join('\n'), 'file');
  assert.equal(frames.length, 1);
  assert.deepEqual(bad, [3, 4, 5, 6]);
});
