// The gateway is killed (-9) at every step of a sale: each transaction still has one end, the card
// machine and the journal agree, the till learns the truth, and nobody is charged twice.

import assert from 'node:assert/strict';
import test from 'node:test';
import { openJournal } from '../../packages/server/src/gateway-context.ts';
import type { Store } from '../../packages/server/src/ports/store.ts';
import { libraryAt, startCuttingProxy } from '../support/scenario/cutting-proxy.ts';
import type { GatewayProcess } from '../support/scenario/gateway-process.ts';
import { temporaryFolder } from '../support/scenario/gateway-process.ts';
import type { JournalledJob } from '../support/scenario/journal-reader.ts';
import { machineMemory, paymentOf, untilSettled } from '../support/scenario/journal-reader.ts';
import type { SweptTill } from '../support/scenario/kill-sweep.ts';
import { killSweep, STEP_MS } from '../support/scenario/kill-sweep.ts';
import { assertJournalAgrees, startPacTill } from '../support/scenario/pac-till.ts';

/** Letters of the card machine, and how many messages its sale brings. */
const kinds = [
  { letters: 'SIP0', messages: 11 },
  { letters: 'SIS0', messages: 13 },
  { letters: 'DIP0', messages: 11 },
] as const;
const flags = (data: string, port: number): readonly string[] => [
  ...['--data', data, '--port', String(port), '--log-level', 'error', '--pace', 'instant'],
  ...['virtual-step', 'virtual-card', 'virtual-pin'].flatMap((name) => [
    `--${name}`,
    String(STEP_MS / 1000),
  ]),
];

test('whenever the gateway is killed, every payment has one end and the till learns it', async (t) => {
  const data = temporaryFolder(t);
  const { places, attempts, summary } = await killSweep(t, {
    ...{ kinds, placesAt, seed: 20260314 },
    flags: (port) => flags(data, port),
  });

  const store = await openJournal({ data });
  t.after(() => store.close());
  await untilSettled(store);
  const jobs = await assertJournalAgrees(t, store, attempts);
  for (const place of places) await machineAgrees(store, place, jobs);
  t.diagnostic(summary);
});

async function placesAt({ pac }: GatewayProcess): Promise<readonly SweptTill[]> {
  const all = kinds.flatMap((kind, index) =>
    Array.from({ length: kind.messages + 1 }, async (_, step) => {
      const library = libraryAt(index + step);
      const line = await startCuttingProxy(pac, 'gateway', () => library);
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
  const { balances } = await watched.till.reportXBalance({ tid });
  const expected = { totalSalesCount: taken.length, totalSalesAmount: sum };
  assert.partialDeepStrictEqual(balances, expected, `totals of ${tid}`);
}
