import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { IncomingRequest } from '@tillgate/protocol';
import { settled, startPeer } from '../../../../test/support/protocol/peer-harness.ts';

const ask = (id: unknown, method = 'sale') => ({ jsonrpc: '2.0', id, method });
const result = (id: unknown, value: unknown) => ({ jsonrpc: '2.0', id, result: value });
const batch = (...items: unknown[]) => JSON.stringify(items);
const many = (count: number) => Array.from({ length: count }, (_, id) => ask(id));

/** Shortens error messages to their codes. */
const brief = (said: unknown) =>
  JSON.parse(JSON.stringify(said), (key, value) =>
    key === 'error' ? value.code : value,
  ) as unknown;
const invalid = { jsonrpc: '2.0', error: -32600 };

function slowly() {
  const asked: unknown[] = [];
  const waiting = new Map<unknown, (value: unknown) => void>();
  const answer = ({ id }: IncomingRequest) => {
    asked.push(id);
    const { promise, resolve } = Promise.withResolvers<unknown>();
    waiting.set(id, resolve);
    return promise;
  };
  const finish = async (id: unknown) => {
    waiting.get(id)?.(`done ${id}`);
    await settled();
  };
  return { answer, asked, finish };
}

describe('batches', () => {
  test('items start in order, and one array leaves when the last answer is ready [C-3.16]', async () => {
    const { answer, asked, finish } = slowly();
    const { send, sent } = startPeer({ onRequest: answer });
    await send(batch(ask(1), ask(2), ask(3)));
    assert.deepEqual(asked, [1, 2, 3]);
    await finish(3);
    await finish(1);
    assert.deepEqual(sent, []);
    await finish(2);
    assert.equal(sent.length, 1);
    assert.deepEqual(
      new Set(JSON.parse(sent[0] ?? '')),
      new Set([3, 1, 2].map((id) => result(id, `done ${id}`))),
    );
  });

  test('notifications that an item causes are sent singly, at once [C-3.16]', async () => {
    const line = startPeer({
      onRequest: () => {
        line.peer.send('"notification"');
        return true;
      },
    });
    assert.deepEqual(await line.send(batch(ask(1), ask(2))), [
      'notification',
      'notification',
      [result(1, true), result(2, true)],
    ]);
  });

  test('a batch being answered does not hold up a single request', async () => {
    const { answer, finish } = slowly();
    const { send, sent } = startPeer({ onRequest: answer });
    await send(batch(ask(1), ask(2)));
    await send(JSON.stringify(ask(3)));
    await finish(3);
    assert.deepEqual(
      sent.map((text) => JSON.parse(text)),
      [result(3, 'done 3')],
    );
  });

  test('a batch of 16 items is accepted [C-3.17]', async () => {
    const [back] = await startPeer().send(batch(...many(16)));
    assert.equal((back as unknown[]).length, 16);
  });

  test('a batch of 17 items or of none gets one error, and nothing is carried out [C-3.17]', async () => {
    const { answer, asked } = slowly();
    const { send } = startPeer({ onRequest: answer });
    assert.deepEqual(brief(await send(batch(...many(17)))), [invalid]);
    assert.deepEqual(brief(await send('[]')), [invalid]);
    assert.deepEqual(asked, []);
  });

  test('a bad item gets its own error in the array; an array is a bad item [C-3.17]', async () => {
    const said = await startPeer().send(batch(ask(1), 7, [ask(2)], ask(null), ask(3), {}));
    const [back] = brief(said) as unknown[][];
    assert.deepEqual(back, [
      result(1, 'sale'),
      invalid,
      invalid,
      invalid,
      result(3, 'sale'),
      invalid,
    ]);
  });

  test('responses in a batch are processed one by one and are not answered [C-3.17]', async () => {
    const { peer, send, notes } = startPeer();
    const taken: unknown[] = [];
    const take = (answer: { result?: unknown }) => taken.push(answer.result) > 0;
    peer.sendRequest('sign', {}, take);
    peer.sendRequest('sign', {}, take);
    await settled();
    const answers = [result(2, 'second'), result(9, 'stray'), result(1, 'first')];
    assert.deepEqual(await send(batch(...answers)), []);
    assert.deepEqual(taken, ['second', 'first']);
    assert.deepEqual(notes, [{ kind: 'unmatchedResponse', response: result(9, 'stray') }]);
    assert.deepEqual(await send(batch(result(1, ''), ask(5))), [[result(5, 'sale')]]);
  });

  test('of items under one and the same id the first is carried out, and each other is refused without id [C-3.15]', async () => {
    const [back] = await startPeer().send(batch(ask(1), ask(1), ask(1)));
    const answers = back as { id?: number; error?: { code: number } }[];
    assert.deepEqual(
      answers.filter(({ id }) => id === 1),
      [result(1, 'sale')],
    );
    const others = answers.filter(({ id }) => id === undefined);
    assert.deepEqual(
      others.map(({ error }) => error?.code),
      [-32600, -32600],
    );
  });

  test('each item is notified when its answer is given, and again when the array is sent', async () => {
    const { answer, finish } = slowly();
    const order: string[] = [];
    const line = startPeer({
      onRequest: (call) => {
        call.onAnswered(() => order.push(`answered ${call.id}`));
        call.onSent(() => order.push(`sent ${call.id}`));
        return answer(call);
      },
    });
    await line.send(batch(ask(1), ask(2)));
    await finish(2);
    assert.deepEqual(order, ['answered 2']);
    await finish(1);
    assert.deepEqual(order.toSorted(), ['answered 1', 'answered 2', 'sent 1', 'sent 2']);
  });

  test('nothing is sent or reported as sent if the connection breaks midway [C-3.17]', async () => {
    const { answer, finish } = slowly();
    const order: string[] = [];
    const line = startPeer({
      onRequest: (call) => {
        call.onSent(() => order.push('sent'));
        return answer(call);
      },
    });
    await line.send(batch(ask(1), ask(2)));
    await finish(1);
    line.remote.breakConnection();
    await finish(2);
    assert.deepEqual([line.sent, order], [[], []]);
  });
});
