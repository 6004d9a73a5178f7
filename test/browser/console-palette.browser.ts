// The palette and the list of shortcuts of the console in a real browser: by keyboard on a desk, by touch on a phone.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { browserFixture } from './browser-fixture.ts';
import { editor, inspectPage, phone, view } from './console-page.ts';

const SALE = { tid: 'VCMINVLSIP0', currency: 'GBP' };

const fixture = browserFixture({ settings: { pace: 'instant' } }, async (gateway) => {
  const till = await gateway.till();
  await till.request('sale', { ...SALE, amount: 4711 });
  for (let pence = 1; pence <= 8; pence += 1) {
    await till.request('sale', { ...SALE, tid: 'VCMpaletteSCD0', amount: pence });
  }
  till.socket.close();
});

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Go to' });
const field = (page: Page) => dialog(page).getByRole('combobox', { name: 'Where to' });
const option = (page: Page, name: string | RegExp) => dialog(page).getByRole('option', { name });

/** Opens the palette, types and waits for an option; Enter then leads there. */
async function goTo(page: Page, text: string, name: string | RegExp): Promise<void> {
  await page.keyboard.press('ControlOrMeta+k');
  await field(page).fill(text);
  const wanted = option(page, name).first();
  await wanted.waitFor();
  while ((await wanted.getAttribute('aria-selected')) !== 'true') {
    await page.keyboard.press('ArrowDown');
  }
  const active = await field(page).getAttribute('aria-activedescendant');
  assert.equal(active, await wanted.getAttribute('id'));
  await page.keyboard.press('Enter');
  await dialog(page).waitFor({ state: 'detached' });
}

describe('the palette', () => {
  test('Ctrl+K leads to pages, card machines, sites, transactions, messages and guides', async () => {
    const { page, faults } = await fixture.openConsole({ at: '#/till' });
    const loaded: string[] = [];
    page.on('request', (request) => loaded.push(request.url()));
    await page.getByText('Available, GBP').waitFor();
    assert.equal(
      loaded.some((url) => url.includes('palette')),
      false,
      'it is loaded when opened',
    );
    await goTo(page, 'traf', /^Traffic/);
    await page.getByRole('heading', { level: 1, name: 'Traffic' }).waitFor();
    await goTo(page, 'dip0', /^VCMINVLDIP0 testhost, Available/);
    await page.getByRole('heading', { level: 1, name: 'Card machines' }).waitFor();
    await goTo(page, 'testhost', /^testhost/);
    await page.getByRole('heading', { level: 1, name: 'Sites' }).waitFor();
    // Older than the newest six.
    await goTo(page, '47.11', /£47\.11, Approved/);
    await page.getByRole('heading', { level: 2, name: /testhost\/VCMINVLSIP0\/1/ }).waitFor();
    await view(page, 'Overview');
    await goTo(page, 'VCMINVLSI', /^testhost\/VCMINVLSIP0\/1/);
    await page.getByRole('heading', { level: 2, name: /testhost\/VCMINVLSIP0\/1/ }).waitFor();
    await goTo(page, 'sale counter v1', /^sale /);
    await page.waitForURL('**/docs/messages/v1/pac/sale');
    await page.goto(`${fixture.url}/console/#/compose`);
    // The editor has keys of its own.
    await editor(page).click();
    await goTo(page, 'pay at table', /^Pay at table/);
    await page.waitForURL('**/docs/pay-at-table');
    assert.deepEqual(faults, []);
  });

  for (const [name, options] of Object.entries({ desk: {}, phone })) {
    for (const colorScheme of ['light', 'dark'] as const) {
      test(`the palette is reached by its button, and nobody is kept out: ${name}, ${colorScheme}`, async () => {
        const { page, faults } = await fixture.openConsole({
          ...options,
          colorScheme,
          at: '#/sites',
        });
        await page.getByRole('heading', { level: 1, name: 'Sites' }).waitFor();
        await page.getByRole('button', { name: 'Go to … (Ctrl+K)' }).click();
        await option(page, /VCMpaletteSCD0/)
          .first()
          .waitFor();
        await option(page, /^Getting started|^Overview/)
          .first()
          .waitFor();
        await inspectPage(page, `palette-${name}-${colorScheme}`);
        await field(page).fill('<img src=x onerror=alert(1)>');
        await dialog(page).getByText('Nothing fits. Try fewer letters.').waitFor();
        await inspectPage(page, `palette-none-${name}-${colorScheme}`);
        await field(page).fill('tables');
        await option(page, /^Tables/).click();
        await page.getByRole('heading', { level: 1, name: 'Tables' }).waitFor();
        assert.deepEqual(faults, []);
      });
    }
  }

  test('Esc closes it, and the focus is where it was', async () => {
    const { page, faults } = await fixture.openConsole({ at: '#/transactions' });
    const tid = page.getByLabel('Card machine (TID)');
    await tid.fill('What?');
    await page.keyboard.press('ControlOrMeta+k');
    await field(page).waitFor();
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    assert.equal(await page.evaluate('document.activeElement.name'), 'tid');
    assert.deepEqual(faults, []);
  });
});

test('a question mark shows the keys, but not where a text is typed', async () => {
  const { page, faults } = await fixture.openConsole({ at: '#/transactions' });
  const tid = page.getByLabel('Card machine (TID)');
  await tid.press('?');
  assert.equal(await tid.inputValue(), '?');
  const keys = page.getByRole('dialog', { name: 'Keyboard' });
  assert.equal(await keys.count(), 0);
  await page.locator('main').focus();
  await page.keyboard.press('?');
  await keys.getByText('Show these keys').waitFor();
  await inspectPage(page, 'shortcuts');
  await page.keyboard.press('Escape');
  await keys.waitFor({ state: 'detached' });
  assert.deepEqual(faults, []);
});

describe('without an operator key', () => {
  const locked = browserFixture({ settings: { openOnLoopback: false } });

  test('the palette leads to pages, messages and guides, and to nothing of the gateway', async () => {
    const { page, faults } = await locked.openConsole({ at: '#/connect' });
    await page.getByRole('heading', { level: 1, name: 'Connect' }).waitFor();
    await page.keyboard.press('ControlOrMeta+k');
    await option(page, /^Requirements/).waitFor();
    await field(page).fill('sale');
    await option(page, /^sale /)
      .first()
      .waitFor();
    await field(page).fill('testhost');
    await dialog(page).getByText('Nothing fits. Try fewer letters.').waitFor();
    const isRefusal = (text: string) => /401/.test(text);
    assert.deepEqual(
      faults.filter((text) => !isRefusal(text)),
      [],
    );
  });
});
