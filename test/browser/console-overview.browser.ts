// The overview, the front page of the console: a payment from a cold page, what changes while it is open, hostile
// names, and what somebody without an operator key sees.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { MemoryStore } from 'tillgate/testing';
import { commandLine } from '../../packages/server/src/application/admin/actor.ts';
import { addSite, removeSite } from '../../packages/server/src/application/admin/sites.ts';
import { clientOf } from '../support/api/api-client.ts';
import { browserFixture } from './browser-fixture.ts';
import { desk, inspectPage, phone, view } from './console-page.ts';

const SALE = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 };
const sizes = { desk, phone };
const themes = ['light', 'dark'] as const;

const fixture = browserFixture({ settings: { pace: '50' }, store: new MemoryStore() });

const open = fixture.openConsole;
const sites = (page: Page) => page.getByRole('table', { name: 'Sites' });
const count = (page: Page, word: string) =>
  page.getByRole('list', { name: 'By outcome' }).getByRole('listitem').filter({ hasText: word });

test('from the cold front page it is two clicks to the receipt', async () => {
  const { page, faults } = await open();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.getByRole('link', { name: 'At the counter' }).click();
  await page.getByRole('button', { name: 'Take £12.34' }).click();
  await page.getByRole('figure', { name: 'Receipt: Customer copy' }).waitFor();
  assert.deepEqual(faults, []);
});

test('the overview says what runs, and follows a payment, a till and a card machine live', async () => {
  const { page, faults } = await open();
  const facts = page.getByRole('region', { name: 'The gateway' });
  await facts.getByText('Ready', { exact: true }).waitFor();
  await facts.getByText('0.1.0').waitFor();
  const till = await fixture.testGateway.till({ 'epos-id': 'LIVE' });
  await till.request('sale', SALE);
  await sites(page).getByText('Approved').waitFor();
  await till.request('sale', SALE);
  const { lastDay } = await clientOf(fixture.testGateway).get('readOverview');
  const approved = lastDay.results.SUCCESSFUL;
  await count(page, 'Approved').getByText(String(approved), { exact: true }).waitFor();
  await page.locator('.ovw-charts canvas').first().waitFor();
  assert.equal(await page.locator('.ovw-charts canvas').count(), 2);
  await page.getByText('As a table').click();
  const twin = page.getByRole('table', { name: 'Payments by hour' });
  await twin
    .getByText(/\d+ approved/)
    .first()
    .waitFor();
  till.socket.close();
  assert.deepEqual(faults, []);
});

test('an unknown payment calls for attention first, and leads to its story', async () => {
  const { page, faults } = await open();
  const till = await fixture.testGateway.till({ 'epos-id': 'UNKNOWN' });
  await till.request('sale', { ...SALE, tid: 'VCMINVLTIP0', amount: 4321 });
  till.socket.close();
  const region = page.getByRole('region', { name: 'To look at' });
  await region.getByText('£43.21').waitFor();
  await sites(page).getByText('1 not known').waitFor();
  await region.getByRole('link').filter({ hasText: '£43.21' }).click();
  await page.getByRole('heading', { level: 1, name: 'Transactions' }).waitFor();
  await page.getByText('VCMINVLTIP0').first().waitFor();
  await page.goBack();
  await sites(page)
    .getByRole('link', { name: /available/ })
    .click();
  await page.getByRole('heading', { level: 2, name: 'At testhost' }).waitFor();
  assert.deepEqual(faults, []);
});

for (const colorScheme of themes) {
  for (const [name, size] of Object.entries(sizes)) {
    test(`hostile names of sites are drawn harmlessly, without overflow, barrier or shift: ${name}, ${colorScheme}`, async (t) => {
      const { store } = fixture.testGateway;
      const admin = { store, clock: Date } as Parameters<typeof addSite>[0];
      const hostile = {
        a: '<img src=x onerror="document.title=1"><b>bold</b>',
        b: 'W'.repeat(64),
        c: `\u202e${'gnihtemos'.repeat(5)}`,
      };
      for (const [site, title] of Object.entries(hostile)) {
        const long = `${site.repeat(40)}-${name}-${colorScheme}`;
        await addSite(admin, commandLine, { name: long, title });
        t.after(() => removeSite(admin, commandLine, long));
      }
      const { page, faults } = await open({ ...size, colorScheme });
      await page.addInitScript(watchShifts);
      await page.reload();
      await sites(page).getByText(hostile.a).waitFor();
      await inspectPage(page, `overview-${name}-${colorScheme}`);
      assert.equal(await sites(page).locator('img, b b').count(), 0);
      const shift = Number(await page.evaluate('window.shifted'));
      assert.ok(
        shift < 0.02,
        `what is shown stays where it is: ${shift}, ${await page.evaluate('window.shiftedParts')}`,
      );
      assert.deepEqual(faults, []);
    });
  }
}

/** Sums up how far what is shown moves, as browsers measure it, while nobody presses anything. */
const watchShifts = `
  window.shifted = 0;
  window.shiftedParts = [];
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries()) {
      if (hadRecentInput) continue;
      window.shifted += value;
      window.shiftedParts.push(...sources.map(({ node }) => node?.parentElement?.outerHTML.slice(0, 200)));
    }
  }).observe({ type: 'layout-shift', buffered: true });
`;

describe('without an operator key', () => {
  const locked = browserFixture({ settings: { openOnLoopback: false, pace: '50' } });

  test('a till developer takes a payment, and the page says how to sign in', async () => {
    const { page, faults } = await locked.openConsole(phone);
    await page.getByRole('heading', { level: 2, name: 'Sign in' }).waitFor();
    await page.getByRole('region', { name: 'The gateway' }).getByText('Ready').waitFor();
    await page.getByText('tillgate operator add NAME').waitFor();
    await inspectPage(page, 'overview-without-key');
    await page.getByRole('link', { name: 'At the counter' }).click();
    await page.getByRole('button', { name: 'Take £12.34' }).click();
    await page.getByRole('figure', { name: 'Receipt: Customer copy' }).waitFor();
    assert.deepEqual(
      faults.filter((fault) => !/status of 401/.test(fault)),
      [],
    );
  });

  test('an amount in the address that is none fills in nothing', async () => {
    const { page } = await locked.openConsole({ at: '#/till?amount=<b>1' });
    await page.getByText('Available, GBP').waitFor();
    assert.equal(await page.getByRole('textbox', { name: 'Amount' }).inputValue(), '');
    await view(page, 'Overview');
  });
});
