// The gateway is killed (-9) at every step of a sale: each transaction still has one end, the card
// machine and the journal agree, the till learns the truth, and nobody is charged twice.

import assert from 'node:assert/strict';
import test from 'node:test';
import { openJournal } from '../../packages/server/src/gateway.ts';
import type { Store } from '../../packages/server/src/ports/store.ts';
import type { Written } from '../support/scenario-journal.ts';
import { machineMemory, paymentOf, readJournal, unsettled } from '../support/scenario-journal.ts';
import { eventually, pause, seeded } from '../support/scenario-patience.ts';
import type { Place } from '../support/scenario-rounds.ts';
import { missing, playRound, ROUNDS, STEP_MS } from '../support/scenario-rounds.ts';
import { folder, serve } from '../support/scenario-served.ts';
import type { Attempt } from '../support/scenario-till.ts';
import { differs, tally, watchedTill, wordOf } from '../support/scenario-till.ts';

/** Letters of the card machine, and how many messages its sale brings. */
const kinds = [
  { letters: 'SIP0', messages: 11 },
  { letters: 'SIS0', messages: 13 },
  { letters: 'DIP0', messages: 11 },
] as const;
const RECOVERY_MS = 60;
/** More rounds are played where chance left a step out, up to this many. */
const MOST_ROUNDS = 20;

const flags = (data: string, port: number): readonly string[] => [
  ...['--data', data, '--port', String(port), '--log-level', 'error', '--pace', 'instant'],
  ...['virtual-step', 'virtual-card', 'virtual-pin'].flatMap((name) => [
    `--${name}`,
    String(STEP_MS / 1000),
  ]),
];

const name = 'whenever the gateway is killed, every payment has one end and the till learns it';
test(name, { timeout: 90_000 }, async (t) => {
  const data = folder(t);
  let gateway = await serve(flags(data, 0));
  t.after(() => gateway.stop());
  const places = await placesAt(gateway.pac);
  t.after(() => {
    for (const { watched } of places) watched.till.close();
  });
  const hit = new Map<string, number>();
  const attempts: Attempt[] = [];
  const random = seeded(20260314);
  let rounds = 0;
  while (
    !t.signal.aborted &&
    (rounds < ROUNDS || (missing(kinds, hit).length > 0 && rounds < MOST_ROUNDS))
  ) {
    const played = playRound({ places, gateway, round: rounds, random, hit });
    for (const at of await played.killed) hit.set(at, (hit.get(at) ?? 0) + 1);
    await gateway.exited;
    if (rounds % 4 === 3) await killWhileItRecovers(data, gateway.port, random);
    gateway = await serve(flags(data, gateway.port));
    attempts.push(...(await played.ends()));
    rounds += 1;
  }
  assert.deepEqual(missing(kinds, hit), [], 'every step was hit');

  const store = await openJournal({ data });
  t.after(() => store.close());
  await eventually(10_000, 'every delivery', async () =>
    (await unsettled(store)).length === 0 ? true : undefined,
  );
  const jobs = await readJournal(store);
  assert.deepEqual(
    jobs.filter((job) => job.ends !== 1).map(({ stream }) => stream),
    [],
  );
  assert.deepEqual(attempts.map((one) => differs(one, jobs)).filter(Boolean), []);
  for (const place of places) await machineAgrees(store, place, jobs);
  t.diagnostic(
    `${rounds} kills, ${attempts.length} sales at ${hit.size} steps of ${kinds.length} kinds`,
  );
  t.diagnostic(`journal: ${tally(jobs.map((job) => paymentOf(job).transactionResult))}`);
  t.diagnostic(`tills: ${tally(attempts.map(({ end }) => wordOf(end)))}`);
});

async function placesAt(uri: string): Promise<readonly Place[]> {
  const all = kinds.flatMap((kind) =>
    Array.from({ length: kind.messages + 1 }, async (_, step) => ({
      kind,
      step,
      tid: `VCMKILL${step}${kind.letters}`,
      watched: await watchedTill(uri, `kill-${kind.letters}-${step}`),
    })),
  );
  return Promise.all(all);
}

/** The tills are coming back and nothing is settled yet. */
async function killWhileItRecovers(data: string, port: number, random: () => number) {
  const gateway = await serve(flags(data, port));
  await pause(random() * RECOVERY_MS);
  await gateway.stop();
}

/** What the machine took by its own count is what the journal says was taken. */
async function machineAgrees(store: Store, place: Place, jobs: readonly Written[]) {
  const { tid, watched } = place;
  const taken = jobs
    .filter((job) => job.tid === tid)
    .map(paymentOf)
    .filter((payment) => payment.transactionResult === 'SUCCESSFUL');
  const sum = taken.reduce((total, payment) => total + payment.amountTotal, 0);
  const memory = await machineMemory(store, 'testhost', tid);
  assert.equal(memory?.balances.totalSalesCount ?? 0, taken.length, `payments in ${tid}`);
  assert.equal(memory?.balances.totalSalesAmount ?? 0, sum, `money in ${tid}`);
  // A till whose sale had ended may still be waiting to connect again after the last kill.
  await eventually(35_000, `the till of ${tid} to be back`, () =>
    watched.till.state.state === 'connected' ? true : undefined,
  );
  const { balances } = await watched.till.reportXBalance({ tid });
  const told = { totalSalesCount: taken.length, totalSalesAmount: sum };
  assert.partialDeepStrictEqual(balances, told, `totals told by ${tid}`);
}
