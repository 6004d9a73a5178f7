import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { depth } from '../../../../test/support/depth.ts';
import type { Activity } from './activity.ts';
import {
  evolveActivity,
  isInProgress,
  isStartEvent,
  isTerminalFree,
  lastPaymentOf,
} from './activity.ts';
import type { Story } from './test-world.ts';
import { moments, playOut, playStory } from './test-world.ts';

// Jobs and tables one after another at one card machine. The small world throws when the machine is
// given an order while another is at work.

const moment = fc.tuple(fc.constantFrom(...moments), fc.nat(6000));
const stories: fc.Arbitrary<Story> = fc.array(moment, { maxLength: 60, size: 'max' });

function always(check: (story: Story) => void): void {
  fc.assert(fc.property(stories, check), { numRuns: depth(2000) });
}

describe('in one stream, whatever happens', () => {
  test('C-12.4 jobs and tables never overlap', () => {
    always((story) => {
      let before: Activity | undefined;
      let activityId = 0;
      for (const row of playOut(story).gateway.journal) {
        if (isStartEvent(row.event)) {
          assert.ok(!before || (!isInProgress(before) && isTerminalFree(before)));
          before = undefined;
          activityId = row.activityId;
        }
        // After its end only deliveries are journalled.
        if (row.activityId === activityId) before = evolveActivity(before, row.event);
        else assert.equal(row.event.kind, 'noticeDelivered');
      }
    });
  });

  test('a free machine has no effect left to send', () => {
    always((story) => {
      const { gateway, machine } = playStory(story);
      const { work } = gateway;
      if (work && !gateway.isWriting && isTerminalFree(work)) assert.equal(machine.isAtWork, false);
    });
  });

  test('C-4.19 the last payment of an activity is as the machine has it', () => {
    always((story) => {
      const { gateway, machine } = playOut(story);
      for (const [activityId, work] of gateway.activities) {
        const orders = gateway.journal.flatMap((row) => {
          if (row.activityId !== activityId) return [];
          if (row.event.kind === 'started') return [row.event.order.order.id];
          return row.event.kind === 'paymentStarted' ? [row.event.order.id] : [];
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
