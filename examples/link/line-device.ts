// A bridge between a card machine with a line-based driver and the gateway, with three sales of a till.
// Run `npm start` in one shell, and in another:
//   export TILLGATE_CODE=$(npm run -s tillgate -- terminal add --site testhost --tid 12345678)
//   npx node examples/link/line-device.ts

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { on } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { CardMachine, NotificationValue, PlayedOutcome } from '@tillgate/client';
import { connect, linkTerminal, orderInStorage, pairTerminal } from '@tillgate/client';
import { address } from '../gateway-address.ts';

// The driver of the device: it takes and returns lines of text.
const device = spawn(process.execPath, [join(import.meta.dirname, 'simulated-device.ts')]);
const lines = createInterface({ input: device.stdout });
const say = (line: string) => device.stdin.write(`${line}\n`);

const screens: Readonly<Record<string, NotificationValue>> = {
  CARD: 'PRESENT_CARD',
  PIN: 'PIN_ENTRY',
  ONLINE: 'CONNECTING',
};
const results: Readonly<Record<string, PlayedOutcome['transactionResult']>> = {
  APPROVED: 'SUCCESSFUL',
  DECLINED: 'DECLINED',
  CANCELLED: 'CANCELLED',
  NONE: 'UNSUCCESSFUL',
};

/** Sends a command and waits for its result; `show` gets the screens of the device until then. */
async function ask(command: string, show: (screen: string) => void = () => {}) {
  const answers = on(lines, 'line');
  say(command);
  for await (const [line] of answers) {
    const [word = '', rest = ''] = String(line).split(' ');
    const transactionResult = results[word];
    if (transactionResult) return { transactionResult, card: { authCode: rest } };
    show(rest);
  }
  throw new Error('The device has disconnected.');
}

// Storage that survives loss of power: the text is written to a new file, which replaces the old one.
const file = join(mkdtempSync(join(tmpdir(), 'line-device-')), 'order.json');
const disk = {
  getItem: () => (existsSync(file) ? readFileSync(file, 'utf8') : null),
  setItem: (_key: string, text: string) => {
    writeFileSync(`${file}.new`, text, { flush: true });
    renameSync(`${file}.new`, file);
  },
};

const machine: CardMachine = {
  profile: { currency: 'GBP', cashback: false, transactions: ['SALE'], reports: [] },
  memory: orderInStorage(disk),
  start: async ({ id, amount }, screen) => {
    // The device charges on its own, so money may move from here on; until it is online it can be cancelled.
    await screen.commit({ cancellable: true });
    screen.cancel.addEventListener('abort', () => say('CANCEL'));
    return ask(`SALE ${id} ${(amount / 100).toFixed(2)}`, (shown) => {
      if (shown === 'ONLINE') void screen.commit();
      const value = screens[shown];
      if (value) screen.show(value);
    });
  },
  // After a crash during a sale the device reports the result.
  recall: ({ id }) => ask(`LOOKUP ${id}`),
};

const tid = '12345678';
const host = new URL(address).origin;
// A machine is paired once; a real one stores the key.
const code = process.env.TILLGATE_CODE ?? '';
const token = await pairTerminal({ host, site: 'testhost', tid, code });
const link = await linkTerminal({ host, token, tid }, machine);

// A till, as in examples/pac/sale.ts.
const till = await connect({ uri: address });
const paid = await till.sale({ tid, currency: 'GBP', amount: 1250 });
assert.ok(paid.outcome === 'approved' && paid.payment.authCode === '4821');
assert.equal((await till.sale({ tid, currency: 'GBP', amount: 999 })).outcome, 'declined');
const cancelled = till.sale({ tid, currency: 'GBP', amount: 4200 });
for await (const shown of cancelled.progress)
  if (shown === 'PRESENT_CARD') await cancelled.cancel();
assert.equal((await cancelled).outcome, 'cancelled');
console.log('Approved, declined, cancelled: as expected.');

till.close();
link.close();
device.kill();
