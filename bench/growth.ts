// What grows with sites, with finished sales and with results that nobody has fetched: start, memory, adding a token,
// each search and the purge, with either store. The journal is filled beforehand, and a gateway is started on it.

import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresServer } from '../test/support/postgres/postgres-server.ts';
import { post } from './admin.ts';
import { checkContents } from './growth/check.ts';
import type { Contents } from './growth/contents.ts';
import { FIRST_SALE_AGE_MS, siteOf, writesOf } from './growth/contents.ts';
import { fillFast } from './growth/multiply.ts';
import type { Target } from './numbers.ts';
import { median, table } from './numbers.ts';
import { gateway } from './peer.ts';
import type { Running } from './processes.ts';
import { serve } from './processes.ts';
import type { BenchStore } from './stores.ts';
import { postgresStore, sqliteStore, withPostgres } from './stores.ts';

export interface GrowthOptions {
  readonly folder: string;
  /** Sites, each with a token, and finished sales, of each journal. */
  readonly sizes: readonly (readonly [sites: number, sales: number])[];
  /** Results that no till has fetched, of one journal more. */
  readonly undelivered: number;
  readonly repeats: number;
  say(line: string): void;
}

/** Name of each figure and its value in milliseconds, MiB or entries a second. */
type Figures = Readonly<Record<string, number>>;

interface Column {
  readonly head: string;
  readonly contents: Contents;
  readonly figures: Figures;
}

const PAGES = 10;
const ASK_MS = 5;
/** A gateway that has used little of its core for so long has nothing more to do. */
const QUIET_MS = 2_000;
const SAMPLE_MS = 250;
const MIB = 2 ** 20;
/** Sites with results that no till has fetched. */
const UNDELIVERED_SITES = 1_000;
const START = 'start, ms';
const RSS = 'RSS, MiB';
const TAKEN_UP = 'all sites taken up, ms';
const WAIT = 'longest wait meanwhile, ms';

export function benchGrowth(
  options: GrowthOptions,
): Promise<{ readonly text: string; readonly targets: readonly Target[] }> {
  return withPostgres(options.folder, async (server) => {
    const columns: Column[] = [];
    for (const [sites, sales] of options.sizes) {
      columns.push(...(await measureBoth(options, server, { sites, sales, delivered: true })));
    }
    const sales = options.undelivered;
    const contents = { sites: UNDELIVERED_SITES, sales, delivered: false };
    if (sales > 0) columns.push(...(await measureBoth(options, server, contents)));
    return { text: tableOf(columns), targets: columns.flatMap(targetsOf) };
  });
}

/** Both stores are filled at the same time, and measured one after the other. */
async function measureBoth(
  options: GrowthOptions,
  server: PostgresServer,
  contents: Contents,
): Promise<readonly Column[]> {
  const stores = [sqliteStore(options.folder), await postgresStore(server)];
  await Promise.all(stores.map((store) => fillStore(options, store, contents)));
  const columns: Column[] = [];
  for (const store of stores) {
    const figures = {
      ...(await measure(options, store, contents)),
      ...(contents.delivered && (await purge(store))),
    };
    const head = headOf(store, contents);
    columns.push({ head, contents, figures });
    const told = Object.entries(figures).map(([name, value]) => `${name} ${value.toFixed(1)}`);
    options.say(`growth | ${head} | ${told.join(', ')}`);
  }
  return columns;
}

function headOf({ name }: BenchStore, { sites, sales, delivered }: Contents): string {
  return `${name}: ${sites} sites, ${sales} ${delivered ? 'sales' : 'undelivered'}`;
}

async function fillStore(
  { say }: GrowthOptions,
  bench: BenchStore,
  contents: Contents,
): Promise<void> {
  const began = performance.now();
  await fillFast(bench, contents);
  await bench.settle();
  const filled = performance.now();
  await checkContents(bench, contents);
  const seconds = [filled - began, performance.now() - filled].map((ms) => (ms / 1_000).toFixed(1));
  say(
    `growth | ${headOf(bench, contents)} | filled in ${seconds[0]} s, checked in ${seconds[1]} s`,
  );
}

function tableOf(columns: readonly Column[]): string {
  const names = [...new Set(columns.flatMap(({ figures }) => Object.keys(figures)))];
  const rows = names.map((name) => [
    name,
    ...columns.map(({ figures }) => figures[name]?.toFixed(1) ?? ''),
  ]);
  return table(['', ...columns.map(({ head }) => head)], rows);
}

function targetsOf({ head, figures }: Column): readonly Target[] {
  const atMost = (name: string, wanted: number): Target => ({
    what: `${head}: ${name}`,
    value: figures[name] ?? Number.NaN,
    ...{ bound: 'at most', wanted },
  });
  const page = Object.keys(figures)
    .filter((name) => name.startsWith('search '))
    .sort((a, b) => (figures[b] ?? 0) - (figures[a] ?? 0))
    .slice(0, 1);
  return [
    atMost(START, 1_500),
    ...(page.length > 0 ? [atMost(RSS, 250)] : []),
    ...page.map((name) => atMost(name, 100)),
  ];
}

async function measure(
  { folder, repeats }: GrowthOptions,
  store: BenchStore,
  contents: Contents,
): Promise<Figures> {
  const { delivered } = contents;
  const starts: number[] = [];
  const memory: number[] = [];
  let figures: Figures = {};
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const flags = await store.flags();
    const run = [gateway, 'serve', '--port', '0', ...flags, '--json'];
    const began = performance.now();
    const { server, pac } = await serve({ run, folder, label: 'growth' });
    starts.push(performance.now() - began);
    try {
      const { origin } = new URL(pac.replace('ws', 'http'));
      const isLast = repeat === repeats - 1;
      if (isLast && !delivered) figures = await takingUp(server, origin);
      memory.push((await server.used('rss')).rss / MIB);
      if (isLast && delivered) figures = await requests(origin, contents);
    } finally {
      await server.stop();
    }
  }
  return { [START]: median(starts), [RSS]: median(memory), ...figures };
}

/** Until the gateway has nothing more to do: it goes through all sites where something is left. */
async function takingUp(server: Running, origin: string): Promise<Figures> {
  const began = performance.now();
  const waits = waitsOf(`${origin}/livez`);
  let busyUntil = began;
  for (let cpuMs = 0; performance.now() - busyUntil < QUIET_MS; ) {
    await sleep(SAMPLE_MS);
    const used = (await server.used('cpu')).cpuMs;
    if (used - cpuMs > SAMPLE_MS / 4) busyUntil = performance.now();
    cpuMs = used;
  }
  return { [TAKEN_UP]: busyUntil - began, [WAIT]: await waits() };
}

/** Milliseconds of single requests: the slowest of ten, as a page must be quick each time. */
async function requests(origin: string, contents: Contents): Promise<Figures> {
  const { sites, sales } = contents;
  const api = `${origin}/api/v1`;
  const site = siteOf(Math.floor(sites / 2));
  const searches = {
    'a page of all': '',
    'of a site': `site=${site}`,
    'of a card machine': 'tid=VCM0042SIP0',
    'by result, rare': 'result=DECLINED',
    'by result, none': 'result=VOID',
    'by result at a site': `site=${site}&result=DECLINED`,
    'by amount': 'amount=777',
    'by amount at a site': `site=${site}&amount=777`,
    'by card': 'card=0042',
    'by authorisation code': 'authCode=007919',
    'until an early moment': `until=${new Date(Date.now() - FIRST_SALE_AGE_MS + 5_000).toISOString()}`,
    'since an hour ago': `since=${new Date(Date.now() - 3_600_000).toISOString()}`,
  };
  const figures: Record<string, number> = {};
  for (const [name, query] of Object.entries(searches)) {
    figures[`search ${name}, ms`] = await slowest(`${api}/transactions?${query}`);
  }
  const [last] = sales > 0 ? writesOf(sales - 1, contents, 0) : [];
  if (last?.append) {
    const { stream, activityId } = last.append;
    figures['last sale as a story, ms'] = await slowest(
      `${api}/transactions/${stream}/${activityId}`,
    );
  }
  const tokens = `${api}/sites/${site}/tokens`;
  const waits = waitsOf(`${origin}/livez`);
  const added: number[] = [];
  for (let token = 0; token < PAGES; token += 1) {
    const began = performance.now();
    await post(tokens, {});
    added.push(performance.now() - began);
  }
  figures['a token added, ms'] = median(added);
  figures['longest wait beside it, ms'] = await waits();
  figures['list of tokens, ms'] = await slowest(tokens);
  return figures;
}

async function slowest(url: string): Promise<number> {
  let most = 0;
  await answered(fetch(url));
  for (let page = 0; page < PAGES; page += 1) {
    const began = performance.now();
    await answered(fetch(url));
    most = Math.max(most, performance.now() - began);
  }
  return most;
}

/** Asks every few milliseconds until the returned function is called, which gives the longest wait. */
function waitsOf(url: string): () => Promise<number> {
  let isOver = false;
  const asking = (async () => {
    let most = 0;
    while (!isOver) {
      const began = performance.now();
      await answered(fetch(url));
      most = Math.max(most, performance.now() - began);
      await sleep(ASK_MS);
    }
    return most;
  })();
  return async () => {
    // Records are read again within half a second.
    await sleep(600);
    isOver = true;
    return asking;
  };
}

async function answered(response: Promise<Response>): Promise<void> {
  const { ok, status, url } = await response.then(async (one) => {
    await one.arrayBuffer();
    return one;
  });
  if (!ok) throw new Error(`${new URL(url).pathname} answered ${status}.`);
}

/** Removes all but the last activities of the card machines. */
async function purge(bench: BenchStore): Promise<Figures> {
  const store = await bench.open();
  const began = performance.now();
  const removed = await store.purge(Date.now(), 'none');
  const seconds = (performance.now() - began) / 1_000;
  await store.close();
  return { 'purged entries/s': removed / seconds };
}
