// A till at the table answers anything at all: waiters get what a usable answer says and no more,
// nothing that was paid is lost, and another site goes on undisturbed [C-9.5, C-12.22].

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { TestTill } from 'tillgate/testing';
import { connectTill, startTestGateway, TestClock } from 'tillgate/testing';
import { depth } from '../support/depth.ts';
import { FuzzingTill } from '../support/fuzz/fuzzing-till.ts';
import { FuzzingWaiter } from '../support/fuzz/fuzzing-waiter.ts';
import { fuzzedAnswer, fuzzedVisit } from '../support/fuzz/table-answers.ts';
import { echo, TOKEN } from '../support/gateway/gateway-harness.ts';
import { MemoryStore, shareStore } from '../support/gateway/shared-store.ts';
import { siteRecord, tokenRecord } from '../support/gateway/site-records.ts';
import { TableBook, TableTill } from '../support/gateway/table-till.ts';
import { heapUsed } from '../support/heap.ts';
import { checkInvariants } from '../support/invariants/invariants.ts';
import { Trace } from '../support/invariants/trace.ts';
import { machineMemory, readTables, untilSettled } from '../support/scenario/journal-reader.ts';

const SEED = 20260314;
/** For each answer [C-9.4]; time passes in quarters of it, each time when all that was said has come. */
const LIMIT_MS = 10_000;
/** Of the card machines: most cards are good, and every other end is there too. */
const LETTERS = [
  ...['SIP0', 'SIS0', 'SCD0', 'SKN0', 'SSS0', 'SIP0', 'SIS0', 'SCD0', 'SKN0', 'SSS0'],
  ...['SIP0', 'SCD0', 'DIP0', 'DCD0', 'UIP0', 'VIP0', 'CIP0', 'TIP0'],
];
const STAYS = depth(64, 12);
const SLACK_BYTES = 4 * 2 ** 20;
const OTHER = { site: 'shop2', token: '2c1e7a52-0d3e-4f6b-9a41-2f8f0c1d7e90' };
const FINAL_RECEIPT = { 'final-pos-receipt-request': '' };

test('payments are delivered and other sites not disturbed, whatever a restaurant till answers [C-9.5, C-12.22]', async (t) => {
  const trace = new Trace();
  const server = await startServer(trace);
  t.after(server.close);
  const witness = await watchOther(server);
  const fuzz = await play(server, { seed: SEED, stays: STAYS });
  const visits = await witness.stop();
  assert.ok(visits > depth(10, 2), 'the witness was at work all the time');

  assert.deepEqual(fuzz.faults, []);
  await sameMoney(server.store, fuzz);
  await server.close();
  checkInvariants(trace.entries, [TOKEN, OTHER.token]);
  assert.equal(Reflect.get({}, 'polluted'), undefined);
  assert.deepEqual(Object.keys(Object.prototype), []);
  const { questions, sent, lines, resent } = fuzz.counts;
  t.diagnostic(
    `${fuzz.tableRequests} tableRequests, ${questions} questions, ${sent} frames of the till`,
  );
  t.diagnostic(`${fuzz.payments.size} payments sent, ${resent} again, on ${lines} lines`);
  t.diagnostic(`${visits} visits of the witness, ${trace.entries.length} entries of the trace`);
});

test('fuzzed answers of a restaurant till leave nothing behind in memory', async (t) => {
  const server = await startServer();
  t.after(server.close);
  // What is made once is made in the first play.
  await play(server, { seed: SEED + 1000, stays: STAYS / 2 });
  const plays: Grown[] = [];
  for (const seed of [SEED + 2000, SEED + 3000, SEED + 4000])
    plays.push(await grownBy(server, seed));
  const least = Math.min(...plays.map(({ heap, journal }) => heap - 2 * journal));
  const said = plays.map(({ heap, journal }) => `${heap >> 10} KiB, journal ${journal >> 10} KiB`);
  // No engine is exact, but what leaks does so each time. The till's answers are over 10 MiB a play.
  assert.ok(least < SLACK_BYTES, said.join('; '));
  t.diagnostic(said.join('; '));
});

/** By how much something is bigger after a play, in bytes and characters. */
interface Grown {
  readonly heap: number;
  /** In this heap too. */
  readonly journal: number;
}

async function grownBy(server: Server, seed: number): Promise<Grown> {
  const before = { heap: heapUsed(), journal: await journalSize(server.store) };
  const { faults } = await play(server, { seed, stays: STAYS / 2 });
  assert.deepEqual(faults, []);
  const journal = await journalSize(server.store);
  return { heap: heapUsed() - before.heap, journal: journal - before.journal };
}

type Server = Awaited<ReturnType<typeof startServer>>;

/** A gateway for both sites, in which time passes when all that was said to tills has come. */
async function startServer(trace?: Trace) {
  const store = new MemoryStore();
  const clock = new TestClock();
  const put = [
    ...[siteRecord('testhost'), tokenRecord('testhost', TOKEN)],
    ...[siteRecord(OTHER.site), tokenRecord(OTHER.site, OTHER.token)],
  ];
  await store.write({ put });
  const { uri, stop } = await startTestGateway({
    store: shareStore(store, (written) => trace?.journalled(written)),
    // No time counts as the window of bad messages, so that none closes the connection [C-11.13].
    settings: { badMessages: 0, virtualSilence: 0.01 },
    clock,
  });
  const lines = new Set<TestTill>();
  const stopTime = letTimePass(clock, lines);
  return {
    ...{ store, clock, uri },
    /** Connects a till at the table. */
    till: async (site: string, parameters: Record<string, string>, options = {}) => {
      const till = await connectTill(uri('pat', { ...FINAL_RECEIPT, ...parameters }), options);
      trace?.follow(till, site);
      lines.add(till);
      void till.closed.then(() => lines.delete(till));
      return till;
    },
    close: async () => {
      await stopTime();
      await stop();
    },
  };
}

/** Gives a stop. */
function letTimePass(clock: TestClock, lines: ReadonlySet<TestTill>): () => Promise<void> {
  let going = true;
  const passing = (async () => {
    while (going) {
      // Once there and back for what is asked, once more for the answers to it.
      await Promise.all([...lines].map(echo));
      await Promise.all([...lines].map(echo));
      await clock.advance(LIMIT_MS / 4);
    }
  })();
  return () => {
    going = false;
    return passing;
  };
}

interface Play {
  readonly seed: number;
  /** At each card machine. */
  readonly stays: number;
}

/** Waiters at many machines, and one till that says anything; at the end it has come to rest. */
async function play(server: Server, { seed, stays: count }: Play) {
  const tids = LETTERS.map((letters, index) => `VCMF${index}${letters}`);
  const sayings = samples(fuzzedAnswer, { seed, count: 10 * count });
  const stays = samples(fuzzedVisit, { seed, count });
  const turns = new Map<string, number>();
  const next = (tid: string) => {
    const turn = turns.get(tid) ?? 0;
    turns.set(tid, turn + 1);
    return turn;
  };
  const amounts = new Map<string, number>();
  let calm = false;
  const till = new FuzzingTill({
    connect: () => server.till('testhost', {}),
    saying: (tid) => {
      const own = sayings[tids.indexOf(tid)] ?? [];
      return (calm ? undefined : own[next(tid) % own.length]) ?? { how: 'good' };
    },
    amount: (tid) => amounts.get(tid) ?? 0,
    tables: ['1', '2', '12A'],
    limitMs: LIMIT_MS,
  });
  await till.connect();
  const diners = tids.map((tid) => {
    const connect = () => connectTill(server.uri('waiter', { tid }));
    return new FuzzingWaiter({
      tid,
      till,
      limitMs: LIMIT_MS,
      now: () => server.clock.now(),
      connect,
    });
  });
  const playVisits = async (waiter: FuzzingWaiter, index: number) => {
    for (const one of stays[index] ?? []) {
      amounts.set(tids[index] as string, one.amount);
      await waiter.play(one);
    }
    await waiter.end();
  };
  await Promise.all(diners.map(playVisits));
  calm = true;
  await untilSettled(server.store);
  await till.checkComplaints();
  till.close();
  return {
    tids,
    counts: till.counts,
    payments: till.payments,
    seen: diners.map(({ seen }) => seen),
    tableRequests: diners.reduce((sum, { tableRequests }) => sum + tableRequests, 0),
    faults: [...till.faults, ...diners.flatMap(({ faults }) => faults)],
  };
}

/** For each machine its own; the same in every run. */
function samples<T>(from: fc.Arbitrary<T>, { seed, count }: { seed: number; count: number }) {
  return LETTERS.map((_, index) => fc.sample(from, { numRuns: count, seed: seed + index }));
}

type Fuzz = Awaited<ReturnType<typeof play>>;

/** The till received = the waiters saw = the journal has = the machines took. */
async function sameMoney(store: MemoryStore, { tids, payments, seen }: Fuzz): Promise<void> {
  const sessions = (await readTables(store)).filter(({ tid }) => tids.includes(tid));
  const journal = sessions.flatMap(({ tid, payments }) =>
    payments.map(({ at: _, ...paid }) => ({ tid, ...paid })),
  );
  const ofTill = [...payments.values()].map(({ time: _, currency: __, ...paid }) => paid);
  const byId = (a: { paymentId: string }, b: { paymentId: string }) =>
    a.paymentId < b.paymentId ? -1 : 1;
  assert.deepEqual(ofTill.toSorted(byId), journal.toSorted(byId));
  assert.ok(journal.length > depth(100, 20), 'much was paid');
  for (const [index, tid] of tids.entries()) {
    const own = journal.filter((paid) => paid.tid === tid);
    const sum = (of: (paid: (typeof own)[number]) => number) =>
      own.reduce((total, one) => total + of(one), 0);
    const off = sum(({ amountPaid, amountCashback }) => amountPaid - amountCashback);
    const gratuity = sum(({ amountGratuity }) => amountGratuity);
    assert.deepEqual(seen[index], { payments: own.length, offTheBill: off, gratuity }, tid);
    const byCard = own.filter(({ paymentMethod }) => paymentMethod !== 'UNKNOWN');
    const { balances } = (await machineMemory(store, 'testhost', tid)) ?? {};
    assert.equal(balances?.totalSalesCount ?? 0, byCard.length, tid);
    assert.equal(balances?.totalGratuityAmount ?? 0, gratuity, tid);
  }
}

/** At the other site bills are paid by the book, one after the other. */
async function watchOther(server: Server) {
  const { site, token } = OTHER;
  const host = { headers: { host: `${site}.example` } };
  const line = await server.till(site, { token }, host);
  const book = new TableBook({});
  const till = new TableTill(line, book);
  const waiter = await connectTill(server.uri('waiter', { token, tid: 'VCMWITNESSSIP0' }), host);
  let going = true;
  const serving = (async () => {
    let visits = 0;
    for (; going; visits += 1) await visit(waiter, till, `W${visits}`);
    return visits;
  })();
  serving.catch(() => undefined);
  return {
    stop: () => {
      going = false;
      return serving;
    },
  };
}

async function visit(waiter: TestTill, { till, book }: TableTill, tableId: string): Promise<void> {
  for (const one of [waiter, till]) one.received.splice(0);
  book.bills.set(tableId, 1000);
  const asks = async (method: string, params?: object) =>
    (await waiter.request(method, params)).result;
  assert.equal((await asks('tables')).tables.at(-1), tableId);
  assert.deepEqual(await asks('lock', { tableId }), {
    ...{ answer: 'locked', amount: 1000, currency: 'GBP' },
  });
  assert.equal((await asks('bill')).receiptLines.length, 1);
  for (const left of [400, 0]) {
    const part = { by: 'card', amount: left === 0 ? 400 : 600, amountGratuity: 50 };
    assert.deepEqual(await asks('pay', part), { answer: 'payment', paid: true, left });
  }
  assert.equal((await asks('leave')).answer, 'left');
  await till.until(({ method }) => method === 'tableUnlock');
  assert.deepEqual(
    till.received.map(({ method }) => method),
    [
      ...['tableListRequest', 'tableLockRequest', 'posReceiptRequest'],
      ...['transactionResponse', 'finalPosReceiptRequest', 'tableUnlock'],
    ],
  );
  assert.equal(book.bills.get(tableId), 0);
  book.bills.delete(tableId);
}

/** In characters; the store of a test keeps them in the heap. */
async function journalSize(store: MemoryStore): Promise<number> {
  const entries = await store.entries();
  return entries.reduce((sum, { body }) => sum + body.length, 0);
}
