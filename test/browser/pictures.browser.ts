// The pictures of the README, taken from the real pages: a cashier in the console takes a sale on a card
// machine that is held in the hand. `npm run pictures` puts them where the README shows them; any other
// run takes them too and throws them away, so that they can always be taken.

import assert from 'node:assert/strict';
import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import type { Store } from '../../packages/server/src/ports/store.ts';
import { shiftedClock } from '../support/shifted-clock.ts';
import { pairingCode, SITE } from '../support/terminal/link-gateway.ts';
import { browserFixture } from './browser-fixture.ts';
import { TEST_LIMIT } from './chromium.ts';
import { view } from './console-page.ts';
import { hold } from './machine-page.ts';

const folder = process.env.PICTURES ?? mkdtempSync(join(tmpdir(), 'tillgate-readme-'));
const TID = '12345678';
const LEAST_BYTES = 5_000;

async function take(of: Page | Locator, name: string): Promise<void> {
  const path = join(folder, `${name}.png`);
  await of.screenshot({ path });
  assert.ok(statSync(path).size > LEAST_BYTES, `${name} shows something`);
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

const fixture = browserFixture();

test(
  'a sale gives a picture of the console, of a card machine and of a receipt',
  TEST_LIMIT,
  async () => {
    const { page: machine } = await fixture.open(`/machine/#site=${SITE}&tid=${TID}`, {
      viewport: { width: 390, height: 844 },
    });
    await machine
      .getByLabel('Pairing code')
      .fill(await pairingCode(fixture.testGateway.store as Store, TID));
    await machine.getByLabel('Shop name on receipts').fill('The Corner Shop');
    await press(machine, 'Pair');
    await machine.getByText('Ready for the till').waitFor();

    const size = { width: 1280, height: 840 };
    const { page } = await fixture.openConsole({
      at: '#/till',
      viewport: size,
    });
    await page.getByRole('combobox', { name: 'Card machine' }).selectOption(TID);
    await page.getByRole('textbox', { name: 'Amount' }).fill('12.34');
    await press(page, 'Take £12.34');
    await machine.getByRole('heading', { name: 'Present card', exact: true }).waitFor();
    await machine.mouse.move(0, 0);
    await take(machine, 'machine');
    await hold(machine, 'removeCard');
    await machine.getByRole('button', { name: /Insert card$/ }).click();
    await machine.getByRole('heading', { name: 'Enter PIN', exact: true }).waitFor();
    for (const key of ['1', '2', '3', '4', 'Enter']) await press(machine, key);
    await press(machine, 'Take the card out');

    await page.getByText('Approved: £12.34').first().waitFor();
    await take(page, 'console');
    await take(page.getByRole('figure', { name: 'Receipt: Customer copy' }), 'receipt');
  },
);

describe('a day of payments', () => {
  const HOUR_MS = 3_600_000;
  const SPEED = 20;
  /** Payments that end in each of the last hours, by the letters of a virtual card machine. */
  const day = [
    'SIP',
    'SIP SCN',
    'SIP SIP SCN DIP',
    'SIP SCN SCN SIP SIP',
    'SIP SCN CIP SIP SCN SIP SIP',
  ];
  const rush = ['SIP SCN SIP DIP SIP SCN SIP SIP SCN', 'SIP SIP SCN SIP VIP UIP'];
  const evening = ['SIP SCN SIP', 'SIP DIP SIP SCN', 'SIP SCN SIP SIP SIP TIP', 'SIP SCN'];

  const clock = shiftedClock(
    Date.now() - (day.length + rush.length + evening.length) * HOUR_MS,
    SPEED,
  );
  const fast = browserFixture({ clock, settings: { pace: String(SPEED) } });

  test('a day of payments gives a picture of the overview', TEST_LIMIT, async () => {
    const till = await fast.testGateway.till({ 'epos-id': 'TILL-1' });
    for (const hour of [...day, ...rush, ...evening]) {
      const sales = hour.split(' ').map((letters, index) => {
        const tid = `VCM${index}NVL${letters}0`;
        return till.request('sale', { tid, currency: 'GBP', amount: 1_250 + 845 * index });
      });
      await Promise.all(sales);
      clock.shift(HOUR_MS);
    }
    clock.shift(-HOUR_MS);
    const { page } = await fast.openConsole({ viewport: { width: 1280, height: 840 } });
    await page.getByText('One payment to look at').waitFor();
    await page.locator('.ovw-charts canvas').nth(1).waitFor();
    await view(page, 'Overview');
    await take(page, 'overview');
    till.socket.close();
  });
});
