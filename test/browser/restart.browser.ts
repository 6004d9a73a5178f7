// The gateway stops and starts again while every page is open: each says so while it lasts, and comes back by itself.

import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { TestGateway } from 'tillgate/testing';
import { startTestGateway } from 'tillgate/testing';
import type { Store } from '../../packages/server/src/ports/store.ts';
import { MemoryStore, shareStore } from '../support/gateway/shared-store.ts';
import { pairingCode, SITE } from '../support/terminal/link-gateway.ts';
import { openBrowser, STEP_LIMIT_MS, TEST_LIMIT } from './chromium.ts';
import { buildConsole, desk, frames, view } from './console-page.ts';

const TID = '12345678';
const store = new MemoryStore();
let testGateway: TestGateway;
let browser: Browser;

async function start(port: number): Promise<TestGateway> {
  return startTestGateway({ store: shareStore(store), settings: { port, pace: '20' } });
}

before(async () => {
  buildConsole();
  testGateway = await start(0);
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await testGateway?.stop();
});

/** The word in the top bar of the console, or on the card machine. */
const word = (page: Page, text: string) =>
  page.locator('.line-word, .mc-bar .connection-word').getByText(text, { exact: true }).waitFor();

test('each page comes back by itself when the gateway has been away', TEST_LIMIT, async () => {
  const { httpUrl } = testGateway.gateway;
  const open = async (path: string): Promise<Page> => {
    const context = await browser.newContext(desk);
    context.setDefaultTimeout(STEP_LIMIT_MS);
    const page = await context.newPage();
    await page.goto(`${httpUrl}${path}`);
    return page;
  };
  const at = (name: string) => open(`/console/#/${name}`);

  const overview = await at('overview');
  const till = await at('till');
  const compose = await at('compose');
  const connect = await at('connect');
  await connect.getByRole('button', { name: 'Connect', exact: true }).click();
  const tables = await at('tables');
  await tables.getByRole('button', { name: 'Open the restaurant' }).click();
  const machine = await open(`/machine/#site=${SITE}&tid=${TID}`);
  await machine.getByLabel('Pairing code').fill(await pairingCode(store as Store, TID));
  await machine.getByRole('button', { name: 'Pair', exact: true }).click();
  const lines = { overview, till, compose, connect, tables, machine };
  for (const page of Object.values(lines)) await word(page, 'Connected');

  const traffic = await at('traffic');
  await traffic.getByRole('radio', { name: 'The gateway' }).check({ force: true });
  await frames(traffic).first().waitFor();
  const machines = await at('machines');
  await machines.getByText(TID).first().waitFor();
  const sites = await at('sites');
  await sites.getByRole('button', { name: 'Make a token' }).waitFor();
  const transactions = await at('transactions');
  await transactions.getByRole('heading', { level: 1, name: 'Transactions' }).waitFor();

  const port = Number(new URL(httpUrl).port);
  await testGateway.stop();
  for (const page of Object.values(lines)) await word(page, 'Reconnecting');
  await till.locator('.view-head').getByText('Reconnecting', { exact: true }).waitFor();
  await tables.locator('.rst-state').getByText('Reconnecting', { exact: true }).waitFor();
  await connect.getByRole('definition').getByText('Reconnecting', { exact: true }).waitFor();
  await overview
    .getByRole('region', { name: 'The gateway' })
    .getByText('Reconnecting', { exact: true })
    .waitFor();
  await traffic.getByText('Reconnecting …').waitFor();
  await machines.getByText('The gateway does not answer.').first().waitFor();

  testGateway = await start(port);
  for (const page of Object.values(lines)) await word(page, 'Connected');
  await overview
    .getByRole('region', { name: 'The gateway' })
    .getByText('Ready', { exact: true })
    .waitFor();
  await traffic.getByText('Reconnecting …').waitFor({ state: 'detached' });
  await machines.getByText('The gateway does not answer.').first().waitFor({ state: 'detached' });

  // What is on the pages works as before.
  await till.getByRole('textbox', { name: 'Amount' }).fill('1.00');
  await till.getByRole('combobox', { name: 'Card machine' }).selectOption('VCMINVLSIP0');
  await till.getByRole('button', { name: 'Take £1.00' }).click();
  await till.getByText('Approved: £1.00').first().waitFor();
  await frames(traffic).filter({ hasText: 'sale · answer' }).first().waitFor();
  await overview.getByRole('table', { name: 'Sites' }).getByText('Approved').waitFor();
  await sites.getByRole('button', { name: 'Make a token' }).click();
  await sites.getByRole('dialog').getByRole('button', { name: 'Make the token' }).click();
  await sites.getByRole('status', { name: 'Token', exact: true }).waitFor();
  await view(transactions, 'Sites');
  await view(transactions, 'Transactions');
  await transactions.getByText('£1.00').first().waitFor();
});
