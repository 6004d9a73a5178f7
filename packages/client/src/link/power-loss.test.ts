// A linked card machine whose power goes: what it kept is all that the next run knows [C-13.11].

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LinkOutcome } from '@tillgate/protocol';
import { Counter, HandMachine, linked, sale, selling, words } from '../testing/link-script.ts';
import { settle } from '../testing/manual-timing.ts';
import type { CardMachine, PlayedOutcome } from './machine.ts';

const resultOf = (last: { outcome: LinkOutcome }) => last.outcome.transactionResult;

describe('C-13.11: a card machine whose power goes', () => {
  /** The same memory in another run; the run before is not heard of any more. */
  async function powerLoss(before: HandMachine, recall?: CardMachine['recall']) {
    const machine = new HandMachine();
    machine.memory.kept = before.memory.kept;
    const { gateway, link } = await linked(recall ? Object.assign(machine, { recall }) : machine);
    return { machine, gateway, link, counter: new Counter(gateway) };
  }

  test('before the commit has taken nothing', async () => {
    const { machine: before } = await selling();
    const { machine, counter } = await powerLoss(before);
    assert.equal(resultOf(await counter.last()), 'UNSUCCESSFUL');
    assert.equal(machine.memory.kept?.state, 'ended');
    assert.deepEqual((await counter.start()).result, {});
    assert.deepEqual(machine.started, [], 'nor is it begun anew');
  });

  test('after the commit asks its own journal first', async () => {
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

  test('after the commit, without a journal, says that it does not know', async () => {
    const { machine: before } = await selling();
    await before.screen.commit();
    const { machine, counter } = await powerLoss(before);
    assert.deepEqual(await counter.last(), { knows: 'nothing' });
    assert.equal(machine.memory.kept?.state, 'forgotten');
    assert.deepEqual((await counter.start({ ...sale, id: 'b' })).result, {});
  });

  test('after the end tells the very outcome it had', async () => {
    const { machine: before, counter: first } = await selling();
    await before.screen.commit();
    await before.ends({ transactionResult: 'SUCCESSFUL', transactionNumber: '0042' });
    const told = await first.last();
    const { counter } = await powerLoss(before);
    assert.deepEqual(await counter.last(), told);
    assert.deepEqual(words(counter.told()), []);
    assert.deepEqual(await counter.last('another'), { knows: 'nothing' });
  });

  test('in the middle of a report has not made it', async () => {
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

  test('comes back only with a memory that can be read', async () => {
    for (const rubbish of ['', 42, {}, { kind: 'transaction', order: {}, state: 'taken' }]) {
      const machine = new HandMachine();
      machine.memory.kept = rubbish as never;
      await assert.rejects(linked(machine), /memory.load/);
    }
  });
});
