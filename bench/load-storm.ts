// Tills of a shop chain with a sale each: they leave in the middle of it, or all come back at once, each for what it
// missed. Either prints one line on stdout. A till that is refused tries again after a while, as a real one does.

import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { recordedId, saleRequest, tidOf } from './conversation.ts';
import { add } from './stack-frames.ts';
import type { Till } from './till.ts';
import { openTill } from './till.ts';

/** How the storm went; times in milliseconds from its begin. */
export interface Storm {
  /** Until half of the tills had what they came for, and until all had. */
  readonly half: number;
  readonly all: number;
  /** Attempts that failed. */
  readonly refused: number;
  /** The first line of why, and how often. */
  readonly reasons: Readonly<Record<string, number>>;
}

const { values: options } = parseArgs({
  options: {
    url: { type: 'string', default: '' },
    tills: { type: 'string', default: '10000' },
    /** `leave`, `return` with a result for each, or only `connect`. */
    step: { type: 'string', default: 'return' },
  },
});

const COHORT = 50;
const RETRY_MS = 1_000;
/** Kept from the collector, and open until all are there. */
const tills: Till[] = [];
const reasons = new Map<string, number>();

const numbers = Array.from({ length: Number(options.tills) }, (_, i) => i);
if (options.step === 'leave') await leaveAll();
else await returnAll(options.step === 'return' ? resultOf : connection);
process.exit(0);

async function leaveAll(): Promise<void> {
  for (let i = 0; i < numbers.length; i += COHORT) {
    await Promise.all(numbers.slice(i, i + COHORT).map(leave));
  }
  console.log(JSON.stringify({ left: numbers.length }));
}

async function returnAll(comeBack: (number: number) => Promise<void>): Promise<void> {
  const began = performance.now();
  const times: number[] = [];
  await Promise.all(
    numbers.map(async (number) => {
      await comeBack(number);
      times.push(performance.now() - began);
    }),
  );
  const storm: Storm = {
    half: times[times.length >> 1] ?? 0,
    all: times.at(-1) ?? 0,
    refused: [...reasons.values()].reduce((sum, count) => sum + count, 0),
    reasons: Object.fromEntries(reasons),
  };
  console.log(JSON.stringify(storm));
}

/** Ends when the sale is durable: the till will miss the result. */
async function leave(number: number): Promise<void> {
  const { promise: started, resolve, reject } = Promise.withResolvers<void>();
  const till = await openTill(urlOf(number), {
    onText: (text) => {
      if (!text.includes('"TRANSACTION_STARTED"')) {
        reject(new Error(`A till received ${text.slice(0, 300)}`));
      }
      // At once, so that nothing that has come with it is answered.
      till.close();
      resolve();
    },
    onBroken: (reason) => reject(new Error(`A till lost its connection: ${reason}.`)),
  });
  till.send(saleRequest(recordedId, tidOf(number)));
  await started;
}

async function resultOf(number: number): Promise<void> {
  const { promise: received, resolve, reject } = Promise.withResolvers<void>();
  await connected(number, {
    onText: (text) => {
      const isOwn = text.includes(`"id":${recordedId}`) && text.includes(tidOf(number));
      if (isOwn && text.includes('"SUCCESSFUL"')) resolve();
      else reject(new Error(`Till ${number} received ${text.slice(0, 300)}`));
    },
    onBroken: (reason) => reject(new Error(`Till ${number} lost its connection: ${reason}.`)),
  });
  await received;
}

async function connection(number: number): Promise<void> {
  await connected(number, {
    onText: (text) => fail(`Till ${number} received ${text.slice(0, 300)}`),
    onBroken: (reason) => fail(`Till ${number} lost its connection: ${reason}.`),
  });
}

async function connected(number: number, listener: Parameters<typeof openTill>[1]): Promise<void> {
  for (;;) {
    try {
      tills.push(await openTill(urlOf(number), listener));
      return;
    } catch (error) {
      const [reason = ''] = (error as Error).message.split('\r\n');
      add(reasons, reason, 1);
      await sleep(RETRY_MS);
    }
  }
}

function urlOf(number: number): URL {
  const url = new URL(options.url);
  url.searchParams.set('epos-id', `TILL-${number}`);
  return url;
}

function fail(reason: string): never {
  console.error(reason);
  process.exit(1);
}
