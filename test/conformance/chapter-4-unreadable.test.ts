// C-4.37 of PROTOCOL.md over real sockets: whatever a till sends that cannot be used while a signature waits
// for it may have been its answer. It is told at once what is wrong, and silence is no consent any more.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Frame } from 'tillgate/testing';
import { startHarness } from '../support/gateway/gateway-harness.ts';

const METHOD = 'signatureVerificationRequest';
const OBJECT = 'object with jsonrpc, id, method and params';

/** What follows the id of the question, or the message itself as text or batch. */
type Sent = object | string | ((id: unknown) => unknown);
/** The code of the error, and the place that it names first. */
type Case = readonly [what: string, sent: Sent, code: number, ...fault: readonly string[]];

const echo = { method: METHOD, result: { accepted: false } };
const EXTRA = ['/method', 'no method in a response', `string "${METHOD}"`];
const nested = (id: unknown) => {
  let accepted: unknown = false;
  for (let level = 0; level < 32; level += 1) accepted = [accepted];
  return { jsonrpc: '2.0', id, result: { accepted } };
};

const unusable: readonly Case[] = [
  // Text that cannot be read.
  ['a word', 'no', -32700, '', 'JSON', 'string "no"'],
  [
    'a literal of Python',
    '{"id":1,"result":{"accepted":False}}',
    -32700,
    ...['', 'JSON', String.raw`string "{\"id\":1,\"result\":{\"accepted\":False}}"`],
  ],
  // Messages that are no response.
  ['a bare false', 'false', -32600, '', OBJECT, 'boolean false'],
  ['a bare object', '{"accepted":false}', -32600, '/jsonrpc', '2.0', 'nothing'],
  ['an empty batch', '[]', -32600, '', '1..16 messages in a batch', 'array of 0 items'],
  [
    'a batch of 17 responses',
    (id) => Array(17).fill({ jsonrpc: '2.0', id, result: { accepted: false } }),
    -32600,
    ...['', '1..16 messages in a batch', 'array of 17 items'],
  ],
  ['too deep nesting', nested, -32600, '', 'at most 32 levels', 'deeper nesting'],
  [
    'no jsonrpc',
    (id) => ({ id, result: { accepted: false } }),
    -32600,
    ...['/jsonrpc', '2.0', 'nothing'],
  ],
  [
    'keys in capitals',
    (id) => ({ Jsonrpc: '2.0', Id: id, Result: { Accepted: false } }),
    -32600,
    ...['/jsonrpc', '2.0', 'the key Jsonrpc: names are case-sensitive'],
  ],
  [
    'the id null',
    { id: null, result: { accepted: false } },
    -32600,
    '/id',
    'the id of the request',
    'null',
  ],
  [
    'no id',
    { id: undefined, result: { accepted: false } },
    -32600,
    '/id',
    'the id of the request',
    'nothing',
  ],
  ['the method of the question', echo, -32600, ...EXTRA],
  [
    'the method in capitals',
    { ...echo, method: METHOD.toUpperCase() },
    -32600,
    '/method',
    ...['no method in a response', `string "${METHOD.toUpperCase()}"`],
  ],
  [
    'another method beside a result',
    { ...echo, method: 'answer' },
    -32600,
    '/method',
    'no method in a response',
    'string "answer"',
  ],
  ['a request of that name', { method: METHOD, params: { accepted: false } }, -32600, ...EXTRA],
  [
    'a notification of that name',
    { id: undefined, method: METHOD, params: { accepted: false } },
    -32600,
    ...EXTRA,
  ],
  [
    'a response in a batch with that method',
    (id) => [{ jsonrpc: '2.0', id, ...echo }],
    -32600,
    ...EXTRA,
  ],
  [
    'a result and an error',
    { result: { accepted: false }, error: { code: 1, message: '' } },
    -32600,
    ...['/error', 'no error beside a result', 'object'],
  ],
  // Responses that do not say yes or no.
  [
    'an error answer',
    { error: { code: -32603, message: 'no' } },
    -32076,
    '/result',
    'object',
    'nothing',
  ],
  ['an error that is null', { error: null }, -32076, '/result', 'object', 'nothing'],
  ['result null', { result: null }, -32076, '/result', 'object', 'null'],
  ['result true', { result: true }, -32076, '/result', 'object', 'boolean true'],
  ['result "false"', { result: 'false' }, -32076, '/result', 'object', 'string "false"'],
  ['an empty result', { result: {} }, -32076, '/result/accepted', 'boolean', 'nothing'],
  ['an array', { result: [false] }, -32076, '/result', 'object', 'array of 1 items'],
  ['accepted null', { result: { accepted: null } }, -32076, '/result/accepted', 'boolean', 'null'],
  [
    'accepted "true"',
    { result: { accepted: 'true' } },
    -32076,
    '/result/accepted',
    'boolean',
    'string "true"',
  ],
  ['accepted 1', { result: { accepted: 1 } }, -32076, '/result/accepted', 'boolean', 'number 1'],
  ['Accepted', { result: { Accepted: true } }, -32076, '/result/accepted', 'boolean', 'nothing'],
];

describe('C-4.37, unusable messages while a signature waits for the till', () => {
  for (const [what, sent, code, ...fault] of unusable) {
    test(`${what} gets an error at once, is asked again, and ends VOID without another answer`, async (t) => {
      const harness = await startHarness(t);
      const till = await harness.till();
      const id = till.ask('sale', { tid: 'VCMINVLSIS0', currency: 'GBP', amount: 1250 });
      await harness.shown(till, 'SIGNATURE_VERIFICATION_IN_PROGRESS');
      const question = till.received.find(({ method }) => method === METHOD) as Frame;
      const before = till.received.length;
      if (typeof sent === 'string') till.send(sent);
      else if (typeof sent === 'function') till.send(sent(question.id));
      else till.send({ jsonrpc: '2.0', id: question.id, ...sent });
      await harness.settled();
      const [error, again] = till.received.slice(before).flat();
      const [place] = error?.error.data.errors ?? [];
      assert.deepEqual([error?.error.code, ...Object.values(place)], [code, ...fault]);
      assert.equal(again?.method, METHOD);
      const { result } = await harness.answer(till, id);
      assert.equal(result.transactionResult, 'VOID');
      assert.equal(
        result.userMessage,
        'The answer of the till about the signature could not be read, so the payment was reversed.',
      );
    });
  }
});
