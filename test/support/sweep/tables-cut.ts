// The line of a restaurant till is cut at every step of a bill that is paid in parts, and again while it
// gets what it missed: its book, the journal and the card machines have the same payments.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Store } from '../../../packages/server/src/ports/store.ts';
import { casesAtDepth } from '../depth.ts';
import type { Bills } from '../scenario/bills.ts';
import type { Cut, Library } from '../scenario/cutting-proxy.ts';
import { libraries, libraryAt, startCuttingProxy } from '../scenario/cutting-proxy.ts';
import { assertBooksAgree, startPatTill } from '../scenario/pat-till.ts';
import type { BillPlan } from '../scenario/waiter.ts';
import { payBill } from '../scenario/waiter.ts';
import type { Cleanup } from '../wait.ts';
import { cleanups, within } from '../wait.ts';

const BEACON = 'STAFF';
const errand: Omit<BillPlan, 'tableId'> = {
  waiterId: '007',
  parts: [
    { by: 'card', amount: 1607, amountGratuity: 160 },
    { by: 'card', amount: 1607, amountCashback: 500, amountGratuity: 75 },
    { by: 'card', amount: 1606 },
  ],
};
const BILL = 4820;
/** To the till, in an undisturbed visit. */
const messages = [
  ...['tableListRequest', 'tableLockRequest', 'posReceiptRequest'],
  ...['transactionResponse', 'finalPosReceiptRequest', 'tableUnlock'],
];
/** To the waiter: answers to tables, lock, bill and leave; eight values and an answer for each card. */
const WAITER_STEPS = 4 + 3 * 9;
/** Brisk, yet slower than a till is to come back. */
export const tablesCutSettings = { virtualStep: 0.004, virtualCard: 0.008, virtualPin: 0.008 };
const HANDLER_MS = 4;

/** Where the line is cut: at messages to the till, or when the waiter has got to a step. */
type Place = { readonly cuts: readonly Cut[] } | { readonly step: string };

export interface Restaurant {
  /** Where the till connects. */
  readonly till: string;
  /** Where the waiter of a card machine connects. */
  readonly waiter: (tid: string) => string;
  readonly store: Store;
  /** All that was ever open in the store. */
  readonly bills: Bills;
  close(): Promise<void>;
}

export interface TablesCut {
  /** A restaurant for one visit; the same one again if the visits are played one after the other. */
  readonly open: () => Promise<Restaurant>;
  /** At less than full depth one case in so many is played. */
  readonly every: number;
  readonly oneByOne?: boolean;
}

export async function tablesCutSweep(t: TestContext, options: TablesCut): Promise<void> {
  const { every, oneByOne = false } = options;
  const atEnd = cleanups(t);
  const play = visitsIn(options, atEnd);
  const steps = await undisturbed(play);
  const places = casesAtDepth(allPlaces(steps), every);
  const ended: Ended[] = [];
  const cut = async (place: Place, index: number) => {
    ended.push(await cutVisit(play, place, libraryAt(index)));
  };
  if (oneByOne) for (const [index, place] of places.entries()) await cut(place, index);
  else await Promise.all(places.map(cut));
  const sum = (of: (one: Ended) => number) => ended.reduce((total, one) => total + of(one), 0);
  const resent = sum((one) => one.resent);
  assert.ok(resent > 0, 'something was sent again');
  t.diagnostic(`${places.length} visits with cuts; the tills have ${libraries.join(', ')} in turn`);
  t.diagnostic(`${sum(({ visits }) => visits)} visits, ${resent} payments sent again`);
}

function allPlaces(steps: readonly string[]): readonly Place[] {
  const both = [false, true].map((arrives) => ({ arrives }));
  const once = messages.flatMap((_, index) => both.map((cut) => [{ at: index + 1, ...cut }]));
  // Once more among the first messages of the next line; the last of a visit may have no successor.
  const twice = once
    .slice(0, -2)
    .flatMap(([cut]) => both.flatMap((next) => [1, 2].map((at) => [cut as Cut, { at, ...next }])));
  return [...[...once, ...twice].map((cuts) => ({ cuts })), ...steps.map((step) => ({ step }))];
}

interface Ended {
  /** To the till, in their order. */
  readonly methods: readonly string[];
  readonly visits: number;
  readonly resent: number;
  /** Whether all cuts were made. */
  readonly cut: boolean;
}

interface Script {
  readonly library?: Library;
  readonly cuts?: readonly Cut[];
  readonly onStep?: (step: string, cut: () => void) => void;
}

type Play = (script: Script) => Promise<Ended>;

/** One visit without a cut, for what comes in it. */
async function undisturbed(play: Play): Promise<readonly string[]> {
  const steps = new Set<string>();
  const { methods, visits } = await play({ onStep: (step) => void steps.add(step) });
  assert.deepEqual(methods.slice(0, messages.length), messages);
  // The second one finds nothing left.
  assert.equal(visits, 2);
  assert.equal(steps.size, WAITER_STEPS, [...steps].join(', '));
  return [...steps];
}

async function cutVisit(play: Play, place: Place, library: Library): Promise<Ended> {
  const ended = await play({
    library,
    ...('cuts' in place && { cuts: place.cuts }),
    ...('step' in place && {
      onStep: (step, cut) => {
        if (step === place.step) cut();
      },
    }),
  });
  assert.ok(ended.cut, `it was cut at ${JSON.stringify(place)}`);
  return ended;
}

/** Pays one bill to the end, at a machine of its own. */
function visitsIn({ open, oneByOne = false }: TablesCut, atEnd: Cleanup): Play {
  let isOver = false;
  atEnd(() => {
    isOver = true;
  });
  const tids: string[] = [];
  return async ({ cuts = [], onStep, library = 'plain' }) => {
    const { till, waiter, store, bills, close } = await open();
    atEnd(() => void close());
    const line = await startCuttingProxy(till, 'gateway', () => library);
    atEnd(line.close);
    const tid = `VCMCUT${tids.length}SIP0`;
    const tableId = `12A${tids.length}`;
    tids.push(tid);
    if (!bills.all.has(BEACON)) bills.open(BEACON, 1);
    bills.open(tableId, BILL);
    const tables = await startPatTill(line.uri, bills, { delayMs: HANDLER_MS });
    atEnd(() => tables.till.close());
    const methods: string[] = [];
    tables.onMessage = ({ method }) => methods.push(method);
    let cutter = cuts.length > 0 ? line.cutAt(...cuts) : { cut: false };
    const cutNow = () => {
      if (!cutter.cut) cutter = line.cutAt({ at: 0, arrives: false });
    };
    const visits = await within(
      'the bill',
      payBill(
        {
          ...{ uri: waiter, tid: () => tid, beacon: BEACON, thinkMs: HANDLER_MS },
          isOver: () => isOver,
          onStep: (step) => onStep?.(step, cutNow),
        },
        { ...errand, tableId },
      ),
    );
    const played = oneByOne ? tids : [tid];
    const { payments } = await assertBooksAgree(store, bills, played);
    assert.equal(payments, 3 * played.length);
    assert.equal(bills.all.get(tableId)?.left, 0);
    tables.till.close();
    line.close();
    await close();
    return { methods, visits, resent: tables.resent, cut: cutter.cut };
  };
}
