// Every JSON example of PROTOCOL.md against the published schema of the message it shows.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Message as Declared, Dialect } from '@tillgate/protocol';
import { publishedSchemas, v0, v1 } from '@tillgate/protocol';
import type { ValidateFunction } from 'ajv';
import { Ajv } from 'ajv';
import { startRestaurant, tableRequests } from '../support/gateway/restaurant-harness.ts';
import type { Example } from '../support/protocol/protocol-document.ts';
import { jsonExamples } from '../support/protocol/protocol-document.ts';

interface Chapter {
  /** How many messages its examples show; the items of a batch are counted one by one. */
  readonly messages: number;
  /** The version whose schemas they must fit, unless they are of v0; absent for no messages. */
  readonly dialect?: Dialect;
  /** Which conversation they are part of. */
  readonly integration?: Declared['integration'];
}

/** Every chapter with examples. */
const chapters: Readonly<Record<number, Chapter>> = {
  2: { messages: 1 }, // the body of an HTTP refusal, no message
  3: { messages: 16, dialect: v1, integration: 'pac' },
  4: { messages: 37, dialect: v1, integration: 'pac' },
  8: { messages: 12, dialect: v0, integration: 'pac' },
  9: { messages: 21, dialect: v1, integration: 'pat' },
};

/** What is wrong on purpose: an answer to a lock without an amount, and the error that it gets. */
const WRONG = '{"confirmed":true}';

interface Message {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

interface Shown extends Example {
  readonly message: Message;
}

const shown: readonly Shown[] = jsonExamples().flatMap((example) =>
  ([example.value].flat() as Message[]).map((message) => ({ ...example, message })),
);

/** Blocks that speak of a card machine as only v0 does [C-8.1]. */
const blocksOfV0: ReadonlySet<number> = new Set(
  shown.filter(({ message }) => 'tpi' in Object(message.params)).map(({ block }) => block),
);

function dialectOf({ chapter, block }: Shown): Dialect | undefined {
  return blocksOfV0.has(block) ? v0 : chapters[chapter]?.dialect;
}

/** The request that a response answers: the last one before it in the chapter under its id. */
function requestOf(answer: Shown): Message | undefined {
  const before = shown.slice(0, shown.indexOf(answer));
  const inChapter = before.filter(({ chapter }) => chapter === answer.chapter);
  return inChapter.findLast(({ message }) => message.method && message.id === answer.message.id)
    ?.message;
}

/** For an answer whose request is not shown: what its result tells by its own words. */
const methodOfType: Readonly<Record<string, string>> = {
  SALE: 'sale',
  REFUND: 'refund',
  PRE_AUTH: 'preAuth',
  COMPLETION: 'completion',
  ACCOUNT_VERIFICATION: 'accountVerification',
  END_OF_DAY: 'reportEndOfDay',
  BANKING: 'reportBanking',
  X_BALANCE: 'reportXBalance',
  Z_BALANCE: 'reportZBalance',
};

function methodByContent(result: unknown): string {
  const { transactionType, reportType } = Object(result) as Record<string, string>;
  const method = methodOfType[transactionType ?? reportType ?? ''];
  assert.ok(method, `no request is shown for ${JSON.stringify(result)}`);
  return method;
}

function nameOf(one: Shown): string {
  const { message } = one;
  if (message.method)
    return message.id === undefined ? message.method : `${message.method}.request`;
  if (Object.hasOwn(message, 'error')) return 'error';
  return `${requestOf(one)?.method ?? methodByContent(message.result)}.response`;
}

const validators = new Map<string, ValidateFunction>();

function validatorOf(dialect: Dialect, one: Shown): ValidateFunction {
  const path = `${dialect.version}/${chapters[one.chapter]?.integration}/${nameOf(one)}.json`;
  const text = publishedSchemas(dialect).get(path);
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
    const dialect = dialectOf(one);
    if (!dialect) continue;
    test(`line ${one.line}: ${nameOf(one)} of ${dialect.version} fits its published schema`, () => {
      const validate = validatorOf(dialect, one);
      const fits = validate(one.message);
      const wanted = JSON.stringify(one.message.result) !== WRONG;
      assert.equal(fits, wanted, JSON.stringify(validate.errors));
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
    const [place = -1, ...more] = shown.flatMap(({ message }, index) =>
      JSON.stringify(message.result) === WRONG ? [index] : [],
    );
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
