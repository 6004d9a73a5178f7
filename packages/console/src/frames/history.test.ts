import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dialects } from '@tillgate/protocol';
import type { Direction, Frame, LineName } from './frame.ts';
import { isFaulty, messageOf } from './frame.ts';
import { History } from './history.ts';

const pac: LineName = {
  id: 'line-1',
  label: 'testhost · pac v1',
  integration: 'pac',
  version: 'v1',
  scope: 'line-1',
};
const pat: LineName = { ...pac, id: 'line-2', integration: 'pat', scope: 'line-2' };

/** A history of its own, and how to add to it: one millisecond passes with each frame. */
function traffic(line: LineName = pac, most?: number) {
  const history = new History(most);
  let at = 0;
  const add = (direction: Direction, message: unknown, on = line): Frame => {
    at += 1;
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    return history.add({ line: on, at, direction, text });
  };
  const sent = (message: unknown, on?: LineName) => add('sent', message, on);
  const received = (message: unknown, on?: LineName) => add('received', message, on);
  return { history, sent, received };
}

const ask = (id: unknown, method = 'connectedTerminals') => ({ jsonrpc: '2.0', id, method });
const answer = (id: unknown, result: unknown = []) => ({ jsonrpc: '2.0', id, result });

describe('pairing', () => {
  test('an answer finds its request, and each knows the other and how long it took', () => {
    const { history, sent, received } = traffic();
    sent(ask(7));
    received({ jsonrpc: '2.0', method: 'x' });
    const found = received(answer(7)).parts[0];
    assert.deepEqual(found?.partner, { seq: 1, part: 0 });
    assert.equal(found?.latencyMs, 2);
    assert.equal(found?.method, 'connectedTerminals');
    const request = history.get(1)?.parts[0];
    assert.deepEqual(request?.partner, { seq: 3, part: 0 });
    assert.equal(request?.latencyMs, 2);
  });

  test('the ids of the two sides are independent [C-3.11]', () => {
    const { sent, received } = traffic(pat);
    received({ ...ask(1, 'tableListRequest'), params: { tid: '12345678' } });
    const stray = received(answer(1)).parts[0];
    assert.equal(stray?.partner, undefined);
    assert.match(stray?.remark ?? '', /nothing that is open/);
    const found = sent(answer(1, { tables: ['1'] })).parts[0];
    assert.deepEqual([found?.method, found?.partner?.seq], ['tableListRequest', 1]);
  });

  test('7 and "7" are two ids', () => {
    const { sent, received } = traffic();
    sent(ask('7'));
    sent(ask(7));
    assert.equal(received(answer('7')).parts[0]?.partner?.seq, 1);
    assert.equal(received(answer(7)).parts[0]?.partner?.seq, 2);
  });

  test('each item of a batch is paired by itself [C-3.16]', () => {
    const { sent, received } = traffic();
    sent([ask(1), ask(2)]);
    const [second, first] = received([answer(2), answer(1)]).parts;
    assert.deepEqual(second?.partner, { seq: 1, part: 1 });
    assert.deepEqual(first?.partner, { seq: 1, part: 0 });
  });

  test('a result after a drop belongs to the request before it: one epos-id [C-4.40]', () => {
    const before = { ...pac, id: 'a', scope: 'till-1' };
    const later = { ...pac, id: 'b', scope: 'till-1' };
    const { history, sent, received } = traffic(before);
    sent(ask(3));
    history.ended(before);
    assert.equal(received(answer(3), later).parts[0]?.partner?.seq, 1);
  });

  test('without an epos-id an ended line gets no answers any more', () => {
    const { history, sent, received } = traffic();
    sent(ask(3));
    history.ended(pac);
    assert.equal(received(answer(3)).parts[0]?.partner, undefined);
  });

  test('what the gateway asks stays open until it is answered', () => {
    const { history, sent, received } = traffic(pat);
    received({ ...ask(1, 'tableListRequest'), params: { tid: '12345678' } });
    received({ ...ask(2, 'tableListRequest'), params: { tid: '87654321' } });
    assert.deepEqual(
      history.questions(pat).map(({ seq }) => seq),
      [1, 2],
    );
    assert.deepEqual(history.questions(pac), []);
    sent(answer(1, { tables: [] }));
    assert.deepEqual(
      history.questions(pat).map(({ seq }) => seq),
      [2],
    );
  });
});

describe('the verdict', () => {
  /** Every message that a till and a gateway may send first, with its version. */
  const first = Object.values(dialects).flatMap(({ version, messages }) =>
    messages.flatMap(({ integration, ...message }) =>
      (integration === 'pac' || integration === 'pat') && !message.name.endsWith('.response')
        ? [{ ...message, line: { ...pac, integration, version } }]
        : [],
    ),
  );

  for (const { name, sender, schema, line } of first) {
    test(`${line.version} ${line.integration} ${name}: its examples are without a fault`, () => {
      const { sent, received } = traffic(line);
      const add = sender === 'gateway' ? received : sent;
      for (const example of (schema as { examples?: object[] }).examples ?? []) {
        const [part] = add(example).parts;
        assert.deepEqual(part?.faults, []);
        assert.equal(part?.message, name);
      }
    });
  }

  test('says where a request departs from its schema', () => {
    const { sent } = traffic();
    const params = { tid: '12345678', currency: 'GBP', amount: 0.5 };
    const [part] = sent({ ...ask(1, 'sale'), params }).parts;
    assert.equal(part?.message, 'sale.request');
    assert.deepEqual(part?.faults, [
      { path: '/params/amount', expected: 'integer 1..99999999', got: 'number 0.5' },
    ]);
  });

  test('names the item of a batch in the path', () => {
    const { sent } = traffic();
    const [, second] = sent([ask(1), { ...ask(2), params: { status: 'IDLE' } }]).parts;
    assert.equal(second?.faults[0]?.path, '/1/params/status');
  });

  test('an answer is held against the schema of what was asked', () => {
    const { sent, received } = traffic();
    sent(ask(1));
    const [part] = received(answer(1, [{ tid: '12345678' }])).parts;
    assert.equal(part?.message, 'connectedTerminals.response');
    assert.deepEqual(
      part?.faults.map(({ path }) => path),
      ['/result/0/status', '/result/0/currency'],
    );
  });

  test('what is not JSON, not an object or unknown is told in words', () => {
    const { sent, received } = traffic();
    for (const [text, words] of [
      ['{"jsonrpc":', /Not JSON/],
      ['7', /Not a JSON object/],
      ['[]', /empty batch/],
      ['{"jsonrpc":"2.0","id":1,"method":"explode"}', /v1 pac has no request explode/],
    ] as const) {
      const frame = sent(text);
      assert.match(frame.parts[0]?.remark ?? '', words);
      assert.ok(isFaulty(frame));
    }
    assert.match(received(ask(1, 'sale')).parts[0]?.remark ?? '', /that the gateway sends/);
  });

  test('an error that names no request is in order [C-3.19]', () => {
    const { received } = traffic();
    const error = { code: -32700, message: 'x', data: { userMessage: 'y' } };
    assert.equal(isFaulty(received({ jsonrpc: '2.0', error })), false);
    assert.equal(isFaulty(received({ jsonrpc: '2.0', id: 9, error })), true);
  });
});

describe('the bound', () => {
  test('the oldest frames make room, and a late answer to one of them is harmless', () => {
    const { history, sent, received } = traffic(pac, 3);
    for (const id of [1, 2, 3, 4]) sent(ask(id));
    assert.deepEqual(
      history.all().map(({ seq }) => seq),
      [2, 3, 4],
    );
    assert.equal(history.get(1), undefined);
    assert.equal(history.gone, 1);
    const late = received(answer(1)).parts[0];
    assert.deepEqual(
      [late?.method, late?.partner, late?.remark],
      ['connectedTerminals', undefined, undefined],
    );
  });

  test('a cleared history goes on counting, and still knows what is open', () => {
    const { history, sent, received } = traffic();
    sent(ask(1));
    history.clear();
    assert.equal(history.size, 0);
    const [part] = received(answer(1)).parts;
    assert.deepEqual([history.all()[0]?.seq, part?.method], [2, 'connectedTerminals']);
  });

  test('very long texts make room before ten thousand are there', () => {
    const { history, sent } = traffic();
    for (let count = 0; count < 7; count += 1) sent(`"${'x'.repeat(10_000_000)}"`);
    assert.ok(history.size <= 5);
    assert.equal(typeof messageOf(history.all()[0] as Frame), 'string');
  });
});
