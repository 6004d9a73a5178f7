// Traffic in a real browser: pairs, verdicts, filters, files, and ten thousand frames.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import type { TestGateway } from 'tillgate/testing';
import { startTestGateway } from 'tillgate/testing';
import { openBrowser } from './chromium.ts';
import {
  buildConsole,
  compose,
  connect,
  editor,
  frames,
  openConsole,
  view,
} from './console-page.ts';

let shop: TestGateway;
let browser: Browser;
before(async () => {
  buildConsole();
  shop = await startTestGateway({ settings: { pace: '20' } });
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

const open = (options: BrowserContextOptions & { at?: string } = {}) =>
  openConsole(browser, shop.gateway.httpUrl, options);

describe('Traffic', () => {
  test('a pair is marked, its time told, and a fault underlined', async () => {
    const { page, faults } = await open();
    await connect(page);
    await compose(page, 'Look at one card machine');
    await editor(page).fill(
      '{"jsonrpc":"2.0","id":1,"method":"terminalDetails","params":{"tid":7}}',
    );
    await page.getByRole('button', { name: 'Send it all the same' }).click();
    await page.getByText(/^Refused after/).waitFor();
    await view(page, 'Traffic');
    await frames(page).filter({ hasText: '1 fault' }).click();
    assert.equal(await page.locator('.trf-row[data-partner]').count(), 1);
    const bad = page.getByLabel('Message', { exact: true }).locator('.json-bad');
    assert.equal(await bad.textContent(), '7');
    await page.getByRole('button', { name: 'Show its answer' }).click();
    await page.getByRole('heading', { level: 2, name: 'terminalDetails · error' }).waitFor();
    await page.getByText(/ms between/).waitFor();
    await frames(page).filter({ hasText: '1 fault' }).click();
    await page.getByRole('link', { name: 'Open in Compose' }).click();
    await page.getByText('1 fault').waitFor();
    assert.match((await editor(page).textContent()) ?? '', /"tid": 7/);
    assert.deepEqual(faults, []);
  });

  test('is filtered, held still, exported and imported', async () => {
    const { page, faults } = await open();
    await connect(page);
    await compose(page, 'List connected card machines');
    const send = page.getByRole('button', { name: 'Send', exact: true });
    for (const _ of [1, 2, 3]) await send.click();
    await page.getByText(/^Answered after/).waitFor();
    await view(page, 'Traffic');
    assert.equal(await frames(page).count(), 7);
    await page.getByRole('combobox', { name: 'Direction' }).selectOption('sent');
    assert.equal(await frames(page).count(), 3);
    await page.getByLabel('Id', { exact: true }).fill('2');
    assert.equal(await frames(page).count(), 1);
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByLabel('Only faults').check();
    await page.getByText('No frame fits the filter').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();

    await page.getByRole('button', { name: 'Pause' }).click();
    await view(page, 'Compose');
    await send.click();
    await page.getByText(/^Answered after/).waitFor();
    await view(page, 'Traffic');
    assert.equal(await frames(page).count(), 7);
    await page.getByRole('button', { name: 'Go on (2 new)' }).click();
    assert.equal(await frames(page).count(), 9);

    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    const file = await (await download).path();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByText('No frames yet').waitFor();
    await page.getByLabel('File with exported frames').setInputFiles(file);
    await frames(page).nth(8).waitFor();
    assert.equal(await frames(page).count(), 9);
    await page.getByLabel('File with exported frames').setInputFiles({
      name: 'x.jsonl',
      mimeType: 'text/plain',
      buffer: Buffer.from('nonsense\n'),
    });
    await page.getByText('1 lines are no frames.').waitFor();
    assert.deepEqual(faults, []);
  });

  test('stays smooth with 10,000 frames: few rows are made, and they come at once', async () => {
    const { page, faults } = await open({ at: '#/traffic' });
    const row = (seq: number) => {
      const id = Math.ceil(seq / 2);
      const asks = { jsonrpc: '2.0', id, method: 'connectedTerminals' };
      const text = JSON.stringify(seq % 2 === 1 ? asks : { jsonrpc: '2.0', id, result: [] });
      const direction = seq % 2 === 1 ? 'sent' : 'received';
      const line = { line: 'a', label: 'shop', integration: 'pac', version: 'v1' };
      return JSON.stringify({ ...line, at: seq, direction, text });
    };
    const rows = Array.from({ length: 12_000 }, (_, index) => row(index + 1));
    await page.getByLabel('File with exported frames').setInputFiles({
      name: 'many.jsonl',
      mimeType: 'text/plain',
      buffer: Buffer.from(rows.join('\n')),
    });
    await page.getByText('12000 frames imported.').waitFor();
    await frames(page).first().waitFor();
    assert.ok((await frames(page).count()) < 60);
    assert.equal(await frames(page).last().getAttribute('aria-setsize'), '10000');
    const slowest = (await page.evaluate(`new Promise((resolve) => {
      const list = document.querySelector('.vlist');
      let last = performance.now(), worst = 0, left = 60;
      const step = (now) => {
        worst = Math.max(worst, now - last);
        last = now;
        list.scrollTop = (left * 5003) % list.scrollHeight;
        if (left-- > 0) requestAnimationFrame(step);
        else resolve(worst);
      };
      requestAnimationFrame(step);
    })`)) as number;
    assert.ok(slowest < 250, `the slowest picture took ${slowest} ms`);
    await page.getByLabel('Text').fill('"id":5999,');
    await frames(page).nth(1).waitFor();
    assert.equal(await frames(page).count(), 2);
    assert.deepEqual(faults, []);
  });

  test('is walked through by keyboard', async () => {
    const { page, faults } = await open();
    await connect(page);
    await compose(page, 'List connected card machines');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText(/^Answered after/).waitFor();
    await view(page, 'Traffic');
    const list = page.getByRole('listbox', { name: 'Frames' });
    await list.focus();
    await list.press('Home');
    await list.press('ArrowDown');
    assert.match((await list.getByRole('option', { selected: true }).textContent()) ?? '', /sent/);
    const active = await list.getAttribute('aria-activedescendant');
    assert.equal(await page.locator(`[id="${active}"]`).getAttribute('aria-posinset'), '2');
    assert.deepEqual(faults, []);
  });
});
