// The requests of a waiter at a linked card machine: each gets one answer.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { errorObject } from '@tillgate/protocol';
import { Counter, HandMachine, linked, sale } from '../testing/link-script.ts';
import { settle } from '../testing/manual-timing.ts';

async function visiting() {
  const machine = new HandMachine();
  const { gateway, link } = await linked(machine);
  await gateway.connection.next('hello');
  /** Answers the next request. */
  const answer = async (method: string, result: object) => {
    const { id, params } = await gateway.connection.next(method);
    await gateway.connection.say({ id, result });
    return params;
  };
  return { machine, gateway, link, answer, counter: new Counter(gateway) };
}

const noMessage = 'The gateway is out of reach. Try again.';

describe('a waiter at a linked card machine', () => {
  test('a waiter lists the tables, locks one, pays it in two parts and leaves [C-13.14]', async () => {
    const { link, answer, gateway, counter, machine } = await visiting();
    const tables = link.tables({ waiterId: '007' });
    assert.deepEqual(await answer('tables', { answer: 'tables', tables: ['1', '12A'] }), {
      waiterId: '007',
    });
    assert.deepEqual(await tables, { answer: 'tables', tables: ['1', '12A'] });

    const locked = link.lock({ tableId: '12A' });
    await answer('lock', { answer: 'locked', amount: 4820, currency: 'GBP' });
    assert.deepEqual(await locked, { answer: 'locked', amount: 4820, currency: 'GBP' });

    const paid = link.pay({ by: 'card', amount: 3000, amountGratuity: 300 });
    const { id, params } = await gateway.connection.next('pay');
    assert.deepEqual(params, { by: 'card', amount: 3000, amountGratuity: 300 });
    const table = { tableId: '12A', amountGratuity: 300 };
    await counter.start({ ...sale, amount: 3000, table });
    await machine.screen.commit();
    await machine.ends();
    assert.equal(counter.told().at(-1)?.method, 'finished');
    await gateway.connection.say({ id, result: { answer: 'payment', paid: true, left: 1820 } });
    assert.deepEqual(await paid, { answer: 'payment', paid: true, left: 1820 });

    const cash = link.pay({ by: 'other', amount: 1820 });
    await answer('pay', { answer: 'payment', paid: true, left: 0 });
    assert.deepEqual(await cash, { answer: 'payment', paid: true, left: 0 });
    const left = link.leave();
    await answer('leave', { answer: 'left', receiptLines: [{ value: 'PAID' }] });
    assert.deepEqual(await left, { answer: 'left', receiptLines: [{ value: 'PAID' }] });
  });

  test('a refused request is answered no, with the sentence of the gateway', async () => {
    const { link, gateway } = await visiting();
    const bill = link.bill();
    const { id } = await gateway.connection.next('bill');
    await gateway.connection.say({ id, error: errorObject('terminalUnavailable', { tid: '1' }) });
    const answer = await bill;
    assert.equal(answer.answer, 'no');
    assert.match(answer.answer === 'no' ? answer.message : '', /Card machine 1 cannot be reached/);
  });

  test('an invalid request of the machine throws and is not sent', async () => {
    const { link } = await visiting();
    await assert.rejects(link.pay({ by: 'card', amount: 12.5 }), {
      name: 'TypeError',
      message: /pay: amount: expected/,
    });
    await assert.rejects(link.lock({ tableId: '' }), TypeError);
  });

  test('without a connection every request is answered no, also one that is pending', async () => {
    const { link, gateway } = await visiting();
    const lock = link.lock({ tableId: '12A' });
    const card = link.pay({ by: 'card', amount: 1 });
    const cash = link.pay({ by: 'other', amount: 1 });
    await settle();
    await gateway.connection.cut();
    const no = { answer: 'no', message: noMessage };
    assert.deepEqual([await lock, await cash], [no, no]);
    assert.equal((await card).answer, 'unknown', 'the card may have been charged');
    assert.deepEqual(await link.tables(), no);
    assert.deepEqual(await link.pay({ by: 'card', amount: 1 }), no, 'it was never asked for');
  });

  test('an invalid answer counts as no answer', async () => {
    const { link, answer, gateway } = await visiting();
    const tables = link.tables();
    await answer('tables', { answer: 'tables', tables: 'all' });
    assert.deepEqual(await tables, { answer: 'no', message: noMessage });
    const card = link.pay({ by: 'card', amount: 1 });
    const { id } = await gateway.connection.next('pay');
    await gateway.connection.say({ id, error: errorObject('internal') });
    assert.equal((await card).answer, 'unknown');
    assert.deepEqual(gateway.warned, ['badMessage']);
  });
});
