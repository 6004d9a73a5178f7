// The console's views for operators in a real browser: sites and tokens, card machines, the story of a
// sale, and signing in where the gateway asks for a key.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import type { TestGateway } from 'tillgate/testing';
import { startTestGateway } from 'tillgate/testing';
import { openBrowser } from './chromium.ts';
import {
  buildConsole,
  desk,
  inspect,
  openConsole,
  phone,
  pictures,
  view,
  written,
} from './console-page.ts';

const sizes = { desk, phone };
const themes = ['light', 'dark'] as const;

let shop: TestGateway;
let browser: Browser;
before(async () => {
  buildConsole();
  shop = await startTestGateway();
  browser = await openBrowser();
  console.log(`pictures: ${pictures()}`);
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

const open = (options: BrowserContextOptions & { at?: string } = {}) =>
  openConsole(browser, shop.gateway.httpUrl, options);

async function sell(tid: string, amount: number): Promise<void> {
  const till = await shop.till({ 'epos-id': 'till-1' });
  await till.request('sale', { tid, currency: 'GBP', amount });
  till.socket.close();
}

describe('Sites and tokens', () => {
  test('a site is added, gets a token that is shown once, and both go again', async () => {
    const { page, faults } = await open({ at: '#/sites' });
    await page.getByRole('button', { name: 'Add a site' }).click();
    await page.getByLabel('Name', { exact: true }).fill('shop1');
    await page.getByLabel('Title (optional)').fill('<b>The Corner Shop</b>');
    await page.getByRole('button', { name: 'Add the site' }).click();
    await page.getByRole('heading', { level: 2, name: 'shop1' }).waitFor();
    await page.getByText('<b>The Corner Shop</b>').first().waitFor();
    await page.getByText('No token yet').waitFor();
    await page.getByRole('button', { name: 'Make a token' }).click();
    await page.getByLabel('Label (optional)').fill('till 3');
    await page.getByRole('button', { name: 'Make the token' }).click();
    const token = await page.getByRole('status', { name: 'Token', exact: true }).textContent();
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    assert.equal(await written(page), token);
    await page.getByRole('button', { name: 'I have it' }).click();
    await page.getByRole('cell', { name: 'never' }).waitFor();
    assert.equal((await page.textContent('body'))?.includes(token ?? ''), false);
    await page.getByRole('button', { name: 'Revoke till 3' }).click();
    await page.getByRole('button', { name: 'Revoke it' }).click();
    await page.getByText('No token yet').waitFor();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    const remove = page.getByRole('button', { name: 'Remove the site' });
    assert.equal(await remove.isDisabled(), true, 'until its name is typed');
    await page.getByLabel('Type shop1 to remove it').fill('shop1');
    await remove.click();
    await page.getByText('shop1 is removed.').waitFor();
    await page.getByRole('tab', { name: 'Audit trail' }).click();
    await page.getByText('removed the site shop1').waitFor();
    assert.deepEqual(faults, []);
  });

  test('what does not fit is said at its field', async () => {
    const { page } = await open({ at: '#/sites' });
    await page.getByRole('button', { name: 'Add a site' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Shop 1');
    await page.getByRole('button', { name: 'Add the site' }).click();
    await page.getByText('1 to 63 lower-case letters, digits and dashes').waitFor();
    await inspect(page, 'sites-fault');
  });
});

describe('Card machines', () => {
  test('one is enrolled with a code, and revoked', async () => {
    const { page, faults } = await open({ at: '#/machines' });
    await page.getByRole('button', { name: 'Enrol a machine' }).click();
    await page.getByLabel('TID').fill('BAR-1');
    await page.getByRole('button', { name: 'Make a pairing code' }).click();
    const code = await page.getByRole('status', { name: 'Pairing code' }).textContent();
    assert.match(code ?? '', /^[A-Z0-9]{8}$/);
    await page.getByText(/^1[45]:\d\d$/).waitFor();
    await inspect(page, 'machines-code');
    await page.getByRole('button', { name: 'Done' }).click();
    const machine = page.getByRole('listitem').filter({ hasText: 'BAR-1' });
    await machine.getByText('Waiting for its code').waitFor();
    await machine.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('button', { name: 'Revoke it' }).click();
    await machine.waitFor({ state: 'detached' });
    assert.deepEqual(faults, []);
  });

  test('a virtual one is told how the next sale ends, and it ends so', async () => {
    const { page, faults } = await open({ at: '#/machines' });
    const machine = page.getByRole('listitem').filter({ hasText: 'VCMINVLSIP0' });
    await machine.getByRole('button', { name: 'Behaviour' }).click();
    await page.getByLabel('The next transaction ends otherwise').check();
    await page.getByLabel('Result').selectOption({ label: 'Declined' });
    await inspect(page, 'machines-behaviour');
    await page.getByRole('button', { name: 'Save' }).click();
    await machine.getByText('Next: Declined, chip, PIN').waitFor();
    await sell('VCMINVLSIP0', 999);
    await page.getByText('Next: Declined').waitFor({ state: 'detached' });
    await view(page, 'Transactions');
    await page.getByRole('link', { name: /£9\.99.*Declined/ }).waitFor();
    assert.deepEqual(faults, []);
  });
});

describe('Transactions', () => {
  test('a sale is found and told step by step, and copied without receipts or ids', async () => {
    await sell('VCMINVLSCD0', 1250);
    const { page, faults } = await open({ at: '#/transactions' });
    await page.getByLabel('Card machine (TID)').fill('VCMINVLSCD0');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('link', { name: /£12\.50.*Successful/ }).click();
    await page.getByText('The till asked: sale').waitFor();
    await page.getByText('Write 1 was handed to the disk.').waitFor();
    await page.getByRole('figure', { name: 'Receipt: Customer copy' }).waitFor();
    await page.getByRole('button', { name: 'Copy as bug report' }).click();
    const report = await written(page);
    assert.match(report, /^Transaction {2}testhost\/VCMINVLSCD0\/1\n/);
    assert.match(report, /Wire: The till asked: sale/);
    assert.equal(/CUSTOMER COPY|00000000-0000/.test(report), false, report);
    await page.getByRole('link', { name: 'Back to the search' }).click();
    assert.equal(await page.getByLabel('Card machine (TID)').inputValue(), 'VCMINVLSCD0');
    assert.deepEqual(faults, []);
  });

  test('a search that finds nothing says what to do', async () => {
    const { page } = await open({ at: '#/transactions?tid=NOBODY' });
    await page.getByText('Nothing fits the search').waitFor();
    await page.getByRole('link', { name: 'Search for all' }).click();
    await page.getByLabel('Card machine (TID)').waitFor();
  });
});

describe('where the gateway asks for a key', () => {
  test('one signs in, with words for a wrong key, and signs out', async () => {
    const key = await newKey();
    const locked = await startTestGateway({
      store: shop.store,
      settings: { openOnLoopback: false },
    });
    try {
      const { page } = await openConsole(browser, locked.gateway.httpUrl, { at: '#/sites' });
      await page.getByLabel('Operator key').fill('wrong');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('This key is wrong, or it was taken back.').waitFor();
      await inspect(page, 'sign-in-wrong');
      await page.getByLabel('Operator key').fill(key);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('button', { name: 'Add a site' }).waitFor();
      await page.reload();
      await page.getByText('anna', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByLabel('Operator key').waitFor();
      const kept = await page.evaluate('JSON.stringify({ ...localStorage, ...sessionStorage })');
      assert.equal(String(kept).includes(key), false, 'no store of the browser has the key');
    } finally {
      await locked.stop();
    }
  });
});

async function newKey(): Promise<string> {
  const { page, faults } = await open({ at: '#/sites' });
  await page.getByRole('tab', { name: 'Operators' }).click();
  await page.getByRole('button', { name: 'Add an operator' }).click();
  await page.getByLabel('Name', { exact: true }).fill('anna');
  await page.getByRole('button', { name: 'Add the operator' }).click();
  const key = await page.getByRole('status', { name: 'Operator key' }).textContent();
  assert.deepEqual(faults, []);
  return key ?? '';
}

for (const colorScheme of themes) {
  for (const [name, size] of Object.entries(sizes)) {
    test(`each is fit to be seen and to be used: ${name}, ${colorScheme}`, async () => {
      await sell('VCMINVLSCD0', 1250);
      const { page, faults } = await open({ ...size, colorScheme, at: '#/machines' });
      const look = (what: string) => inspect(page, `${what}-${name}-${colorScheme}`);
      await page.getByRole('heading', { name: 'VCMINVLSIP0' }).waitFor();
      await look('machines');
      await page.goto(`${shop.gateway.httpUrl}/console/#/transactions`);
      await page
        .getByRole('link', { name: /£12\.50/ })
        .first()
        .waitFor();
      await look('transactions');
      await page
        .getByRole('link', { name: /£12\.50/ })
        .first()
        .click();
      await page.getByText('The till asked: sale').waitFor();
      await look('story');
      await page.goto(`${shop.gateway.httpUrl}/console/#/sites`);
      await page.getByRole('button', { name: 'Make a token' }).waitFor();
      await look('sites');
      await page.getByRole('tab', { name: 'Audit trail' }).click();
      await page.getByRole('heading', { name: 'Audit trail' }).waitFor();
      await look('audit');
      assert.deepEqual(faults, []);
    });
  }
}
