import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectionName } from './frame.ts';
import { FrameHistory } from './history.ts';
import { fromJsonLines, toJsonLines } from './json-lines.ts';

const connection: ConnectionName = {
  id: 'line-1',
  label: 'testhost · pac v0',
  integration: 'pac',
  version: 'v0',
  scope: 'line-1',
};

test('an exported file is imported with the same times, texts and counterparts', () => {
  const history = new FrameHistory();
  const texts = [
    '{"jsonrpc":"2.0","id":1,"method":"connectedTerminals"}',
    'not JSON,\nnor one line',
  ];
  history.add({ connection, at: 1_000.25, direction: 'line', text: 'Connected.' });
  for (const text of texts) history.add({ connection, at: 2_000, direction: 'sent', text });
  const result = '{"jsonrpc":"2.0","id":1,"result":[]}';
  history.add({ connection, at: 2_000.5, direction: 'received', text: result });

  const file = toJsonLines(history.all());
  const { frames, invalidLines } = fromJsonLines(file, 'file-1');
  assert.deepEqual(invalidLines, []);
  const again = new FrameHistory();
  for (const frame of frames) again.add(frame);
  const seen = ({ all }: { all: ReturnType<FrameHistory['all']> }) =>
    all.map(({ at, direction, text, messages }) => ({ at, direction, text, messages }));
  assert.deepEqual(seen({ all: again.all() }), seen({ all: history.all() }));
  assert.equal(again.get(4)?.messages[0]?.latencyMs, 0.5);
  assert.notEqual(again.get(1)?.connection.id, connection.id);
});

test('an exported file contains neither address nor token', () => {
  const history = new FrameHistory();
  history.add({ connection, at: 0, direction: 'line', text: 'Connected.' });
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

const event = {
  ...{ event: 'frame', number: 14, at: '2026-03-14T20:15:02.250Z', connection: 'c1' },
  ...{ site: 'shop1', integration: 'terminal', version: 'v1', tid: '12345678' },
  direction: 'received',
};

test('a saved event stream of the gateway is imported, with the direction of each frame', () => {
  const asked = '{"jsonrpc":"2.0","id":1,"method":"lock","params":{}}';
  const answer = '{"jsonrpc":"2.0","id":1,"result":{"answer":"no","message":"x"}}';
  const lines = [
    ...[': heartbeat', 'id: 13', `data: ${JSON.stringify({ ...event, event: 'opened' })}`, ''],
    ...['id: 14', `data: ${JSON.stringify({ ...event, text: asked })}`, ''],
    JSON.stringify({ ...event, text: answer, direction: 'sent' }),
    JSON.stringify({ event: 'missed', count: 3 }),
    JSON.stringify({ ...event, event: 'closed', code: 4001 }),
  ];
  const { frames, invalidLines } = fromJsonLines(lines.join('\n'), 'file-1');
  assert.deepEqual(invalidLines, []);
  assert.deepEqual(
    frames.map(({ direction, text }) => [direction, text]),
    [
      ['line', 'Connected.'],
      ['sent', asked],
      ['received', answer],
      ['line', 'Closed (4001).'],
    ],
  );
  assert.equal(frames[1]?.at, Date.parse(event.at));
  assert.equal(frames[1]?.connection.label, 'shop1 · terminal v1 · 12345678 (c1) (file)');
  const history = new FrameHistory();
  const [, ask, end] = frames.map((frame) => history.add(frame));
  assert.equal(ask?.messages[0]?.violations[0]?.path, '/params/tableId');
  assert.equal(end?.messages[0]?.message, 'lock.response');
});

test('the sockets of one till share their open requests [C-4.40]', () => {
  const till = { ...event, integration: 'pac', eposId: 'till-1' };
  const rows = ['c1', 'c2'].map((connection) =>
    JSON.stringify({ ...till, connection, text: '{"jsonrpc":"2.0","id":1,"method":"x"}' }),
  );
  const scopes = fromJsonLines(rows.join('\n'), 'file').frames.map(
    ({ connection: { scope } }) => scope,
  );
  assert.equal(scopes[0], scopes[1]);
});

test('lines that are no frames are reported by number and left out', () => {
  const good = { at: 1, line: 'a', label: 'b', integration: 'pat', version: 'v1' };
  const rows = [
    JSON.stringify({ ...good, direction: 'sent', text: '{}' }),
    '',
    'nonsense',
    'null',
    JSON.stringify({ ...good, direction: 'up', text: '{}' }),
    JSON.stringify({ ...good, direction: 'sent', text: '{}', at: 'noon' }),
    JSON.stringify({ ...good, direction: 'sent', text: '{}', integration: 'constructor' }),
    JSON.stringify({ ...event, text: 7 }),
    'data: nonsense',
  ];
  const { frames, invalidLines } = fromJsonLines(rows.join('\n'), 'file');
  assert.equal(frames.length, 1);
  assert.deepEqual(invalidLines, [3, 4, 5, 6, 7, 8, 9]);
});
