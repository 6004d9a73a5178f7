// A scaled-down day of many shops on one node, to check the model of docs/scale.md: each site has one till that stays
// connected, and sales are made in turn. What a site, a till, a ping and a sale cost is measured one after the other.

import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { saleRequest } from '../conversation.ts';
import { fill, siteOf, tokenOf } from '../growth/contents.ts';
import { table } from '../numbers.ts';
import { gateway } from '../peer.ts';
import type { Running } from '../processes.ts';
import { serve } from '../processes.ts';
import type { BenchStore } from '../stores.ts';
import { postgresStore, sqliteStore, withPostgres } from '../stores.ts';

export interface ScaleOptions {
  readonly folder: string;
  readonly sites: number;
  say(line: string): void;
}

const PING_S = 5;
/** Sales at each site. */
const ROUNDS = 5;
const TID = 'VCM0000SIP0';
/** Sites of which nothing is measured. */
const WARM_UP = 100;
/** Tills that connect, or sales that are made, at a time. */
const AT_ONCE = 50;
const KIB = 1024;

/** What is measured of one store, by the words of the table. */
type Figures = Readonly<Record<string, number>>;

export function benchScale(options: ScaleOptions): Promise<string> {
  return withPostgres(options.folder, async (server) => {
    const columns: (readonly [name: string, figures: Figures])[] = [];
    for (const store of [sqliteStore(options.folder), await postgresStore(server)]) {
      const figures = await measure(options, store);
      options.say(`scale | ${store.name} | ${JSON.stringify(figures)}`);
      columns.push([store.name, figures]);
    }
    const names = Object.keys(columns[0]?.[1] ?? {});
    const rows = names.map((name) => [
      name,
      ...columns.map(([, figures]) => figures[name]?.toFixed(2) ?? ''),
    ]);
    const heads = [`${options.sites} sites, a till each`, ...columns.map(([name]) => name)];
    return table(heads, rows);
  });
}

async function measure({ folder, sites }: ScaleOptions, bench: BenchStore): Promise<Figures> {
  const store = await bench.open();
  await fill(store, { sites: sites + WARM_UP, sales: 0, delivered: true });
  await store.close();
  await bench.settle();
  const flags = await bench.flags();
  const pings = ['--ping-interval', String(PING_S), '--pace', 'instant', '--traffic-memory', '0'];
  const limits = ['--address-messages', '0'];
  const run = [gateway, 'serve', '--port', '0', ...flags, ...pings, ...limits, '--json'];
  const { server, pac } = await serve({ run, folder, label: 'scale' });
  try {
    const open = (number: number) => Till.open(new URL(pac), siteOf(number));
    // The code is compiled before anything is measured.
    const first = await inTurn(WARM_UP, (number) => open(sites + number));
    for (let round = 0; round < ROUNDS; round += 1) {
      await inTurn(WARM_UP, (number) => (first[number] as Till).sell());
    }
    for (const till of first) till.close();
    const empty = await server.used('rss');
    const tills = await inTurn(sites, open);
    await sleep(PING_S * 2_000);
    const idle = await server.used('rss');
    const cpuOfPing = await cpuOf(server, () => sleep(PING_S * 2_000));
    const bytes = await bench.bytes();
    const cpuOfSales = await cpuOf(server, async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        await inTurn(sites, (number) => (tills[number] as Till).sell());
      }
    });
    const sold = await server.used('rss');
    const grown = (await bench.bytes()) - bytes;
    for (const till of tills) till.close();
    const sales = sites * ROUNDS;
    return {
      'KiB of memory: open site with an idle till': (idle.rss - empty.rss) / KIB / sites,
      'of it JavaScript': (idle.heap - empty.heap) / KIB / sites,
      'KiB more once its card machine was used': (sold.rss - idle.rss) / KIB / sites,
      'CPU of a ping, us': (cpuOfPing * 1_000) / (2 * sites),
      'CPU of a sale, us': (cpuOfSales * 1_000) / sales,
      'KiB on the disk of a sale': grown / KIB / sales,
    };
  } finally {
    await server.stop();
  }
}

/** In ms. */
async function cpuOf(server: Running, work: () => Promise<unknown>): Promise<number> {
  const before = await server.used('cpu');
  await work();
  return (await server.used('cpu')).cpuMs - before.cpuMs;
}

async function inTurn<T>(count: number, one: (number: number) => Promise<T>): Promise<T[]> {
  const all: T[] = [];
  for (let first = 0; first < count; first += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, n) => one(first + n));
    all.push(...(await Promise.all(some)));
  }
  return all;
}

/** Names its site in the Host header, as all are at one address. */
class Till {
  readonly #socket: WebSocket;
  #lastId = 0;

  static open(url: URL, site: string): Promise<Till> {
    url.searchParams.set('token', tokenOf(site));
    const socket = new WebSocket(url, { headers: { host: `${site}.pay.example` } });
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(new Till(socket)));
      socket.once('error', reject);
    });
  }

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** Until its result has come. */
  sell(): Promise<void> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const take = (data: Buffer): void => {
        const message = JSON.parse(data.toString());
        if (message.id !== id) return;
        this.#socket.off('message', take);
        if (message.error) reject(new Error(message.error.message));
        else resolve();
      };
      this.#socket.on('message', take);
      this.#socket.send(saleRequest(id, TID));
    });
  }

  close(): void {
    this.#socket.terminate();
  }
}
