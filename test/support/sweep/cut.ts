// The till's socket is cut at every step of a sale: what the kit finds out afterwards is what the
// journal says, with an epos-id and without.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Store } from '../../../packages/server/src/ports/store.ts';
import { casesAtDepth } from '../depth.ts';
import type { Cut } from '../scenario/cutting-proxy.ts';
import { libraries, libraryAt, startCuttingProxy } from '../scenario/cutting-proxy.ts';
import type { SaleAttempt } from '../scenario/pac-till.ts';
import { assertJournalAgrees, attemptSale, startPacTill } from '../scenario/pac-till.ts';
import type { Cleanup } from '../wait.ts';
import { cleanups } from '../wait.ts';

/** Letters of the card machine, and how many messages its sale brings. */
const kinds = [
  { letters: 'SIP0', messages: 11 },
  { letters: 'SIS0', messages: 13 },
  { letters: 'DIP0', messages: 11 },
  { letters: 'TIP0', messages: 5 },
] as const;
/** Brisk, yet slower than a till is to come back. */
export const cutSettings = {
  ...{ virtualStep: 0.02, virtualCard: 0.04, virtualPin: 0.04, virtualSilence: 0.2 },
  // A till without an epos-id is not asked again: its signature counts as accepted after a second.
  ...{ signatureTimeout: 1, maxConnectionsPerSite: 1_000 },
};

interface Place {
  readonly tid: string;
  readonly eposId: string | false;
  readonly amount: number;
  readonly cut: Cut;
}

export interface CutGateway {
  /** Of the test site's counter. */
  readonly uri: string;
  readonly store: Store;
}

export async function cutSweep(t: TestContext, { uri, store }: CutGateway): Promise<void> {
  const places = casesAtDepth(allPlaces(), 3);
  const atEnd = cleanups(t);
  const attempts = await Promise.all(
    places.map((place, index) => cutSale(uri, { ...place, index }, atEnd)),
  );
  await assertJournalAgrees(t, store, attempts);
  t.diagnostic(`a third each of the tills has ${libraries.join(', ')}`);
  t.diagnostic(`${places.length} cuts at every step of ${kinds.length} kinds of sale`);
}

function allPlaces(): readonly Place[] {
  const cuts = (messages: number): readonly Cut[] => [
    { at: 0, arrives: false },
    ...Array.from({ length: messages }, (_, index) => index + 1).flatMap((at) => [
      { at, arrives: false },
      { at, arrives: true },
    ]),
  ];
  return kinds.flatMap(({ letters, messages }) =>
    cuts(messages).flatMap((cut, index) =>
      [true, false].map((named) => {
        const name = `${index}${named ? 'n' : 'a'}`;
        const eposId = named ? (`cut-${letters}-${name}` as const) : (false as const);
        return { tid: `VCMCUT${name}${letters}`, eposId, amount: 100 + index, cut };
      }),
    ),
  );
}

async function cutSale(
  uri: string,
  place: Place & { readonly index: number },
  atEnd: Cleanup,
): Promise<SaleAttempt> {
  const { tid, eposId, amount, cut, index } = place;
  const line = await startCuttingProxy(uri, 'gateway', () => libraryAt(index));
  atEnd(line.close);
  const { till } = await startPacTill(line.uri, eposId);
  atEnd(() => till.close());
  // One sale before, so that the last payment of the machine is not simply this one or none.
  await till.sale({ tid, currency: 'GBP', amount: 50 });
  const attempt = attemptSale(till, tid, amount);
  const cutter = line.cutAt(cut);
  const done = await attempt;
  assert.ok(cutter.cut, `${tid} was cut`);
  return done;
}
