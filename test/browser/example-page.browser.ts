// examples/pac/page.html in a real browser, opened as a file, as a till developer would: payments,
// signatures, cancelling and a lost line, on a desk and on a phone, light and dark.

import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { AMOUNT_FORM } from '@tillgate/protocol';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { startTcpProxy } from '../../examples/tcp-proxy.ts';
import type { OpenedPage } from './browser-fixture.ts';
import { browserFixture } from './browser-fixture.ts';
import { CardClock } from './card-clock.ts';

const file = pathToFileURL(join(import.meta.dirname, '../../examples/pac/page.html')).href;
const pictures = mkdtempSync(join(tmpdir(), 'tillgate-pictures-'));
const desk = { viewport: { width: 1180, height: 900 } };
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

const cards = new CardClock();
const fixture = browserFixture({ clock: cards, settings: { ...cards.settings, pace: '20' } });
afterEach(() => cards.present());

describe('the page of a till', () => {
  const all: OpenedPage[] = [];
  after(() => {
    const elsewhere = all.flatMap(({ faults }) => faults).filter((fault) => URL.canParse(fault));
    assert.deepEqual(elsewhere, [], 'nothing comes from elsewhere');
  });

  async function open(
    options: BrowserContextOptions = desk,
    address = fixture.testGateway.uri(),
  ): Promise<OpenedPage> {
    const opened = await fixture.open(file, options);
    all.push(opened);
    const { page } = opened;
    await page.getByRole('textbox', { name: 'Address' }).fill(address);
    await page.getByRole('button', { name: 'Connect' }).click();
    return opened;
  }

  async function take(page: Page, tid: string, amount: string): Promise<void> {
    await page.getByRole('textbox', { name: 'Amount' }).fill(amount);
    await page.getByRole('combobox', { name: 'Card machine' }).selectOption(tid);
    await page.getByRole('button', { name: 'Take payment' }).click();
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [name, size] of Object.entries({ desk, phone })) {
      test(`the page takes a chip-and-PIN sale and a signature sale, ${colorScheme}, ${name}`, async () => {
        const { page, faults } = await open({ ...size, colorScheme });
        await page.getByText('Ready').waitFor();
        await picture(page, `${name}-${colorScheme}-1-ready`);

        await take(page, 'VCMINVLSIP0', '12.34');
        await page.getByText('Approved: £12.34').waitFor();
        const receipt = page.getByRole('figure', { name: 'Receipt: customer' });
        assert.match((await receipt.textContent()) ?? '', /TOTAL {11}GBP12\.34/);
        await picture(page, `${name}-${colorScheme}-2-approved`);

        await take(page, 'VCMINVLSIS0', '0.29');
        await page.getByRole('heading', { name: 'Does the signature match' }).waitFor();
        await picture(page, `${name}-${colorScheme}-3-signature`);
        await page.getByRole('button', { name: 'It matches' }).click();
        await page.getByText('Approved: £0.29').waitFor();
        assert.equal(await page.getByRole('button', { name: 'It matches' }).isVisible(), false);
        assert.equal(await sidewaysScroll(page), 0, 'nothing sticks out');
        assert.deepEqual(faults, []);
      });
    }
  }

  test('a signature that does not match reverses the payment', async () => {
    const { page, faults } = await open();
    await take(page, 'VCMINVLSIS0', '50');
    await page.getByRole('button', { name: 'It does not match' }).click();
    await page.getByText('Reversed: £50.00').waitFor();
    await picture(page, 'desk-light-4-reversed');
    assert.deepEqual(faults, []);
  });

  test('a payment is cancelled while the machine waits for a card', async () => {
    const { page, faults } = await open();
    cards.hold();
    await take(page, 'VCMINVLSIP0', '9.99');
    await page.getByText('Please present the card').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled: £9.99').waitFor();
    assert.deepEqual(faults, []);
  });

  test('a connection that drops during a sale is restored and brings the result', async (context) => {
    const proxy = await startTcpProxy(fixture.testGateway.uri());
    context.after(proxy.close);
    const { page } = await open(desk, proxy.address);
    cards.hold();
    await take(page, 'VCMINVLSIP0', '19.99');
    await page.getByText('Please present the card').waitFor();
    proxy.disconnect();
    await page.getByText('Do not take it again yet').waitFor();
    await picture(page, 'desk-light-5-lost');
    cards.present();
    proxy.reconnect();
    await page.getByText('Approved: £19.99').waitFor();
  });

  test('a text that is no amount is refused with the sentence of the console, and nothing is sent', async () => {
    const { page } = await open();
    await page.getByText('Ready').waitFor();
    const notAnAmount = `Not an amount. ${AMOUNT_FORM}`;
    for (const [text, sentence] of [
      ['12,34', notAnAmount],
      ['0.00', 'Not an amount above 0.'],
      ['12.345', notAnAmount],
      ['1000000', 'At most 999999.99.'],
      ['1,234.50', notAnAmount],
    ] as const) {
      await take(page, 'VCMINVLSIP0', text);
      await page.getByText(sentence, { exact: true }).waitFor();
      assert.equal(await page.locator('#now').textContent(), 'Ready', text);
    }
  });

  test('a wrong token is reported in words, and is not tried again', async () => {
    const { page } = await open(desk, fixture.testGateway.uri('pac', { token: 'wrong' }));
    await page.getByText('The token is missing or wrong.').waitFor();
    await picture(page, 'desk-light-6-refused');
    assert.equal(await page.locator('#line').textContent(), 'Not connected');
  });
});

async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}

function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - innerWidth');
}
