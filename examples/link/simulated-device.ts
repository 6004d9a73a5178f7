// A simulated card machine with a line-based driver protocol, used by line-device.ts. `SALE REF 12.50` is
// answered by `SHOW …` lines and a result: `APPROVED CODE`, `DECLINED` or `CANCELLED`; `LOOKUP REF` by the
// result of that sale, or `NONE`; `CANCEL` has no answer. An amount of whole pounds finds no card: it waits for
// `CANCEL`; one that ends in .99 is declined.

import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

const STEP_MS = 30;
const results = new Map<string, string>();
let cancel = new AbortController();

createInterface({ input: process.stdin }).on('line', (line) => {
  const [word, ref = '', amount = ''] = line.split(' ');
  if (word === 'SALE') void runSale(ref, amount);
  else if (word === 'CANCEL') cancel.abort();
  else if (word === 'LOOKUP') console.log(results.get(ref) ?? 'NONE');
});

async function runSale(ref: string, amount: string): Promise<void> {
  cancel = new AbortController();
  const { signal } = cancel;
  for (const screen of ['CARD', 'PIN']) {
    console.log(`SHOW ${screen}`);
    if (amount.endsWith('.00')) await once(signal, 'abort');
    else await pause(STEP_MS);
    if (signal.aborted) return finish(ref, 'CANCELLED');
  }
  console.log('SHOW ONLINE');
  await pause(STEP_MS);
  finish(ref, amount.endsWith('.99') ? 'DECLINED' : 'APPROVED 4821');
}

function finish(ref: string, line: string): void {
  results.set(ref, line);
  console.log(line);
}
