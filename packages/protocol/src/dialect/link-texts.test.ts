// Texts of a card machine on the link: every place where one can be, with every character that a terminal or a
// printer would obey [C-13.20].

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findViolations } from '../schema/violations.ts';
import { linkEvents, linkMessages, linkRequests } from './link.ts';

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => String.fromCharCode(from + index));
const controls = [
  ...range(0x00, 0x1f),
  ...range(0x7f, 0x9f),
  '\u061c',
  ...range(0x200e, 0x200f),
  ...range(0x2028, 0x202e),
  ...range(0x2066, 0x2069),
];

type Path = readonly string[];

/** The paths of all texts in a value, and of all names in objects whose names are free. */
function* textsIn(value: unknown, path: Path = []): Generator<Path> {
  if (typeof value === 'string') yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) yield* textsIn(inner, [...path, key]);
}

function* namesIn(value: unknown, path: Path = []): Generator<Path> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (/^(banking|.*(Issuer|issuer|waiter)Totals)$/.test(path.at(-1) ?? '')) yield [...path, key];
    yield* namesIn(inner, [...path, key]);
  }
}

type Entry = readonly [key: string, value: unknown];

/** A copy of `value` with `change` applied to the entry at `path`. */
function changed(value: unknown, [key, ...rest]: Path, change: (entry: Entry) => Entry): unknown {
  const entries = Object.entries(value as object).map((entry): Entry => {
    if (entry[0] !== key) return entry;
    return rest.length === 0 ? change(entry) : [entry[0], changed(entry[1], rest, change)];
  });
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

/** Copies of `value` with the control in one of its texts or names, and the pointer to it. */
function* withControl(value: unknown, control: string): Generator<readonly [unknown, string]> {
  const spellings = [
    (text: unknown) => `${control}${text}`,
    (text: unknown) => `${text}${control}`,
    () => control,
  ];
  for (const path of textsIn(value)) {
    if (isGiven(path)) continue;
    for (const spelling of spellings) {
      yield [changed(value, path, ([key, text]) => [key, spelling(text)]), pointer(path)];
    }
  }
  for (const path of namesIn(value)) {
    yield [changed(value, path, ([key, inner]) => [key + control, inner]), pointer(path) + control];
  }
}

const pointer = (path: Path) =>
  path.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** What a card machine sends. */
const sent = linkMessages.filter(({ sender }) => sender === 'terminal');
/** Texts that it has from the gateway: an id of an order, and a table as the till listed it. */
const isGiven = (path: Path) => path.at(-1) === 'order' || path.at(-1) === 'tableId';
const examples = sent.flatMap(({ name, schema }) =>
  (schema.examples ?? []).map((example) => [name, schema, example as object] as const),
);

describe('control characters and bidi controls do not pass the schemas of the link [C-13.20]', () => {
  for (const [index, [name, schema, example]] of examples.entries()) {
    test(`${name} ${index}: each text and name refuses them, with its path`, () => {
      assert.deepEqual(findViolations(schema, example), []);
      for (const control of controls) {
        for (const [wrong, at] of withControl(example, control)) {
          assert.equal(findViolations(schema, wrong)[0]?.path, at);
        }
      }
    });
  }

  test('the validators that the gateway uses agree', () => {
    const receiptLines = { MERCHANT: [{ value: 'A\u009bB' }] };
    for (const [, , example] of examples) {
      const { method, params, result } = example as never as {
        readonly method?: keyof typeof linkEvents;
        readonly params?: { readonly outcome?: object };
        readonly result?: { readonly outcome?: object };
      };
      if (params?.outcome && method) {
        const message = {
          ...example,
          params: { ...params, outcome: { ...params.outcome, receiptLines } },
        };
        assert.ok(!linkEvents[method].message.isValid(message));
      }
      if (result?.outcome) {
        const answer = { ...result, outcome: { ...result.outcome, receiptLines } };
        assert.ok(!linkRequests.lastOrder.result.isValid(answer));
      }
    }
  });

  test('the fault is named in words', () => {
    const { message } = linkEvents.finished;
    const example = examples.find(([name]) => name === 'finished')?.[2];
    const path = ['params', 'outcome', 'card', 'authCode'];
    const wrong = changed(example, path, ([key]) => [key, 'Q7\u001b[2J']);
    assert.deepEqual(message.violations(wrong), [
      {
        path: '/params/outcome/card/authCode',
        expected: 'string, 0..16 characters, without control characters or a card number',
        got: 'string "Q7\\u001b[2J"',
      },
    ]);
  });
});
