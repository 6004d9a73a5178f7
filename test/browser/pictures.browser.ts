// The pictures of the README, taken from the real pages: a cashier in the console takes a sale on a card
// machine that is held in the hand. `npm run pictures` puts them where the README shows them; any other
// run takes them too and throws them away, so that they can always be taken.

import assert from 'node:assert/strict';
import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import type { Store } from '../../packages/server/src/ports/store.ts';
import { pairingCode, SITE } from '../support/terminal/link-gateway.ts';
import { browserFixture } from './browser-fixture.ts';
import { TEST_LIMIT } from './chromium.ts';
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
    const { page: machine } = await fixture.open('/machine/', {
      viewport: { width: 390, height: 844 },
    });
    await machine.getByLabel('Site').fill(SITE);
    await machine.getByLabel('TID').fill(TID);
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
