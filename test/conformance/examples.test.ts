// Every JSON example of PROTOCOL.md against the published schema of the message it shows.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dialects, publishedSchemas, v1 } from '@tillgate/protocol';
import type { ValidateFunction } from 'ajv';
import { Ajv } from 'ajv';
import { startRestaurant, tableRequests } from '../support/gateway/restaurant-harness.ts';
import {
  chapters,
  dialectOf,
  isWrong,
  nameOf,
  schemaFileOf,
  shown,
} from '../support/protocol/shown-messages.ts';

const validators = new Map<string, ValidateFunction>();

function validatorOf(path: string): ValidateFunction {
  const text = publishedSchemas(dialects).get(path);
  assert.ok(text, `no schema is published as ${path}`);
  const validate = validators.get(path) ?? new Ajv().compile(JSON.parse(text) as object);
  validators.set(path, validate);
  return validate;
}

describe('the examples of PROTOCOL.md', () => {
  test('the examples of every chapter are found', () => {
    const counts: Record<number, number> = {};
    for (const { chapter } of shown) counts[chapter] = (counts[chapter] ?? 0) + 1;
    const expected = Object.entries(chapters).map(([chapter, { messages }]) => [chapter, messages]);
    assert.deepEqual(counts, Object.fromEntries(expected));
  });

  for (const one of shown) {
    const path = schemaFileOf(one);
    if (!path) continue;
    test(`line ${one.line} fits its published schema, ${path}`, () => {
      const validate = validatorOf(path);
      const fits = validate(one.message);
      assert.equal(fits, !isWrong(one), JSON.stringify(validate.errors));
    });
  }

  for (const integration of ['pac', 'pat'] as const) {
    test(`the examples show every message of ${integration}`, () => {
      const of = shown.filter(({ chapter }) => chapters[chapter]?.integration === integration);
      const covered = of.filter((one) => dialectOf(one) === v1).map(nameOf);
      const all = v1.messages.filter((message) => message.integration === integration);
      const missing = all.map(({ name }) => name).filter((name) => !covered.includes(name));
      assert.deepEqual(missing, []);
    });
  }

  test('C-9.5 an invalid example gets the error that is shown for it', async (t) => {
    const [place = -1, ...more] = shown.flatMap((one, index) => (isWrong(one) ? [index] : []));
    const [question, answer, error] = shown
      .slice(place - 1, place + 2)
      .map(({ message }) => message);
    assert.deepEqual([more, Object(question).method], [[], 'tableLockRequest']);
    const { till, waiter } = await startRestaurant(t);
    for (let id = 1; id < Number(question?.id); id += 1) await waiter.request(tableRequests.tables);
    till.answerWith('tableLockRequest', { result: answer?.result });
    await waiter.request({ kind: 'lock', tableId: '12A' });
    const received = till.till.received.findLast((frame) => frame.method === 'tableLockRequest');
    assert.deepEqual(received, question);
    const got = JSON.stringify(till.errors).replace(/http:..[^/]+/, 'https://shop1.pay.example');
    assert.deepEqual(JSON.parse(got), [error]);
  });
});
