// The gateway is killed (-9) at every step of a sale: each transaction still has one end, the card
// machine and the journal agree, the till learns the truth, and nobody is charged twice.

import assert from 'node:assert/strict';
import test from 'node:test';
import { openJournal } from '../../packages/server/src/gateway.ts';
import type { Store } from '../../packages/server/src/ports/store.ts';
import type { Written } from '../support/scenario-journal.ts';
import { machineMemory, paymentOf, readJournal, unsettled } from '../support/scenario-journal.ts';
import { eventually, pause, seeded, within } from '../support/scenario-patience.ts';
import type { Served } from '../support/scenario-served.ts';
import { folder, serve } from '../support/scenario-served.ts';
import type { Attempt, WatchedTill } from '../support/scenario-till.ts';
import { attemptSale, differs, tally, watchedTill, wordOf } from '../support/scenario-till.ts';

/** Letters of the card machine, and how many messages its sale brings. */
const kinds = [
  { letters: 'SIP0', messages: 11 },
  { letters: 'SIS0', messages: 13 },
  { letters: 'DIP0', messages: 11 },
] as const;
const STEP_MS = 20;
const LONGEST = 14;
const RECOVERY_MS = 60;
const ROUNDS = 8;
/** More rounds are played where chance left a step out, up to this many. */
const MOST_ROUNDS = 20;

/** A till at its own card machine, due to be at one step of its sale when the gateway dies. */
interface Place {
  readonly kind: (typeof kinds)[number];
  readonly step: number;
  readonly tid: string;
  readonly watched: WatchedTill;
}

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
    (rounds < ROUNDS || (missing(hit).length > 0 && rounds < MOST_ROUNDS))
  ) {
    const played = playRound({ places, gateway, round: rounds, random, hit });
    for (const at of await played.killed) hit.set(at, (hit.get(at) ?? 0) + 1);
    await gateway.exited;
    if (rounds % 4 === 3) await killWhileItRecovers(data, gateway.port, random);
    gateway = await serve(flags(data, gateway.port));
    attempts.push(...(await played.ends()));
    rounds += 1;
  }
  assert.deepEqual(missing(hit), [], 'every step was hit');

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

interface Round {
  readonly places: readonly Place[];
  readonly gateway: Served;
  readonly round: number;
  readonly random: () => number;
  readonly hit: ReadonlyMap<string, number>;
}

/**
 * Starts each sale so early that all steps are reached at one moment, and kills then: in even rounds
 * right after one till got its message (or sent its request), in odd ones anywhere in between.
 * Messages that come in one go are told apart only by the first way.
 */
function playRound({ places, gateway, round, random, hit }: Round) {
  const sales: Promise<Attempt>[] = [];
  const heard = new Map<Place, number>();
  const { promise: killed, resolve } = Promise.withResolvers<readonly string[]>();
  let dead = false;
  const kill = () => {
    if (dead) return;
    dead = true;
    gateway.kill('SIGKILL');
    resolve([...heard].map(([place, count]) => `${place.kind.letters} ${count}`));
    resolve([...heard].map(([place, count]) => `${place.kind.letters} ${count}`));
  };
  const never = places.find(({ kind, step }) => !hit.has(`${kind.letters} ${step}`));
  const lead = round % 2 === 0 || round >= ROUNDS ? (never ?? places[round]) : undefined;
  for (const place of places) {
    place.watched.onText = () => {
      if (dead || !heard.has(place)) return;
      const count = (heard.get(place) ?? 0) + 1;
      heard.set(place, count);
      if (place === lead && count === place.step) kill();
    };
    const amount = 10_000 * (round + 1) + 100 * kinds.indexOf(place.kind) + place.step + 1;
    setTimeout(
      () => {
        if (dead) return;
        heard.set(place, 0);
        sales.push(attemptSale(place.watched.till, place.tid, amount));
        if (place === lead && place.step === 0) kill();
      },
      (LONGEST - place.step) * STEP_MS,
    );
  }
  if (!lead) void pause((LONGEST + random()) * STEP_MS).then(kill);
  return {
    killed: within(10_000, 'the moment to kill', killed),
    ends: () => within(60_000, 'the outcomes', Promise.all(sales)),
  };
}

/** The tills are coming back and nothing is settled yet. */
async function killWhileItRecovers(data: string, port: number, random: () => number) {
  const gateway = await serve(flags(data, port));
  await pause(random() * RECOVERY_MS);
  await gateway.stop();
}

function missing(hit: ReadonlyMap<string, number>): readonly string[] {
  const all = kinds.flatMap(({ letters, messages }) =>
    Array.from({ length: messages + 1 }, (_, step) => `${letters} ${step}`),
  );
  return all.filter((at) => !hit.has(at));
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
