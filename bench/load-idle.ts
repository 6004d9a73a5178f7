// Tills that only stay connected: opens them, answers pings, and counts them. One step, and one line
// on stdout, for each message `next`.

import { parseArgs } from 'node:util';
import type { Till } from './till.ts';
import { openTill } from './till.ts';

const { values: options } = parseArgs({
  options: {
    url: { type: 'string', default: '' },
    tills: { type: 'string', default: '10000' },
  },
});

const url = new URL(options.url);
/** Connected and closed again first, so that the server's code is warm. */
const FIRST = 200;
const COHORT = 50;
let tills: readonly Till[] = [];

const steps = [
  async () => {
    tills = await open(FIRST);
  },
  async () => {
    for (const till of tills) till.close();
  },
  async () => {
    tills = await open(Number(options.tills));
  },
];

process.on('message', (message) => {
  if (message === 'next') void next().catch((error: Error) => fail(error.message));
});
process.on('disconnect', () => process.exit(1));
process.channel?.ref();

async function next(): Promise<void> {
  await steps.shift()?.();
  const pings = tills.reduce((sum, till) => sum + till.pings, 0);
  console.log(JSON.stringify({ pings }));
}

async function open(count: number): Promise<Till[]> {
  const listener = {
    onText: (text: string) => fail(`received ${text.slice(0, 200)} without a request`),
    onBroken: (reason: string) => fail(`lost a connection: ${reason}`),
  };
  const opened: Till[] = [];
  while (opened.length < count) {
    const size = Math.min(COHORT, count - opened.length);
    opened.push(
      ...(await Promise.all(Array.from({ length: size }, () => openTill(url, listener)))),
    );
  }
  return opened;
}

function fail(reason: string): never {
  console.error(reason);
  process.exit(1);
}
