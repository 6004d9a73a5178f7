import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { IncomingRequest, PeerListener } from '@tillgate/protocol';
import { JsonText, linkedPair, Peer, refuse } from '@tillgate/protocol';
import { settled, startPeer } from '../../../../test/support/protocol/peer-harness.ts';

const ask = (id: unknown) => JSON.stringify({ jsonrpc: '2.0', id, method: 'sale' });
const result = (id: unknown, value: unknown) => ({ jsonrpc: '2.0', id, result: value });
const codes = (said: unknown[]) =>
  said.map((one) => (one as { error: { code: number } }).error.code);

/** A listener that answers each request only when told to. */
function slow() {
  const waiting = new Map<unknown, (result: unknown) => void>();
  const asked: unknown[] = [];
  const listener: Partial<PeerListener> = {
    onRequest: ({ id }) => {
      asked.push(id);
      const { promise, resolve } = Promise.withResolvers<unknown>();
      waiting.set(id, resolve);
      return promise;
    },
  };
  const finish = (id: unknown) => waiting.get(id)?.(`done ${id}`);
  return { listener, asked, finish };
}

describe('incoming requests', () => {
  test('requests overlap and are answered in the order they end [C-3.12]', async () => {
    const { listener, finish } = slow();
    const { send, sent } = startPeer(listener);
    await send(ask(1));
    await send(ask(2));
    assert.deepEqual(sent, []);
    finish(2);
    await settled();
    finish(1);
    await settled();
    assert.deepEqual(
      sent.map((text) => JSON.parse(text)),
      [result(2, 'done 2'), result(1, 'done 1')],
    );
  });

  test('a second request under an open id is refused without id, and the first goes on [C-3.15]', async () => {
    const { listener, asked, finish } = slow();
    const { send, sent } = startPeer(listener);
    await send(ask(1));
    const [refused] = (await send(ask(1))) as { error: { code: number } }[];
    assert.equal(refused?.error.code, -32600);
    assert.ok(!Object.hasOwn(refused ?? {}, 'id'));
    finish(1);
    await settled();
    assert.deepEqual(JSON.parse(sent.at(-1) ?? ''), result(1, 'done 1'));
    await send(ask(1));
    assert.deepEqual(asked, [1, 1]);
  });

  test('a refusal is sent as an error under the id of the request', async () => {
    const answer = () => {
      throw refuse('terminalBusy', { tid: '12345678' });
    };
    const { send, notes } = startPeer({ onRequest: answer });
    const [back] = (await send(ask(7))) as { id: number; error: { message: string } }[];
    assert.deepEqual([back?.id, back?.error.message], [7, 'Terminal 12345678 is busy.']);
    assert.deepEqual(notes, [{ kind: 'errorSent', code: -32071, id: 7 }]);
  });

  test('a refused envelope is answered without the id, also when found later [C-4.41]', async () => {
    const { send } = startPeer({ onRequest: () => Promise.reject(refuse('invalidRequest')) });
    const [back] = (await send(ask(7))) as { error: { code: number } }[];
    assert.equal(back?.error.code, -32600);
    assert.ok(!Object.hasOwn(back ?? {}, 'id'));
  });

  for (const [how, answer] of Object.entries<(call: IncomingRequest) => unknown>({
    thrown: () => assert.fail('4929130000001234'),
    rejected: () => Promise.reject(new Error('4929130000001234')),
    'found while the result is made into text': () => 1n,
  })) {
    test(`an exception in a handler, ${how}, is an internal error without details [C-3.27]`, async () => {
      const { send, sent, notes } = startPeer({ onRequest: answer });
      assert.deepEqual(codes(await send(ask(7))), [-32603]);
      assert.ok(!sent[0]?.includes('1234'), sent[0]);
      assert.deepEqual(
        notes.map(({ kind }) => kind),
        ['listenerFailed', 'errorSent'],
      );
    });
  }

  test('a result that is already text is sent as it is', async () => {
    const { send } = startPeer({ onRequest: () => new JsonText('{"cancelling":true}') });
    assert.deepEqual(await send(ask(7)), [result(7, { cancelling: true })]);
  });

  test('an answer without a value is null, never broken JSON', async () => {
    const { send } = startPeer({ onRequest: () => undefined });
    assert.deepEqual(await send(ask(7)), [result(7, null)]);
  });

  test('the follow-up of an answer runs once, after the answer was sent', async () => {
    const order: string[] = [];
    const { peer, end } = linked({
      onRequest: (call) => {
        call.onAnswered(() => order.push('answered'));
        call.onSent(() => order.push('sent') && peer.send('"notification"'));
        order.push('asked');
        return Promise.resolve(true);
      },
    });
    end.listen({ onMessage: (text) => order.push(text.slice(0, 25)), onClosed: () => {} });
    end.send(ask(7));
    await settled();
    const answer = '{"jsonrpc":"2.0","id":7,"';
    assert.deepEqual(
      order.filter((one) => one !== 'answered'),
      ['asked', 'sent', answer, '"notification"'],
    );
    assert.equal(order.filter((one) => one === 'answered').length, 1);
  });

  test('an exception in the follow-up of an answer is traced and not answered', async () => {
    const fall = () => assert.fail('fell');
    const { send, notes } = startPeer({
      onRequest: (call) => {
        call.onAnswered(fall);
        call.onSent(fall);
        return true;
      },
    });
    assert.deepEqual(await send(ask(7)), [result(7, true)]);
    assert.deepEqual(
      notes.map(({ kind }) => kind),
      ['listenerFailed', 'listenerFailed'],
    );
  });

  test('no follow-up runs after a refusal', async () => {
    const { send, notes } = startPeer({
      onRequest: (call) => {
        call.onAnswered(() => assert.fail('answered'));
        call.onSent(() => assert.fail('sent'));
        throw refuse('terminalBusy', { tid: '1' });
      },
    });
    await send(ask(7));
    assert.deepEqual(
      notes.map(({ kind }) => kind),
      ['errorSent'],
    );
  });

  test('a disconnected till is not answered, and no exception is thrown', async () => {
    const { listener, finish } = slow();
    const { send, remote, sent } = startPeer(listener);
    await send(ask(1));
    await send(`[${ask(2)},${ask(3)}]`);
    finish(2);
    remote.breakConnection();
    finish(1);
    finish(3);
    await settled();
    assert.deepEqual(sent, []);
  });

  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    test(`${name} is a method name, an id and a param like any other`, async () => {
      const seen: unknown[] = [];
      const { send } = startPeer({
        onRequest: ({ message }) => seen.push(message.params) && message.method,
      });
      const text = `{"jsonrpc":"2.0","id":"${name}","method":"${name}","params":{"${name}":{"a":1}}}`;
      assert.deepEqual(await send(text), [result(name, name)]);
      assert.deepEqual(Object.getOwnPropertyNames(seen[0]), [name]);
      assert.ok(!('a' in {}));
    });
  }
});

function linked(listener: PeerListener) {
  const [end, other] = linkedPair();
  return { end, peer: new Peer(other, listener) };
}
