// A linked card machine after a loss of power: the next run has only what was saved [C-13.11].

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LinkOutcome } from '@tillgate/protocol';
import { Counter, HandMachine, linked, sale, selling, words } from '../testing/link-script.ts';
import { settle } from '../testing/manual-timing.ts';
import type { CardMachine, PlayedOutcome } from './machine.ts';

const resultOf = (last: { outcome: LinkOutcome }) => last.outcome.transactionResult;

describe('a card machine after a loss of power [C-13.11]', () => {
  /** The same memory in another run of the program; the earlier run sends nothing any more. */
  async function powerLoss(before: HandMachine, recall?: CardMachine['recall']) {
    const machine = new HandMachine();
    machine.memory.kept = before.memory.kept;
    const { gateway, link } = await linked(recall ? Object.assign(machine, { recall }) : machine);
    return { machine, gateway, link, counter: new Counter(gateway) };
  }

  test('a loss of power before the commit ends the order UNSUCCESSFUL', async () => {
    const { machine: before } = await selling();
    const { machine, counter } = await powerLoss(before);
    assert.equal(resultOf(await counter.last()), 'UNSUCCESSFUL');
    assert.equal(machine.memory.kept?.state, 'ended');
    assert.deepEqual((await counter.start()).result, {});
    assert.deepEqual(machine.started, [], 'nor is it begun anew');
  });

  test('after a loss of power past the commit recall is called first', async () => {
    const { machine: before } = await selling();
    await before.screen.commit();
    const found = Promise.withResolvers<PlayedOutcome>();
    const asked: string[] = [];
    const { counter } = await powerLoss(before, (order) => {
      asked.push(order.id);
      return found.promise;
    });
    assert.deepEqual(await counter.last(), { knows: 'running' });
    assert.deepEqual(asked, [sale.id]);
    found.resolve({ transactionResult: 'SUCCESSFUL' });
    await settle();
    assert.deepEqual(words(counter.told()), ['finished SUCCESSFUL']);
    assert.equal(resultOf(await counter.last()), 'SUCCESSFUL');
  });

  test('without recall the outcome after a loss of power past the commit is unknown', async () => {
    const { machine: before } = await selling();
    await before.screen.commit();
    const { machine, counter } = await powerLoss(before);
    assert.deepEqual(await counter.last(), { knows: 'nothing' });
    assert.equal(machine.memory.kept?.state, 'forgotten');
    assert.deepEqual((await counter.start({ ...sale, id: 'b' })).result, {});
  });

  test('a saved outcome is sent unchanged after a loss of power', async () => {
    const { machine: before, counter: first } = await selling();
    await before.screen.commit();
    await before.ends({ transactionResult: 'SUCCESSFUL', transactionNumber: '0042' });
    const told = await first.last();
    const { counter } = await powerLoss(before);
    assert.deepEqual(await counter.last(), told);
    assert.deepEqual(words(counter.told()), []);
    assert.deepEqual(await counter.last('another'), { knows: 'nothing' });
  });

  test('a loss of power during a report leaves no report', async () => {
    const machine = new HandMachine();
    const { gateway } = await linked(
      Object.assign(machine, { report: () => new Promise<object>(() => undefined) }),
    );
    const order = { id: 'r', reportType: 'X_BALANCE' };
    await new Counter(gateway).ask('startReport', { order });
    assert.equal(machine.memory.kept?.state, 'taken');
    const { counter } = await powerLoss(machine);
    assert.deepEqual(await counter.last('r'), { knows: 'nothing' });
  });

  test('a machine with an unreadable memory is not linked', async () => {
    for (const rubbish of ['', 42, {}, { kind: 'transaction', order: {}, state: 'taken' }]) {
      const machine = new HandMachine();
      machine.memory.kept = rubbish as never;
      await assert.rejects(linked(machine), /memory.load/);
    }
  });
});
