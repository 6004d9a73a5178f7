import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ConnectionName, Direction, Frame } from './frame.ts';
import { isViolation, messageOf } from './frame.ts';
import { FrameHistory } from './history.ts';

const pac: ConnectionName = {
  id: 'line-1',
  label: 'testhost · pac v1',
  integration: 'pac',
  version: 'v1',
  scope: 'line-1',
};
const pat: ConnectionName = { ...pac, id: 'line-2', integration: 'pat', scope: 'line-2' };

/** A history of its own, and how to add to it: one millisecond passes with each frame. */
function traffic(line: ConnectionName = pac, most?: number) {
  const history = new FrameHistory(most);
  let at = 0;
  const add = (direction: Direction, message: unknown, on = line): Frame => {
    at += 1;
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    return history.add({ connection: on, at, direction, text });
  };
  const sent = (message: unknown, on?: ConnectionName) => add('sent', message, on);
  const received = (message: unknown, on?: ConnectionName) => add('received', message, on);
  return { history, sent, received };
}

const ask = (id: unknown, method = 'connectedTerminals') => ({ jsonrpc: '2.0', id, method });
const answer = (id: unknown, result: unknown = []) => ({ jsonrpc: '2.0', id, result });

describe('pairing', () => {
  test('an answer and its request are counterparts, and both have the latency', () => {
    const { history, sent, received } = traffic();
    sent(ask(7));
    received({ jsonrpc: '2.0', method: 'x' });
    const found = received(answer(7)).messages[0];
    assert.deepEqual(found?.counterpart, { seq: 1, index: 0 });
    assert.equal(found?.latencyMs, 2);
    assert.equal(found?.method, 'connectedTerminals');
    const request = history.get(1)?.messages[0];
    assert.deepEqual(request?.counterpart, { seq: 3, index: 0 });
    assert.equal(request?.latencyMs, 2);
  });

  test('an unreadable frame is the counterpart of the error about it [C-3.19]', () => {
    const { history, sent, received } = traffic();
    sent('nonsense');
    const error = { code: -32700, message: 'x', data: { userMessage: 'y' } };
    assert.equal(received({ jsonrpc: '2.0', error }).messages[0]?.counterpart?.seq, 1);
    assert.equal(history.get(1)?.messages[0]?.counterpart?.seq, 2);
  });

  test('an error of the gateway about an answer does not replace the answer [C-9.5]', () => {
    const { history, sent, received } = traffic(pat);
    received({ ...ask(1, 'tableListRequest'), params: { tid: '12345678' } });
    sent(answer(1, {}));
    const error = { code: -32076, message: 'x', data: { userMessage: 'y' } };
    const [complaint] = received({ jsonrpc: '2.0', id: 1, error }).messages;
    assert.deepEqual([complaint?.method, complaint?.counterpart?.seq], ['tableListRequest', 1]);
    assert.equal(history.get(1)?.messages[0]?.counterpart?.seq, 2);
  });

  test('each item of a batch has its own counterpart [C-3.16]', () => {
    const { sent, received } = traffic();
    sent([ask(1), ask(2)]);
    const [second, first] = received([answer(2), answer(1)]).messages;
    assert.deepEqual(second?.counterpart, { seq: 1, index: 1 });
    assert.deepEqual(first?.counterpart, { seq: 1, index: 0 });
  });

  test('a result after a reconnect of the same epos-id belongs to the request before it [C-4.40]', () => {
    const before = { ...pac, id: 'a', scope: 'till-1' };
    const later = { ...pac, id: 'b', scope: 'till-1' };
    const { history, sent, received } = traffic(before);
    sent(ask(3));
    history.connectionClosed(before);
    assert.equal(received(answer(3), later).messages[0]?.counterpart?.seq, 1);
  });

  test('a closed connection without an epos-id gets no answers', () => {
    const { history, sent, received } = traffic();
    sent(ask(3));
    history.connectionClosed(pac);
    assert.equal(received(answer(3)).messages[0]?.counterpart, undefined);
  });

  test('a request of the gateway stays open until it is answered', () => {
    const { history, sent, received } = traffic(pat);
    received({ ...ask(1, 'tableListRequest'), params: { tid: '12345678' } });
    received({ ...ask(2, 'tableListRequest'), params: { tid: '87654321' } });
    assert.deepEqual(
      history.openRequests(pat).map(({ seq }) => seq),
      [1, 2],
    );
    assert.deepEqual(history.openRequests(pac), []);
    sent(answer(1, { tables: [] }));
    assert.deepEqual(
      history.openRequests(pat).map(({ seq }) => seq),
      [2],
    );
  });

  test('a request on an earlier connection of a till is not listed as open [C-4.40]', () => {
    const before = { ...pac, id: 'a', scope: 'till-1' };
    const later = { ...pac, id: 'b', scope: 'till-1' };
    const { history, received } = traffic(before);
    received(ask(1, 'signatureVerificationRequest'));
    history.connectionClosed(before);
    received(ask(2, 'signatureVerificationRequest'), later);
    assert.deepEqual(
      history.openRequests(later).map(({ seq }) => seq),
      [2],
    );
  });
});

describe('checking', () => {
  test('each item of a batch has its own violations', () => {
    const { sent } = traffic();
    const [first, second] = sent([ask(1), { ...ask(2), params: { status: 'IDLE' } }]).messages;
    assert.deepEqual([first?.message, first?.violations], ['connectedTerminals.request', []]);
    assert.equal(second?.violations[0]?.path, '/1/params/status');
  });

  test('frames of waiters and of card machines are checked as well', () => {
    const { sent, received } = traffic({ ...pac, integration: 'waiter' });
    sent({ ...ask(1, 'lock'), params: { tableId: '12A' } });
    const locked = received(answer(1, { answer: 'locked', amount: 4820 }));
    assert.equal(locked.messages[0]?.message, 'lock.response');
    assert.ok(isViolation(locked));
    const machine = traffic({ ...pac, integration: 'terminal' });
    const decided = { order: 'shop1/12345678/42', cancelled: true };
    const said = machine.sent({ jsonrpc: '2.0', method: 'cancelDecided', params: decided });
    assert.deepEqual([said.messages[0]?.message, isViolation(said)], ['cancelDecided', false]);
  });

  test('text that is no message has a remark, and an event of the connection has no messages', () => {
    const { history, sent } = traffic();
    assert.match(sent('{"jsonrpc":').messages[0]?.remark ?? '', /Not JSON/);
    assert.ok(isViolation(sent('7')));
    const ended = history.add({ connection: pac, at: 9, direction: 'line', text: 'Disconnected.' });
    assert.deepEqual([ended.messages, isViolation(ended)], [[], false]);
  });
});

describe('the limits', () => {
  test('the oldest frames are removed, and a late answer to one of them is harmless', () => {
    const { history, sent, received } = traffic(pac, 3);
    for (const id of [1, 2, 3, 4]) sent(ask(id));
    assert.deepEqual(
      history.all().map(({ seq }) => seq),
      [2, 3, 4],
    );
    assert.equal(history.get(1), undefined);
    assert.equal(history.droppedCount, 1);
    const late = received(answer(1)).messages[0];
    assert.deepEqual(
      [late?.method, late?.counterpart, late?.remark],
      ['connectedTerminals', undefined, undefined],
    );
  });

  test('a cleared history continues its numbers and keeps open requests', () => {
    const { history, sent, received } = traffic();
    sent(ask(1));
    history.clear();
    assert.equal(history.size, 0);
    const [part] = received(answer(1)).messages;
    assert.deepEqual([history.all()[0]?.seq, part?.method], [2, 'connectedTerminals']);
  });

  test('frames with very long texts are removed before there are ten thousand', () => {
    const { history, sent } = traffic();
    for (let count = 0; count < 7; count += 1) sent(`"${'x'.repeat(10_000_000)}"`);
    assert.ok(history.size <= 5);
    assert.equal(typeof messageOf(history.all()[0] as Frame), 'string');
  });
});
