// Every example of section 7 of the JSON-RPC 2.0 specification, as data.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { IncomingRequest } from '@tillgate/protocol';
import { refuse } from '@tillgate/protocol';
import { startPeer } from '../../../../test/support/protocol/peer-harness.ts';

interface Example {
  readonly name: string;
  readonly sent: string;
  /** What the specification has come back; errors by their code, `null` ids as it writes them. */
  readonly back?: unknown;
}

const result = (id: unknown, value: unknown) => ({ jsonrpc: '2.0', id, result: value });
const error = (id: unknown, code: number) => ({ jsonrpc: '2.0', id, error: code });
const invalid = error(null, -32600);

const examples: readonly Example[] = [
  {
    name: 'positional parameters',
    sent: '{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}',
    back: result(1, 19),
  },
  {
    name: 'positional parameters the other way round',
    sent: '{"jsonrpc": "2.0", "method": "subtract", "params": [23, 42], "id": 2}',
    back: result(2, -19),
  },
  {
    name: 'named parameters',
    sent: '{"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3}',
    back: result(3, 19),
  },
  {
    name: 'named parameters in another order',
    sent: '{"jsonrpc": "2.0", "method": "subtract", "params": {"minuend": 42, "subtrahend": 23}, "id": 4}',
    back: result(4, 19),
  },
  {
    name: 'a notification',
    sent: '{"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]}',
  },
  {
    name: 'a notification without params',
    sent: '{"jsonrpc": "2.0", "method": "foobar"}',
  },
  {
    name: 'a method that does not exist',
    sent: '{"jsonrpc": "2.0", "method": "foobar", "id": "1"}',
    back: error('1', -32601),
  },
  {
    name: 'invalid JSON',
    sent: '{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]',
    back: error(null, -32700),
  },
  {
    name: 'an invalid request',
    sent: '{"jsonrpc": "2.0", "method": 1, "params": "bar"}',
    back: invalid,
  },
  {
    name: 'a batch of invalid JSON',
    sent: `[
      {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
      {"jsonrpc": "2.0", "method"
    ]`,
    back: error(null, -32700),
  },
  { name: 'an empty array', sent: '[]', back: invalid },
  { name: 'a batch of one invalid item', sent: '[1]', back: [invalid] },
  { name: 'a batch of invalid items', sent: '[1,2,3]', back: [invalid, invalid, invalid] },
  {
    name: 'a batch of all kinds',
    sent: `[
      {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
      {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]},
      {"jsonrpc": "2.0", "method": "subtract", "params": [42,23], "id": "2"},
      {"foo": "boo"},
      {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},
      {"jsonrpc": "2.0", "method": "get_data", "id": "9"}
    ]`,
    back: [result('1', 7), result('2', 19), invalid, error('5', -32601), result('9', ['hello', 5])],
  },
  {
    name: 'a batch of notifications',
    sent: `[
      {"jsonrpc": "2.0", "method": "notify_sum", "params": [1,2,4]},
      {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]}
    ]`,
  },
];

const sum = (numbers: readonly number[]) => numbers.reduce((left, right) => left + right, 0);

const methods: Readonly<Record<string, (params: never) => unknown>> = {
  subtract: (params: [number, number] | { minuend: number; subtrahend: number }) =>
    Array.isArray(params) ? params[0] - params[1] : params.minuend - params.subtrahend,
  sum,
  get_data: () => ['hello', 5],
};

function answer({ message }: IncomingRequest): unknown {
  const method = Object.hasOwn(methods, message.method) ? methods[message.method] : undefined;
  if (!method) throw refuse('unknownMethod', { method: message.method });
  return method(message.params as never);
}

/** Our messages in the specification's form: errors by code, an absent id as null [C-3.19]. */
function asSpecified(message: unknown): unknown {
  if (Array.isArray(message)) return message.map(asSpecified);
  const { id = null, ...rest } = message as { id?: unknown; error?: { code: number } };
  return { ...rest, id, ...(rest.error && { error: rest.error.code }) };
}

describe('JSON-RPC 2.0, section 7', () => {
  for (const { name, sent, back } of examples) {
    test(`${name}: answered as specified`, async () => {
      const said = await startPeer({ onRequest: answer }).send(sent);
      assert.deepEqual(said.map(asSpecified), back === undefined ? [] : [back]);
    });
  }

  test('an error that belongs to no request has no id rather than null [C-3.19]', async () => {
    const { sent, send } = startPeer({ onRequest: answer });
    await send('[]');
    assert.ok(!sent[0]?.includes('"id"'), sent[0]);
  });
});
