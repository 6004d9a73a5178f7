// The console in a real browser: the first visit, Connect, and how every view looks on a desk and on a
// phone, light and dark.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openSocket } from '@tillgate/client';
import { browserFixture } from './browser-fixture.ts';
import { STEP_LIMIT_MS } from './chromium.ts';
import {
  clipboardText,
  compose,
  connect,
  desk,
  editor,
  frames,
  inspectPage,
  phone,
  view,
  writeInEditor,
} from './console-page.ts';

const FIRST_LOAD_BYTES = 130_000;
const sizes = { desk, phone };
const themes = ['light', 'dark'] as const;

const fixture = browserFixture({ settings: { pace: '20' } });

const open = fixture.openConsole;

describe('the first visit', () => {
  test('the first visit leads to the overview and is small, without the editor and the charts', async () => {
    const context = await fixture.browser.newContext(desk);
    const page = await context.newPage();
    const loaded: string[] = [];
    let bytes = 0;
    const client = await context.newCDPSession(page);
    await client.send('Network.enable');
    client.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    page.on('request', (request) => loaded.push(request.url()));
    await page.goto(fixture.url);
    assert.equal(new URL(page.url()).pathname, '/console/');
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await page.getByRole('table', { name: 'Sites' }).waitFor();
    assert.ok(bytes > 0 && bytes < FIRST_LOAD_BYTES, `${bytes} bytes`);
    const isEditor = (url: string) => url.includes('code-mirror');
    assert.equal(loaded.some(isEditor), false, 'the editor waits until it is opened');
    const isPicture = (url: string) => url.includes('payment-picture');
    assert.equal(loaded.some(isPicture), false, 'so does what draws payments');
    const isChart = (url: string) => url.includes('hour-charts');
    assert.equal(loaded.some(isChart), false, 'the charts wait until there is something to draw');
    await view(page, 'Compose');
    await editor(page).waitFor();
    assert.equal(loaded.some(isEditor), true);
    await context.close();
  });

  test('the theme follows the system until one is chosen, and the choice stays', async () => {
    const { page, faults } = await open({ colorScheme: 'light' });
    const ground = () => page.evaluate('getComputedStyle(document.body.parentElement).colorScheme');
    const chosen = () => page.evaluate('document.documentElement.dataset.theme ?? "system"');
    assert.deepEqual([await chosen(), await ground()], ['system', 'light dark']);
    await page.getByRole('button', { name: /^Theme/ }).click();
    await page.getByRole('button', { name: /^Theme/ }).click();
    assert.deepEqual([await chosen(), await ground()], ['dark', 'dark']);
    await page.reload();
    await page.getByRole('heading', { level: 1 }).waitFor();
    assert.equal(await chosen(), 'dark');
    assert.deepEqual(faults, []);
  });
});

describe('the bar of a phone', () => {
  test('the bar of a phone names the current view under More, and so does the list that it opens', async () => {
    const { page, faults } = await open({ ...phone, at: '#/tables' });
    const more = page.getByRole('button', { name: 'More', exact: true });
    const list = page.getByRole('dialog', { name: 'More' });
    const line = () =>
      page.evaluate('getComputedStyle(document.querySelector(".rail-more")).boxShadow');
    await page.getByRole('heading', { level: 1, name: 'Tables' }).waitFor();
    assert.equal(await more.getAttribute('aria-current'), 'true');
    assert.notEqual(await line(), 'none');
    await more.click();
    const tables = list.getByRole('link', { name: 'Tables' });
    assert.equal(await tables.getAttribute('aria-current'), 'page');
    await inspectPage(page, 'more-phone');
    await list.getByRole('link', { name: 'Transactions' }).click();
    await page.getByRole('heading', { level: 1, name: 'Transactions' }).waitFor();
    assert.equal(await more.getAttribute('aria-current'), 'true');
    await view(page, 'Overview');
    assert.deepEqual([await more.getAttribute('aria-current'), await line()], [null, 'none']);
    assert.deepEqual(faults, []);
  });
});

describe('Back on a phone', () => {
  test('Back closes the list of More, and leads to the view before one that was chosen in it', async () => {
    const { page, faults } = await open({ ...phone, at: '#/till' });
    const more = page.getByRole('button', { name: 'More', exact: true });
    const list = page.getByRole('dialog', { name: 'More' });
    await page.getByRole('heading', { level: 1, name: 'Till' }).waitFor();
    await more.click();
    await list.waitFor();
    await page.goBack();
    await list.waitFor({ state: 'hidden' });
    await page.getByRole('heading', { level: 1, name: 'Till' }).waitFor();
    assert.equal(new URL(page.url()).hash, '#/till');
    await more.click();
    await list.waitFor();
    await page.keyboard.press('Escape');
    await list.waitFor({ state: 'hidden' });
    await more.click();
    await list.getByRole('link', { name: 'Transactions' }).click();
    await page.getByRole('heading', { level: 1, name: 'Transactions' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Till' }).waitFor();
    assert.deepEqual(faults, []);
  });
});

describe('the panels of a phone', () => {
  test('the heads of panels have room around their content on a phone', async () => {
    const { page, faults } = await open(phone);
    await connect(page);
    for (const name of [
      'connect',
      'compose',
      'till',
      'tables',
      'machines',
      'transactions',
      'sites',
    ]) {
      await page.goto(`${fixture.url}/console/#/${name}`);
      await page.locator('.panel-head').first().waitFor();
      if (name === 'sites') await page.getByRole('button', { name: 'Make a token' }).waitFor();
      assert.deepEqual(await page.evaluate(tightHeads), [], name);
    }
    assert.deepEqual(faults, []);
  });
});

/** Heads of panels in which something is nearer than 7 px to an edge. */
const tightHeads = `[...document.querySelectorAll('.panel-head')].flatMap((head) => {
  if (!head.checkVisibility()) return [];
  const box = head.getBoundingClientRect();
  return [...head.querySelectorAll('h2, button, a')].flatMap((part) => {
    const { left, right, top, bottom } = part.getBoundingClientRect();
    const room = [left - box.left, box.right - right, top - box.top, box.bottom - bottom];
    return Math.min(...room) < 7 ? [head.textContent + ' ' + room.join(' ')] : [];
  });
})`;

describe('Connect', () => {
  test('the form is complete on loopback, and the address grows as it is written', async () => {
    const { page, faults } = await open({ at: '#/connect' });
    const address = page.getByRole('status', { name: 'Address' });
    assert.match((await address.textContent()) ?? '', /^ws:.*\/pac\?token=••••••••&api-version=v1/);
    await page.getByRole('radio', { name: 'pat' }).check({ force: true });
    await page.getByLabel('Final POS receipt request').check();
    await page.getByLabel('Installer id').fill('Müller & Co');
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    const uri = new URL(await clipboardText(page));
    assert.equal(uri.pathname, '/pat');
    assert.equal(uri.searchParams.get('installer-id'), 'Müller & Co');
    assert.equal(uri.searchParams.get('final-pos-receipt-request'), '');
    assert.equal(uri.searchParams.get('token'), '00000000-0000-0000-0000-000000000000');
    assert.deepEqual(faults, []);
  });

  test('tills of both kinds and versions stand side by side', async () => {
    const { page, faults } = await open({ at: '#/connect' });
    await connect(page);
    await page.getByRole('radio', { name: 'v0' }).check({ force: true });
    await connect(page, 'pat');
    const tabs = page.getByRole('tab');
    assert.equal(await tabs.count(), 2);
    assert.match((await tabs.nth(1).textContent()) ?? '', /pat v0/);
    assert.equal(await tabs.nth(1).getAttribute('aria-selected'), 'true');
    await tabs.nth(1).press('ArrowLeft');
    assert.equal(await tabs.nth(0).getAttribute('aria-selected'), 'true');
    await page
      .getByText(/^\d+(\.\d)? ms$/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Disconnect' }).click();
    await page.getByText('Disconnected.', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Connect again' }).click();
    await page.getByText('Connected.', { exact: true }).waitFor();
    assert.deepEqual(faults, []);
  });

  for (const [name, size] of Object.entries(sizes)) {
    test(`two connections to one address have two names, ${name}`, async () => {
      const { page, faults } = await open({ ...size, at: '#/connect' });
      await connect(page);
      await connect(page);
      const tabs = page.getByRole('tab');
      await tabs.nth(1).waitFor();
      const names = await tabs.allTextContents();
      assert.equal(names[1], `${names[0]} (2)`);
      const choice = page.getByRole('combobox', { name: 'Connection to work with' });
      assert.deepEqual(await choice.getByRole('option').allTextContents(), names);
      await inspectPage(page, `connect-two-${name}`);
      assert.deepEqual(faults, []);
    });
  }

  test('a refusal says what happened and what to do [C-2.22]', async () => {
    const { page } = await open({ at: '#/connect' });
    await page.getByLabel('API key (token)').fill('wrong');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByRole('alert').getByText('The token is missing or wrong.').waitFor();
    await page.getByText('Check the token').waitFor();
    await inspectPage(page, 'connect-refused');
  });

  test('the page does not connect to another host than this gateway, and says so', async () => {
    const { page } = await open({ at: '#/connect' });
    await page.getByLabel('Host address').fill('shop1.pay.example');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByText('This page may talk to its own gateway only.').waitFor();
  });

  test('a missing part is reported at its field, and nothing is sent', async () => {
    const { page, faults } = await open({ at: '#/connect' });
    await page.getByLabel('Software house id').fill('');
    await page.getByLabel('EPoS id').fill('my till');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByText('v1 needs it; 1 to 128 characters.').waitFor();
    await page.getByText('1 to 64 of A-Z a-z 0-9 . _ -').waitFor();
    assert.equal(await page.evaluate('document.activeElement.name'), 'software-house-id');
    await page.getByText('Not connected yet').waitFor();
    assert.deepEqual(faults, []);
  });

  test('a till that is superseded by a newer one says so [C-9.24]', async () => {
    const { page, faults } = await open({ at: '#/connect' });
    await connect(page, 'pat');
    const channel = await openSocket(fixture.testGateway.uri('pat'), {
      signal: AbortSignal.timeout(STEP_LIMIT_MS),
    });
    await page.getByText('A newer connection of the same till has taken over.').waitFor();
    channel.close(1000, '');
    assert.deepEqual(faults, []);
  });
});

for (const colorScheme of themes) {
  for (const [name, size] of Object.entries(sizes)) {
    test(`each view has no overflow and no barrier: ${name}, ${colorScheme}`, async () => {
      const { page, faults } = await open({ ...size, colorScheme, at: '#/connect' });
      const look = (what: string) => inspectPage(page, `${what}-${name}-${colorScheme}`);
      await page.getByText('Not connected yet').waitFor();
      await look('connect');
      await view(page, 'Traffic');
      await look('traffic-empty');
      await view(page, 'Connect');
      await connect(page);
      await look('connect-open');
      await compose(page, 'Take a payment');
      await writeInEditor(
        page,
        '{"jsonrpc":"2.0","id":1,"method":"sale","params":{"tid":"VCMINVLSIP0","currency":"GBP","amount":1250}}',
      );
      await page.getByRole('button', { name: 'Lay out' }).click();
      await page.getByRole('button', { name: 'Send', exact: true }).click();
      await page.getByText(/^Answered after/).waitFor();
      await look('compose');
      await writeInEditor(page, '{"jsonrpc":"2.0","id":9,"method":"sale","params":{"tip":1}}');
      await page.getByText('4 faults').waitFor();
      await look('compose-faults');
      await page.getByRole('button', { name: 'Send it all the same' }).click();
      await page.getByText(/^Refused after/).waitFor();
      await view(page, 'Traffic');
      await look('traffic');
      await frames(page).filter({ hasText: 'sale · answer' }).click();
      await page.getByRole('figure', { name: 'Receipt: Customer copy' }).waitFor();
      await look('traffic-receipts');
      assert.deepEqual(faults, []);
    });
  }
}
