// The line of a restaurant till is cut at every step of a bill that is paid in parts, and again while it
// gets what it missed: its book, the journal and the card machines have the same payments.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Frame, TestGateway, TestTill } from 'tillgate/testing';
import { connectTill } from 'tillgate/testing';
import { casesAtDepth } from '../support/depth.ts';
import { startUnreliableGateway } from '../support/gateway/unreliable-gateway.ts';
import { Bills } from '../support/scenario/bills.ts';
import type { Cut, Library } from '../support/scenario/cutting-proxy.ts';
import { libraries, libraryAt, startCuttingProxy } from '../support/scenario/cutting-proxy.ts';
import type { Tally } from '../support/scenario/pat-till.ts';
import { assertBooksAgree, startPatTill } from '../support/scenario/pat-till.ts';
import type { BillPlan, WaiterOptions } from '../support/scenario/waiter.ts';
import { payBill } from '../support/scenario/waiter.ts';
import type { Cleanup } from '../support/wait.ts';
import { cleanups, within } from '../support/wait.ts';

const TID = 'VCMCUTSIP0';
const BEACON = 'STAFF';
const errand: BillPlan = {
  tableId: '12A',
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
const settings = { virtualStep: 0.004, virtualCard: 0.008, virtualPin: 0.008 };
const HANDLER_MS = 4;

/** Where the line is cut: at messages to the till, or when the waiter has got to a step. */
type Place = { readonly cuts: readonly Cut[] } | { readonly step: string };

test('wherever the line is cut, the till books what was paid once [C-9.22, C-9.23]', async (t) => {
  const atEnd = cleanups(t);
  const steps = await undisturbed(atEnd);
  const both = [false, true].map((arrives) => ({ arrives }));
  const once = messages.flatMap((_, index) => both.map((cut) => [{ at: index + 1, ...cut }]));
  // Once more among the first messages of the next line; the last of a visit may have no successor.
  const twice = once
    .slice(0, -2)
    .flatMap(([cut]) => both.flatMap((next) => [1, 2].map((at) => [cut as Cut, { at, ...next }])));
  const all: readonly Place[] = [
    ...[...once, ...twice].map((cuts) => ({ cuts })),
    ...steps.map((step) => ({ step })),
  ];
  const places = casesAtDepth(all, 5);
  const ended = await Promise.all(
    places.map((place, index) => cutVisit(place, { library: libraryAt(index) }, atEnd)),
  );
  const sum = (of: (one: Ended) => number) => ended.reduce((total, one) => total + of(one), 0);
  assert.equal(
    sum(({ payments }) => payments),
    3 * places.length,
  );
  const resent = sum((one) => one.resent);
  assert.ok(resent > 0, 'something was sent again');
  t.diagnostic(`${places.length} visits with cuts; the tills have ${libraries.join(', ')} in turn`);
  t.diagnostic(`${sum(({ visits }) => visits)} visits, ${sum((one) => one.sessions)} sessions`);
  t.diagnostic(`${sum(({ payments }) => payments)} payments, ${resent} sent again`);
});

interface Ended extends Tally {
  readonly visits: number;
  readonly resent: number;
}

/** One visit without a cut, for what comes in it. */
async function undisturbed(atEnd: Cleanup): Promise<readonly string[]> {
  const steps = new Set<string>();
  const { methods, visits } = await play(atEnd, { onStep: (step) => void steps.add(step) });
  assert.deepEqual(methods.slice(0, messages.length), messages);
  // The second one finds nothing left.
  assert.equal(visits, 2);
  assert.equal(steps.size, WAITER_STEPS, [...steps].join(', '));
  return [...steps];
}

async function cutVisit(
  place: Place,
  { library }: Pick<Script, 'library'>,
  atEnd: Cleanup,
): Promise<Ended> {
  const line = await play(atEnd, {
    library,
    ...('cuts' in place && { cuts: place.cuts }),
    ...('step' in place && {
      onStep: (step, cut) => {
        if (step === place.step) cut();
      },
    }),
  });
  assert.ok(line.cut, `it was cut at ${JSON.stringify(place)}`);
  return line;
}

interface Script {
  readonly library?: Library | undefined;
  readonly cuts?: readonly Cut[];
  readonly onStep?: (step: string, cut: () => void) => void;
}

/** A restaurant of its own, in which one bill is paid to the end. */
async function play(atEnd: Cleanup, { cuts = [], onStep, library = 'plain' }: Script) {
  const server = await startUnreliableGateway({ settings });
  atEnd(() => void server.stop());
  const line = await startCuttingProxy(server.uri('pat'), 'gateway', () => library);
  atEnd(line.close);
  const bills = new Bills();
  bills.open(BEACON, 1);
  bills.open(errand.tableId, BILL);
  const tables = await startPatTill(line.uri, bills, { delayMs: HANDLER_MS });
  atEnd(() => tables.till.close());
  const methods: string[] = [];
  tables.onMessage = ({ method }) => methods.push(method);
  let cutter = cuts.length > 0 ? line.cutAt(...cuts) : { cut: false };
  const cutNow = () => {
    if (!cutter.cut) cutter = line.cutAt({ at: 0, arrives: false });
  };
  let over = false;
  atEnd(() => {
    over = true;
  });
  const waiter = waiterAt(server, {
    isOver: () => over,
    onStep: (step) => onStep?.(step, cutNow),
  });
  const visits = await within('the bill', payBill(waiter, errand));
  const tally = await assertBooksAgree(server.store, bills, [TID]);
  assert.equal(bills.all.get(errand.tableId)?.left, 0);
  tables.till.close();
  await server.stop();
  return { ...tally, methods, visits, resent: tables.resent, cut: cutter.cut };
}

function waiterAt(
  server: TestGateway,
  more: Pick<WaiterOptions, 'isOver' | 'onStep'>,
): WaiterOptions {
  return {
    uri: (tid) => server.uri('waiter', { tid }),
    tid: () => TID,
    beacon: BEACON,
    thinkMs: HANDLER_MS,
    ...more,
  };
}

const tables = ['1', '2', '3'];
/** To the till, for each table: what was paid, and the unlock. */
const NOTICES = 2 * tables.length;

test('a notification that a till cannot have received is sent again, in the old order and with the same contents [C-9.23]', async (t) => {
  for (let kept = 0; kept < NOTICES; kept += 1) {
    await t.test(`${kept} notifications are proven and not sent again`, (each) =>
      loses(kept, cleanups(each)),
    );
  }
});

/** A till of its own make proves that it has the first notices, and loses all others with its line. */
async function loses(kept: number, atEnd: Cleanup): Promise<void> {
  const server = await startUnreliableGateway();
  atEnd(() => void server.stop());
  const bills = new Bills();
  for (const tableId of tables) bills.open(tableId, 3000);
  const first = await connectTill(server.uri('pat'), { autoPong: false });
  let marks = 0;
  first.socket.on('ping', (mark: Buffer) => {
    marks += 1;
    if (marks <= kept) first.socket.pong(mark);
  });
  answers(first, bills);
  const waiter = await connectTill(server.uri('waiter', { tid: TID }));
  for (const tableId of tables) await payInTwo(waiter, tableId);
  await first.until(() => noticesOf(first).length === NOTICES);
  const notices = noticesOf(first);
  for (const notice of notices.slice(0, kept)) takes(bills, notice);
  first.cut();

  const second = await connectTill(server.uri('pat'));
  await second.until(() => noticesOf(second).length === NOTICES - kept);
  assert.deepEqual(noticesOf(second), notices.slice(kept));
  for (const notice of noticesOf(second)) takes(bills, notice);
  const { payments } = await assertBooksAgree(server.store, bills, [TID]);
  assert.equal(payments, 2 * tables.length);
  assert.deepEqual(bills.list(), []);
  second.cut();

  const third = await connectTill(server.uri('pat'));
  answers(third, bills);
  await waiter.request('tables');
  assert.deepEqual(noticesOf(third), [], 'nothing is sent a third time');
}

const isNotice = ({ method, id }: Frame) => method !== undefined && id === undefined;

function noticesOf({ received }: TestTill): readonly Frame[] {
  return received.filter(isNotice);
}

function answers(till: TestTill, bills: Bills): void {
  const say = (id: unknown, result: object) => till.send({ jsonrpc: '2.0', id, result });
  till.socket.on('message', (data: Buffer) => {
    const { id, method, params } = JSON.parse(data.toString()) as Frame;
    if (method === 'tableListRequest') say(id, { tables: bills.list(), currency: 'GBP' });
    else if (method === 'tableLockRequest') say(id, { confirmed: true, ...bills.lock(params) });
  });
}

function takes(bills: Bills, { method, params }: Frame): void {
  if (method === 'tableUnlock') bills.unlock(params);
  else bills.book({ ...params, amountOffBill: params.amountPaid - params.amountCashback });
}

async function payInTwo(waiter: TestTill, tableId: string): Promise<void> {
  await waiter.request('lock', { tableId });
  await waiter.request('pay', { by: 'card', amount: 1000, amountGratuity: 100 });
  const last = await waiter.request('pay', { by: 'card', amount: 2000, amountCashback: 500 });
  assert.deepEqual(last.result, { answer: 'payment', paid: true, left: 0 });
  await waiter.request('leave');
}
