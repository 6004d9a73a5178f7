// Chapter 12 of PROTOCOL.md: random actions of tills at the counter. Every transaction ends once, and each
// machine's totals are those of the journal.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Payment } from '@tillgate/protocol';
import { depth } from '../support/depth.ts';
import type { GatewayHarness } from '../support/gateway/gateway-harness.ts';
import { startHarness } from '../support/gateway/gateway-harness.ts';
import { RandomTillActions } from '../support/gateway/random-till-actions.ts';
import { SeededRandom } from '../support/random.ts';

const SEEDS = depth(12, 2);
const ACTIONS = 60;

interface JournalEvent {
  readonly kind: string;
  readonly result?: Payment;
}

/** What each machine took, by the journal's last word on each of its transactions. */
async function takings(harness: GatewayHarness): Promise<ReadonlyMap<string, number>> {
  const last = new Map<string, Payment>();
  for (const { stream, activityId, body } of await harness.store.entries()) {
    for (const { kind, result } of JSON.parse(body) as JournalEvent[]) {
      if (!result?.transactionResult) continue;
      assert.ok(kind === 'ended' || kind === 'outcomeLearnt', kind);
      last.set(`${stream}/${activityId}`, result);
    }
  }
  const sums = new Map<string, number>();
  for (const { tid, transactionResult, transactionType, amountTotal } of last.values()) {
    const counts = ['SALE', 'COMPLETION', 'REFUND'].includes(transactionType);
    if (transactionResult !== 'SUCCESSFUL' || !counts) continue;
    const sign = transactionType === 'REFUND' ? -1 : 1;
    sums.set(tid, (sums.get(tid) ?? 0) + sign * amountTotal);
  }
  return sums;
}

describe('random actions of tills at the counter', () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    test(`with seed ${seed}, every transaction ends once and the machines' totals are the journal's [C-12.5, C-12.10]`, async (t) => {
      const harness = await startHarness(t);
      const actions = new RandomTillActions(harness, new SeededRandom(seed));
      await actions.open();
      for (let action = 0; action < ACTIONS; action += 1) await actions.step();
      await harness.advance(300_000);
      const till = await harness.till();
      const sums = await takings(harness);
      for (const tid of actions.tids) {
        const { result } = await harness.request(till, 'reportXBalance', { tid });
        assert.equal(result?.balances.totalAmount, sums.get(tid) ?? 0, tid);
      }
      const incomplete = await harness.store.list('incomplete', '');
      const open = incomplete.filter(({ key }) => !isWaiting(harness, key));
      assert.deepEqual(open, [], 'nothing is left open but results that wait for their till');
    });
  }
});

/** Whether an activity has ended, so that only its delivery is not proven. */
function isWaiting(harness: GatewayHarness, key: string): boolean {
  return harness.trace.entries.some((entry) => {
    if (entry.kind !== 'journalled') return false;
    const { stream, activityId, body } = entry.written;
    return `${stream}/${activityId}` === key && body.includes('"kind":"ended"');
  });
}
