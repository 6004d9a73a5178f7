// Chapter 3 of PROTOCOL.md over real sockets: envelopes, ids, batches and errors.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import type { Frame } from 'tillgate/testing';
import type { HarnessOptions } from '../support/gateway/gateway-harness.ts';
import { startHarness, summary } from '../support/gateway/gateway-harness.ts';

async function counter(t: TestContext, options: HarnessOptions = {}) {
  const harness = await startHarness(t, options);
  const till = await harness.till();
  /** Sends something as it is and gives what came of it. */
  const say = async (message: unknown): Promise<readonly Frame[]> => {
    const before = till.received.length;
    till.send(message);
    await harness.settled();
    return till.received.slice(before);
  };
  return { harness, till, say };
}

const SUPPLIER = 'Please tell your till supplier.';
const notJson = {
  jsonrpc: '2.0',
  error: {
    code: -32700,
    message: 'The message is not valid JSON.',
    data: { userMessage: `The till sent something that cannot be read. ${SUPPLIER}` },
  },
};
const invalid = {
  jsonrpc: '2.0',
  error: {
    code: -32600,
    message: 'The message is not a valid request.',
    data: { userMessage: `The till sent something that cannot be used. ${SUPPLIER}` },
  },
};
/** The messages without the places that are wrong; each of these errors names some [C-3.18]. */
function withoutPlaces(frames: readonly Frame[]): readonly Frame[] {
  return frames.map((frame) => {
    if (![-32700, -32600].includes(frame.error?.code)) return frame;
    const { errors, ...data } = frame.error.data;
    assert.ok(errors.length > 0);
    return { ...frame, error: { ...frame.error, data } };
  });
}
const tid = 'VCMINVLSIP0';
const ask = (id: unknown, more: object = {}) => ({
  jsonrpc: '2.0',
  id,
  method: 'terminalDetails',
  params: { tid },
  ...more,
});
const available = (id: unknown) => ({
  jsonrpc: '2.0',
  id,
  result: { tid, status: 'AVAILABLE', currency: 'GBP' },
});

describe('3.1, the envelope', () => {
  test('C-3.1 one request has one answer, and jsonrpc is always 2.0', async (t) => {
    const { say } = await counter(t);
    assert.deepEqual(await say(ask(1)), [available(1)]);
  });

  test('C-3.2 a binary message that is valid UTF-8 is read as text', async (t) => {
    const { say } = await counter(t);
    assert.deepEqual(await say(Buffer.from(JSON.stringify(ask('Ä')))), [available('Ä')]);
  });

  test('C-3.2 the gateway sends text, also in answer to binary', async (t) => {
    const { till, say } = await counter(t);
    const kinds: boolean[] = [];
    till.socket.on('message', (_: unknown, isBinary: boolean) => kinds.push(isBinary));
    await say(Buffer.from(JSON.stringify(ask(1))));
    assert.deepEqual(kinds, [false]);
  });

  test('C-3.1 a message in fragments is one message', async (t) => {
    const { harness, till } = await counter(t);
    const text = JSON.stringify(ask(1));
    till.socket.send(text.slice(0, 20), { fin: false });
    till.socket.send(text.slice(20, 30), { fin: false });
    await harness.settled();
    assert.deepEqual(till.received, []);
    till.socket.send(text.slice(30), { fin: true });
    await harness.settled();
    assert.deepEqual(till.received, [available(1)]);
  });

  const strange: readonly (readonly [string, unknown, object])[] = [
    ['not JSON', '{"jsonrpc":', notJson],
    ['nothing at all', '', notJson],
    ['two values', '{} {}', notJson],
    ['a bare word', 'hello', notJson],
    ['a number', '7', invalid],
    ['null', 'null', invalid],
    ['a string', '"sale"', invalid],
    ['an object without method, result or error', { jsonrpc: '2.0', id: 1 }, invalid],
    ['no jsonrpc', { id: 1, method: 'terminalDetails', params: { tid } }, { ...invalid, id: 1 }],
    ['jsonrpc 1.0', ask(1, { jsonrpc: '1.0' }), { ...invalid, id: 1 }],
    ['jsonrpc as a number', ask(1, { jsonrpc: 2 }), { ...invalid, id: 1 }],
    ['a method that is no string', ask(1, { method: 7 }), { ...invalid, id: 1 }],
    ['id null', ask(null), invalid],
    ['id true', ask(true), invalid],
    ['id as an array', ask([1]), invalid],
    ['id as an object', ask({ a: 1 }), invalid],
    ['an id of 129 characters', ask('x'.repeat(129)), invalid],
  ];
  for (const [what, message, error] of strange) {
    test(`C-3.10, C-3.14, C-3.23, C-3.24 the answer to ${what}`, async (t) => {
      const { say } = await counter(t);
      assert.deepEqual(withoutPlaces(await say(message)), [error]);
    });
  }

  test('C-3.10 a notification of a till is not carried out and has no answer, however many come', async (t) => {
    const { harness, till, say } = await counter(t);
    const params = { tid, currency: 'GBP', amount: 1250 };
    for (let count = 0; count < 30; count += 1) {
      assert.deepEqual(await say({ jsonrpc: '2.0', method: 'sale', params }), []);
    }
    assert.deepEqual(await say([{ jsonrpc: '2.0', method: 'hello' }]), []);
    const { result } = await harness.request(till, 'terminalDetails', { tid });
    assert.equal(result.status, 'AVAILABLE');
    assert.equal((await harness.request(till, 'duplicate', { tid })).error?.code, -32074);
  });

  test('C-3.14 a byte order mark, NUL characters and null members do not matter', async (t) => {
    const { say } = await counter(t);
    assert.deepEqual(await say(`\uFEFF${JSON.stringify(ask(1))}\0`), [available(1)]);
    assert.deepEqual(await say(ask(2, { result: null, error: null })), [available(2)]);
  });

  test('C-3.6 params may be absent or empty where nothing is required', async (t) => {
    const { say } = await counter(t);
    const bare = { jsonrpc: '2.0', id: 1, method: 'connectedTerminals' };
    const [without] = await say(bare);
    const [empty] = await say({ ...bare, params: {} });
    assert.deepEqual(without, empty);
    assert.equal(without?.result.length, 6);
  });
});

describe('3.2, ids and order', () => {
  const ids = [
    0,
    1,
    999_999,
    1_000_000,
    -5,
    1.5,
    '',
    'abc',
    '7',
    'x'.repeat(128),
    '😀'.repeat(128),
  ];
  for (const id of ids) {
    test(`C-3.9 id ${JSON.stringify(id).slice(0, 20)} is returned unchanged`, async (t) => {
      const { say } = await counter(t);
      assert.deepEqual(await say(ask(id)), [available(id)]);
    });
  }

  test('C-3.9 a number that no double can hold is returned digit by digit', async (t) => {
    const { harness, till } = await counter(t);
    const texts: string[] = [];
    till.socket.on('message', (data: Buffer) => texts.push(data.toString()));
    const id = '12345678901234567890';
    till.send(`{"jsonrpc":"2.0","id":${id},"method":"terminalDetails","params":{"tid":"${tid}"}}`);
    await harness.settled();
    assert.match(texts[0] ?? '', new RegExp(`"id":${id},`));
  });

  test('C-3.12 other requests may be sent while a transaction runs', async (t) => {
    const { harness, till } = await counter(t);
    const sale = till.ask('sale', { tid, currency: 'GBP', amount: 1250 });
    const [list] = [await harness.request(till, 'connectedTerminals')];
    assert.equal(list.result.length, 6);
    assert.equal((await harness.answer(till, sale)).result.transactionResult, 'SUCCESSFUL');
  });

  const answers: readonly (readonly [string, object])[] = [
    ['a response to nothing', { jsonrpc: '2.0', id: 77, result: { accepted: true } }],
    ['an error message to nothing', { jsonrpc: '2.0', id: 77, error: { code: 1, message: 'x' } }],
    ['an error message without id', { jsonrpc: '2.0', error: { code: 1, message: 'x' } }],
    ['both result and error', { jsonrpc: '2.0', id: 1, result: {}, error: {} }],
    ['a response under a strange id', { jsonrpc: '2.0', id: { a: 1 }, result: {} }],
  ];
  for (const [what, message] of answers) {
    test(`C-3.13 ${what} causes no message`, async (t) => {
      const { say } = await counter(t);
      assert.deepEqual(await say(message), []);
      assert.deepEqual(await say(ask(1)), [available(1)]);
    });
  }

  test('C-3.14 a message with a method is a request, even with a result', async (t) => {
    const { say } = await counter(t);
    const [answer] = await say(ask(5, { result: {} }));
    assert.deepEqual([answer?.id, answer?.error.code], [5, -32602]);
  });

  for (const version of ['v1', 'v0']) {
    test(`C-3.15 a second request under an open id gets -32600 without id and is not executed, on ${version}`, async (t) => {
      const harness = await startHarness(t);
      const till = await harness.till({ 'api-version': version });
      const name = version === 'v0' ? 'tpi' : 'tid';
      const saleOn = (machine: string) =>
        till.ask('sale', { [name]: machine, currency: 'GBP', amount: 1250 }, 7);
      saleOn(tid);
      await harness.shown(till, 'PRESENT_CARD');
      const before = till.received.length;
      saleOn('VCM2SIP0');
      await harness.settled();
      assert.deepEqual(withoutPlaces(till.received.slice(before)), [invalid]);
      assert.deepEqual(till.received[before]?.error.data.errors, [
        { path: '/id', expected: 'an id that is not in use', got: 'number 7' },
      ]);
      const answer = await harness.answer(till, 7);
      assert.equal(answer.result.transactionResult, 'SUCCESSFUL');
      await harness.advance(60_000);
      assert.equal(till.received.filter(({ result }) => result).length, 1);
      // Once it is answered the id may be used again.
      till.ask('sale', { [name]: 'VCM2SIP0', currency: 'GBP', amount: 1250 }, 7);
      await harness.until(() => till.received.filter(({ result }) => result).length === 2);
    });
  }

  test('C-3.15 an id as text is another than the number, and one with too many digits for a number is the same', async (t) => {
    const { harness, till, say } = await counter(t);
    const params = { tid, currency: 'GBP', amount: 1250 };
    till.send(JSON.stringify(ask(7, { method: 'sale', params })));
    await harness.shown(till, 'PRESENT_CARD');
    const [other] = await say(ask('7'));
    assert.deepEqual([other?.id, other?.result.status], ['7', 'BUSY']);
    const long = '{"jsonrpc":"2.0","id":90071992547409931,"method":"sale","params":PARAMS}'.replace(
      'PARAMS',
      JSON.stringify({ ...params, tid: 'VCM2SIP0' }),
    );
    till.send(long);
    await harness.shown(till, 'PRESENT_CARD', 2);
    const answers = await say(long);
    assert.deepEqual(withoutPlaces(answers), [invalid]);
  });
});

describe('3.3, batches', () => {
  const unavailable = (id: number) => ({ error: -32070, id });

  test('C-3.16 a batch gets one array with all answers, as in the example', async (t) => {
    const { harness, till } = await counter(t);
    const texts: string[] = [];
    till.socket.on('message', (data: Buffer) => texts.push(data.toString()));
    till.send([ask(1), ask(2, { params: { tid: '99999999' } })]);
    await harness.settled();
    const answers = JSON.parse(texts[0] ?? '') as Frame[];
    assert.equal(texts.length, 1);
    assert.deepEqual(
      answers.find(({ id }) => id === 1),
      available(1),
    );
    const second = answers.find(({ id }) => id === 2);
    assert.deepEqual({ error: second?.error.code, id: second?.id }, unavailable(2));
  });

  test('C-3.15 of two requests of one batch under one id the first is executed', async (t) => {
    const { harness, till } = await counter(t);
    const texts: string[] = [];
    till.socket.on('message', (data: Buffer) => texts.push(data.toString()));
    till.send([ask(1), ask(2), ask(1, { method: 'connectedTerminals', params: {} })]);
    await harness.settled();
    const answers = JSON.parse(texts[0] ?? '') as Frame[];
    assert.equal(texts.length, 1);
    const byId = (id?: number) => answers.filter((one) => one.id === id);
    assert.deepEqual([...byId(1), ...byId(2)], [available(1), available(2)]);
    assert.deepEqual(withoutPlaces(byId()), [invalid]);
  });

  test('C-3.15 an id of a batch is open until the batch is answered', async (t) => {
    const { harness, till, say } = await counter(t);
    const params = { tid, currency: 'GBP', amount: 1250 };
    till.send([ask(1, { method: 'sale', params }), ask(2)]);
    await harness.shown(till, 'PRESENT_CARD');
    assert.deepEqual(withoutPlaces(await say(ask(2))), [invalid]);
    await harness.advance(20_000);
    assert.deepEqual(await say(ask(2)), [available(2)]);
  });

  test('C-3.16 notifications come singly at once, and the array when the last answer is ready', async (t) => {
    const { harness, till } = await counter(t);
    const texts: string[] = [];
    till.socket.on('message', (data: Buffer) => texts.push(data.toString()));
    const params = { tid, currency: 'GBP', amount: 1250 };
    till.send([ask(1, { method: 'sale', params }), ask(2)]);
    await harness.shown(till, 'PRESENT_CARD');
    assert.ok(texts.every((text) => text.startsWith('{')));
    await harness.until(() => texts.at(-1)?.startsWith('[') ?? false);
    const answers = JSON.parse(texts.at(-1) ?? '') as Frame[];
    assert.deepEqual(answers.map(({ id }) => id).toSorted(), [1, 2]);
    assert.equal(answers.find(({ id }) => id === 2)?.result.status, 'BUSY');
    assert.equal(texts.filter((text) => text.startsWith('[')).length, 1);
  });

  test('C-3.16 the items of a batch start in order, so the second sale on one terminal is refused', async (t) => {
    const { harness, till } = await counter(t);
    const params = { tid, currency: 'GBP', amount: 1250 };
    const sale = (id: number) => ask(id, { method: 'sale', params });
    till.send([sale(1), sale(2)]);
    assert.equal((await harness.answer(till, 1)).result.transactionResult, 'SUCCESSFUL');
    assert.equal((await harness.answer(till, 2)).error.code, -32071);
  });

  test('C-3.17 an empty array gets one -32600 without id', async (t) => {
    const { say } = await counter(t);
    assert.deepEqual(withoutPlaces(await say([])), [invalid]);
  });

  test('C-3.17 16 items are answered, and 17 get one -32600 without id', async (t) => {
    const { say } = await counter(t);
    const many = (count: number) => Array.from({ length: count }, (_, index) => ask(index));
    assert.equal((await say(many(16))).length, 16);
    assert.deepEqual(withoutPlaces(await say(many(17))), [invalid]);
  });

  test('C-3.17 a bad item gets its own error in the array', async (t) => {
    const { say } = await counter(t);
    const answers = await say([1, ask(2), [], { foo: 'bar' }]);
    assert.deepEqual(answers.map(summary).toSorted(), [
      'error -32600',
      'error -32600',
      'error -32600',
      'result 2',
    ]);
  });

  test('C-3.17 responses in a batch are taken one by one, and get no answer without other items', async (t) => {
    const { harness, till } = await counter(t);
    const signed = 'VCMINVLSIS0';
    const sale = till.ask('sale', { tid: signed, currency: 'GBP', amount: 1250 });
    await harness.shown(till, 'SIGNATURE_VERIFICATION_IN_PROGRESS');
    const before = till.received.length;
    till.send([{ jsonrpc: '2.0', id: 1, result: { accepted: false } }]);
    await harness.settled();
    assert.deepEqual(till.received.slice(before).map(summary), [
      'N: SIGNATURE_VERIFICATION_PROCESS_COMPLETED',
    ]);
    assert.equal((await harness.answer(till, sale)).result.transactionResult, 'VOID');
  });
});
