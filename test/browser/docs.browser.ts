// The documentation in a real browser: read, searched from the keyboard, followed to a rule, tried in
// the console; on a desk and on a phone, light and dark, on paper, and without any script.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { browserFixture } from './browser-fixture.ts';
import { clipboardText, desk, editor, inspectPage, phone } from './console-page.ts';

const fixture = browserFixture();

const open = (path = '', options: BrowserContextOptions = {}) =>
  fixture.open(`/docs/${path}`, options);

function pathOf(page: Page): string {
  const { pathname, hash } = new URL(page.url());
  return pathname + hash;
}

/** How the page looks that somebody sees first. */
const samples = {
  front: '',
  guide: 'getting-started',
  rule: 'contract/9-pay-at-table-pat#C-9.13',
  message: 'messages/v1/pac/sale',
  routes: 'admin-routes',
};

describe('a page of the documentation', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [size, view] of Object.entries({ desk, phone })) {
      test(`a page has no overflow and no barrier, ${colorScheme}, ${size}`, async () => {
        const { page, faults } = await open('', { ...view, colorScheme });
        for (const [name, path] of Object.entries(samples)) {
          await page.goto(`${fixture.url}/docs/${path}`);
          await page.getByRole('heading', { level: 1 }).waitFor();
          await inspectPage(page, `docs-${name}-${size}-${colorScheme}`);
        }
        await page.keyboard.press('/');
        await page.keyboard.type('lock a table');
        await page.getByText('20 results').waitFor();
        await inspectPage(page, `docs-search-${size}-${colorScheme}`);
        assert.deepEqual(faults, []);
      });
    }
  }

  test('a page links to the next one in reading order', async () => {
    const { page } = await open('getting-started');
    await page.getByRole('link', { name: 'Next Pay at counter' }).click();
    await page.getByRole('heading', { level: 1, name: 'Pay at counter' }).waitFor();
    const now = page.getByRole('navigation', { name: 'Documentation' });
    assert.equal(await now.locator('[aria-current]').textContent(), 'Pay at counter');
  });

  test('a page is opened at a part of it, and a citation leads to the rule itself', async () => {
    const { page, faults } = await open('pay-at-table');
    await page.getByRole('link', { name: 'C-9.13' }).first().click();
    await page.getByRole('heading', { level: 1, name: '9 Pay at table (pat)' }).waitFor();
    assert.equal(pathOf(page), '/docs/contract/9-pay-at-table-pat#C-9.13');
    const rule = page.locator('li', { has: page.locator('[id="C-9.13"]') });
    assert.match((await rule.textContent()) ?? '', /^C-9\.13 \(ours\) If the answer to a lock/);
    const { y = 0 } = (await rule.boundingBox()) ?? {};
    assert.ok(y > 52 && y < desk.viewport.height, `in sight, below the bar: ${y}`);
    assert.deepEqual(faults, []);
  });

  test('a missing page says so, and the search works on it', async () => {
    const { page } = await open('messages/v7/nothing');
    await page.getByRole('heading', { name: 'No such page' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('refund');
    await page.getByRole('link', { name: /^refund Message, pac v1/ }).click();
    await page.getByRole('heading', { level: 1, name: 'refund' }).waitFor();
  });

  test('a printed page is the article and nothing else', async () => {
    const { page } = await open('errors');
    await page.emulateMedia({ media: 'print' });
    for (const part of ['.bar', '.nav', '.parts', '.way-on']) {
      assert.equal(await page.locator(part).isVisible(), false, part);
    }
    assert.ok(await page.getByRole('heading', { level: 1, name: 'Errors' }).isVisible());
  });

  test('a page is read and navigated without any script', async () => {
    const { page } = await open('', { javaScriptEnabled: false });
    assert.equal(await page.getByRole('button', { name: 'Search' }).isVisible(), false);
    await page.getByRole('link', { name: 'Errors' }).first().click();
    await page.getByRole('heading', { name: '-32071' }).waitFor();
  });
});

describe('the search', () => {
  test('the search works with the keyboard alone, and the way back too', async () => {
    const { page, faults } = await open('getting-started');
    await page.keyboard.press('/');
    await page.keyboard.type('C-9.13');
    await page
      .getByRole('status')
      .getByText(/result/)
      .waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/docs/contract/9-pay-at-table-pat#C-9.13');
    await page.goBack();
    await page.waitForURL('**/docs/getting-started');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('tableLockRequest');
    await page.getByRole('link', { name: /^tableLockRequest Message, pat v1/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/docs/messages/v1/pat/tableLockRequest');
    assert.deepEqual(faults, []);
  });

  test('the search finds a page in spite of a spelling mistake, and marks the words that it found', async () => {
    const { page, faults } = await open('errors');
    await page.keyboard.press('/');
    await page.keyboard.type('singature');
    await page.getByRole('dialog').locator('mark').getByText('Signature').first().waitFor();
    await page.getByRole('searchbox', { name: 'Search' }).fill('tips');
    await page.getByRole('dialog').locator('mark').getByText('gratuity').first().waitFor();
    assert.deepEqual(faults, []);
  });

  test('the search loads its index once, and only when it is opened', async () => {
    const { page } = await open('errors');
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('.json')) asked.push(request.url());
    });
    await page.keyboard.press('/');
    await page.keyboard.type('zebra crossing');
    await page.getByText('Nothing has all of these words').waitFor();
    assert.equal(asked.length, 1);
    assert.match(String(asked), /\/assets\/search-[\w-]+\.json$/);
    await page.keyboard.press('Escape');
    assert.equal(await page.getByRole('dialog').isVisible(), false);
  });

  test('the search says that its index cannot be loaded, and tries again', async () => {
    const { page } = await open('errors');
    await page.route('**/search-*.json', (route) => route.abort());
    await page.keyboard.press('/');
    await page.getByText('The search could not be loaded').waitFor();
    await page.unroute('**/search-*.json');
    await page.keyboard.type('errors');
    await page.getByText(/\d results/).waitFor();
  });
});

describe('a message of the documentation', () => {
  for (const [path, title, said] of [
    ['messages/v1/pac/refund', 'Give money back', '"method": "refund"'],
    ['messages/v1/pat/tableLockRequest', '', '"confirmed": true'],
    ['messages/v0/pac/sale', 'Take a payment', '"tpi"'],
  ] as const) {
    test(`${path} is tried in Compose`, async () => {
      const { page, faults } = await open(path);
      await page.getByRole('link', { name: 'Try it' }).click();
      await page.getByRole('heading', { level: 1, name: 'Compose' }).waitFor();
      await editor(page).getByText(said).first().waitFor();
      if (title) await page.getByText(title).first().waitFor();
      assert.deepEqual(faults, []);
    });
  }

  test('the raw schema of a message is downloaded as a file', async () => {
    const { page } = await open('messages/v1/pac/sale');
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Raw schema: request' }).click(),
    ]);
    assert.equal(file.suggestedFilename(), 'sale.request.json');
  });
});

test('code of a shell is copied without its output', async () => {
  const { page } = await open('getting-started');
  const block = page.locator('.code', { hasText: 'site add shop1' });
  await block.hover();
  await block.getByRole('button', { name: 'Copy' }).click();
  await block.getByRole('button', { name: 'Copied' }).waitFor();
  assert.deepEqual((await clipboardText(page)).split('\n'), [
    'npm run -s tillgate -- site add shop1 --title "The Corner Shop" --terminal VCMTILL1SIP0',
    'npm run -s tillgate -- token add --site shop1 --label "till 3"',
  ]);
});

test('the theme is chosen once, for the console too', async () => {
  const { page } = await open('errors', { colorScheme: 'light' });
  const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
  const light = await ground();
  await page.getByRole('button', { name: /^Theme: as the system/ }).click();
  await page.getByRole('button', { name: /^Theme: light/ }).click();
  await page.getByRole('button', { name: /^Theme: dark/ }).waitFor();
  assert.notEqual(await ground(), light);
  await page.goto(`${fixture.url}/docs/settings`);
  assert.notEqual(await ground(), light);
  await page.goto(`${fixture.url}/console/`);
  await page.getByRole('button', { name: /^Theme: dark/ }).waitFor();
});

test('the contents open on a phone, and close when a part is chosen', async () => {
  const { page } = await open('getting-started', phone);
  const contents = page.getByRole('navigation', { name: 'Documentation' });
  assert.equal(await contents.isVisible(), false);
  await page.getByRole('button', { name: 'Contents' }).click();
  await inspectPage(page, 'docs-contents-phone');
  await contents.getByRole('link', { name: 'Pings' }).click();
  await contents.waitFor({ state: 'hidden' });
  assert.equal(pathOf(page), '/docs/getting-started#pings');
});
