// The page of each message: complete, and every link on it leads somewhere.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { dialects } from '@tillgate/protocol';
import { fieldRows } from '../scripts/message-fields.ts';
import { MESSAGE_PAGES, messagePages } from '../scripts/message-pages.ts';

const top = join(import.meta.dirname, '..');
const versions = Object.values(dialects);
const pages = new Map(messagePages(versions));
const index = pages.get(`${MESSAGE_PAGES}/README.md`) ?? '';

/** The fields of one example by path; keys that are free names, such as terminals, stand as `*`. */
function* pathsOf(value: unknown, path: string, known: ReadonlySet<string>): Iterable<string> {
  if (Array.isArray(value)) {
    for (const item of value) yield* pathsOf(item, `${path}[]`, known);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      const place = path === '' ? '' : `${path}.`;
      const named = known.has(`${place}*`) ? `${place}*` : `${place}${key}`;
      yield named;
      yield* pathsOf(inner, named, known);
    }
  }
}

for (const { version, messages } of versions) {
  for (const { integration, name, schema, rules } of messages) {
    const page = `${version}/${integration}/${name.replace(/\.(request|response)$/, '')}.md`;
    const text = pages.get(`${MESSAGE_PAGES}/${page}`) ?? '';

    test(`${page} describes ${name} with its fields, examples, rules and schema`, () => {
      const { title, description, examples } = schema as unknown as {
        readonly title: string;
        readonly description: string;
        readonly examples: readonly unknown[];
      };
      assert.ok(index.includes(`(${page})`));
      if (!name.endsWith('.response')) assert.ok(text.includes(`**${title}.**`));
      assert.ok(text.includes(description));
      assert.ok(text.includes(`/schemas/${version}/${integration}/${name}.json)`));
      for (const rule of rules) assert.ok(text.includes(`- [${rule}](`), rule);
      const rows = fieldRows(schema);
      for (const [field = ''] of rows) assert.ok(text.includes(`| ${field} |`), field);
      const fields = new Set(rows.map(([field = '']) => field.replaceAll('`', '')));
      const blocks = [...text.matchAll(/```json\n(.*?)```/gs)].map(([, block = '']) => block);
      const shown = blocks.map((block) => JSON.stringify(JSON.parse(block)));
      for (const example of examples) {
        assert.ok(shown.includes(JSON.stringify(example)));
        for (const path of pathsOf(example, '', fields)) assert.ok(fields.has(path), path);
      }
    });
  }
}

test('every link leads to a file of the repository, and into PROTOCOL.md to a heading', () => {
  const protocol = readFileSync(join(top, 'PROTOCOL.md'), 'utf8');
  const headings = [...protocol.matchAll(/^##+ (.*)$/gm)].map(([, text = '']) => words(text));
  for (const [page, text] of pages) {
    for (const [, link = '', anchor] of text.matchAll(/\]\(([^)#\s]+)(?:#([^)]*))?\)/g)) {
      const target = join(dirname(page), link);
      assert.ok(pages.has(target) || existsSync(join(top, target)), `${page}: ${link}`);
      if (anchor !== undefined) assert.ok(headings.includes(words(anchor)), anchor);
    }
  }
});

/** Nothing but the letters and digits, in which a heading and its anchor agree. */
function words(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

describe('the table of fields', () => {
  const messages = dialects.v1.messages;
  const rowsOf = (integration: string, name: string) => {
    const found = messages.find((one) => one.integration === integration && one.name === name);
    const rows = fieldRows(found?.schema ?? {});
    return new Map(rows.map(([field = '', ...cells]) => [field.replaceAll('`', ''), cells]));
  };

  test('a field that is required in one case only says in which [C-9.10, C-10.15]', () => {
    const lock = rowsOf('pat', 'tableLockRequest.response');
    const yes = 'if `result.confirmed` is `true`';
    assert.deepEqual(lock.get('result.amount')?.slice(0, 3), ['integer', yes, '0..99999999']);
    assert.equal(lock.get('result.confirmed')?.[2], '`true` or `false`');
    assert.match(lock.get('result.userMessage')?.[1] ?? '', /^no/);
    const paid = rowsOf('waiter', 'pay.response');
    assert.equal(paid.get('result.left')?.[1], 'if `result.answer` is `payment`');
    assert.equal(paid.get('result.message')?.[1], 'if `result.answer` is `unknown` or `no`');
    assert.equal(paid.get('result.answer')?.[2], '`payment`, `unknown` or `no`');
  });

  test('totals are all present or all absent [C-5.8]', () => {
    const report = rowsOf('pac', 'reportXBalance.response');
    const unless = 'unless `result.balances` is `{}`';
    assert.equal(report.get('result.balances.totalAmount')?.[1], unless);
    assert.equal(report.get('result.balances.issuerTotals.*.totalAmount')?.[1], 'yes');
    const numbers = report.get('result.banking.*.currentSessionTransactionNumbers');
    assert.deepEqual(numbers?.slice(0, 3), ['array of string', 'yes', '2 items']);
  });

  test('an optional field has its range and its default [C-4.5]', () => {
    const sale = rowsOf('pac', 'sale.request');
    assert.deepEqual(sale.get('params.amountCashback')?.slice(0, 3), ['integer', 'no', '0..10000']);
    assert.equal(sale.get('params.cardholderNotPresent')?.[2], '`false` if absent');
    assert.equal(sale.get('params.currency')?.[2], '`GBP` or `EUR`');
    assert.equal(sale.get('id')?.[0], 'number or string');
  });
});
