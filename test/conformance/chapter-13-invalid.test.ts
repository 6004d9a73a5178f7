// Chapter 13 of PROTOCOL.md over real sockets: card machines that send rubbish, and too much of it. It
// changes nothing, and other machines and tills go on.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Refused } from 'tillgate/testing';
import {
  finish,
  LinkedMachine,
  profile,
  startLinkedMachine,
} from '../support/terminal/linked-machine.ts';
import { card, outcome, totals } from '../support/terminal/scripted-machine.ts';

const approved = outcome();

describe('C-13.5 and C-13.19, invalid messages and floods', () => {
  const order = 'testhost/12345678/1';
  const wrong: readonly (readonly [string, object | undefined, number])[] = [
    ['finished', { order, outcome: { ...approved, transactionResult: 'TIMED_OUT' } }, -32602],
    ['finished', { order, outcome: { ...approved, amountGratuity: 1.5 } }, -32602],
    ['finished', { order, outcome: { ...approved, amountCashback: '100' } }, -32602],
    ['finished', { order, outcome: { ...approved, transactionTime: 'today' } }, -32602],
    [
      'finished',
      { order, outcome: { ...approved, card: { ...card, dateOfExpiry: '13/29' } } },
      -32602,
    ],
    ['finished', { order, outcome: { ...approved, receiptLines: { MERCHANT: 'text' } } }, -32602],
    ['finished', { order, outcome: null }, -32602],
    ['finished', { order: 7, outcome: approved }, -32602],
    ['finished', undefined, -32602],
    ['reported', { order, result: { ...totals, balances: { totalAmount: 'all' } } }, -32602],
    ['showing', { order, notificationValue: 'HELLO' }, -32602],
    ['showing', { order, notificationValue: 'TRANSACTION_FINISHED' }, -32602],
    ['showing', { order, notificationValue: 'APPROVED', more: 1 }, -32602],
    ['hello', { ...profile, currency: 'USD' }, -32602],
    ['hello', { ...profile, transactions: ['SALE', 'THEFT'] }, -32602],
    ['transactionFinished', { order }, -32601],
    ['toString', { order }, -32601],
    ['tables', {}, -32601],
  ];

  test('C-13.5 an invalid message gets an error and changes nothing', async (t) => {
    const { harness, till, machine, sale, ended } = await startLinkedMachine(t);
    machine.memory = { knows: 'running' };
    const id = sale();
    await machine.order();
    for (const [method, params, code] of wrong) {
      // Twenty in a minute would close the connection [C-11.13].
      await harness.advance(5_000);
      const before = machine.errors.length;
      await machine.notify(method, params);
      assert.deepEqual(machine.errors.slice(before), [code], JSON.stringify({ method, params }));
    }
    assert.deepEqual(till.values, ['TRANSACTION_STARTED']);
    await finish(machine, order);
    assert.equal(await ended(id), 'SUCCESSFUL');
  });

  test('C-13.5 an outcome that cannot be read is found out by asking for the last order', async (t) => {
    const { machine, sale, ended } = await startLinkedMachine(t);
    const id = sale();
    await machine.order();
    machine.memory = { knows: 'outcome', outcome: approved };
    await machine.notify('finished', { order, outcome: { ...approved, mood: 'good' } });
    assert.equal(await ended(id), 'SUCCESSFUL');
  });

  test('C-13.5 a machine that cannot tell its last order either is asked again until it can', async (t) => {
    const { harness, machine, sale, ended } = await startLinkedMachine(t);
    const id = sale();
    await machine.order();
    machine.memory = { knows: 'outcome', outcome: { ...approved, mood: 'good' } };
    await machine.notify('finished', { order, outcome: { ...approved, mood: 'good' } });
    await harness.advance(30_000);
    machine.memory = { knows: 'outcome', outcome: approved };
    assert.equal(await ended(id), 'SUCCESSFUL');
  });

  test('C-3.18 an error to a card machine speaks of the card machine', async (t) => {
    const { harness, machine } = await startLinkedMachine(t);
    machine.socket.send({ jsonrpc: '2.0', method: 'showing', params: {} });
    machine.socket.send('{');
    await harness.settled();
    const sentences = machine.socket.received
      .filter(({ error }) => error)
      .map(({ error }) => error.data.userMessage);
    assert.deepEqual(sentences, [
      'The card machine sent a wrong value. Please tell the supplier of the card machine.',
      'The card machine sent something that cannot be read. Please tell the supplier of the card machine.',
    ]);
  });

  test('C-13.5 twenty invalid messages in a minute close the connection', async (t) => {
    const { harness, machine } = await startLinkedMachine(t);
    for (let count = 0; count < 20; count += 1) {
      machine.socket.send({ jsonrpc: '2.0', method: 'showing', params: { order: count } });
    }
    assert.equal((await machine.socket.closed).code, 1008);
    await harness.settled();
  });

  test('C-13.6 messages before hello are ignored', async (t) => {
    const { harness, machine, sale, ended } = await startLinkedMachine(t);
    const id = sale();
    await machine.order();
    const stranger = await LinkedMachine.connect(harness);
    await finish(stranger, order, outcome('DECLINED'));
    assert.deepEqual(stranger.errors, [-32600]);
    await finish(machine, order);
    assert.equal(await ended(id), 'SUCCESSFUL');
  });

  test('C-3.5 unknown keys are dropped where the site is lenient', async (t) => {
    const { machine, sale, ended } = await startLinkedMachine(t, { site: { strict: false } });
    const id = sale();
    await machine.order();
    await machine.notify('finished', { order, outcome: { ...approved, mood: 'good' } });
    assert.equal(await ended(id), 'SUCCESSFUL');
    assert.deepEqual(machine.errors, []);
  });

  test('C-12.21 a whole card number is masked before it is shown to anybody', async (t) => {
    const { harness, till, machine, sale } = await startLinkedMachine(t);
    const id = sale();
    await machine.order();
    const NUMBER = '4539578763621486';
    await finish(machine, order, {
      ...approved,
      card: { ...card, primaryAccountNumber: NUMBER },
      receiptLines: { MERCHANT: [{ value: `CARD ${NUMBER}` }] },
    });
    const { result } = await harness.answer(till, id);
    assert.equal(result.primaryAccountNumber, '************1486');
    assert.equal(result.receiptLines.MERCHANT[0].value, 'CARD ************1486');
    const journal = JSON.stringify(await harness.store.entries());
    assert.ok(!journal.includes(NUMBER));
  });

  test('C-13.19 ten thousand notifications close the connection, and the sale has one end', async (t) => {
    const { harness, till, machine, sale, ended } = await startLinkedMachine(t);
    const id = sale();
    await machine.order();
    const text = {
      jsonrpc: '2.0',
      method: 'showing',
      params: { order, notificationValue: 'APPROVED' },
    };
    for (let count = 0; count < 10_000; count += 1) machine.socket.send(text);
    const { code, reason } = await machine.socket.closed;
    assert.deepEqual([code, reason], [1008, 'Too many messages']);
    await harness.settled();
    assert.ok(till.values.length <= 201, `${till.values.length} values reached the till`);
    const back = await LinkedMachine.connect(harness);
    back.memory = { knows: 'outcome', outcome: approved };
    await back.notify('hello', profile);
    assert.equal(await ended(id), 'SUCCESSFUL');
  });

  test('C-13.12 a machine that shows endless values floods no till', async (t) => {
    const { harness, till, machine, sale, ended } = await startLinkedMachine(t);
    const id = sale();
    await machine.order();
    const params = { order, notificationValue: 'PLEASE_WAIT' };
    for (let count = 0; count < 400; count += 1) {
      if (count % 100 === 0) await harness.advance(10_000);
      machine.socket.send({ jsonrpc: '2.0', method: 'showing', params });
    }
    await harness.settled();
    assert.equal(till.values.length, 201);
    await finish(machine, order);
    assert.equal(await ended(id), 'SUCCESSFUL');
  });

  test('C-3.35 a message that is too long closes the connection with 1009', async (t) => {
    const { machine } = await startLinkedMachine(t);
    machine.socket.send('x'.repeat(262_145));
    assert.equal((await machine.socket.closed).code, 1009);
  });

  test('a machine with a wrong key is refused and disturbs no other', async (t) => {
    const { harness, status } = await startLinkedMachine(t);
    await assert.rejects(LinkedMachine.connect(harness, { token: 'wrong' }), Refused);
    assert.equal(await status(), 'AVAILABLE');
  });
});
