// A linked card machine in trouble: cancels, machines that fail, and memories that do not keep.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LinkOutcome } from '@tillgate/protocol';
import { Counter, HandMachine, linked, sale, selling, words } from '../testing/link-script.ts';
import { settle } from '../testing/manual-timing.ts';
import type { PlayedOutcome } from './machine.ts';
import type { KeptOrder } from './memory.ts';

const resultOf = (last: { outcome: LinkOutcome }) => last.outcome.transactionResult;

describe('a cancel at a linked card machine [C-13.13]', () => {
  test('a cancel before the commit aborts the signal, and the transaction ends CANCELLED', async () => {
    const { machine, gateway, counter } = await selling();
    assert.equal(machine.screen.cancel.aborted, false);
    await counter.cancel();
    await counter.cancel();
    assert.equal(machine.screen.cancel.aborted, true);
    assert.deepEqual(words(counter.told()), [], 'it is the machine’s to say');
    await assert.rejects(machine.screen.commit(), { name: 'AbortError' });
    await machine.fails(machine.screen.cancel.reason);
    assert.deepEqual(words(counter.told()), ['cancelled true', 'finished CANCELLED']);
    assert.deepEqual(gateway.warned, []);
    assert.equal(resultOf(await counter.last()), 'CANCELLED');
  });

  test('every cancel after the commit is too late', async () => {
    const { machine, counter } = await selling();
    await machine.screen.commit();
    await counter.cancel();
    await counter.cancel();
    assert.equal(machine.screen.cancel.aborted, false);
    assert.deepEqual(words(counter.told()), ['cancelled false', 'cancelled false']);
    await machine.ends();
    assert.deepEqual(words(counter.told()), ['finished SUCCESSFUL']);
  });

  test('a cancel is possible after a cancellable commit until the next commit', async () => {
    const { machine, counter } = await selling();
    await machine.screen.commit({ cancellable: true });
    await counter.cancel();
    assert.equal(machine.screen.cancel.aborted, true);
    await machine.screen.commit({ cancellable: true });
    assert.deepEqual(words(counter.told()), []);
    await machine.screen.commit();
    assert.deepEqual(words(counter.told()), ['cancelled false']);
    await machine.ends();
    assert.deepEqual(words(counter.told()), ['finished SUCCESSFUL']);
  });

  test('a cancel that start ignores is answered by the outcome', async () => {
    for (const [result, word] of [
      ['SUCCESSFUL', 'cancelled false'],
      ['CANCELLED', 'cancelled true'],
    ] as const) {
      const { machine, counter } = await selling();
      await machine.screen.commit({ cancellable: true });
      await counter.cancel();
      await machine.ends({ transactionResult: result });
      assert.deepEqual(words(counter.told()), [word, `finished ${result}`]);
    }
  });

  test('a cancel of an order that is not running is too late', async () => {
    const { machine, counter } = await selling();
    await counter.cancel('another');
    assert.deepEqual(words(counter.told()), ['cancelled false']);
    await machine.ends({ transactionResult: 'DECLINED' });
    counter.told();
    await counter.cancel();
    assert.deepEqual(words(counter.told()), ['cancelled false']);
  });

  test('an order that is cancelled while it is being saved is not started', async () => {
    const machine = new HandMachine();
    const { gateway } = await linked(machine);
    const counter = new Counter(gateway);
    const taking = counter.start();
    const cancelling = counter.cancel();
    await Promise.all([taking, cancelling]);
    assert.deepEqual(machine.started, []);
    assert.deepEqual(words(counter.told()), ['cancelled true', 'finished CANCELLED']);
  });
});

describe('a card machine whose start throws', () => {
  test('a start that throws before the commit ends UNSUCCESSFUL', async () => {
    const { machine, gateway, counter } = await selling();
    machine.screen.show('PRESENT_CARD');
    await machine.fails();
    assert.deepEqual(words(counter.told()), ['showing', 'finished UNSUCCESSFUL']);
    assert.deepEqual(gateway.warned, ['machineFailed']);
  });

  test('a start that returns an invalid outcome counts as one that throws', async () => {
    for (const rubbish of [null, 'SUCCESSFUL', {}, { transactionResult: 'TIMED_OUT' }]) {
      const { machine, gateway, counter } = await selling();
      await machine.ends(rubbish as never);
      assert.deepEqual(words(counter.told()), ['finished UNSUCCESSFUL']);
      assert.deepEqual(gateway.warned, ['machineFailed']);
    }
  });

  test('the outcome of a card that is charged without a commit is sent, with a warning', async () => {
    const { machine, gateway, counter } = await selling();
    await machine.ends();
    assert.deepEqual(words(counter.told()), ['finished SUCCESSFUL']);
    assert.deepEqual(gateway.warned, ['machineFailed']);
  });

  test('after a commit nothing is sent and no order is accepted until recall returns the outcome [C-13.11]', async () => {
    const machine = new HandMachine();
    const answers: (PlayedOutcome | Error)[] = [
      new Error('The bank does not answer.'),
      { transactionResult: 'SUCCESSFUL', transactionNumber: '0042' },
    ];
    const recall = async () => {
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    };
    const { gateway } = await linked(Object.assign(machine, { recall }));
    const counter = new Counter(gateway);
    await counter.start();
    await machine.screen.commit();
    await counter.cancel();
    counter.told();
    await machine.fails();
    assert.deepEqual(words(counter.told()), []);
    assert.deepEqual(await counter.last(), { knows: 'running' });
    assert.equal((await counter.start({ ...sale, id: 'b' })).error.code, -32071);
    await counter.cancel();
    assert.deepEqual(words(counter.told()), ['cancelled false']);
    await gateway.timing.advance(1_000);
    assert.deepEqual(words(counter.told()), ['finished SUCCESSFUL']);
    assert.deepEqual(gateway.warned, ['machineFailed', 'machineFailed']);
    assert.deepEqual((await counter.start({ ...sale, id: 'b' })).result, {});
  });

  test('if recall knows no outcome the gateway asks and is answered that it is unknown [C-4.45]', async () => {
    const { machine, gateway, counter } = await selling();
    await gateway.connection.next('hello');
    await machine.screen.commit({ cancellable: true });
    await counter.cancel();
    await machine.fails();
    assert.deepEqual(words(counter.told()), ['cancelled false']);
    assert.deepEqual(await counter.last(), { knows: 'nothing' });
    assert.deepEqual((await counter.start()).result, {}, 'nor is it begun anew');
    assert.equal(machine.started.length, 1);
    await gateway.connection.next('hello');
  });
});

describe('a memory whose save fails', () => {
  test('an outcome is sent only after it is saved', async () => {
    const { machine, gateway, counter } = await selling();
    await machine.screen.commit();
    machine.memory.failures.push(new Error('Full.'), new Error('Full.'));
    await machine.ends();
    assert.deepEqual(words(counter.told()), []);
    assert.deepEqual(await counter.last(), { knows: 'running' });
    await gateway.timing.advance(1_000);
    assert.deepEqual(words(counter.told()), []);
    await gateway.timing.advance(2_000);
    assert.deepEqual(words(counter.told()), ['finished SUCCESSFUL']);
    assert.deepEqual(gateway.warned, ['memoryFailed', 'memoryFailed']);
  });

  test('no card is charged after a commit that could not be saved', async () => {
    const { machine, counter } = await selling();
    machine.memory.failures.push(new Error('Full.'));
    await assert.rejects(machine.screen.commit(), /Full/);
    await machine.fails();
    assert.deepEqual(words(counter.told()), ['finished UNSUCCESSFUL']);
  });
});

describe('a memory that is slow', () => {
  test('saves run one after another, and the last saved state is the end', async () => {
    const machine = new HandMachine();
    const { memory, profile } = machine;
    const writing: PromiseWithResolvers<void>[] = [];
    const slow = {
      load: () => memory.load(),
      save: async (kept: KeptOrder) => {
        const written = Promise.withResolvers<void>();
        writing.push(written);
        await written.promise;
        memory.save(kept);
      },
    };
    const start = machine.start.bind(machine);
    const { gateway } = await linked({ profile, start, report: () => ({}), memory: slow });
    const counter = new Counter(gateway);
    await counter.start();
    writing[0]?.resolve();
    await settle();
    void machine.screen.commit();
    await machine.ends();
    assert.equal(writing.length, 2, 'the end waits for its turn');
    writing[1]?.resolve();
    await settle();
    assert.deepEqual(words(counter.told()), []);
    writing[2]?.resolve();
    await settle();
    assert.equal(memory.kept?.state, 'ended');
    assert.deepEqual(words(counter.told()), ['finished SUCCESSFUL']);
  });
});
