// C-13.5 of PROTOCOL.md over real sockets: whatever a card machine sends that cannot be used while it has an
// order may have been the end of the order. It is told what is wrong, and asked for its last order.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LinkedMachine } from '../support/terminal/linked-machine.ts';
import { finish, startLinkedMachine } from '../support/terminal/linked-machine.ts';
import { outcome } from '../support/terminal/scripted-machine.ts';

const order = 'testhost/12345678/1';
const approved = { knows: 'outcome', outcome: outcome() };
const finished = { jsonrpc: '2.0', method: 'finished', params: { order, outcome: outcome() } };
const { params } = finished;
const OBJECT = 'object with jsonrpc, id, method and params';
const ID = 'number, or string of 0..128 characters';
const BATCH = '1..16 messages in a batch';

const queries = (machine: LinkedMachine) => machine.paramsOf('lastOrder').length;

/** What the machine sends, the code of the error, and the fault that the error names. */
type Case = readonly [what: string, sent: unknown, code: number, ...fault: readonly string[]];

const unusable: readonly Case[] = [
  ['text that is not JSON', 'finished', -32700, '', 'JSON', 'string "finished"'],
  ['an empty text', '', -32700, '', 'JSON', 'string ""'],
  ['no jsonrpc', { method: 'finished', params }, -32600, '/jsonrpc', '2.0', 'nothing'],
  ['jsonrpc 1.0', { ...finished, jsonrpc: '1.0' }, -32600, '/jsonrpc', '2.0', 'string "1.0"'],
  [
    'keys in capitals',
    { Jsonrpc: '2.0', Method: 'finished', Params: params },
    -32600,
    ...['/jsonrpc', '2.0', 'the key Jsonrpc: names are case-sensitive'],
  ],
  ['a method of 7', { ...finished, method: 7 }, -32600, '/method', 'string', 'number 7'],
  ['the id null', { ...finished, id: null }, -32600, '/id', ID, 'null'],
  ['a bare false', 'false', -32600, '', OBJECT, 'boolean false'],
  ['an empty batch', [], -32600, '', BATCH, 'array of 0 items'],
  ['a batch of 17', Array(17).fill(finished), -32600, '', BATCH, 'array of 17 items'],
  [
    'finished in capitals',
    { ...finished, method: 'Finished' },
    -32601,
    ...['/method', 'finished', 'string "Finished"'],
  ],
  [
    'finished with an id',
    { ...finished, id: 7 },
    -32601,
    ...['/id', 'nothing: finished is a notification', 'number 7'],
  ],
  [
    'a request without an id',
    { jsonrpc: '2.0', method: 'tables', params: {} },
    -32601,
    ...['/id', 'an id: tables is a request', 'nothing'],
  ],
  ['an unknown method', { ...finished, method: 'done' }, -32601],
  ['an unknown method with an id', { ...finished, id: 7, method: 'done' }, -32601],
  [
    'finished about no order',
    { ...finished, params: { outcome: outcome() } },
    -32602,
    ...['/params/order', 'string, 1..160 characters', 'nothing'],
  ],
];

describe('C-13.5, unusable messages while an order is in progress', () => {
  for (const [what, sent, code, ...fault] of unusable) {
    test(`after ${what} the machine gets an error and is asked for its last order`, async (t) => {
      const { harness, machine, sale, ended } = await startLinkedMachine(t);
      const id = sale();
      await machine.order();
      machine.memory = approved;
      const sentAt = harness.clock.now();
      machine.socket.send(sent);
      assert.equal(await ended(id), 'SUCCESSFUL');
      assert.equal(harness.clock.now(), sentAt);
      const errors = machine.socket.received.filter(({ error }) => error);
      assert.deepEqual([errors.length, errors[0]?.error.code, queries(machine)], [1, code, 1]);
      const [place = {}] = errors[0]?.error.data.errors ?? [];
      assert.deepEqual(Object.values(place), fault);
    });
  }

  test('a batch with finished in it is used', async (t) => {
    const { machine, sale, ended } = await startLinkedMachine(t);
    const id = sale();
    await machine.order();
    machine.socket.send([finished]);
    assert.equal(await ended(id), 'SUCCESSFUL');
    assert.deepEqual([machine.errors, queries(machine)], [[], 0]);
  });

  test('many unusable messages lead to one query at once, and one more after 5 s', async (t) => {
    const { harness, machine, sale, ended } = await startLinkedMachine(t);
    const id = sale();
    await machine.order();
    machine.memory = { knows: 'running' };
    for (let count = 0; count < 10; count += 1) machine.socket.send('no JSON');
    await harness.settled();
    assert.equal(queries(machine), 1);
    await harness.advance(4_999);
    assert.equal(queries(machine), 1);
    await harness.advance(60_000);
    assert.equal(queries(machine), 2);
    await finish(machine, order);
    assert.equal(await ended(id), 'SUCCESSFUL');
  });

  test('an end that cannot be read right after the answer to the query is found out too', async (t) => {
    const { machine, sale, ended } = await startLinkedMachine(t);
    machine.unanswered.add('lastOrder');
    const id = sale();
    await machine.order();
    machine.socket.send('no JSON');
    const query = await machine.socket.until(({ method }) => method === 'lastOrder');
    machine.memory = approved;
    machine.unanswered.clear();
    machine.socket.send({ jsonrpc: '2.0', id: query.id, result: { knows: 'running' } });
    machine.socket.send('no JSON either');
    assert.equal(await ended(id), 'SUCCESSFUL');
    assert.equal(queries(machine), 2);
  });

  test('an outcome after the limit that cannot be read is found out for duplicate', async (t) => {
    const { harness, machine, sale, status, ended, last } = await startLinkedMachine(t);
    machine.memory = { knows: 'running' };
    const id = sale();
    await machine.order();
    assert.equal(await ended(id), 'TIMED_OUT');
    await harness.advance(10_000);
    assert.equal(await status(), 'BUSY');
    machine.memory = approved;
    machine.socket.send('no JSON');
    await harness.settled();
    assert.equal(await status(), 'AVAILABLE');
    assert.equal(await last(), 'SUCCESSFUL');
  });

  test('C-3.47 the sign of life of a machine in a browser leads to no query', async (t) => {
    const { harness, machine, sale, ended } = await startLinkedMachine(t);
    const id = sale();
    await machine.order();
    machine.socket.ask('connectedTerminals', undefined, 'alive');
    assert.equal((await harness.answer(machine.socket, 'alive')).error.code, -32601);
    await harness.advance(10_000);
    assert.equal(queries(machine), 0);
    await finish(machine, order);
    assert.equal(await ended(id), 'SUCCESSFUL');
  });

  test('an unusable message without an order leads to no query', async (t) => {
    const { harness, machine, sale, ended } = await startLinkedMachine(t);
    machine.socket.send('no JSON');
    const id = sale();
    await machine.order();
    await finish(machine, order);
    assert.equal(await ended(id), 'SUCCESSFUL');
    machine.socket.send('no JSON');
    await harness.advance(10_000);
    assert.equal(queries(machine), 0);
  });
});
