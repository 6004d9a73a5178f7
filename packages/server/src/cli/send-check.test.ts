import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Conversation } from './send-check.ts';

const open = () => new Conversation(new URL('ws://localhost/pac?api-version=v1'));
const text = (message: object) => JSON.stringify({ jsonrpc: '2.0', ...message });
const sale = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 };

describe('a conversation held against the schemas', () => {
  test('a request as published has no remark, and its answer is due', () => {
    const talk = open();
    assert.deepEqual(talk.sent(text({ id: 1, method: 'sale', params: sale })), []);
    assert.equal(talk.answersDue, 1);
    const value = { tid: sale.tid, notificationValue: 'PRESENT_CARD' };
    assert.deepEqual(talk.received(text({ method: 'terminalNotification', params: value })), []);
    assert.equal(talk.answersDue, 1);
  });

  test('what is wrong is told by path, what was expected and what came', () => {
    const params = { ...sale, amount: '12.50', table: '4' };
    assert.deepEqual(open().sent(text({ id: 1, method: 'sale', params })), [
      'sale.request /params/amount: expected integer 1..99999999, got string "12.50"',
      'sale.request /params/table: expected no such key, got string "4"',
    ]);
  });

  test('an answer is held against what was asked under its id', () => {
    const talk = open();
    talk.sent(text({ id: 1, method: 'cancelTransaction', params: { tid: 'A' } }));
    talk.sent(text({ id: 'b', method: 'connectedTerminals' }));
    assert.deepEqual(talk.received(text({ id: 'b', result: [] })), []);
    assert.deepEqual(talk.received(text({ id: 1, result: { cancelling: false } })).length, 1);
    assert.equal(talk.answersDue, 0);
    assert.match(talk.received(text({ id: 1, result: {} }))[0] ?? '', /answer to nothing/);
  });

  test('the answer to a signature question is held against its schema too', () => {
    const talk = open();
    talk.received(text({ id: 1, method: 'signatureVerificationRequest', params: {} }));
    assert.deepEqual(talk.sent(text({ id: 1, result: { accepted: true } })), []);
    talk.received(text({ id: 2, method: 'signatureVerificationRequest', params: {} }));
    assert.equal(talk.sent(text({ id: 2, result: { accepted: 'yes' } })).length, 1);
  });

  test('a waiter names no version, and is held against what is published', () => {
    const talk = new Conversation(new URL('ws://localhost/waiter?tid=VCMINVLSIP0'));
    assert.deepEqual(talk.sent(text({ id: 1, method: 'lock', params: { tableId: '12' } })), []);
    const locked = { answer: 'locked', amount: 4820, currency: 'GBP' };
    assert.deepEqual(talk.received(text({ id: 1, result: locked })), []);
    assert.equal(talk.sent(text({ id: 2, method: 'lock', params: {} })).length, 1);
    assert.match(talk.received(text({ id: 2, method: 'lock' }))[0] ?? '', /of the gateway/);
  });

  test('what is no message is said to be none', () => {
    const talk = open();
    assert.match(talk.sent('nonsense')[0] ?? '', /not JSON/);
    assert.deepEqual(talk.sent('7'), ['not a JSON object']);
    assert.deepEqual(talk.sent('[]'), ['an empty batch']);
    assert.match(talk.sent(text({ id: 1, method: 'purchase' }))[0] ?? '', /does not have/);
  });

  test('an error without id to a text that could not be read leaves other answers due', () => {
    const talk = open();
    talk.sent(text({ id: 1, method: 'sale', params: sale }));
    talk.sent('nonsense');
    const error = { code: -32700, message: 'x', data: { userMessage: 'y' } };
    talk.received(text({ error }));
    assert.equal(talk.answersDue, 1);
    talk.received(text({ error }));
    assert.equal(talk.answersDue, 0);
  });

  test('the items of a batch are looked at one by one', () => {
    const [first] = open().sent('[{"jsonrpc":"2.0","id":1,"method":"sale"}]');
    assert.match(first ?? '', /^item 0: sale\.request \/params: expected/);
  });
});
