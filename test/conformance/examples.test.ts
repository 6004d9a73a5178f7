// Every JSON example of PROTOCOL.md against the published schema of the message it shows.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Dialect } from '@tillgate/protocol';
import { publishedSchemas, v0, v1 } from '@tillgate/protocol';
import type { ValidateFunction } from 'ajv';
import { Ajv } from 'ajv';
import type { Example } from '../support/json-examples.ts';
import { jsonExamples } from '../support/json-examples.ts';

interface Chapter {
  /** How many messages its examples show; the items of a batch are counted one by one. */
  readonly messages: number;
  /** The version whose schemas they must fit; absent where none is published yet. */
  readonly dialect?: Dialect;
}

/** Every chapter with examples. A chapter that is not covered says so by having no dialect. */
const chapters: Readonly<Record<number, Chapter>> = {
  2: { messages: 1 }, // the body of an HTTP refusal, no message
  3: { messages: 16, dialect: v1 },
  4: { messages: 37, dialect: v1 },
  8: { messages: 12, dialect: v0 },
  9: { messages: 21 }, // pat, not yet covered
};

const INTEGRATION = 'pac';

/** Lines of PROTOCOL.md that show what is wrong on purpose. There is none in the chapters covered. */
const wrongOnPurpose: ReadonlySet<number> = new Set();

interface Message {
  readonly id?: unknown;
  readonly method?: string;
  readonly result?: unknown;
  readonly error?: unknown;
}

interface Shown extends Example {
  readonly message: Message;
}

const shown: readonly Shown[] = jsonExamples().flatMap((example) =>
  ([example.value].flat() as Message[]).map((message) => ({ ...example, message })),
);

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

function validatorOf(dialect: Dialect, name: string): ValidateFunction {
  const path = `${dialect.version}/${INTEGRATION}/${name}.json`;
  const text = publishedSchemas(dialect).get(path);
  assert.ok(text, `no schema is published as ${path}`);
  const validate = validators.get(path) ?? new Ajv().compile(JSON.parse(text) as object);
  validators.set(path, validate);
  return validate;
}

describe('the examples of PROTOCOL.md', () => {
  test('are all counted, chapter by chapter', () => {
    const counts: Record<number, number> = {};
    for (const { chapter } of shown) counts[chapter] = (counts[chapter] ?? 0) + 1;
    const expected = Object.entries(chapters).map(([chapter, { messages }]) => [chapter, messages]);
    assert.deepEqual(counts, Object.fromEntries(expected));
  });

  for (const one of shown) {
    const dialect = chapters[one.chapter]?.dialect;
    if (!dialect) continue;
    const name = nameOf(one);
    test(`line ${one.line}: ${name} fits its published schema`, () => {
      const validate = validatorOf(dialect, name);
      const fits = validate(one.message);
      assert.equal(fits, !wrongOnPurpose.has(one.line), JSON.stringify(validate.errors));
    });
  }

  test('show every message of the counter at least once', () => {
    const covered = shown.filter(({ chapter }) => chapters[chapter]?.dialect === v1).map(nameOf);
    const missing = v1.messages.filter(({ integration }) => integration === INTEGRATION);
    assert.deepEqual(
      missing.map(({ name }) => name).filter((name) => !covered.includes(name)),
      [],
    );
  });
});
