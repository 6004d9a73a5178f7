// C-9.5 of PROTOCOL.md over real sockets: every kind of answer that does not fit its table is refused
// with what is wrong with it, and counts as no answer.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import type { RestaurantOptions } from '../support/gateway/restaurant-harness.ts';
import {
  cardPayment,
  finalReceiptFlag,
  startRestaurant,
  startWithLock,
  tableId,
  tableRequests,
} from '../support/gateway/restaurant-harness.ts';
import type { Answer, TableRequest } from '../support/gateway/table-till.ts';

/** Path, what was expected (anything, if undefined), what came. */
type Fault = readonly [path: string, expected: string | undefined, got: string];
type Case = readonly [what: string, answer: Answer, ...faults: readonly Fault[]];

const [AMOUNT, NAME] = ['integer 0..99999999 pence or cents', 'string, 1..32 characters'];
const userMessage = 'The till did not give the card machine a usable answer.';

type Restaurant = Awaited<ReturnType<typeof startRestaurant>>;

/** The one error that came is about the last question of that kind, and says just this. */
async function complains(
  { harness, till }: Restaurant,
  method: TableRequest,
  faults: readonly Fault[],
) {
  assert.equal(till.errors.length, 1);
  const [{ jsonrpc, id, error } = {}] = till.errors;
  const { errors, schema, ...data } = error.data;
  assert.deepEqual([jsonrpc, id], ['2.0', till.lastRequestId(method)]);
  assert.deepEqual(
    { ...error, data },
    { code: -32076, message: `Invalid answer to ${method}.`, data: { userMessage } },
  );
  const { host } = new URL(harness.server.gateway.url);
  assert.equal(schema, `http://${host}/schemas/v1/pat/${method}.response.json`);
  assert.equal((await fetch(schema)).status, 200);
  const wanted = faults.map(([path, expected, got], index) => {
    return { path, expected: expected ?? errors[index].expected, got };
  });
  assert.deepEqual(errors, wanted);
}

const lock = { confirmed: true, amount: 4820, currency: 'GBP' };
const given = (more: object) => ({ result: { ...lock, ...more } });
const amount = (value: unknown, got: string): Case => [
  `amount ${got}`,
  given({ amount: value }),
  ['/result/amount', AMOUNT, got],
];
const currency = (value: unknown, got: string): Case => [
  `currency ${got}`,
  given({ currency: value }),
  ['/result/currency', 'GBP or EUR', got],
];
const CONFIRMED = ['/result/confirmed', 'true or false'] as const;

const locks: readonly Case[] = [
  ['result null', { result: null }, ['/result', 'object', 'null']],
  ['result true', { result: true }, ['/result', 'object', 'boolean true']],
  ['result a text', { result: 'yes' }, ['/result', 'object', 'string "yes"']],
  ['result an array', { result: [] }, ['/result', 'object', 'array of 0 items']],
  ['an empty result', { result: {} }, [...CONFIRMED, 'nothing']],
  [
    'confirmed as text',
    { result: { ...lock, confirmed: 'true' } },
    [...CONFIRMED, 'string "true"'],
  ],
  ['confirmed 1', { result: { ...lock, confirmed: 1 } }, [...CONFIRMED, 'number 1']],
  [
    'the example of the contract',
    { result: { confirmed: true } },
    ['/result/amount', AMOUNT, 'nothing'],
    ['/result/currency', 'GBP or EUR', 'nothing'],
  ],
  amount(-1, 'number -1'),
  amount(100_000_000, 'number 100000000'),
  amount(48.2, 'number 48.2'),
  amount('4820', 'string "4820"'),
  amount(null, 'null'),
  amount([4820], 'array of 1 items'),
  currency('USD', 'string "USD"'),
  currency('gbp', 'string "gbp"'),
  currency(null, 'null'),
  [
    "another currency than the machine's",
    given({ currency: 'EUR' }),
    ['/result/currency', 'GBP', 'string "EUR"'],
  ],
  ['a key too many', given({ seats: 4 }), ['/result/seats', 'no such key', 'number 4']],
  [
    'a key too many in the message',
    { result: lock, more: 1 },
    ['/more', 'no such key', 'number 1'],
  ],
  [
    'a key too many in a no',
    { result: { confirmed: false, why: '' } },
    ['/result/why', 'no such key', 'string ""'],
  ],
  [
    'a sentence that is none',
    { result: { confirmed: false, userMessage: 7 } },
    ['/result/userMessage', 'string', 'number 7'],
  ],
  ['an error that is a text', { error: 'no' }, ['/error', undefined, 'string "no"']],
  ['an error that is null', { error: null }, ['/error', undefined, 'null']],
  ['an error that is an array', { error: [] }, ['/error', undefined, 'array of 0 items']],
  ['an error without code', { error: { message: 'no' } }, ['/error', undefined, 'object']],
  ['an error without message', { error: { code: 1 } }, ['/error', undefined, 'object']],
  [
    'an error with a wrong code',
    { error: { code: '1', message: 'no' } },
    ['/error', undefined, 'object'],
  ],
];

describe('C-9.5 answers to a lock: it fails, and the table is unlocked to be safe', () => {
  for (const [what, answer, ...faults] of locks) {
    test(`a lock answered with ${what} fails and is unlocked`, async (t) => {
      const all = await startRestaurant(t);
      const { restaurant, harness, till, waiter, book } = all;
      till.answerWith('tableLockRequest', ({ tid }) => {
        book.locks.set(tableId, tid);
        return answer;
      });
      assert.equal((await waiter.request(tableRequests.lock))?.answer, 'no');
      await complains(all, 'tableLockRequest', faults);
      const sentToTill = ['? tableLockRequest 1', 'error 1 -32076', '? tableUnlock'];
      assert.deepEqual(await harness.summaries(till.till), sentToTill);
      assert.equal(book.locks.size, 0);
      await restaurant.advance(20_000);
      assert.equal(till.till.received.length, 3);
      assert.equal(await restaurant.status(), 'AVAILABLE');
    });
  }
});

const listed = (...tables: readonly unknown[]) => ({ result: { tables, currency: 'GBP' } });
const long = 'x'.repeat(10_000);
const cut = `string "${long}`.slice(0, 79);
const row = (what: string, item: unknown, got: string): Case => [
  what,
  listed('1', item),
  ['/result/tables/1', NAME, got],
];

const lists: readonly Case[] = [
  ['result null', { result: null }, ['/result', 'object', 'null']],
  ['no tables', { result: {} }, ['/result/tables', 'array of 0..500 items', 'nothing']],
  [
    'tables as a text',
    { result: { tables: '1,2' } },
    ['/result/tables', 'array of 0..500 items', 'string "1,2"'],
  ],
  [
    '501 tables',
    listed(...Array.from({ length: 501 }, (_, index) => `${index}`)),
    ['/result/tables', 'array of 0..500 items', 'array of 501 items'],
  ],
  row('a table that is a number', 7, 'number 7'),
  row('a table that is null', null, 'null'),
  row('a table without a name', '', 'string ""'),
  row('a name of 33 characters', 'x'.repeat(33), `string "${'x'.repeat(33)}"`),
  row('a name of 10 kB', long, `${cut}…`),
  row('an object without a name', { seats: 4 }, 'object'),
  row('a list in the list', ['1'], 'array of 1 items'),
  ['a bare array with a number', { result: ['1', 7] }, ['/result/1', NAME, 'number 7']],
  [
    'an unknown currency',
    { result: { tables: ['1'], currency: 'USD' } },
    ['/result/currency', 'GBP or EUR', 'string "USD"'],
  ],
  [
    'a key too many',
    { result: { tables: [], count: 0 } },
    ['/result/count', 'no such key', 'number 0'],
  ],
];

describe('C-9.5 answers to a list: the machine shows no tables', () => {
  for (const [what, answer, ...faults] of lists) {
    test(`a list answered with ${what} shows no tables`, async (t) => {
      const all = await startRestaurant(t);
      const { harness, till, waiter } = all;
      till.answerWith('tableListRequest', answer);
      assert.deepEqual(await waiter.request(tableRequests.tables), {
        answer: 'tables',
        tables: [],
      });
      await complains(all, 'tableListRequest', faults);
      assert.deepEqual(await harness.summaries(till.till), [
        '? tableListRequest 1',
        'error 1 -32076',
      ]);
    });
  }
});

const printed = (...receiptLines: readonly unknown[]) => ({ result: { receiptLines } });
const line = (what: string, one: unknown, ...fault: Fault): Case => [
  what,
  printed({ value: 'Table 12A' }, one),
  [`/result/receiptLines/1${fault[0]}`, fault[1], fault[2]],
];

const receipts: readonly Case[] = [
  ['result an array', { result: [] }, ['/result', 'object', 'array of 0 items']],
  ['no lines', { result: {} }, ['/result/receiptLines', 'array', 'nothing']],
  [
    'lines as a text',
    { result: { receiptLines: 'Table' } },
    ['/result/receiptLines', 'array', 'string "Table"'],
  ],
  line('a line that is a text', 'Table', '', 'object', 'string "Table"'),
  line('a line without a value', { type: 'TEXT' }, '/value', 'string', 'nothing'),
  line('a value that is a number', { value: 12 }, '/value', 'string', 'number 12'),
  line('a type nobody knows', { value: '', type: 'PHOTO' }, '/type', undefined, 'string "PHOTO"'),
  line(
    'a format that is no array',
    { value: '', format: 'BOLD' },
    '/format',
    'array',
    'string "BOLD"',
  ),
  line(
    'a format nobody knows',
    { value: '', format: ['ITALIC'] },
    '/format/0',
    undefined,
    'string "ITALIC"',
  ),
  line('a key too many', { value: '', align: 'left' }, '/align', 'no such key', 'string "left"'),
];

describe('C-9.5 answers to a receipt: nothing is printed, the session goes on', () => {
  for (const [what, answer, ...faults] of receipts) {
    test(`a bill answered with ${what} is not printed`, async (t) => {
      const all = await startWithLock(t);
      all.till.answerWith('posReceiptRequest', answer);
      assert.equal((await all.waiter.request(tableRequests.bill))?.answer, 'no');
      await complains(all, 'posReceiptRequest', faults);
      assert.equal((await all.waiter.payByCard(cardPayment(4820)))?.answer, 'payment');
    });

    test(`a final receipt answered with ${what} is not printed`, async (t) => {
      const all = await startWithLock(t, { parameters: finalReceiptFlag });
      all.till.answerWith('finalPosReceiptRequest', answer);
      await all.waiter.payByCard(cardPayment(4820));
      await complains(all, 'finalPosReceiptRequest', faults);
      assert.deepEqual(await all.waiter.request(tableRequests.leave), { answer: 'left' });
      assert.equal(all.till.received('tableUnlock').length, 1);
    });
  }
});

const lockId = 1;
const unreadable: readonly (readonly [what: string, text: string, code: number, ...Fault])[] = [
  ['text that is not JSON', 'yes', -32700, '', 'JSON', 'string "yes"'],
  [
    'no jsonrpc',
    JSON.stringify({ id: lockId, result: lock }),
    -32600,
    ...(['/jsonrpc', '2.0', 'nothing'] as const),
  ],
  [
    'keys in capitals',
    JSON.stringify({ Jsonrpc: '2.0', Id: lockId, Result: lock }),
    -32600,
    ...(['/jsonrpc', '2.0', 'the key Jsonrpc: names are case-sensitive'] as const),
  ],
  [
    'a bare false',
    'false',
    -32600,
    ...(['', 'object with jsonrpc, id, method and params', 'boolean false'] as const),
  ],
  [
    'a result and an error',
    JSON.stringify({ jsonrpc: '2.0', id: lockId, result: lock, error: { code: 1, message: '' } }),
    -32600,
    ...(['/error', 'no error beside a result', 'object'] as const),
  ],
];

describe('C-3.14, C-3.18 answers that cannot be matched to a request', () => {
  for (const [what, text, code, path, expected, got] of unreadable) {
    test(`a lock answered with ${what} stays open, and the till is told at once what is wrong`, async (t) => {
      const { restaurant, harness, till, waiter, machine } = await startRestaurant(t);
      till.leaveUnanswered('tableLockRequest');
      await waiter.request(tableRequests.lock);
      till.till.send(text);
      await harness.settled();
      assert.equal(till.errors.length, 1);
      const [{ id, error } = {}] = till.errors;
      assert.deepEqual([id, error.code], [undefined, code]);
      assert.deepEqual(error.data.errors[0], { path, expected, got });
      till.reply(lockId, { result: lock });
      await restaurant.settled();
      assert.equal(machine.answerTo(1)?.answer, 'locked');
    });
  }
});

describe('C-3.5 where the site is not strict, unknown keys are dropped', () => {
  const lenient: RestaurantOptions = { site: { strict: false } };
  const fitting: readonly (readonly [TableRequest, Answer])[] = [
    ['tableListRequest', { result: { tables: ['12A'], currency: 'GBP', count: 1 }, took: 3 }],
    ['tableLockRequest', { result: { ...lock, seats: 4 }, took: 3 }],
    ['posReceiptRequest', printed({ value: 'A', align: 'left' }, { value: 'B', bold: true })],
  ];

  test('an answer with unknown keys counts', async (t) => {
    const { till, waiter } = await startRestaurant(t, lenient);
    for (const [question, answer] of fitting) till.answerWith(question, answer);
    assert.deepEqual(await waiter.request(tableRequests.tables), {
      answer: 'tables',
      tables: ['12A'],
    });
    const wanted = { answer: 'locked', amount: 4820, currency: 'GBP' };
    assert.deepEqual(await waiter.request(tableRequests.lock), wanted);
    const receiptLines = [{ value: 'A' }, { value: 'B' }];
    assert.deepEqual(await waiter.request(tableRequests.bill), { answer: 'bill', receiptLines });
    assert.deepEqual(till.errors, []);
  });

  test('a refused lock with unknown keys counts, and nothing is unlocked', async (t) => {
    const { till, waiter } = await startRestaurant(t, lenient);
    till.answerWith('tableLockRequest', {
      result: { confirmed: false, userMessage: 'No.', why: 1 },
    });
    assert.deepEqual(await waiter.request(tableRequests.lock), { answer: 'no', message: 'No.' });
    assert.equal(till.till.received.length, 1);
  });

  test('an answer with missing keys and wrong types is invalid', async (t) => {
    await refusesAsBefore(t, given({ amount: '1', seats: 4 }), [
      ['/result/amount', AMOUNT, 'string "1"'],
    ]);
    await refusesAsBefore(t, { result: { confirmed: true, amount: 1, seats: 4 } }, [
      ['/result/currency', 'GBP or EUR', 'nothing'],
    ]);
  });

  async function refusesAsBefore(t: TestContext, answer: Answer, faults: readonly Fault[]) {
    const all = await startRestaurant(t, lenient);
    all.till.answerWith('tableLockRequest', answer);
    assert.equal((await all.waiter.request(tableRequests.lock))?.answer, 'no');
    const [{ error } = {}] = all.till.errors;
    const wrong = error.data.errors.filter(
      (one: { expected: string }) => one.expected !== 'no such key',
    );
    const wanted = faults.map(([path, expected, got]) => ({ path, expected, got }));
    assert.deepEqual([error.code, wrong], [-32076, wanted]);
  }
});
