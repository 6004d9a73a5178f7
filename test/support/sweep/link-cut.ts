// The line of a linked card machine is cut at every message of a sale, either way, once and twice: nothing
// is begun twice, and till, journal, machine and bank agree.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Store, StoredRecord } from '../../../packages/server/src/ports/store.ts';
import { casesAtDepth } from '../depth.ts';
import type { Cut, ProxyEnd } from '../scenario/cutting-proxy.ts';
import { startCuttingProxy } from '../scenario/cutting-proxy.ts';
import type { LinkedTerminal } from '../scenario/linked-terminal.ts';
import { assertBankAgrees, startLinkedTerminal } from '../scenario/linked-terminal.ts';
import type { SaleAttempt } from '../scenario/pac-till.ts';
import { assertJournalAgrees, attemptSale, startPacTill } from '../scenario/pac-till.ts';
import { KEY, linkedRecord } from '../terminal/linked-machine.ts';
import type { Cleanup } from '../wait.ts';
import { cleanups, eventually } from '../wait.ts';
import { addressAt } from './gateway-under-test.ts';

/** How many messages a sale brings from each end, when nothing is cut. */
const kinds = [
  { letters: 'PIN', signs: false, messages: { till: 8, gateway: 1 } },
  { letters: 'SIGN', signs: true, messages: { till: 9, gateway: 2 } },
] as const;
/** After a drop: the greeting and the answer for the last order; the question for it. */
const AFTER = { till: 2, gateway: 1 } as const;
const STEP_MS = 20;
export const linkCutSettings = { maxConnectionsPerSite: 1_000 };

export interface LinkCutGateway {
  /** Of the test site's counter, for tills. */
  readonly till: string;
  /** The same for card machines. */
  readonly machine: string;
  readonly store: Store;
}

interface Place {
  readonly kind: (typeof kinds)[number];
  readonly tid: string;
  readonly amount: number;
  /** The end whose messages are counted; that of the till is the machine's. */
  readonly end: ProxyEnd;
  readonly cuts: readonly Cut[];
}

/** At less than full depth one case in `every` is played, at machines that `linkCutRecords` gives. */
export async function linkCutSweep(
  t: TestContext,
  gateway: LinkCutGateway,
  every: number,
): Promise<void> {
  const places = casesAtDepth(allPlaces(), every);
  const atEnd = cleanups(t);
  const played = await Promise.all(places.map((place) => cutSale(gateway, place, atEnd)));
  const attempts = played.map(({ attempt }) => attempt);
  const jobs = await assertJournalAgrees(t, gateway.store, attempts);
  for (const { machine } of played) await assertBankAgrees(machine, jobs);
  const twice = played.filter(({ all }, index) => all && places[index]!.cuts.length > 1).length;
  t.diagnostic(`${places.length} lines cut at every message of ${kinds.length} kinds of sale`);
  t.diagnostic(`${twice} of them cut once more at every message after`);
}

export function linkCutRecords(): readonly StoredRecord[] {
  return allPlaces().map(({ tid }) => linkedRecord(tid));
}

function allPlaces(): readonly Place[] {
  const at = (most: number): readonly Cut[] =>
    Array.from({ length: most }, (_, index) => index + 1).flatMap((message) => [
      { at: message, arrives: false },
      { at: message, arrives: true },
    ]);
  const lists = kinds.flatMap((kind) =>
    (['till', 'gateway'] as const).flatMap((end) =>
      at(kind.messages[end]).flatMap((first) =>
        [[], ...at(AFTER[end]).map((second) => [second])].map((more) => ({
          ...{ kind, end },
          cuts: [first, ...more],
        })),
      ),
    ),
  );
  return lists.map((place, index) => ({
    ...place,
    ...{ tid: `CUT-${place.kind.letters}-${index}`, amount: 100 + index },
  }));
}

async function cutSale(
  { till: counter, machine: machines }: LinkCutGateway,
  place: Place,
  atEnd: Cleanup,
): Promise<{
  readonly attempt: SaleAttempt;
  readonly machine: LinkedTerminal;
  readonly all: boolean;
}> {
  const { kind, tid, amount, end, cuts } = place;
  const line = await startCuttingProxy(addressAt(machines, 'terminal', { token: KEY, tid }), end);
  atEnd(line.close);
  const machine = await startLinkedTerminal({
    uri: line.uri,
    tid,
    signs: kind.signs,
    stepMs: STEP_MS,
  });
  atEnd(() => machine.link.close());
  const { till } = await startPacTill(counter, `till-${tid}`);
  atEnd(() => till.close());
  await eventually(`${tid} to be listed`, async () =>
    (await till.terminals()).find((terminal) => terminal.tid === tid),
  );
  const attempt = attemptSale(till, tid, amount);
  const cutter = line.cutAt(...cuts);
  const done = await attempt;
  // The machine is not asked after a drop that follows its report of the end: then nothing is left to cut.
  assert.ok(cutter.cut || cuts.length > 1, `${tid} was cut`);
  return { attempt: done, machine, all: cutter.cut };
}
