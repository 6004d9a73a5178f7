// examples/pac/page.html in a real browser, opened as a file, as a till developer would: payments,
// signatures, cancelling and a lost line, on a desk and on a phone, light and dark.

import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { TestGateway } from 'tillgate/testing';
import { startTestGateway } from 'tillgate/testing';
import { startTcpProxy } from '../../examples/tcp-proxy.ts';
import { openBrowser, watchFaults } from './chromium.ts';

const file = pathToFileURL(join(import.meta.dirname, '../../examples/pac/page.html')).href;
const pictures = mkdtempSync(join(tmpdir(), 'tillgate-pictures-'));
/** A step takes a second or two; more is a fault. */
const LIMIT_MS = 15_000;
const desk = { viewport: { width: 1180, height: 900 } };
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

describe('the page of a till', () => {
  let shop: TestGateway;
  let browser: Browser;
  /** Every host that a page asked something of; a socket is not a request. */
  const asked = new Set<string>();
  before(async () => {
    // Slow enough to press Cancel while the machine waits for a card.
    shop = await startTestGateway({ settings: { pace: '8', virtualCard: 0.6 } });
    browser = await openBrowser();
    console.log(`pictures: ${pictures}`);
  });
  after(async () => {
    await browser?.close();
    await shop?.stop();
    assert.deepEqual([...asked].toSorted(), ['', '127.0.0.1'], 'nothing comes from elsewhere');
  });

  async function open(
    options: BrowserContextOptions = desk,
    address = shop.uri(),
  ): Promise<{ page: Page; faults: readonly string[] }> {
    const context = await browser.newContext(options);
    context.setDefaultTimeout(LIMIT_MS);
    const page = await context.newPage();
    const faults = watchFaults(page);
    page.on('request', (request) => asked.add(new URL(request.url()).hostname));
    await page.goto(file);
    await page.getByRole('textbox', { name: 'Address' }).fill(address);
    await page.getByRole('button', { name: 'Connect' }).click();
    return { page, faults };
  }

  async function take(page: Page, tid: string, amount: string): Promise<void> {
    await page.getByRole('textbox', { name: 'Amount' }).fill(amount);
    await page.getByRole('combobox', { name: 'Card machine' }).selectOption(tid);
    await page.getByRole('button', { name: 'Take payment' }).click();
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [name, size] of Object.entries({ desk, phone })) {
      test(`takes a chip-and-PIN sale and a signature sale, ${colorScheme}, ${name}`, async () => {
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
    await take(page, 'VCMINVLSIP0', '9.99');
    await page.getByText('Please present the card').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled: £9.99').waitFor();
    assert.deepEqual(faults, []);
  });

  test('a line that drops in mid-sale comes back and brings the result', async (context) => {
    const cable = await startTcpProxy(shop.uri());
    context.after(cable.close);
    const { page } = await open(desk, cable.address);
    await take(page, 'VCMINVLSIP0', '19.99');
    await page.getByText('Please present the card').waitFor();
    cable.disconnect();
    await page.getByText('Do not take it again yet').waitFor();
    await picture(page, 'desk-light-5-lost');
    cable.reconnect();
    await page.getByText('Approved: £19.99').waitFor();
  });

  test('an amount that is none is refused before anything is sent', async () => {
    const { page } = await open();
    await take(page, 'VCMINVLSIP0', '12.345');
    await page.getByText('An amount like 12.34').waitFor();
    assert.equal(await page.getByText('TRANSACTION_STARTED').count(), 0);
  });

  test('a wrong token is told in words, and is not tried again', async () => {
    const { page } = await open(desk, shop.uri('pac', { token: 'wrong' }));
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
