// Tills of both versions at the counters and at the tables of two sites, all at work on one gateway at
// once: each gets messages of its own version about machines of its own site, and no others.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Frame, TestTill } from 'tillgate/testing';
import { connectTill } from 'tillgate/testing';
import type { GatewayHarness } from '../support/gateway/gateway-harness.ts';
import { startHarness, TOKEN } from '../support/gateway/gateway-harness.ts';
import { siteRecord, tokenRecord } from '../support/gateway/site-records.ts';
import { TableBook, TableTill } from '../support/gateway/table-till.ts';
import { machineMemory, readJournal, readTables } from '../support/scenario/journal-reader.ts';

const SALES = 6;
const TABLES_A_WAITER = 4;
const PART = 500;
const GRATUITY = 30;
const V0 = { 'api-version': 'v0', 'software-house-id': undefined, 'installer-id': undefined };
const FINAL_RECEIPT = { 'final-pos-receipt-request': '' };
/** Card machines of the same names at both sites. */
const OLD = 'VCMOLDSIP0';
const NEW = 'VCMNEWSIS0';
const AT_TABLE = ['VCMTASIP0', 'VCMTBSCD0'];

interface Site {
  readonly name: string;
  readonly token: string;
  /** A card machine that the other site does not have. */
  readonly only: string;
  /** Every sale here is of its till's amount and up to so many pence more. */
  readonly amounts: { readonly v0: number; readonly v1: number };
  /** Spoken by its first till at the table; the one that takes over speaks the other. */
  readonly atTable: 'v0' | 'v1';
}

const sites: readonly Site[] = [
  {
    ...{ name: 'testhost', token: TOKEN, only: 'VCMONESIP0' },
    ...{ amounts: { v0: 1000, v1: 2000 }, atTable: 'v1' },
  },
  {
    ...{ name: 'shop2', token: '2c1e7a52-0d3e-4f6b-9a41-2f8f0c1d7e90', only: 'VCMTWOSIP0' },
    ...{ amounts: { v0: 3000, v1: 4000 }, atTable: 'v0' },
  },
];

test('tills of both versions at two sites work side by side, each with its own messages', async (t) => {
  const harness = await startHarness(t, {
    records: sites.flatMap(recordsOf),
    site: siteOf(sites[0]),
  });
  const running = await Promise.all(sites.map((site) => openSite(harness, site)));
  const work = running.flatMap((site) => [
    sellOld(site),
    sellNew(site),
    ...AT_TABLE.map((tid, index) => serveGuests(harness, site, { tid, index })),
  ]);
  await drive(harness, Promise.all(work));

  for (const site of running) {
    await seesOnlyItsOwn(harness, site);
    await countedItsOwn(harness, site);
  }
  const lines = running.flatMap(({ old, now, atTable }) => [
    old,
    now,
    ...atTable.map((x) => x.till),
  ]);
  for (const line of lines) speaksItsVersion(line);
  const jobs = await readJournal(harness.store);
  const tables = await readTables(harness.store);
  const received = lines.reduce((sum, { received }) => sum + received.length, 0);
  t.diagnostic(`${jobs.length} sales and reports, ${tables.length} visits to tables`);
  t.diagnostic(`${received} messages to ${lines.length} tills of ${sites.length} sites`);
});

interface RunningSite {
  readonly site: Site;
  readonly old: TestTill;
  readonly now: TestTill;
  readonly book: TableBook;
  /** The first, and the one that took over. */
  readonly atTable: TableTill[];
  readonly sold: { old: number; now: number };
}

function siteOf(site: Site | undefined) {
  const tids = [OLD, NEW, ...AT_TABLE, site?.only ?? ''];
  return { test: false, terminals: Object.fromEntries(tids.map((tid) => [tid, {}])) };
}

function recordsOf(site: Site) {
  return [siteRecord(site.name, siteOf(site)), tokenRecord(site.name, site.token)];
}

async function openSite(harness: GatewayHarness, site: Site): Promise<RunningSite> {
  const bills = AT_TABLE.flatMap((_, index) =>
    Array.from({ length: TABLES_A_WAITER }, (__, number) => tableOf(site, index, number)),
  );
  const running: RunningSite = {
    site,
    old: await connected(harness, site, { to: 'pac', parameters: V0 }),
    now: await connected(harness, site, { to: 'pac' }),
    book: new TableBook(Object.fromEntries(bills.map((tableId) => [tableId, 3 * PART]))),
    atTable: [],
    sold: { old: 0, now: 0 },
  };
  await openTables(harness, running, site.atTable);
  return running;
}

const tableOf = ({ name }: Site, waiter: number, number: number) => `${name} ${waiter}${number}`;

async function openTables(
  harness: GatewayHarness,
  { site, book, atTable }: RunningSite,
  version: 'v0' | 'v1',
) {
  const parameters = { ...(version === 'v0' ? V0 : {}), ...FINAL_RECEIPT };
  const till = await connected(harness, site, { to: 'pat', parameters });
  atTable.push(new TableTill(till, book));
}

interface Door {
  readonly to: 'pac' | 'pat';
  readonly parameters?: Readonly<Record<string, string | undefined>>;
}

function connected(
  harness: GatewayHarness,
  site: Site,
  { to, parameters }: Door,
): Promise<TestTill> {
  const uri = harness.server.uri(to, { token: site.token, ...parameters });
  return harness.connect(uri, headersOf(site));
}

const headersOf = ({ name }: Site) => ({ headers: { host: `${name}.example` } });

/** A v0 till sells; every other sale is cancelled while it waits for the card. */
async function sellOld({ site, old: till, sold }: RunningSite): Promise<void> {
  for (let number = 0; number < SALES; number += 1) {
    const amount = site.amounts.v0 + number;
    const id = till.ask('sale', { tpi: OLD, currency: 'GBP', amount });
    if (number % 2 === 1) {
      await till.shown('PRESENT_CARD', number + 1);
      const { result } = await till.request('cancelTransaction', { tpi: OLD });
      assert.deepEqual(result, { cancelled: true });
    } else sold.old += amount;
    const { result } = await till.answer(id);
    const expected = number % 2 === 1 ? 'CANCELLED' : 'SUCCESSFUL';
    assert.deepEqual(
      [result.tpi, result.amountBase, result.transactionResult],
      [OLD, amount, expected],
    );
  }
  const { result } = await till.request('reportXBalance', { tpi: OLD });
  assert.equal(result.balances.totalSalesAmount, sold.old);
}

/** A v1 till sells with signatures, which it accepts, and asks for each sale once more. */
async function sellNew({ site, now: till, sold }: RunningSite): Promise<void> {
  till.socket.on('message', (data: Buffer) => {
    const { id, method } = JSON.parse(data.toString()) as Frame;
    const result = { accepted: true };
    if (method === 'signatureVerificationRequest') till.send({ jsonrpc: '2.0', id, result });
  });
  for (let number = 0; number < SALES; number += 1) {
    const amount = site.amounts.v1 + number;
    const { result } = await till.request('sale', { tid: NEW, currency: 'GBP', amount });
    assert.deepEqual([result.tid, result.amountBase], [NEW, amount]);
    assert.equal(result.transactionResult, 'SUCCESSFUL');
    sold.now += amount;
    const again = await till.request('duplicate', { tid: NEW });
    assert.equal(again.result.transactionId, result.transactionId);
  }
  const { result } = await till.request('reportXBalance', { tid: NEW });
  assert.equal(result.balances.totalSalesAmount, sold.now);
}

/** A waiter pays tables in three parts; amid one of them a till of the other version takes over. */
async function serveGuests(
  harness: GatewayHarness,
  running: RunningSite,
  at: { tid: string; index: number },
) {
  const { site } = running;
  const uri = harness.server.uri('waiter', { token: site.token, tid: at.tid });
  const waiter = await connectTill(uri, headersOf(site));
  const waiterId = `00${at.index}`;
  for (let number = 0; number < TABLES_A_WAITER; number += 1) {
    const tableId = tableOf(site, at.index, number);
    const { result: list } = await waiter.request('tables', { waiterId });
    assert.deepEqual(list.tables, [...running.book.bills.keys()]);
    const { result: lock } = await waiter.request('lock', { tableId, waiterId });
    assert.deepEqual(lock, { answer: 'locked', amount: 3 * PART, currency: 'GBP' });
    for (const left of [2 * PART, PART, 0]) {
      const part = { by: 'card', amount: PART, amountGratuity: GRATUITY };
      const { result } = await waiter.request('pay', part);
      assert.deepEqual(result, { answer: 'payment', paid: true, left });
      const changes = at.index === 0 && number === TABLES_A_WAITER / 2 && left === PART;
      if (changes) await openTables(harness, running, site.atTable === 'v1' ? 'v0' : 'v1');
    }
    await waiter.request('leave');
  }
  waiter.cut();
}

/** Lets time pass until all work is done. */
async function drive(harness: GatewayHarness, work: Promise<unknown>): Promise<void> {
  let done = false;
  const end = work.finally(() => {
    done = true;
  });
  end.catch(() => undefined);
  while (!done) await harness.advance(100);
  await end;
}

/** Of the card machines, and of what is said about them. */
async function seesOnlyItsOwn(
  harness: GatewayHarness,
  { site, old, now, atTable }: RunningSite,
): Promise<void> {
  const own = [OLD, NEW, ...AT_TABLE, site.only].toSorted();
  const [other = ''] = sites.filter((one) => one !== site).map(({ only }) => only);
  const { result: v0 } = await harness.request(old, 'connectedTerminals');
  assert.deepEqual(
    v0.map(({ tpi }: { tpi: string }) => tpi),
    own,
  );
  const { result: v1 } = await harness.request(now, 'connectedTerminals');
  assert.deepEqual(
    v1.map(({ tid }: { tid: string }) => tid),
    own,
  );
  const { result: none } = await harness.request(old, 'terminalsDetails', { tpis: [other] });
  assert.deepEqual(none, []);
  const { error } = await harness.request(now, 'terminalDetails', { tid: other });
  assert.equal(error.code, -32070);
  const shown = ({ received }: TestTill) =>
    new Set(received.flatMap(({ params }) => params?.tid ?? params?.tpi ?? []));
  assert.deepEqual([[...shown(old)], [...shown(now)]], [[OLD], [NEW]]);
  for (const { till } of atTable) {
    const tables = new Set(till.received.flatMap(({ params }) => params?.tableId ?? []));
    assert.ok([...tables].every((tableId) => tableId.startsWith(`${site.name} `)));
  }
}

/** Its books, and the machines of its site, hold its own money and no other's. */
async function countedItsOwn(
  harness: GatewayHarness,
  { site, book, sold, atTable }: RunningSite,
): Promise<void> {
  const taken = async (tid: string) =>
    (await machineMemory(harness.store, site.name, tid))?.balances.totalSalesAmount;
  assert.deepEqual([await taken(OLD), await taken(NEW)], [sold.old, sold.now]);
  for (const tid of AT_TABLE) assert.equal(await taken(tid), TABLES_A_WAITER * 3 * PART);
  assert.ok([...book.bills.values()].every((left) => left === 0));
  assert.equal(book.booked.size, AT_TABLE.length * TABLES_A_WAITER * 3);
  assert.deepEqual([...book.locks], []);
  const [first, second] = atTable;
  assert.equal(first?.errors.at(-1)?.error.code, -32075, 'the first was superseded');
  assert.deepEqual(second?.errors, []);
}

/** Beyond the published schemas, against which every message was held as it came. */
function speaksItsVersion({ version, received, socket }: TestTill): void {
  const keys = new Set(
    received.flatMap(({ params, result }) => Object.keys(params ?? result ?? {})),
  );
  const [own, foreign] = version === 'v0' ? ['tpi', 'tid'] : ['tid', 'tpi'];
  assert.ok(keys.has(own as string), `${own} came to ${socket.url}`);
  assert.ok(!keys.has(foreign as string), `${foreign} came to ${socket.url}`);
  const final = received.some(({ method }) => method === 'finalPosReceiptRequest');
  const isAtTable = socket.url.includes('/pat');
  assert.equal(final, isAtTable && version === 'v1', 'only v1 is asked for the final receipt');
}
