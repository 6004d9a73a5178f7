import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SchemaViolation } from '@tillgate/protocol';
import { decodeRequest, findViolations, Refusal, v1 } from '@tillgate/protocol';
import { Amount, Currency } from './money.ts';
import { Report } from './report.ts';
import { Type } from './type.ts';

const params = { tid: '12345678', currency: 'GBP', amount: 1250 };

function refused(changed: unknown, method = 'sale'): SchemaViolation[] {
  const message = { jsonrpc: '2.0', id: 4, method, ...(changed as object) };
  try {
    decodeRequest(v1.pac.requests, message, {
      strict: true,
      schemaUrl: 'https://shop1.pay.example/s',
    });
  } catch (cause) {
    assert.ok(cause instanceof Refusal && cause.errorName === 'invalidParams');
    return [...(cause.error.data?.errors ?? [])];
  }
  return [];
}

/** Of many tries the least disturbed one. */
function shortestMs(value: unknown): number {
  const { schema } = v1.pac.requests.sale?.request ?? {};
  const took = Array.from({ length: 300 }, () => {
    const started = performance.now();
    findViolations(schema ?? {}, value);
    return performance.now() - started;
  });
  return Math.min(...took);
}

describe('findViolations names the path, the expected value and the value found [C-3.18]', () => {
  test('the violations of a sale match the example of C-3.22', () => {
    assert.deepEqual(refused({ params: { ...params, amount: '12.50', table: '4' } }), [
      {
        path: '/params/amount',
        expected: 'integer 1..99999999 pence or cents',
        got: 'string "12.50"',
      },
      { path: '/params/table', expected: 'no such key', got: 'string "4"' },
    ]);
  });

  test('the violations of an empty result match the example of C-9.5', () => {
    const amounts = Type.Object({ amount: Amount('What is still to pay.'), currency: Currency });
    assert.deepEqual(findViolations(amounts, {}, '/result'), [
      { path: '/result/amount', expected: 'integer 0..99999999 pence or cents', got: 'nothing' },
      { path: '/result/currency', expected: 'GBP or EUR', got: 'nothing' },
    ]);
  });

  const cases: Readonly<Record<string, readonly [unknown, SchemaViolation]>> = {
    'params by position [C-3.6]': [
      { params: ['12345678'] },
      { path: '/params', expected: 'object', got: 'array of 1 items' },
    ],
    'no params [C-3.6]': [{}, { path: '/params', expected: 'object', got: 'nothing' }],
    'params that are null': [
      { params: null },
      { path: '/params', expected: 'object', got: 'null' },
    ],
    'a fraction [C-3.7]': [
      { params: { ...params, amount: 12.5 } },
      {
        path: '/params/amount',
        expected: 'integer 1..99999999 pence or cents',
        got: 'number 12.5',
      },
    ],
    'an infinite amount': [
      { params: { ...params, amount: Number.POSITIVE_INFINITY } },
      {
        path: '/params/amount',
        expected: 'integer 1..99999999 pence or cents',
        got: 'number Infinity',
      },
    ],
    'an amount of nothing': [
      { params: { ...params, amount: 0 } },
      { path: '/params/amount', expected: 'integer 1..99999999 pence or cents', got: 'number 0' },
    ],
    'another currency': [
      { params: { ...params, currency: 'gbp' } },
      { path: '/params/currency', expected: 'GBP or EUR', got: 'string "gbp"' },
    ],
    'an empty tid [C-3.37]': [
      { params: { ...params, tid: '' } },
      { path: '/params/tid', expected: 'string, 1..32 characters', got: 'string ""' },
    ],
    'a key beside params': [
      { params, session: {} },
      { path: '/session', expected: 'no such key', got: 'object' },
    ],
    'a result beside a request': [
      { params, result: null },
      { path: '/result', expected: 'no such key', got: 'null' },
    ],
    'a key with a slash and a tilde, by RFC 6901': [
      { params: { ...params, 'a/b~c': true } },
      { path: '/params/a~1b~0c', expected: 'no such key', got: 'boolean true' },
    ],
    'a key called __proto__': [
      { params: JSON.parse('{"tid":"1","currency":"GBP","amount":1,"__proto__":1}') },
      { path: '/params/__proto__', expected: 'no such key', got: 'number 1' },
    ],
    'a key called constructor': [
      { params: { ...params, constructor: 'x' } },
      { path: '/params/constructor', expected: 'no such key', got: 'string "x"' },
    ],
    'a card number, masked [C-12.21]': [
      { params: { ...params, tid: '4929130000001234 and more than 32' } },
      {
        path: '/params/tid',
        expected: 'string, 1..32 characters',
        got: 'string "************1234 and more than 32"',
      },
    ],
    'a card number for a key, masked': [
      { params: { ...params, '4929130000001234': 1 } },
      { path: '/params/************1234', expected: 'no such key', got: 'number 1' },
    ],
  };
  for (const [name, [message, fault]] of Object.entries(cases)) {
    test(`one violation is found for ${name}`, () => assert.deepEqual(refused(message), [fault]));
  }

  test('the value found is cut at 80 characters, never inside a surrogate pair', () => {
    const [fault] = refused({ params: { ...params, tid: `x${'😀'.repeat(50)}` } });
    assert.ok(fault);
    assert.ok(fault.got.startsWith('string "x😀😀'));
    assert.ok(fault.got.length <= 80 && fault.got.isWellFormed(), fault.got);
  });

  test('at most 20 violations of a message are reported', () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`k${index}`, 1]));
    assert.equal(refused({ params: { ...params, ...many } }).length, 20);
  });

  test('no more keys are read than violations are reported', () => {
    let looked = 0;
    const many = {};
    const get = () => {
      looked += 1;
      return 'x';
    };
    for (let at = 0; at < 1000; at += 1) Object.defineProperty(many, at, { get, enumerable: true });
    assert.equal(findViolations(Type.Object({}, { additionalProperties: false }), many).length, 20);
    assert.equal(looked, 20);
  });

  const LONG = 60_000;
  const longWords: Readonly<Record<string, string>> = {
    letters: 'x'.repeat(LONG),
    'digits, as of card numbers': '4'.repeat(LONG),
    'what looks like a token': 'abcdef01-'.repeat(LONG / 9),
    'characters of two halves': '😀'.repeat(LONG / 4),
    'what is escaped in a path': '/~'.repeat(LONG / 2),
  };
  for (const [name, word] of Object.entries(longWords)) {
    test(`what a message costs grows no faster than its length: ${name} [C-3.35]`, () => {
      const wrong = (text: string) => ({ params: { ...params, tid: text, [text]: text } });
      const quarter = wrong(word.slice(0, word.length / 4));
      const [short, long] = [quarter, wrong(word)].map((value) => shortestMs(value));
      // Four times, if it grows with the length; sixteen times with its square.
      assert.ok(Number(long) < 9 * Number(short), `${long} ms against ${short} ms`);
    });
  }

  test('a value that fits no shape of a union is checked against the most similar one', () => {
    const balances = { currency: 'GBP', totalsSince: 'INSTALLATION' };
    const faults = findViolations(Report.properties.balances, balances, '/balances');
    assert.ok(faults.length > 0 && faults.every(({ path }) => path.startsWith('/balances/')));
    assert.deepEqual(findViolations(Report.properties.balances, {}), []);
    assert.deepEqual(findViolations(Report.properties.balances, 7), [
      { path: '', expected: 'object', got: 'number 7' },
    ]);
  });
});

describe('decodeRequest finds the method and validates the params', () => {
  const reading = { strict: true, schemaUrl: 'https://shop1.pay.example/schemas/v1/pac' };

  test('the error names the raw schema of the message [C-3.8]', () => {
    const message = { jsonrpc: '2.0', id: 4, method: 'sale', params: {} };
    assert.throws(
      () => decodeRequest(v1.pac.requests, message, reading),
      (cause: Refusal) => cause.error.data?.schema === `${reading.schemaUrl}/sale.request.json`,
    );
  });

  for (const method of ['purchase', 'Sale', 'sale ', '', '__proto__', 'constructor', 'toString']) {
    test(`${JSON.stringify(method)} is an unknown method, whatever the params [C-3.20]`, () => {
      const message = { jsonrpc: '2.0', id: 4, method, params: [] };
      assert.throws(
        () => decodeRequest(v1.pac.requests, message, reading),
        (cause: Refusal) => cause.error.message === `Unknown method: ${method}.`,
      );
    });
  }

  test('unknown keys are dropped at every level and reported when the site is not strict [C-3.5]', () => {
    const dropped: string[] = [];
    const lenient = {
      ...reading,
      strict: false,
      onKeysDropped: (method: string) => dropped.push(method),
    };
    const text = `{"jsonrpc":"2.0","id":4,"method":"sale","till":1,
      "params":{"tid":"1","currency":"GBP","amount":5,"table":"4","__proto__":{"amount":1}}}`;
    const { decoded } = decodeRequest(v1.pac.requests, JSON.parse(text), lenient);
    assert.deepEqual(decoded, {
      kind: 'transaction',
      transaction: {
        transactionType: 'SALE',
        tid: '1',
        currency: 'GBP',
        amount: 5,
        amountCashback: 0,
        cardholderNotPresent: false,
      },
    });
    assert.deepEqual(dropped, ['sale']);
  });

  test('missing keys and wrong types are refused even when the site is not strict [C-3.5]', () => {
    const lenient = { ...reading, strict: false, onKeysDropped: () => assert.fail('dropped') };
    for (const wrong of [{ table: '4' }, { ...params, amount: '1', table: '4' }, []]) {
      const message = { jsonrpc: '2.0', id: 4, method: 'sale', params: wrong };
      assert.throws(() => decodeRequest(v1.pac.requests, message, lenient), Refusal);
    }
  });

  test('params may be absent or empty if no key is required [C-3.6]', () => {
    const message = { jsonrpc: '2.0', id: 4, method: 'connectedTerminals' };
    for (const asked of [message, { ...message, params: {} }]) {
      assert.deepEqual(decodeRequest(v1.pac.requests, asked, reading).decoded, {
        kind: 'terminals',
      });
    }
  });
});
