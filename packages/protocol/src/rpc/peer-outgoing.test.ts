import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ErrorResponse } from '@tillgate/protocol';
import { InvalidResponse, linkedPair, Peer } from '@tillgate/protocol';
import { settled, startPeer } from '../../../../test/support/protocol/peer-harness.ts';
import { MAX_OWN_ID } from './message.ts';

const result = (id: unknown, value: unknown) => ({ jsonrpc: '2.0', id, result: value });
const ask = (id: unknown) => JSON.stringify({ jsonrpc: '2.0', id, method: 'sale' });

describe('outgoing requests', () => {
  test('one peer asks and the other answers, both ways at once [C-3.11]', async () => {
    const [left, right] = linkedPair();
    const till = new Peer(left, { onRequest: ({ message }) => `till: ${message.method}` });
    const gateway = new Peer(right, { onRequest: ({ message }) => `gateway: ${message.method}` });
    const answers = [
      till.request('sale', {}),
      gateway.request('sign', {}),
      till.request('refund', {}),
    ];
    assert.deepEqual(await Promise.all(answers), [
      'gateway: sale',
      'till: sign',
      'gateway: refund',
    ]);
  });

  test('an error response rejects with the error of the other side', async () => {
    const { peer, send } = startPeer();
    const { id, response } = peer.startRequest('sale', {});
    const rejected = assert.rejects(
      response,
      (cause: ErrorResponse) => cause.error.code === -32071,
    );
    await send(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32071, message: 'Busy' } }));
    await rejected;
  });

  for (const error of [null, 'no', 7, {}, { code: '7', message: 'x' }, { code: 7 }]) {
    test(`an answer with the error ${JSON.stringify(error)} rejects as invalid`, async () => {
      const { peer, send } = startPeer();
      const { id, response } = peer.startRequest('sale', {});
      const rejected = assert.rejects(response, InvalidResponse);
      await send(JSON.stringify({ jsonrpc: '2.0', id, error }));
      await rejected;
    });
  }

  test('a closed connection rejects open and later requests', async () => {
    const { peer, remote } = startPeer();
    const open = peer.request('sale', {});
    remote.close(1001, 'Going down');
    const gone = { name: 'ConnectionClosed', code: 1001, reason: 'Going down' };
    await assert.rejects(open, gone);
    await assert.rejects(peer.request('sale', {}), gone);
  });

  test('own ids run from 1 to 999999 and from 1 again, skipping open ones [C-3.11]', async () => {
    const { peer, send, sent } = startPeer({}, MAX_OWN_ID - 2);
    const ids = [1, 2, 3].map(() => peer.sendRequest('sign', {}, () => true));
    assert.deepEqual(ids, [MAX_OWN_ID - 1, MAX_OWN_ID, 1]);
    await send(JSON.stringify(result(MAX_OWN_ID, true)));
    const again = startPeer({}, MAX_OWN_ID - 1);
    assert.equal(
      again.peer.sendRequest('sign', {}, () => true),
      MAX_OWN_ID,
    );
    for (const id of [1, 2, 3])
      assert.equal(
        again.peer.sendRequest('sign', {}, () => true),
        id,
      );
    assert.deepEqual(JSON.parse(sent[0] ?? ''), {
      jsonrpc: '2.0',
      id: MAX_OWN_ID - 1,
      method: 'sign',
      params: {},
    });
  });

  test('an id that is still open after the numbers have gone round is skipped', () => {
    const nowhere = { send() {}, close() {}, confirmDelivery() {}, listen() {} };
    const peer = new Peer(nowhere, { onRequest: () => null });
    const take = () => true;
    assert.deepEqual(
      [peer.sendRequest('sign', {}, take), peer.sendRequest('sign', {}, take)],
      [1, 2],
    );
    peer.cancel(1);
    for (let id = 3; id <= MAX_OWN_ID; id += 1) peer.cancel(peer.sendRequest('', undefined, take));
    assert.deepEqual(
      [peer.sendRequest('sign', {}, take), peer.sendRequest('sign', {}, take)],
      [1, 3],
    );
  });

  test('a rejected answer leaves the request open; the first accepted one ends it', async () => {
    const { peer, send, notes } = startPeer();
    const taken: unknown[] = [];
    peer.sendRequest('sign', {}, (answer) => taken.push(answer.result) > 1);
    for (const value of [1, 2, 3]) await send(JSON.stringify(result(1, value)));
    assert.deepEqual(taken, [1, 2]);
    assert.deepEqual(notes, [{ kind: 'unmatchedResponse', response: result(1, 3) }]);
  });

  const strays: Readonly<Record<string, object>> = {
    'a number never used': result(2, true),
    'a text that is no number': result('1.0', true),
    'no id': { jsonrpc: '2.0', result: true },
    'the id null': result(null, true),
    'an error without id': { jsonrpc: '2.0', error: { code: -32700, message: '' } },
    'the id __proto__': result('__proto__', true),
    'an object for an id': result({}, true),
  };
  for (const [name, stray] of Object.entries(strays)) {
    test(`an answer with ${name} is traced, and nothing is sent [C-3.13, C-3.14]`, async () => {
      const { peer, send, notes } = startPeer();
      peer.sendRequest('sign', {}, () => assert.fail('taken'));
      await settled();
      assert.deepEqual(await send(JSON.stringify(stray)), []);
      assert.deepEqual(
        notes.map(({ kind }) => kind),
        ['unmatchedResponse'],
      );
    });
  }

  test('an answer with both result and error gets an error without id, and the request stays open [C-3.14]', async () => {
    const { peer, send } = startPeer();
    const taken: unknown[] = [];
    const invalid: string[] = [];
    peer.sendRequest(
      'sign',
      {},
      {
        onResponse: (answer) => taken.push(answer.result) > 0,
        onInvalid: (violations) => invalid.push(...violations.map(({ path }) => path)),
      },
    );
    const both = { ...result(1, true), error: { code: 1, message: '' } };
    const back = (await send(JSON.stringify(both))) as { id?: unknown; error?: { code: number } }[];
    assert.deepEqual(
      back.slice(1).map(({ id, error }) => [id, error?.code]),
      [[undefined, -32600]],
    );
    assert.deepEqual(invalid, ['/error']);
    await send(JSON.stringify(result(1, false)));
    assert.deepEqual(taken, [false]);
  });

  test('an own number is skipped while the other end has a request open under it [C-3.11]', async () => {
    const { peer, send } = startPeer({ onRequest: () => new Promise(() => {}) });
    for (const id of [1, 2, 4]) await send(ask(id));
    const ids = [1, 2].map(() => peer.sendRequest('sign', {}, () => true));
    assert.deepEqual(ids, [3, 5]);
  });

  test('a response under the id of the other end’s own request belongs to the only open request', async () => {
    const { peer, send } = startPeer({ onRequest: () => new Promise(() => {}) });
    await send(ask(1));
    const taken: unknown[] = [];
    peer.sendRequest('sign', {}, (answer) => taken.push(answer.result) > 0);
    await send(JSON.stringify(result(1, true)));
    assert.deepEqual(taken, [true]);
  });

  test('a cancelled request accepts no answer', async () => {
    const { peer, send, notes } = startPeer();
    peer.cancel(peer.sendRequest('sign', {}, () => assert.fail('taken')));
    await send(JSON.stringify(result(1, true)));
    assert.deepEqual(notes, [{ kind: 'unmatchedResponse', response: result(1, true) }]);
  });

  test('an exception in a response or notification handler is traced, and the connection stays open', async () => {
    const fall = () => assert.fail('fell');
    const { peer, send, notes } = startPeer({ onNotification: fall });
    peer.sendRequest('sign', {}, fall);
    await settled();
    assert.deepEqual(await send(JSON.stringify(result(1, true))), []);
    assert.deepEqual(await send('{"jsonrpc":"2.0","method":"hello"}'), []);
    assert.deepEqual(
      notes.map(({ kind }) => kind),
      ['listenerFailed', 'listenerFailed'],
    );
    assert.deepEqual(await send(ask(7)), [result(7, 'sale')]);
  });
});
