import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ErrorObject } from '@tillgate/protocol';
import { startPeer } from '../../../../test/support/protocol/peer-harness.ts';
import { parseMessage } from './message.ts';

const ask = (id: string) => `{"jsonrpc":"2.0","id":${id},"method":"sale"}`;
const invalid = {
  jsonrpc: '2.0',
  error: {
    code: -32600,
    message: 'The message is not a valid request.',
    data: {
      userMessage: 'The till sent something that cannot be used. Please tell your till supplier.',
    },
  },
};

/** The messages without the places that are wrong; every -32600 must name some [C-3.24]. */
function withoutPlaces(messages: readonly unknown[]): unknown[] {
  return (messages as { readonly error?: ErrorObject }[]).map((message) => {
    if (!message.error) return message;
    const { errors = [], ...data } = message.error.data ?? { userMessage: '' };
    assert.ok(errors.length > 0);
    return { ...message, error: { ...message.error, data } };
  });
}

describe('ids [C-3.9]', () => {
  const kept = {
    'a small number': '7',
    'the number 0': '0',
    'a negative number': '-7',
    'a fraction': '0.5',
    'an exact long fraction': '0.12345678901234567890123',
    '2^53 + 1': '9007199254740993',
    'a number no double holds': '12345678901234567890',
    'a large negative number': '-12345678901234567890',
    'a large number in powers of ten': '123456789012345678901234567890e10',
    'a string': '"till-1"',
    'an empty string': '""',
    'a string of digits': '"7"',
    'the name of an inherited property': '"__proto__"',
    'the name of the constructor': '"constructor"',
    'a string of 128 characters': `"${'x'.repeat(128)}"`,
    'a string of 128 characters outside the basic plane': `"${'😀'.repeat(128)}"`,
  };
  for (const [name, id] of Object.entries(kept)) {
    test(`${name} comes back unchanged, alone and in a batch`, async () => {
      const { sent, send } = startPeer();
      await send(ask(id));
      await send(`[${ask(id)}]`);
      const back = `{"jsonrpc":"2.0","id":${id},"result":"sale"}`;
      assert.deepEqual(sent, [back, `[${back}]`]);
    });
  }

  const refused = {
    null: 'null',
    'a boolean': 'true',
    'an object': '{}',
    'an object that looks like a kept number': '{"rawJSON":"1"}',
    'an array': '[]',
    'an infinite number': '1e400',
    'a string of 129 characters': `"${'x'.repeat(129)}"`,
    'a string of 129 characters outside the basic plane': `"${'😀'.repeat(129)}"`,
  };
  for (const [name, id] of Object.entries(refused)) {
    test(`${name} is refused without an id and not carried out [C-3.10]`, async () => {
      let asked = 0;
      const { send } = startPeer({ onRequest: () => (asked += 1) });
      assert.deepEqual(withoutPlaces(await send(ask(id))), [invalid]);
      assert.equal(asked, 0);
    });
  }

  test('an own property "__proto__" is not used as the id', async () => {
    const { send } = startPeer();
    assert.deepEqual(await send('{"jsonrpc":"2.0","__proto__":{"id":1},"method":"sale"}'), []);
  });

  test('a request that is wrong but has an id is refused under that id [C-3.19]', async () => {
    const { sent, send } = startPeer();
    await send('{"jsonrpc":"1.0","id":12345678901234567890,"method":"sale"}');
    await send('{"id":"a","method":"sale"}');
    await send('{"jsonrpc":"2.0","id":5,"method":7}');
    const ids = sent.map((text) =>
      /^\{"jsonrpc":"2.0","id":([^,]+),"error":\{"code":-32600/.exec(text),
    );
    assert.deepEqual(
      ids.map((found) => found?.[1]),
      ['12345678901234567890', '"a"', '5'],
    );
  });

  test('a message that is not a request is refused without its id [C-3.14]', async () => {
    const { send } = startPeer();
    assert.deepEqual(withoutPlaces(await send('{"jsonrpc":"2.0","id":5}')), [invalid]);
  });

  test('a long number keeps its digits as an id only, not inside params', () => {
    const text = '{"id":12345678901234567890,"params":{"id":12345678901234567890}}';
    const { id, params } = parseMessage(text) as { id: unknown; params: { id: unknown } };
    assert.equal(JSON.stringify(id), '12345678901234567890');
    assert.equal(params.id, Number('12345678901234567890'));
  });

  test('the listener never sees a kept number', async () => {
    const seen: unknown[] = [];
    const { send } = startPeer({ onRequest: ({ message }) => seen.push(message.id) });
    await send(ask('12345678901234567890'));
    assert.deepEqual(seen, [0]);
  });
});

describe('nesting [C-3.36]', () => {
  const deep = (levels: number) =>
    `{"jsonrpc":"2.0","id":5,"method":"sale","params":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;

  test('a message of 32 levels is accepted', async () => {
    const { send } = startPeer();
    assert.deepEqual(await send(deep(32)), [{ jsonrpc: '2.0', id: 5, result: 'sale' }]);
  });

  test('a message of 33 levels is refused', async () => {
    const { send } = startPeer();
    assert.deepEqual(withoutPlaces(await send(deep(33))), [{ ...invalid, id: 5 }]);
  });

  test('a batch counts as one level', async () => {
    const { send } = startPeer();
    assert.deepEqual(withoutPlaces(await send(`[${deep(32)}]`)), [invalid]);
    assert.equal((await send(`[${deep(31)}]`)).length, 1);
  });

  test('a very deep message is too deep, not broken JSON, even with a long id', async () => {
    const { send } = startPeer();
    assert.deepEqual(withoutPlaces(await send(deep(32_000))), [{ ...invalid, id: 5 }]);
    const long = deep(32_000).replace('"id":5', '"id":12345678901234567890');
    const [back] = (await send(long)) as { error: { code: number } }[];
    assert.equal(back?.error.code, -32600);
  });
});

describe('invalid messages [C-3.14]', () => {
  for (const text of ['7', '"sale"', 'true', 'null', '{}', '{"jsonrpc":"2.0"}']) {
    test(`${text} is an invalid request`, async () => {
      assert.deepEqual(withoutPlaces(await startPeer().send(text)), [invalid]);
    });
  }

  for (const text of ['', ' ', '{', "{'a':1}", '{"a":1}x', '\u0000', '[1,]', 'NaN']) {
    test(`${JSON.stringify(text)} is not JSON`, async () => {
      const [back] = (await startPeer().send(text)) as { error: { code: number } }[];
      assert.equal(back?.error.code, -32700);
    });
  }
});

describe('the places that are wrong [C-3.24]', () => {
  const cases: Readonly<Record<string, readonly [text: string, path: string, got: string]>> = {
    'no jsonrpc': ['{"id":1,"method":"sale"}', '/jsonrpc', 'nothing'],
    'another version': ['{"jsonrpc":"1.0","id":1,"method":"sale"}', '/jsonrpc', 'string "1.0"'],
    'a version as a number': ['{"jsonrpc":2.0,"id":1,"method":"sale"}', '/jsonrpc', 'number 2'],
    'a capital Method': [
      '{"jsonrpc":"2.0","id":1,"Method":"sale"}',
      '/method',
      'the key Method: names are case-sensitive',
    ],
    'a method that is no text': ['{"jsonrpc":"2.0","id":1,"method":7}', '/method', 'number 7'],
    'an id that is null': ['{"jsonrpc":"2.0","id":null,"method":"sale"}', '/id', 'null'],
    'an empty batch': ['[]', '', 'array of 0 items'],
    'a batch of 17': [`[${Array.from({ length: 17 }, () => '1').join()}]`, '', 'array of 17 items'],
    'a number': ['7', '', 'number 7'],
  };
  for (const [name, [text, path, got]] of Object.entries(cases)) {
    test(`the error names ${name}`, async () => {
      const [back] = (await startPeer().send(text)) as { error: ErrorObject }[];
      const place = back?.error.data?.errors?.find((one) => one.path === path);
      assert.equal(place?.got, got);
      assert.ok(place.expected);
    });
  }
});

describe('messages as serializers write them [C-3.14]', () => {
  const request = '"jsonrpc":"2.0","id":5,"method":"sale"';
  const written = {
    'params null': `{${request},"params":null}`,
    'result and error null': `{${request},"params":{},"result":null,"error":null}`,
    'a byte order mark before': `\ufeff{${request}}`,
    'a NUL after': `{${request}}\0`,
  };
  for (const [name, text] of Object.entries(written)) {
    test(`a request with ${name} is carried out`, async () => {
      const seen: object[] = [];
      const { send } = startPeer({ onRequest: ({ message }) => seen.push(message) });
      assert.deepEqual(await send(text), [{ jsonrpc: '2.0', id: 5, result: 1 }]);
      assert.ok(seen.every((message) => !Object.values(message).includes(null)));
    });
  }

  const result = '"jsonrpc":"2.0","id":1,"result":{"accepted":false}';
  const responses = {
    'error null': `{${result},"error":null}`,
    'method, params and error null': `{${result},"method":null,"params":null,"error":null}`,
    'its id as text': `{${result.replace('"id":1', '"id":"1"')}}`,
    'a byte order mark before': `\ufeff{${result}}`,
    'NULs around': `\0{${result}}\0\0`,
    'a batch of one around': `[{${result}}]`,
  };
  for (const [name, text] of Object.entries(responses)) {
    test(`a response with ${name} is taken`, async () => {
      const { peer, send } = startPeer();
      const taken: unknown[] = [];
      peer.sendRequest('sign', {}, (response) => taken.push(response.result) > 0);
      assert.deepEqual((await send(text)).slice(1), []);
      assert.deepEqual(taken, [{ accepted: false }]);
    });
  }

  test('an error with result null beside it is an error', async () => {
    const { peer, send } = startPeer();
    const taken: object[] = [];
    peer.sendRequest('sign', {}, (response) => taken.push(response) > 0);
    await send('{"jsonrpc":"2.0","id":1,"result":null,"error":{"code":1,"message":"no"}}');
    assert.deepEqual(taken, [{ jsonrpc: '2.0', id: 1, error: { code: 1, message: 'no' } }]);
  });
});

test('long runs of NUL characters and byte order marks in a text cost little time [C-12.22]', async () => {
  const started = process.cpuUsage();
  for (const mark of ['\0', '\ufeff']) {
    const [back] = (await startPeer().send(`"${mark.repeat(250_000)}x`)) as {
      error: { code: number };
    }[];
    assert.equal(back?.error.code, -32700);
  }
  assert.ok(process.cpuUsage(started).user < 2_000_000);
});
