// C-13.20 of PROTOCOL.md over real sockets: a card machine whose texts a terminal or a printer would obey.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startLinkedMachine } from '../support/terminal/linked-machine.ts';
import { card, outcome, totals } from '../support/terminal/scripted-machine.ts';

const order = 'testhost/12345678/1';
const approved = outcome();
const CLEAR_SCREEN = '\u001b[2J';

const withCard = (more: object) => ({ ...approved, card: { ...card, ...more } });

/** What the machine says of its order, and the path of the text that is refused. */
const cases: readonly (readonly [method: string, params: object, path: string])[] = [
  [
    'finished',
    {
      outcome: { ...approved, receiptLines: { CUSTOMER: [{ value: '' }, { value: 'A\u202eB' }] } },
    },
    '/params/outcome/receiptLines/CUSTOMER/1/value',
  ],
  [
    'finished',
    { outcome: withCard({ cardSchemeName: 'VI\u009bSA' }) },
    '/params/outcome/card/cardSchemeName',
  ],
  ['finished', { outcome: withCard({ authCode: CLEAR_SCREEN }) }, '/params/outcome/card/authCode'],
  [
    'finished',
    { outcome: { ...approved, transactionId: '1\n2' } },
    '/params/outcome/transactionId',
  ],
  [
    'signatureWanted',
    { card, merchantReceipt: [{ value: 'X....\u2067' }] },
    '/params/merchantReceipt/0/value',
  ],
  [
    'reported',
    { result: { ...totals, reportLines: [{ value: 'TOTAL\u2028' }] } },
    '/params/result/reportLines/0/value',
  ],
];

describe('C-13.20, control characters in texts of a card machine', () => {
  for (const [method, params, path] of cases) {
    test(`${method} with one at ${path} is refused, and the last order is queried`, async (t) => {
      const { till, machine, sale, ended } = await startLinkedMachine(t);
      const id = sale();
      await machine.order();
      machine.memory = { knows: 'outcome', outcome: approved };
      await machine.notify(method, { order, ...params });
      assert.equal(await ended(id), 'SUCCESSFUL');
      const [error] = machine.socket.received.filter((frame) => frame.error);
      assert.equal(error?.error.code, -32602);
      assert.deepEqual(
        error?.error.data.errors.map((fault: { path: string }) => fault.path),
        [path],
      );
      assert.equal(machine.paramsOf('lastOrder').length, 1);
      assert.doesNotMatch(
        JSON.stringify(till.received),
        /\\u001b|[\u0080-\u009f\u2028\u202e\u2067]/,
      );
    });
  }

  test('the answer to lastOrder is refused as well, and asked for again', async (t) => {
    const { harness, machine, sale, ended } = await startLinkedMachine(t);
    const id = sale();
    await machine.order();
    machine.memory = { knows: 'outcome', outcome: withCard({ authCode: CLEAR_SCREEN }) };
    machine.socket.send('no JSON');
    await harness.advance(12_000);
    assert.deepEqual(machine.errors, [-32700, -32076, -32076, -32076]);
    machine.memory = { knows: 'outcome', outcome: approved };
    assert.equal(await ended(id), 'SUCCESSFUL');
  });

  test('a table of the till is locked by the name that the till gave it', async (t) => {
    const { harness, machine } = await startLinkedMachine(t);
    const tableId = 'T\u200f1';
    const waiter = machine.socket.request('lock', { tableId });
    await harness.settled();
    assert.notEqual((await waiter).error?.code, -32602);
    const { error } = await machine.socket.request('lock', { tableId, waiterId: '7\u0085' });
    assert.equal(error?.data.errors[0].path, '/params/waiterId');
  });
});
