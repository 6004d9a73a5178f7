// The console's views for operators in a real browser: sites and tokens, card machines, and the story of
// a sale.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { clientOf } from '../support/api/api-client.ts';
import { browserFixture } from './browser-fixture.ts';
import { clipboardText, desk, inspectPage, phone, view } from './console-page.ts';

const sizes = { desk, phone };
const themes = ['light', 'dark'] as const;

const fixture = browserFixture();

const open = fixture.openConsole;

async function sell(tid: string, amount: number): Promise<void> {
  const till = await fixture.testGateway.till({ 'epos-id': 'till-1' });
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
    assert.equal(await clipboardText(page), token);
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

  test('virtual card machines are set one by one, a title falls back, the trail says it', async () => {
    await clientOf(fixture.testGateway).get('addSite', {
      body: { name: 'bakery', title: 'The Bakery' },
    });
    const { page, faults } = await open({ at: '#/sites' });
    await page.getByRole('button', { name: 'bakery' }).click();
    await page.getByRole('button', { name: 'Change' }).click();
    await page.getByLabel('Title (optional)').fill('');
    await page.getByRole('radio', { name: 'v1', exact: true }).check({ force: true });
    await page.getByRole('button', { name: 'Add a machine' }).click();
    await page.getByLabel('Name (TID)').fill('12345678');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('VCM, a label, three letters and 0, 1 or 2.').waitFor();
    await page.getByLabel('Name (TID)').fill('VCMSHOPSIP0');
    await page.getByText('It approves, chip, PIN.').waitFor();
    await page.getByRole('combobox', { name: 'Currency' }).selectOption('EUR');
    await page.getByLabel('Cashback', { exact: true }).fill('5.00');
    await inspectPage(page, 'sites-machine');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('VCMSHOPSIP0 (EUR, cashback 5.00)').waitFor();
    await page
      .getByRole('definition')
      .filter({ hasText: /^bakery$/ })
      .waitFor();
    await page.getByRole('button', { name: 'Change' }).click();
    assert.equal(await page.getByLabel('Title (optional)').inputValue(), '');
    assert.equal(await page.getByLabel('Cashback', { exact: true }).inputValue(), '5.00');
    await page.getByRole('button', { name: 'Remove VCMSHOPSIP0' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('VCMSHOPSIP0').waitFor({ state: 'detached' });
    await page.getByRole('tab', { name: 'Audit trail' }).click();
    const machine = 'VCMSHOPSIP0 (EUR, cashback 5.00)';
    await page.getByText(`Virtual card machines: ${machine} → none`).waitFor();
    await page.getByText(`Virtual card machines: none → ${machine}`).waitFor();
    await page.getByText('Title: The Bakery → bakery').waitFor();
    await page.getByText('Versions: v1, v0 → v1').waitFor();
    await clientOf(fixture.testGateway).get('removeSite', { params: { site: 'bakery' } });
    assert.deepEqual(faults, []);
  });

  test('a token may run out: the last day is chosen, and a day that is over is refused', async () => {
    const { page } = await open({ at: '#/sites' });
    await page.getByRole('button', { name: 'testhost' }).click();
    await page.getByRole('button', { name: 'Make a token' }).click();
    await page.getByLabel('Label (optional)').fill('summer fair');
    await page.getByLabel('Last day (optional)').fill('2020-02-29');
    await page.getByRole('button', { name: 'Make the token' }).click();
    await page.getByText('Today or a day to come.').waitFor();
    await inspectPage(page, 'sites-token');
    const year = new Date().getFullYear() + 1;
    await page.getByLabel('Last day (optional)').fill(`${year}-08-31`);
    await page.getByRole('button', { name: 'Make the token' }).click();
    await page.getByRole('button', { name: 'I have it' }).click();
    const cell = page.getByRole('cell', { name: 'summer fair' }).first();
    await cell.getByText(`until 1 Sept ${year}, 00:00:00`).waitFor();
    const { tokens } = await clientOf(fixture.testGateway).get('listTokens', {
      params: { site: 'testhost' },
    });
    const { expiresAt = '' } = tokens.find(({ label }) => label === 'summer fair') ?? {};
    assert.equal(new Date(expiresAt).getMonth(), 8);
  });

  test('a value that does not fit is reported at its field', async () => {
    const { page } = await open({ at: '#/sites' });
    await page.getByRole('button', { name: 'Add a site' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Shop 1');
    await page.getByRole('button', { name: 'Add the site' }).click();
    await page.getByText('1 to 63 lower-case letters, digits and dashes').waitFor();
    await inspectPage(page, 'sites-fault');
  });
});

describe('Card machines', () => {
  test('a card machine is enrolled with a code, and revoked', async () => {
    const { page, faults } = await open({ at: '#/machines' });
    await page.getByRole('button', { name: 'Enrol a machine' }).click();
    await page.getByLabel('TID').fill('BAR-1');
    await page.getByRole('button', { name: 'Make a pairing code' }).click();
    const code = await page.getByRole('status', { name: 'Pairing code' }).textContent();
    assert.match(code ?? '', /^[A-Z0-9]{8}$/);
    await page.getByText(/^1[45]:\d\d$/).waitFor();
    await inspectPage(page, 'machines-code');
    await page.getByRole('button', { name: 'Done' }).click();
    const machine = page.getByRole('listitem').filter({ hasText: 'BAR-1' });
    await machine.getByText('Waiting for its code').waitFor();
    await machine.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('button', { name: 'Revoke it' }).click();
    await machine.waitFor({ state: 'detached' });
    assert.deepEqual(faults, []);
  });

  test('a code that has run out says so, and is not to be copied any more', async () => {
    const { page, faults } = await open();
    await page.clock.install();
    await page.goto(`${fixture.url}/console/#/machines`);
    await page.reload();
    await page.getByRole('button', { name: 'Enrol a machine' }).click();
    await page.getByLabel('TID').fill('BAR-2');
    await page.getByRole('button', { name: 'Make a pairing code' }).click();
    await page.getByText(/^1[45]:\d\d$/).waitFor();
    await page.clock.runFor('15:01');
    await page.getByText('This code is no good any more. Close this and make another.').waitFor();
    const dialog = page.getByRole('dialog', { name: 'Enrol a card machine' });
    assert.equal(await dialog.getByRole('button', { name: 'Copy' }).count(), 0);
    await inspectPage(page, 'machines-code-over');
    await dialog.getByRole('button', { name: 'Done' }).click();
    await clientOf(fixture.testGateway).get('removeTerminal', {
      params: { site: 'testhost', tid: 'BAR-2' },
    });
    assert.deepEqual(faults, []);
  });

  test('a virtual card machine is given the outcome of its next sale, and the sale ends so', async () => {
    const { page, faults } = await open({ at: '#/machines' });
    const machine = page.getByRole('listitem').filter({ hasText: 'VCMINVLSIP0' });
    await machine.getByRole('button', { name: 'Behaviour' }).click();
    await page.getByLabel('The next transaction ends otherwise').check();
    await page.getByLabel('Result').selectOption({ label: 'Declined' });
    await inspectPage(page, 'machines-behaviour');
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
  test('a sale is found and shown step by step, and copied without receipts or ids', async () => {
    await sell('VCMINVLSCD0', 1250);
    const { page, faults } = await open({ at: '#/transactions' });
    const tid = page.getByLabel('Card machine (TID)');
    assert.equal(await tid.getAttribute('placeholder'), 'Whole, or its beginning');
    await tid.fill('VCM INVL');
    await page.getByText('Letters, digits, dots, dashes and _.').waitFor();
    await tid.fill('VCMINVLSC');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('link', { name: /£12\.50.*Approved/ }).click();
    await page.getByRole('button', { name: 'The till asked: sale: £12.50' }).waitFor();
    await page.getByRole('radio', { name: 'List' }).check({ force: true });
    await page.getByText('The till asked: sale').waitFor();
    await page.getByText('Write 1 was handed to the disk.').waitFor();
    await page.getByRole('figure', { name: 'Receipt: Customer copy' }).waitFor();
    await page.getByRole('button', { name: 'Copy as bug report' }).click();
    const report = await clipboardText(page);
    assert.match(report, /^Transaction {2}testhost\/VCMINVLSCD0\/1\n/);
    assert.match(report, /Wire: The till asked: sale/);
    assert.equal(/CUSTOMER COPY|00000000-0000/.test(report), false, report);
    await page.getByRole('link', { name: 'Back to the search' }).click();
    assert.equal(await tid.inputValue(), 'VCMINVLSC');
    assert.deepEqual(faults, []);
  });

  test('more than fifty transactions come page by page, the newest first, none twice', async () => {
    const till = await fixture.testGateway.till({ 'epos-id': 'till-2' });
    for (let pence = 1; pence <= 60; pence += 1) {
      await till.request('sale', { tid: 'VCMpagedSCD0', currency: 'GBP', amount: pence });
    }
    till.socket.close();
    const { page, faults } = await open({ at: '#/transactions?tid=VCMpagedSCD0' });
    const rows = page.getByRole('link', { name: /VCMpagedSCD0/ });
    await page.getByText('50 shown.').waitFor();
    assert.equal(await rows.count(), 50);
    await page.getByRole('button', { name: 'Show earlier ones' }).click();
    await page.getByText('60 shown, these are all.').waitFor();
    const texts = await rows.allTextContents();
    const amounts = texts.map((text) => Number(/£0\.(\d\d)/.exec(text)?.[1]));
    assert.deepEqual(
      amounts,
      Array.from({ length: 60 }, (_, at) => 60 - at),
    );
    assert.equal(await page.getByRole('button', { name: 'Show earlier ones' }).count(), 0);
    assert.deepEqual(faults, []);
  });

  test('a payment is found by its amount, its card and its code, and stands in the list by itself', async () => {
    const { page, faults } = await open({ at: '#/transactions?tid=VCMfoundSCD0' });
    await page.getByText('Nothing fits the search').waitFor();
    await sell('VCMfoundSCD0', 4242);
    await page.getByRole('link', { name: /£42\.42.*Approved/ }).waitFor();
    const amount = page.getByLabel('Amount', { exact: true });
    await amount.fill('42.4.2');
    await page.getByText('Not an amount.').waitFor();
    await amount.fill('42.43');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByText('Nothing fits the search').waitFor();
    await page.getByLabel('Amount', { exact: true }).fill('42.42');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('link', { name: /£42\.42.*Approved/ }).waitFor();
    assert.match(page.url(), /amount=42\.42/);
    assert.deepEqual(faults, []);
  });

  test('a search that finds nothing says what to do', async () => {
    const { page } = await open({ at: '#/transactions?tid=NOBODY' });
    await page.getByText('Nothing fits the search').waitFor();
    await page.getByRole('link', { name: 'Search for all' }).click();
    await page.getByLabel('Card machine (TID)').waitFor();
  });
});

for (const colorScheme of themes) {
  for (const [name, size] of Object.entries(sizes)) {
    test(`each view for operators has no overflow and no barrier: ${name}, ${colorScheme}`, async () => {
      await sell('VCMINVLSCD0', 1250);
      const { page, faults } = await open({ ...size, colorScheme, at: '#/machines' });
      const look = (what: string) => inspectPage(page, `${what}-${name}-${colorScheme}`);
      await page.getByRole('heading', { name: 'VCMINVLSIP0' }).waitFor();
      await look('machines');
      await page.goto(`${fixture.url}/console/#/transactions`);
      await page
        .getByRole('link', { name: /£12\.50/ })
        .first()
        .waitFor();
      await look('transactions');
      await page
        .getByRole('link', { name: /£12\.50/ })
        .first()
        .click();
      await page.getByRole('button', { name: 'The till asked: sale' }).waitFor();
      await look('story');
      await page.getByRole('radio', { name: 'List' }).check({ force: true });
      await page.getByText('The till asked: sale').last().waitFor();
      await look('story-list');
      await page.goto(`${fixture.url}/console/#/sites`);
      await page.getByRole('button', { name: 'Make a token' }).waitFor();
      await look('sites');
      await page.getByRole('tab', { name: 'Audit trail' }).click();
      await page.getByRole('heading', { name: 'Audit trail' }).waitFor();
      await look('audit');
      assert.deepEqual(faults, []);
    });
  }
}
