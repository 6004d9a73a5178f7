// The gateway is killed (-9) at every step of a sale at a linked card machine: each transaction still has one
// end, begun once; the till learns it, and bank, machine and journal agree.

import assert from 'node:assert/strict';
import test from 'node:test';
import { openJournal } from '../../packages/server/src/gateway.ts';
import type { Store } from '../../packages/server/src/ports/store.ts';
import { KEY, linkedRecord } from '../support/linked-machine.ts';
import { paymentOf, readJournal, unsettled } from '../support/scenario-journal.ts';
import type { LinkedPlace } from '../support/scenario-link.ts';
import { bankAgrees, linkedPlace } from '../support/scenario-link.ts';
import { eventually, pause, seeded } from '../support/scenario-patience.ts';
import type { Place } from '../support/scenario-rounds.ts';
import { missing, playRound, ROUNDS, STEP_MS } from '../support/scenario-rounds.ts';
import type { Served } from '../support/scenario-served.ts';
import { folder, serve } from '../support/scenario-served.ts';
import type { Attempt } from '../support/scenario-till.ts';
import { differs, tally, watchedTill, wordOf } from '../support/scenario-till.ts';

const kinds = [
  { letters: 'PIN', signs: false, messages: 9 },
  { letters: 'SIGN', signs: true, messages: 12 },
] as const;
const RECOVERY_MS = 60;
const BACK_MS = 35_000;
/** More rounds are played where chance left a step out, up to this many. */
const MOST_ROUNDS = 16;

interface Linked extends Place {
  readonly machine: LinkedPlace;
}

const flags = (data: string, port: number): readonly string[] => [
  ...['--data', data, '--port', String(port), '--log-level', 'error'],
];

const name = 'whenever the gateway is killed, every payment at a linked machine has one end';
test(name, { timeout: 90_000 }, async (t) => {
  const data = folder(t);
  await enrolAll(data);
  let gateway = await serve(flags(data, 0));
  t.after(() => gateway.stop());
  const places = await placesAt(gateway);
  t.after(() => {
    for (const { machine, watched } of places) {
      machine.link.close();
      watched.till.close();
    }
  });
  const hit = new Map<string, number>();
  const attempts: Attempt[] = [];
  const random = seeded(20260315);
  let rounds = 0;
  while (
    !t.signal.aborted &&
    (rounds < ROUNDS || (missing(kinds, hit).length > 0 && rounds < MOST_ROUNDS))
  ) {
    await allListed(places);
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
  await everythingAgrees(store, places, attempts);
  const jobs = await readJournal(store);
  t.diagnostic(`${rounds} kills, ${attempts.length} sales at ${hit.size} steps of two kinds`);
  t.diagnostic(`journal: ${tally(jobs.map((job) => paymentOf(job).transactionResult))}`);
  t.diagnostic(`tills: ${tally(attempts.map(({ end }) => wordOf(end)))}`);
});

const tidOf = (letters: string, step: number) => `KILL-${letters}-${step}`;
const everyStep = kinds.flatMap((kind) =>
  Array.from({ length: kind.messages + 1 }, (_, step) => ({ kind, step })),
);

async function enrolAll(data: string): Promise<void> {
  const store = await openJournal({ data });
  const put = everyStep.map(({ kind, step }) => linkedRecord(tidOf(kind.letters, step), KEY));
  await store.write({ put });
  await store.close();
}

function placesAt({ pac }: Served): Promise<readonly Linked[]> {
  const all = everyStep.map(async ({ kind, step }) => {
    const tid = tidOf(kind.letters, step);
    const uri = new URL(pac);
    uri.pathname = '/terminal';
    uri.search = new URLSearchParams({ token: KEY, tid }).toString();
    const { signs } = kind;
    const machine = await linkedPlace({ uri: uri.href, tid, signs, stepMs: STEP_MS });
    return { kind, step, tid, machine, watched: await watchedTill(pac, `till-${tid}`) };
  });
  return Promise.all(all);
}

/** Every machine is back and idle, or its next sale would only be refused. */
async function allListed(places: readonly Linked[]): Promise<void> {
  await Promise.all(
    places.map(({ tid, watched }) =>
      eventually(BACK_MS, `${tid} to be free`, async () => {
        const found = await watched.till.terminal({ tid }).catch(() => undefined);
        return found?.status === 'AVAILABLE' ? true : undefined;
      }),
    ),
  );
}

/** The tills are coming back and nothing is settled yet. */
async function killWhileItRecovers(data: string, port: number, random: () => number) {
  const gateway = await serve(flags(data, port));
  await pause(random() * RECOVERY_MS);
  await gateway.stop();
}

async function everythingAgrees(
  store: Store,
  places: readonly Linked[],
  attempts: readonly Attempt[],
): Promise<void> {
  await eventually(10_000, 'every delivery', async () =>
    (await unsettled(store)).length === 0 ? true : undefined,
  );
  const jobs = await readJournal(store);
  assert.deepEqual(
    jobs.filter((job) => job.ends !== 1).map(({ stream }) => stream),
    [],
  );
  assert.deepEqual(attempts.map((one) => differs(one, jobs)).filter(Boolean), []);
  for (const { machine } of places) await bankAgrees(machine, jobs);
}
