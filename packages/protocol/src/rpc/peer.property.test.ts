// Whatever text comes in, the peer lives, and answers a message that is no batch at most once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createValidator, decodeRequest, v1 } from '@tillgate/protocol';
import fc from 'fast-check';
import { depth } from '../../../../test/support/depth.ts';
import { startPeer } from '../../../../test/support/protocol/peer-harness.ts';

const RUNS = depth(500);
const KEYS = ['jsonrpc', 'id', 'method', 'params', 'result', 'error', '__proto__', 'constructor'];

const errorMessage = v1.messages.find((message) => message.name === 'error');
assert.ok(errorMessage);
const { isValid, violations } = createValidator(errorMessage.schema);

/** Values that are nearly messages: the right keys, often with the right values. */
const nearMessage = fc.dictionary(
  fc.constantFrom(...KEYS),
  fc.oneof(
    fc.constantFrom<unknown>('2.0', 'sale', 'connectedTerminals', '', null, true, '1e400', -1),
    fc.constantFrom<unknown>({}, [], { tid: '1' }, { tid: '1', currency: 'GBP', amount: 1 }),
    fc.jsonValue(),
  ),
);
const wellFormed = fc.record({
  jsonrpc: fc.constant('2.0'),
  id: fc.oneof(fc.integer(), fc.double({ noNaN: true }), fc.string({ maxLength: 140 })),
  method: fc.oneof(fc.constantFrom(...Object.keys(v1.pac.requests)), fc.string()),
  params: fc.jsonValue(),
});
/** JSON has numbers that no double holds. */
const asText = (value: unknown) => JSON.stringify(value).replaceAll('"1e400"', '1e400');
const message = fc.oneof(nearMessage, wellFormed, fc.jsonValue()).map(asText);
const nonsense = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
  fc.tuple(message, fc.nat(), fc.string({ maxLength: 3 })).map(([text, at, inserted]) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + inserted + text.slice(place + 1);
  }),
);

function gateway() {
  return startPeer({
    onRequest: ({ message }) => {
      const { codec } = decodeRequest(v1.pac.requests, message, {
        strict: true,
        schemaUrl: '/schemas',
      });
      return codec.method;
    },
  });
}

function checkAnswer(answer: unknown): void {
  if (!Object.hasOwn(Object(answer), 'error')) return;
  assert.ok(isValid(answer), JSON.stringify(violations(answer)));
}

test('a message is answered at most once, with a fitting error if with one', async () => {
  const line = gateway();
  await fc.assert(
    fc.asyncProperty(fc.oneof(message, nonsense), async (text) => {
      fc.pre(!text.trimStart().startsWith('['));
      const said = await line.send(text);
      assert.ok(said.length <= 1, JSON.stringify(said));
      said.forEach(checkAnswer);
    }),
    { numRuns: RUNS },
  );
});

test('a batch is answered by at most one text, with no more answers than it has items', async () => {
  const line = gateway();
  const items = fc.array(fc.oneof(nearMessage, wellFormed, fc.jsonValue()), { maxLength: 18 });
  await fc.assert(
    fc.asyncProperty(items, async (batch) => {
      const said = await line.send(asText(batch));
      assert.ok(said.length <= 1, JSON.stringify(said));
      const answers = said.flat();
      assert.ok(answers.length <= Math.max(1, batch.length));
      answers.forEach(checkAnswer);
    }),
    { numRuns: RUNS },
  );
});
