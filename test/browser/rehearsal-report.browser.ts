// The report of a rehearsal in a real browser: the page in light and dark, on desk, phone and paper, with texts that would
// do harm; and the JUnit XML as a parser of XML reads it.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import {
  openReportFolder,
  writeReports,
} from '../../packages/server/src/cli/rehearse/report-folder.ts';
import { all, hostile, played } from '../support/scenario/made-up-rehearsal.ts';
import { openBrowser, watchFaults } from './chromium.ts';
import { desk, inspectPage, phone } from './console-page.ts';

const folder = mkdtempSync(join(tmpdir(), 'tillgate-report-page-'));
const page = join(folder, 'rehearsal.html');
let browser: Browser;

before(async () => {
  openReportFolder(folder);
  writeReports(folder, played(...all, hostile));
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

async function open(options: BrowserContextOptions): Promise<{
  readonly shown: Page;
  readonly faults: readonly string[];
  readonly requests: readonly string[];
}> {
  const context = await browser.newContext(options);
  const shown = await context.newPage();
  const faults = watchFaults(shown);
  const requests: string[] = [];
  shown.on('request', (request) => requests.push(request.url().slice(0, 40)));
  await shown.goto(pathToFileURL(page).href);
  return { shown, faults, requests };
}

for (const [name, size] of Object.entries({ desk, phone })) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`the report shows what failed with its frames and picture, ${name}, ${colorScheme}`, async () => {
      const { shown, faults, requests } = await open({ ...size, colorScheme });
      await shown.getByRole('heading', { level: 1, name: 'The till did not pass.' }).waitFor();
      const card = shown.getByRole('article').filter({ hasText: 'drop-before-result' });
      await card.getByText('The customer may pay twice.').waitFor();
      await card.getByText('2 frames show it').click();
      await card.getByText('"method": "sale"').first().waitFor();
      await card.getByRole('link', { name: 'C-4.15' }).click();
      const rule = shown.locator('[id="C-4.15"]');
      await rule.getByText('There is no idempotency key.').waitFor();
      const image = card.getByRole('img', { name: /till, gateway and card machine/ });
      await image.scrollIntoViewIfNeeded();
      await shown.waitForFunction(
        `[...document.images].some(({ naturalWidth, offsetWidth }) => offsetWidth > 200 && naturalWidth > 200)`,
      );
      await inspectPage(shown, `rehearsal-${name}-${colorScheme}`);
      assert.deepEqual(faults, []);
      const outside = requests.filter(
        (url) => !/^(file:\/\/|data:image\/svg\+xml;base64)/.test(url),
      );
      assert.deepEqual(outside, []);
      await shown.context().close();
    });
  }
}

test('hostile texts are text: nothing of them runs, is loaded or becomes an element', async () => {
  const { shown, faults } = await open(desk);
  const card = shown.locator('.card').filter({ hasText: 'onerror' }).first();
  for (const folded of await card.locator('summary').all()) await folded.click();
  assert.equal(await shown.title(), 'Rehearsal: The till did not pass.');
  const elements = await shown.evaluate(
    `['script', 'img:not([src^="data:image/svg+xml;base64,"])', '[onerror]', 'iframe', 'link']
      .flatMap((one) => [...document.querySelectorAll(one)]).length`,
  );
  assert.equal(elements, 0);
  const unseen = await shown.evaluate(
    String.raw`/[\u202a-\u202e\u2066-\u2069]/.test(document.body.textContent)`,
  );
  assert.equal(unseen, false);
  assert.deepEqual(faults, []);
  await shown.context().close();
});

test('on paper all that failed is there, in ink on white', async () => {
  const { shown } = await open({ ...desk, colorScheme: 'dark' });
  await shown.emulateMedia({ media: 'print' });
  const [ground, ink] = (await shown.evaluate(
    `[getComputedStyle(document.documentElement).backgroundColor, getComputedStyle(document.querySelector('h3')).color]`,
  )) as readonly [string, string];
  assert.equal(ground, 'rgb(255, 255, 255)');
  assert.equal(ink, 'rgb(28, 36, 41)');
  await shown.getByText('The customer may pay twice.').waitFor();
  assert.ok((await shown.pdf({ format: 'A4' })).length > 10_000);
  await shown.context().close();
});

test('the JUnit XML is well-formed, and its texts are those of the report', async () => {
  const { shown } = await open(desk);
  const xml = readFileSync(join(folder, 'rehearsal.junit.xml'), 'utf8');
  const read = (await shown.evaluate(
    `(() => {
      const parsed = new DOMParser().parseFromString(${JSON.stringify(xml)}, 'application/xml');
      const count = (name) => parsed.querySelectorAll(name).length;
      return {
        wrong: parsed.querySelector('parsererror')?.textContent ?? '',
        cases: count('testcase'), failures: count('failure'), errors: count('error'), skipped: count('skipped'),
        others: [...parsed.querySelectorAll('img, script, style')].length,
        hostile: parsed.querySelectorAll('testcase')[5].getAttribute('name'),
      };
    })()`,
  )) as { readonly hostile: string };
  const { hostile: name, ...rest } = read;
  assert.deepEqual(rest, {
    ...{ wrong: '', cases: 6, failures: 1, errors: 2, skipped: 1, others: 0 },
  });
  assert.ok(name.startsWith(`"'><img src=x onerror="document.title='harm'"></style>`), name);
  await shown.context().close();
});
