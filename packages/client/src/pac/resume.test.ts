// A till that comes back: its numbers go on, and what it missed finds its way [C-4.40].

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer, cutSale } from '../testing/cut-sale.ts';
import { settle } from '../testing/manual-timing.ts';
import {
  params,
  payment,
  ScriptedGateway,
  signatureQuestion,
  tid,
} from '../testing/scripted-gateway.ts';

test('request ids continue on a new connection [C-4.41]', async () => {
  const { gateway, till, id } = await cutSale([]);
  const line = await gateway.reconnect();
  const asking = till.terminals();
  await answer(line, 'connectedTerminals', []);
  await asking;
  const again = till.terminals();
  const request = await line.next('connectedTerminals');
  assert.equal(request.id, id + 2);
  await line.say({ id: request.id, result: [] });
  await again;
});

test('both connections have the same epos-id; with false they have none [C-2.2]', async () => {
  const { gateway } = await cutSale([]);
  await gateway.reconnect();
  const names = gateway.connections.map((line) => new URL(line.uri).searchParams.get('epos-id'));
  assert.match(names[0] ?? '', /^till-[0-9a-f]{24}$/);
  assert.equal(names[0], names[1]);
  const without = new ScriptedGateway();
  await without.connect({ eposId: false });
  assert.equal(new URL(without.connection.uri).searchParams.has('epos-id'), false);
});

test('request ids continue after a restart, and are saved before they are used [C-4.41]', async () => {
  let kept: number | undefined;
  const storage = {
    load: () => kept,
    save: (last: number) => {
      kept = last;
    },
  };
  const gateway = new ScriptedGateway();
  const first = await gateway.connect({ eposId: 'TILL-3', storage });
  const lost = first.terminals();
  const { id } = await gateway.connection.next('connectedTerminals');
  assert.equal(kept, id);
  first.close();
  await assert.rejects(lost, { name: 'ConnectionLost' });
  const second = await gateway.connect({ eposId: 'TILL-3', storage });
  const asking = second.terminals();
  const request = await gateway.connection.next('connectedTerminals');
  assert.equal(request.id, id + 1);
  await gateway.connection.say({ id: request.id, result: [] });
  await asking;
});

test('onUnclaimed gets the results of an earlier run', async () => {
  const gateway = new ScriptedGateway();
  const unclaimed: unknown[] = [];
  const onUnclaimed = (each: unknown) => unclaimed.push(each);
  await gateway.connect({ eposId: 'TILL-3', onUnclaimed });
  await gateway.connection.say({ id: 7, result: payment() });
  await gateway.connection.show('PIN_ENTRY');
  assert.deepEqual(unclaimed, [
    { kind: 'payment', requestId: 7, payment: payment() },
    { kind: 'notification', tid, notificationValue: 'PIN_ENTRY' },
  ]);
});

test('onProgress gets the values of a resumed sale [C-4.40]', async () => {
  const gateway = new ScriptedGateway();
  const till = await gateway.connect();
  const heard: string[] = [];
  const sale = till.sale(params, { onProgress: (value) => heard.push(value) });
  await gateway.connection.next('sale');
  await gateway.connection.show('TRANSACTION_STARTED');
  await gateway.connection.cut();
  await sale;
  const line = await gateway.reconnect();
  await line.show('PIN_ENTRY', 'APPROVED');
  assert.deepEqual(heard, ['TRANSACTION_STARTED', 'PIN_ENTRY', 'APPROVED']);
});

test('a signature question that comes again is asked of staff once [C-4.40]', async () => {
  const gateway = new ScriptedGateway();
  const word = Promise.withResolvers<boolean>();
  let asked = 0;
  const onSignature = () => {
    asked += 1;
    return word.promise;
  };
  const till = await gateway.connect({ onSignature });
  const sale = till.sale(params);
  const { id } = await gateway.connection.next('sale');
  const method = 'signatureVerificationRequest';
  await gateway.connection.say({ id: 1, method, params: signatureQuestion });
  await gateway.connection.cut();
  const unknown = await sale;
  assert(unknown.outcome === 'unknown');
  const line = await gateway.reconnect();
  await line.say({ id: 4, method, params: { ...signatureQuestion, timeout: 52 } });
  word.resolve(false);
  await settle();
  assert.equal(asked, 1);
  assert.deepEqual(line.received.shift(), { jsonrpc: '2.0', id: 4, result: { accepted: false } });
  await line.say({ id, result: payment({ transactionResult: 'VOID' }) });
  assert.equal((await unknown.resolve()).outcome, 'void');
});

test('onSent gets the id under which the result will come', async () => {
  const gateway = new ScriptedGateway();
  const till = await gateway.connect();
  const numbers: number[] = [];
  const sale = till.sale(params, { onSent: (requestId) => numbers.push(requestId) });
  const { id } = await gateway.connection.next('sale');
  assert.deepEqual(numbers, [id]);
  await gateway.connection.say({ id, result: payment() });
  await sale;
});
