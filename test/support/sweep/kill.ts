// The gateway is killed (-9) at every step of a sale: each transaction still has one end, the card
// machine and the journal agree, the till learns the truth, and nobody is charged twice.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { TillgateError } from '@tillgate/client';
import type { Store } from '../../../packages/server/src/ports/store.ts';
import { libraryAt, startCuttingProxy } from '../scenario/cutting-proxy.ts';
import type { JournalledJob } from '../scenario/journal-reader.ts';
import { machineMemory, paymentOf, untilSettled } from '../scenario/journal-reader.ts';
import { assertJournalAgrees, startPacTill } from '../scenario/pac-till.ts';
import { eventually } from '../wait.ts';
import type { GatewayUnderTest, StartUnderTest } from './gateway-under-test.ts';
import type { SweptTill } from './kill-rounds.ts';
import { playKillRounds, STEP_MS } from './kill-rounds.ts';

/** Letters of the card machine, and how many messages its sale brings. */
const kinds = [
  { letters: 'SIP0', messages: 11 },
  { letters: 'SIS0', messages: 13 },
  { letters: 'DIP0', messages: 11 },
] as const;
const step = STEP_MS / 1000;
const settings = { pace: 'instant', virtualStep: step, virtualCard: step, virtualPin: step };

export async function killSweep(t: TestContext, start: StartUnderTest): Promise<void> {
  const gateway = await start(t, { settings });
  const places = await placesAt(gateway);
  const played = await playKillRounds(t, { kinds, gateway, places, seed: 20260314 });

  const store = await gateway.journal();
  await untilSettled(store);
  const jobs = await assertJournalAgrees(t, store, played.attempts);
  for (const place of places) await machineAgrees(store, place, jobs);
  t.diagnostic(played.summary);
}

async function placesAt(gateway: GatewayUnderTest): Promise<readonly SweptTill[]> {
  const all = kinds.flatMap((kind, index) =>
    Array.from({ length: kind.messages + 1 }, async (_, step) => {
      const library = libraryAt(index + step);
      const line = await startCuttingProxy(gateway.till, 'gateway', () => library);
      const watched = await startPacTill(line.uri, `kill-${kind.letters}-${step}`);
      const tid = `VCMKILL${step}${kind.letters}`;
      const close = () => {
        watched.till.close();
        line.close();
      };
      return { kind, step, tid, library, watched, close };
    }),
  );
  return Promise.all(all);
}

/** What the machine took by its own count is what the journal says was taken. */
async function machineAgrees(store: Store, place: SweptTill, jobs: readonly JournalledJob[]) {
  const { tid, watched } = place;
  const taken = jobs
    .filter((job) => job.tid === tid)
    .map(paymentOf)
    .filter((payment) => payment.transactionResult === 'SUCCESSFUL');
  const sum = taken.reduce((total, payment) => total + payment.amountTotal, 0);
  const memory = await machineMemory(store, 'testhost', tid);
  assert.equal(memory?.balances.totalSalesCount ?? 0, taken.length, `payments in ${tid}`);
  assert.equal(memory?.balances.totalSalesAmount ?? 0, sum, `money in ${tid}`);
  // Nothing is lost by asking again: a node that is short of time may give its sites up.
  const { balances } = await eventually(`the totals of ${tid}`, () =>
    watched.till.reportXBalance({ tid }).catch((cause: unknown) => {
      if (!(cause instanceof TillgateError)) throw cause;
      return undefined;
    }),
  );
  const expected = { totalSalesCount: taken.length, totalSalesAmount: sum };
  assert.partialDeepStrictEqual(balances, expected, `totals of ${tid}`);
}
