// The console's Till in a real browser: a cashier who presses and types, on a desk and on a phone.

import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { clientOf } from '../support/api/api-client.ts';
import { eventually } from '../support/wait.ts';
import { browserFixture } from './browser-fixture.ts';
import { CardClock } from './card-clock.ts';
import { desk, frames, inspectPage, phone, pictures, view } from './console-page.ts';

const sizes = { desk, phone };
const themes = ['light', 'dark'] as const;

const cards = new CardClock();
const fixture = browserFixture({
  clock: cards,
  settings: { ...cards.settings, pace: '20', virtualSilence: 0.2 },
});
afterEach(() => cards.present());

async function open(options: BrowserContextOptions = {}) {
  const opened = await fixture.openConsole({
    at: '#/till',
    ...options,
  });
  await opened.page.getByText('Available, GBP').waitFor();
  return opened;
}

const amount = (page: Page) => page.getByRole('textbox', { name: 'Amount' });
const receipt = (page: Page, name: string) =>
  page.getByRole('figure', { name: `Receipt: ${name}` });

/** Chooses a card machine, types an amount such as `12.34` and presses the button. */
async function take(page: Page, tid: string, text: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Card machine' }).selectOption(tid);
  await amount(page).fill(text);
  await page.getByRole('button', { name: `Take £${text}` }).click();
}

/**
 * Returns a function that lets time pass in the page. It waits for the answers of the gateway, which come in real
 * time: without them the SDK takes the connection for dead, and the page connects and lists again.
 */
async function controlTime(page: Page): Promise<(ms: number) => Promise<void>> {
  const unanswered = new Set<unknown>();
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => unanswered.add(JSON.parse(String(payload)).id));
    socket.on('framereceived', ({ payload }) => unanswered.delete(JSON.parse(String(payload)).id));
  });
  await page.clock.install();
  return async (ms) => {
    for (let passedMs = 0; passedMs < ms; passedMs += 5_000) {
      await page.clock.runFor(5_000);
      await eventually('the answers', () => unanswered.size === 0 || undefined);
    }
  };
}

const focusedClass = (page: Page) => page.evaluate('document.activeElement.className');

async function said(page: Page, text: string | RegExp): Promise<void> {
  await page.locator('.till-now').getByText(text).first().waitFor();
}

describe('the cashier', () => {
  for (const [name, size] of Object.entries(sizes)) {
    for (const colorScheme of themes) {
      test(`the cashier takes a sale and judges a signature, ${name}, ${colorScheme}`, async () => {
        const { page, faults } = await open({ ...size, colorScheme });
        await inspectPage(page, `till-${name}-${colorScheme}-1-ready`);
        for (const key of ['1', '2', 'Point', '3', '4']) {
          await page.getByRole('button', { name: key, exact: true }).click();
        }
        cards.hold();
        await page.getByRole('button', { name: 'Take £12.34' }).click();
        await said(page, 'Present the card');
        await inspectPage(page, `till-${name}-${colorScheme}-2-running`);
        cards.present();
        await said(page, 'Approved: £12.34');
        const copies = [receipt(page, 'Customer copy'), receipt(page, 'Merchant copy')];
        for (const copy of copies) assert.match((await copy.textContent()) ?? '', /GBP12\.34/);
        await inspectPage(page, `till-${name}-${colorScheme}-3-approved`);

        await take(page, 'VCMINVLSIS0', '50.00');
        const dialog = page.getByRole('dialog', { name: 'Does the signature match?' });
        await dialog.getByText('PLEASE SIGN BELOW').waitFor();
        await dialog.getByText(/^\d+ seconds left/).waitFor();
        await inspectPage(page, `till-${name}-${colorScheme}-4-signature`);
        await dialog.getByRole('button', { name: 'It matches' }).click();
        await said(page, 'Approved: £50.00');
        const history = page.getByRole('region', { name: 'Payments of this till' });
        assert.equal(await history.getByRole('listitem').count(), 2);
        assert.deepEqual(faults, []);
      });
    }
  }

  test('the cashier types an amount on a keyboard, and it means what it says', async () => {
    const { page, faults } = await open();
    await page.keyboard.type('129');
    await page.keyboard.press('Backspace');
    await page.keyboard.type('.3');
    assert.equal(await amount(page).inputValue(), '12.3');
    await page.getByRole('button', { name: 'Take £12.30' }).waitFor();
    await amount(page).focus();
    await page.keyboard.press('End');
    await page.keyboard.type('4');
    assert.equal(await amount(page).inputValue(), '12.34');
    await page.keyboard.press('Enter');
    await said(page, 'Approved: £12.34');
    assert.deepEqual(faults, []);
  });

  test('an amount that is none is refused with a sentence, whether typed or pasted', async () => {
    const { page, faults } = await open();
    const field = amount(page);
    for (const text of ['0.005', '12.345', '1,234.50']) {
      await field.fill('');
      await field.pressSequentially(text);
      assert.equal(await field.inputValue(), text);
      await page.getByText('Not an amount. Write it like 12.34').waitFor();
      await page.keyboard.press('Enter');
      await page.getByText('Not an amount. Write it like 12.34').waitFor();
      assert.equal(await field.getAttribute('aria-invalid'), 'true');
    }
    await inspectPage(page, 'till-amount');
    await field.fill('');
    await page.evaluate("navigator.clipboard.writeText('£1,234.56')");
    await field.press('ControlOrMeta+v');
    assert.equal(await field.inputValue(), '£1,234.56');
    await page.getByText('Not an amount. Write it like 12.34').waitFor();
    await field.fill('1000000');
    await page.getByText('At most 999999.99.').waitFor();
    await field.fill('5.5');
    await page.getByRole('button', { name: 'Take £5.50' }).click();
    await said(page, 'Approved: £5.50');
    const history = page.getByRole('region', { name: 'Payments of this till' });
    assert.equal(await history.getByRole('listitem').count(), 1);
    assert.deepEqual(faults, []);
  });

  test('the cashier reads what to do when a card is declined', async () => {
    const { page, faults } = await open();
    await take(page, 'VCMINVLDIP0', '7.00');
    await said(page, 'Declined: £7.00');
    await said(page, 'Ask for another card or another way to pay.');
    await receipt(page, 'Customer copy').getByText('DECLINED').waitFor();
    await inspectPage(page, 'till-declined');
    assert.deepEqual(faults, []);
  });

  test('a chosen card machine brings its currency with it', async () => {
    const body = { terminals: { VCMeuroSCD0: { currency: 'EUR' } } };
    await clientOf(fixture.testGateway).get('changeSite', { params: { site: 'testhost' }, body });
    const { page, faults } = await open();
    await page.getByRole('combobox', { name: 'Card machine' }).selectOption('VCMeuroSCD0');
    await page.getByText('Available, EUR').waitFor();
    await amount(page).fill('5.00');
    await page.getByRole('button', { name: 'Take €5.00' }).click();
    await said(page, 'Approved: €5.00');
    await receipt(page, 'Customer copy').getByText('EUR5.00').first().waitFor();
    await page.getByRole('combobox', { name: 'Card machine' }).selectOption('VCMINVLSIP0');
    await page.getByRole('button', { name: 'Take £0.00' }).waitFor();
    assert.deepEqual(faults, []);
  });

  for (const [name, size] of Object.entries(sizes)) {
    test(`a signature question that was closed stays in a bar over every view, ${name}`, async () => {
      const { page, faults } = await open(size);
      await page.getByRole('combobox', { name: 'Card machine' }).selectOption('VCMINVLSIS0');
      await amount(page).fill('8.00');
      await amount(page).press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Does the signature match?' });
      await dialog.getByText('PLEASE SIGN BELOW').waitFor();
      assert.equal(await focusedClass(page), 'paper-sheet', 'the slip is read first');
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      assert.equal(await page.evaluate('document.activeElement.name'), 'amount');
      const bar = page.getByRole('region', { name: 'Open question' });
      await bar.getByText('Signature to judge: Sale, £8.00').waitFor();
      const secondsLeft = async () =>
        Number.parseInt((await bar.getByRole('timer').textContent()) ?? '', 10);
      const before = await secondsLeft();
      await eventually(
        'the bar counts down',
        async () => (await secondsLeft()) < before || undefined,
      );
      await view(page, 'Traffic');
      await bar.waitFor();
      await inspectPage(page, `till-signature-bar-${name}`);
      await bar.getByRole('button', { name: 'Judge it' }).click();
      await dialog.getByRole('button', { name: 'It does not match' }).click();
      await said(page, 'Reversed: £8.00');
      await bar.waitFor({ state: 'hidden' });
      assert.deepEqual(faults, []);
    });
  }

  for (const [name, size] of Object.entries(sizes)) {
    test(`a receipt is printed alone, as wide as receipt paper, ${name}`, async () => {
      const { page, faults } = await open(size);
      await page.evaluate('window.print = () => { window.printed = true; }');
      await take(page, 'VCMINVLSIP0', '7.25');
      await said(page, 'Approved: £7.25');
      await page.getByRole('button', { name: 'Print: Customer copy' }).click();
      assert.equal(await page.evaluate('window.printed'), true);
      const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
      const boxes = [...pdf.matchAll(/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)];
      assert.equal(boxes.length, 1, 'one page');
      // 80 mm are 226.8 points.
      assert.ok(Math.abs(Number(boxes[0]?.[1]) - 226.8) < 1.5, boxes[0]?.[0]);
      assert.equal(await page.locator('.print-sheet').count(), 0, 'it goes once it is printed');
      await page.getByRole('button', { name: 'Print: Customer copy' }).click();
      await page.emulateMedia({ media: 'print' });
      const text = (await page.evaluate('document.body.innerText')) as string;
      assert.match(text, /GBP7\.25/);
      assert.doesNotMatch(text, /MERCHANT COPY|Payments of this till/);
      await page.screenshot({ path: `${pictures()}/receipt-on-paper-${name}.png` });
      await page.emulateMedia({ media: 'screen' });
      await receipt(page, 'Merchant copy').waitFor();
      assert.deepEqual(faults, []);
    });
  }

  test('the cashier cancels while the card machine waits for a card', async () => {
    const { page, faults } = await open();
    cards.hold();
    await take(page, 'VCMINVLSIP0', '9.99');
    await said(page, 'Present the card');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await said(page, 'Cancelled: £9.99');
    assert.deepEqual(faults, []);
  });

  test('the cashier resolves an unknown outcome without a second payment', async () => {
    const { page, faults } = await open();
    await take(page, 'VCMINVLTIP0', '3.00');
    await said(page, 'Not known yet');
    await inspectPage(page, 'till-unknown');
    await page.getByRole('button', { name: 'Find out' }).click();
    await said(page, /has finished, but not said how/);
    assert.equal(await page.getByRole('button', { name: 'Find out' }).isEnabled(), true);
    assert.deepEqual(faults, []);
  });

  test('a page that is reloaded during a sale still gets the result', async () => {
    const { page, faults } = await open();
    cards.hold();
    await take(page, 'VCMINVLSIP0', '4.56');
    await said(page, 'Present the card');
    await page.reload();
    cards.present();
    const history = page.getByRole('region', { name: 'Payments of this till' });
    await history.getByText('Approved').waitFor();
    await history.getByRole('button').click();
    await said(page, 'Approved: £4.56');
    assert.deepEqual(faults, []);
  });

  test('the cashier reserves an amount and completes it with its code', async () => {
    const { page, faults } = await open();
    await page.getByRole('radio', { name: 'Completion' }).check();
    await page.getByRole('button', { name: 'Complete £0.00' }).click();
    await page.getByText('The code of the pre-auth; it stands on its receipt.').waitFor();
    await inspectPage(page, 'till-faults');
    await page.getByRole('radio', { name: 'Pre-auth' }).check();
    await amount(page).fill('200.00');
    await page.getByRole('button', { name: 'Reserve £200.00' }).click();
    await said(page, 'Reserved: £200.00');
    await page.getByRole('button', { name: 'Complete it' }).click();
    await amount(page).fill('173.50');
    await page.getByRole('button', { name: 'Complete £173.50' }).click();
    await said(page, 'Completed: £173.50');
    assert.deepEqual(faults, []);
  });

  test('the cashier asks a card machine for its last payment and its reports', async () => {
    const { page, faults } = await open();
    await take(page, 'VCMINVLSCD0', '6.00');
    await said(page, 'Approved: £6.00');
    await page.getByRole('button', { name: 'Last payment' }).click();
    await said(page, 'The last payment of this card machine');
    await page.getByRole('button', { name: 'X balance' }).click();
    await said(page, 'X balance: complete');
    await receipt(page, 'X balance').getByText('REPORT COMPLETE').waitFor();
    await page.getByRole('button', { name: 'End of day' }).click();
    const sure = page.getByRole('dialog', { name: 'End of day?' });
    await sure.getByRole('button', { name: 'End of day' }).click();
    await said(page, 'End of day: complete');
    assert.deepEqual(faults, []);
  });

  test('the till lists card machines when something happens, never by a timer', async () => {
    const { page, faults } = await open();
    const passTime = await controlTime(page);
    await page.reload();
    await page.getByText(/^Available, GBP, as of \d\d:\d\d:\d\d$/).waitFor();
    await passTime(60_000);
    cards.hold();
    await take(page, 'VCMINVLSIP0', '1.00');
    await page.getByText('Busy, GBP').waitFor();
    cards.present();
    await said(page, 'Approved: £1.00');
    await page.getByText('Available, GBP').waitFor();
    const other = await fixture.testGateway.till();
    await other.request('terminalDetails', { tid: 'VCMlaterSIP0' });
    await page.getByRole('button', { name: 'Look which card machines are there' }).click();
    await page.getByRole('option', { name: /^VCMlaterSIP0/ }).waitFor({ state: 'attached' });
    await view(page, 'Traffic');
    await page.getByRole('combobox', { name: 'Method' }).selectOption('connectedTerminals');
    // On connecting, after the payment and on the button; each with its answer.
    const asked = frames(page).filter({ hasText: 'connectedTerminals' });
    await asked.nth(5).waitFor();
    assert.equal(await asked.count(), 6);
    assert.deepEqual(faults, []);
  });

  for (const [name, size] of Object.entries(sizes)) {
    test(`a busy card machine keeps the amount and is tried again, ${name}`, async () => {
      const { page, faults } = await open(size);
      const tid = name === 'desk' ? 'VCMbusySIS0' : 'VCMbusy2SIS0';
      const other = await fixture.testGateway.till();
      // Busy until somebody judges the signature.
      other.ask('sale', { tid, currency: 'GBP', amount: 100 });
      await page.reload();
      await page
        .getByRole('option', { name: new RegExp(`^${tid}`) })
        .waitFor({ state: 'attached' });
      await take(page, tid, '2.00');
      await said(page, /is busy \(-32071\)/);
      await said(page, 'Wait until it has finished, or use another one.');
      assert.equal(await amount(page).inputValue(), '2.00');
      await inspectPage(page, `till-busy-${name}`);
      await page.getByRole('button', { name: 'Try again' }).click();
      const history = page.getByRole('region', { name: 'Payments of this till' });
      await history.getByText('Refused').nth(1).waitFor();
      assert.equal(await amount(page).inputValue(), '2.00');
      await view(page, 'Traffic');
      await frames(page).filter({ hasText: 'sale' }).first().waitFor();
      await view(page, 'Till');
      assert.equal(await amount(page).inputValue(), '2.00');
      assert.deepEqual(faults, []);
    });
  }
});
