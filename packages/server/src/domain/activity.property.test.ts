import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Work } from './activity.ts';
import { evolveWork, isBeginning, isMachineFree, isUnderWay, lastPaymentOf } from './activity.ts';
import type { Story } from './test-world.ts';
import { moments, playOut, playStory } from './test-world.ts';

// Jobs and tables one after another at one card machine. The small world throws when the machine is
// given an order while another is at work.

const moment = fc.tuple(fc.constantFrom(...moments), fc.nat(6000));
const stories: fc.Arbitrary<Story> = fc.array(moment, { maxLength: 60, size: 'max' });

function always(check: (story: Story) => void): void {
  fc.assert(fc.property(stories, check), { numRuns: 2000 });
}

describe('in one stream, whatever happens', () => {
  test('C-12.4 jobs and tables never overlap', () => {
    always((story) => {
      let before: Work | undefined;
      let chapter = 0;
      for (const row of playOut(story).gateway.journal) {
        if (isBeginning(row.event)) {
          assert.ok(!before || (!isUnderWay(before) && isMachineFree(before)));
          before = undefined;
          chapter = row.chapter;
        }
        // Of what is over, deliveries alone are still told.
        if (row.chapter === chapter) before = evolveWork(before, row.event);
        else assert.equal(row.event.event, 'noticeDelivered');
      }
    });
  });

  test('a machine that is free has nothing left to tell', () => {
    always((story) => {
      const { gateway, machine } = playStory(story);
      const { work } = gateway;
      if (work && !gateway.isWriting && isMachineFree(work)) assert.equal(machine.isAtWork, false);
    });
  });

  test('C-4.19 the last payment of a chapter is as the machine has it', () => {
    always((story) => {
      const { gateway, machine } = playOut(story);
      for (const [chapter, work] of gateway.works) {
        const orders = gateway.journal.flatMap((row) => {
          if (row.chapter !== chapter) return [];
          if (row.event.event === 'started') return [row.event.order.order.id];
          return row.event.event === 'paymentStarted' ? [row.event.order.id] : [];
        });
        const last = orders.at(-1);
        const payment = lastPaymentOf(work);
        assert.equal(payment === undefined, last === undefined);
        if (last === undefined || machine.forgotten.has(last)) continue;
        assert.equal(payment?.transactionResult === 'SUCCESSFUL', machine.charged.has(last));
      }
    });
  });
});
