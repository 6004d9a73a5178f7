// The tills: each takes one sale after the other and compares every message with what it must be. Anything lost, doubled or out of order ends the run.

import { parseArgs } from 'node:util';
import { readPace, recordedId, saleMs, saleRequest, tidOf, values } from './conversation.ts';
import type { Till } from './till.ts';
import { openTill } from './till.ts';

/** What one run of the tills came to; times in milliseconds. */
export interface SalesMeasured {
  readonly sales: number;
  readonly seconds: number;
  readonly bytesPerSale: number;
  /** From the request to TRANSACTION_STARTED. */
  readonly start: Percentiles;
  /** From the request to the result, less the time that the card machine's steps should take. */
  readonly overhead: Percentiles;
  /** Share of its core that the load was busy: near 1 it would be the load that is measured. */
  readonly loadBusy: number;
  /** All that were taken, before and after the measured time too. */
  readonly salesInAll: number;
}

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

const { values: options } = parseArgs({
  options: {
    url: { type: 'string', default: '' },
    wire: { type: 'string', default: 'tillgate' },
    tills: { type: 'string', default: '1' },
    pace: { type: 'string', default: 'instant' },
    /** Mean time from a result to the next sale, in ms; each till waits as long as it happens to. */
    pause: { type: 'string', default: '0' },
    'warm-up': { type: 'string', default: '2' },
    seconds: { type: 'string', default: '5' },
  },
});

interface Wire {
  readonly subprotocol?: string;
  request(id: number, tid: string): string;
  isResult(text: string, id: number): boolean;
  /** The answer to a notification. */
  reply?(text: string): string;
}

const ocpp: Wire = {
  subprotocol: 'sale1',
  request: (id, tid) => `[2,"${id}","Sale",{"tid":"${tid}","currency":"GBP","amount":1250}]`,
  isResult: (text, id) => text.startsWith(`[3,"${id}",`),
};

const wires: Readonly<Record<string, Wire>> = {
  tillgate: {
    request: saleRequest,
    isResult: (text, id) => text.includes(`"id":${id}`) && text.includes('"result":'),
  },
  ocpp: { ...ocpp, reply: (text) => `[3,${text.slice(3, text.indexOf(',', 3))},{}]` },
  'ocpp-unanswered': ocpp,
};

const wire = wires[options.wire]!;
const pace = readPace(options.pace);
const expectedMs = saleMs(pace);
const pauseMs = Number(options.pause);
const SALE_LIMIT_MS = expectedMs + 20_000;

const measured = { on: false, sales: 0, starts: [] as number[], overheads: [] as number[] };
let closing = false;
let salesInAll = 0;

class Seller {
  #till: Till | undefined;
  readonly tid: string;
  #id = recordedId;
  /** Notifications of the current sale so far; -1 between sales. */
  #received = -1;
  #sentAt = 0;

  constructor(tid: string) {
    this.tid = tid;
  }

  get busy(): boolean {
    return this.#received >= 0;
  }

  get sentAt(): number {
    return this.#sentAt;
  }

  get bytes(): number {
    return this.#till?.bytes ?? 0;
  }

  async connect(url: URL): Promise<void> {
    const listener = {
      onText: (text: string) => this.#receive(text),
      onBroken: (reason: string) => fail(`till ${this.tid} lost its connection: ${reason}`),
    };
    this.#till = await openTill(url, listener, wire.subprotocol);
  }

  sell(): void {
    this.#id = this.#id === 999_999 ? recordedId : this.#id + 1;
    this.#received = 0;
    this.#sentAt = performance.now();
    this.#till?.send(wire.request(this.#id, this.tid));
  }

  close(): void {
    this.#till?.close();
  }

  #receive(text: string): void {
    const value = values[this.#received];
    if (value === undefined) {
      this.#ended(text);
      return;
    }
    if (!text.includes(`"${value}"`) || !text.includes(this.tid)) {
      fail(`till ${this.tid} waited for ${value} and received ${text.slice(0, 300)}`);
    }
    if (measured.on && this.#received === 0) measured.starts.push(performance.now() - this.#sentAt);
    this.#received += 1;
    if (wire.reply) this.#till?.send(wire.reply(text));
  }

  #ended(text: string): void {
    const paid = text.includes('"SUCCESSFUL"') && text.includes(this.tid);
    if (this.#received < 0 || !paid || !wire.isResult(text, this.#id)) {
      fail(`till ${this.tid} waited for its result and received ${text.slice(0, 300)}`);
    }
    this.#received = -1;
    salesInAll += 1;
    if (measured.on) {
      measured.sales += 1;
      measured.overheads.push(performance.now() - this.#sentAt - expectedMs);
    }
    if (closing) return;
    if (pauseMs === 0) this.sell();
    else setTimeout(() => this.#sellAgain(), randomPauseMs());
  }

  #sellAgain(): void {
    if (!closing) this.sell();
  }
}

const sellers = Array.from({ length: Number(options.tills) }, (_, i) => new Seller(tidOf(i)));
const url = new URL(options.url);
const COHORT = 50;
for (let i = 0; i < sellers.length; i += COHORT) {
  await Promise.all(sellers.slice(i, i + COHORT).map((seller) => seller.connect(url)));
}

/** The first sales are spread over the time of one, so that the steps of all are. */
for (const [i, seller] of sellers.entries()) {
  setTimeout(() => seller.sell(), (i / sellers.length) * Math.max(expectedMs + pauseMs, 10));
}
const watch = setInterval(() => {
  const late = performance.now() - SALE_LIMIT_MS;
  const lost = sellers.find((seller) => seller.busy && seller.sentAt < late);
  if (lost) fail(`till ${lost.tid} got no result in ${SALE_LIMIT_MS} ms`);
}, 1000);

setTimeout(begin, Number(options['warm-up']) * 1000);

function begin(): void {
  measured.on = true;
  const from = performance.now();
  const cpuBefore = process.cpuUsage();
  const bytesBefore = bytesReceived();
  print({ now: 'begin' });
  setTimeout(() => {
    measured.on = false;
    const seconds = (performance.now() - from) / 1000;
    const bytes = bytesReceived() - bytesBefore;
    const { user, system } = process.cpuUsage(cpuBefore);
    print({ now: 'end' });
    closing = true;
    finish({ seconds, bytes, loadBusy: (user + system) / 1e6 / seconds });
  }, Number(options.seconds) * 1000);
}

function finish(counted: { seconds: number; bytes: number; loadBusy: number }): void {
  if (sellers.some((seller) => seller.busy)) {
    setTimeout(() => finish(counted), 20);
    return;
  }
  clearInterval(watch);
  for (const seller of sellers) seller.close();
  const { sales, starts, overheads } = measured;
  if (sales === 0) fail('no sale ended in the measured time');
  const result: SalesMeasured = {
    sales,
    seconds: counted.seconds,
    bytesPerSale: counted.bytes / sales,
    loadBusy: counted.loadBusy,
    start: percentiles(starts),
    overhead: percentiles(overheads),
    salesInAll,
  };
  print(result);
  process.exit(0);
}

/** Customers come independently of each other: exponentially distributed around the mean. */
function randomPauseMs(): number {
  return -Math.log(1 - Math.random()) * pauseMs;
}

function bytesReceived(): number {
  return sellers.reduce((sum, seller) => sum + seller.bytes, 0);
}

function percentiles(times: number[]): Percentiles {
  const sorted = times.sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

function print(line: object): void {
  console.log(JSON.stringify(line));
}

function fail(reason: string): never {
  console.error(reason);
  process.exit(1);
}
