import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { v1 } from '@tillgate/protocol';
import fc from 'fast-check';
import { batchItems, messageIn, methodAt } from './batch.ts';
import { suggestionsAt } from './completion.ts';
import { cursorAt } from './cursor.ts';
import { readJson } from './json-text.ts';
import { findingsOf } from './lint.ts';
import type { MessageOption } from './messages.ts';
import { messageOptionsFor } from './messages.ts';

const schemaOf = (name: string) => {
  const message = v1.messages.find((one) => one.name === name);
  assert.ok(message, name);
  return message.schema;
};

describe('reading JSON with its places', () => {
  test('gives what JSON.parse gives, and a place for every value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const read = readJson(text);
        assert.ok(read.ok);
        assert.deepEqual(read.value, JSON.parse(text));
        const whole = read.spots.get('');
        assert.equal(text.slice(whole?.from, whole?.to), text);
      }),
    );
  });

  test('takes and refuses what JSON.parse takes and refuses', () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"a"',
      '"',
      '1',
      '01',
      '-',
      '.5',
      'true',
      'x',
      ' ',
    ];
    const texts = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((all) => all.join(''));
    fc.assert(
      fc.property(texts, (text) => {
        assert.equal(readJson(text).ok, parses(text), text);
      }),
      { numRuns: 2_000 },
    );
  });

  test('says in words what is in the way, and where', () => {
    for (const [text, at, words] of [
      ['', 0, /Nothing here/],
      ['{"a": 1', 7, /ends; expected a comma or }/],
      ['{"a" 1}', 5, /colon after the key/],
      ['{a: 1}', 1, /key in double quotes/],
      ["{'a': 1}", 1, /key in double quotes/],
      ['[1, ]', 4, /Expected a value/],
      ['[007]', 1, /without leading zeros/],
      ['["a\n"]', 1, /does not end/],
      ['{} {}', 3, /More follows/],
    ] as const) {
      const read = readJson(text);
      assert.ok(!read.ok, text);
      assert.equal(read.at, at, text);
      assert.match(read.problem, words);
    }
  });
});

describe('faults in the text', () => {
  const faultsOf = (text: string) =>
    findingsOf(text, () => schemaOf('sale.request')).map(({ from, to, sentence }) => [
      text.slice(from, to),
      sentence,
    ]);
  const params = '"params":{"tid":"12345678","currency":"GBP","amount":1250}';

  test('none in an example', () => {
    assert.deepEqual(faultsOf(`{"jsonrpc":"2.0","id":1,"method":"sale",${params}}`), []);
  });

  test('a wrong value is marked, a strange key by its name, a missing one around it', () => {
    const text =
      '{"jsonrpc":"2.0","id":1,"method":"sale","params":{"tid":"12345678","currency":"USD","tip":1}}';
    assert.deepEqual(faultsOf(text), [
      ['"params"', '"amount" is missing; expected integer 1..99999999 pence or cents.'],
      ['"USD"', 'Expected GBP or EUR, got string "USD".'],
      ['"tip"', '"tip" is not known here.'],
    ]);
    assert.deepEqual(faultsOf('{}')[0], ['{', '"jsonrpc" is missing; expected 2.0.']);
  });
});

describe('faults in a batch', () => {
  const options = messageOptionsFor({ integration: 'pac', version: 'v1' });
  const [chosen] = options as [MessageOption];
  const faultsOf = (text: string) =>
    findingsOf(text, (item) => messageIn(item, options, chosen).schema).map(
      ({ from, to, sentence }) => [text.slice(from, to), sentence],
    );
  const ask = (id: number, method: string, params?: object) => ({
    ...{ jsonrpc: '2.0', id, method },
    ...(params && { params }),
  });
  const sale = { tid: '12345678', currency: 'GBP', amount: 1250 };

  test('each message is held against the schema of its own method', () => {
    const good = [ask(1, 'sale', sale), ask(2, 'duplicate', { tid: '1' })];
    const answer = { jsonrpc: '2.0', id: 7, result: { accepted: true } };
    assert.deepEqual(faultsOf(JSON.stringify([...good, answer])), []);
    assert.deepEqual(
      faultsOf(
        JSON.stringify([ask(1, 'sale', { ...sale, amount: 0 }), ask(2, 'duplicate', {}), 7]),
      ),
      [
        ['0', 'Expected integer 1..99999999 pence or cents, got number 0.'],
        ['"params"', '"tid" is missing; expected string, 1..32 characters.'],
        ['7', 'Expected object, got number 7.'],
      ],
    );
  });

  test('an id that is there twice, an empty batch and one of 17 are faults [C-3.15, C-3.17]', () => {
    const twice = [ask(1, 'connectedTerminals'), ask(1, 'connectedTerminals')];
    assert.deepEqual(faultsOf(JSON.stringify(twice)), [
      ['1', 'Another request of this batch has this id.'],
    ]);
    assert.deepEqual(faultsOf(' []'), [['[', 'A batch has 1 to 16 messages; this one has 0.']]);
    const many = Array.from({ length: 17 }, (_, index) => ask(index + 1, 'connectedTerminals'));
    assert.match(String(faultsOf(JSON.stringify(many))), /this one has 17/);
  });

  test('the method of an unfinished message is found by its place', () => {
    const text = '[{"method": "sale", "params": {}}, {"method":"refund", "par';
    assert.deepEqual(
      [0, 1, 2].map((at) => methodAt(text, at)),
      ['sale', 'refund', undefined],
    );
    assert.equal(batchItems(text), undefined);
  });
});

describe('completion', () => {
  /** `|` is the cursor. */
  const at = (marked: string, tids: readonly string[] = []) => {
    const position = marked.indexOf('|');
    const cursor = cursorAt(marked.replace('|', ''), position);
    return cursor && suggestionsAt(cursor, { schema: schemaOf('sale.request'), tids });
  };
  const labels = (marked: string, tids?: readonly string[]) =>
    at(marked, tids)?.map(({ label }) => label);

  test('offers the keys that are not there yet, before and behind the cursor', () => {
    assert.deepEqual(labels('{"jsonrpc":"2.0", | "method":"sale"}'), ['id', 'params']);
    assert.deepEqual(labels('{"params":{"tid":"1", |}}'), [
      'currency',
      'amount',
      'amountCashback',
      'cardholderNotPresent',
    ]);
    assert.deepEqual(labels('{"params":{"tid":"1","cur|"}}')?.includes('currency'), true);
  });

  test('a key comes with the value of the example, its meaning and its comma', () => {
    const amount = at('{"params":{| "tid":"1"}}')?.find(({ label }) => label === 'amount');
    assert.equal(amount?.insert, '"amount": 1250,');
    assert.equal(amount?.detail, 'integer 1..99999999 pence or cents');
    assert.equal(amount?.required, true);
    assert.notEqual(amount?.about, '');
  });

  test('offers the values that a key takes', () => {
    assert.deepEqual(labels('{"params":{"currency":|'), ['"GBP"', '"EUR"']);
    assert.deepEqual(labels('{"params":{"currency":"G|"}}'), ['"GBP"', '"EUR"']);
    assert.deepEqual(labels('{"params":{"cardholderNotPresent": tr|'), ['true', 'false']);
    assert.deepEqual(labels('{"method":|}'), ['"sale"']);
  });

  test('offers the card machines that the page knows', () => {
    assert.deepEqual(labels('{"params":{"tid":"|"}}', ['VCMINVLSIP0']), [
      '"VCMINVLSIP0"',
      '"12345678"',
    ]);
  });

  test('offers nothing right behind a value, nor where nothing can stand', () => {
    assert.equal(at('{"id":1|2}')?.length, 1);
    assert.equal(at('{"jsonrpc":"2.0"|}'), undefined);
    assert.equal(at('{"jsonrpc":"2.0" |}'), undefined);
    assert.equal(at('|'), undefined);
    assert.equal(at('{}|'), undefined);
  });

  test('finds its way through arrays', () => {
    const schema = schemaOf('tableListRequest.response');
    const text = '{"result":{"tables":["1"], "c';
    const cursor = cursorAt(text, text.length);
    assert.ok(cursor);
    const found = suggestionsAt(cursor, { schema, tids: [] });
    assert.deepEqual(
      found.map(({ label }) => label),
      ['currency'],
    );
    const bill = schemaOf('posReceiptRequest.response');
    const inLine = cursorAt('{"result":{"receiptLines":[{"value":"a"},{"type":', 49);
    assert.ok(inLine);
    assert.ok(
      suggestionsAt(inLine, { schema: bill, tids: [] }).some(({ label }) => label === '"TEXT"'),
    );
  });

  test('no cursor in any text makes it fail', () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"params"',
      '"tid"',
      '"',
      '1',
      'tr',
      '\\',
      '\n',
      ' ',
    ];
    const texts = fc
      .array(fc.constantFrom(...pieces), { maxLength: 12 })
      .map((all) => all.join(''));
    fc.assert(
      fc.property(texts, fc.nat(40), (text, position) => {
        const cursor = cursorAt(text, Math.min(position, text.length));
        if (cursor) suggestionsAt(cursor, { schema: schemaOf('sale.request'), tids: [] });
        if (cursor) assert.ok(cursor.from <= cursor.to && cursor.to <= text.length);
      }),
    );
  });
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
