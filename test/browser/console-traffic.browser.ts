// Traffic in a real browser: pairs, verdicts, filters, files, and ten thousand frames.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { eventually } from '../support/wait.ts';
import { browserFixture } from './browser-fixture.ts';
import {
  compose,
  connect,
  editor,
  frames,
  inspectPage,
  view,
  writeInEditor,
} from './console-page.ts';

const fixture = browserFixture({ settings: { pace: '20' } });

const open = fixture.openConsole;

/** Opens the restaurant, and goes to one of its tables with a card machine. */
async function takeTable(page: Page, tableId: string): Promise<void> {
  await page.getByRole('button', { name: 'Open the restaurant' }).click();
  await page.getByText('Card machines of this site see these tables.').waitFor();
  const waiter = page.getByRole('region', { name: 'The waiter' });
  await waiter.getByRole('combobox', { name: 'Virtual card machine' }).selectOption('VCMINVLSIP0');
  await waiter.getByRole('button', { name: 'Take it to a table' }).click();
  await waiter.getByRole('button', { name: tableId, exact: true }).click();
  await waiter.getByRole('button', { name: 'Print the bill' }).waitFor();
}

/** Traffic shows so many frames. */
const rows = (page: Page, count: number) =>
  eventually(`${count} frames`, async () => (await frames(page).count()) === count || undefined);

describe('Traffic', () => {
  test('a request and its response are marked, with their time and an underlined fault', async () => {
    const { page, faults } = await open();
    await connect(page);
    await compose(page, 'Look at one card machine');
    await writeInEditor(
      page,
      '{"jsonrpc":"2.0","id":1,"method":"terminalDetails","params":{"tid":7}}',
    );
    await page.getByRole('button', { name: 'Send it all the same' }).click();
    await page.getByText('Invalid params for terminalDetails.', { exact: true }).waitFor();
    await page.getByRole('link', { name: '-32602' }).waitFor();
    await view(page, 'Traffic');
    await page.getByLabel('Only faults').check();
    await rows(page, 2);
    await frames(page).filter({ hasText: 'refused -32602' }).waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
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

  test('frames are filtered, paused, exported and imported', async () => {
    const { page, faults } = await open();
    await connect(page);
    await compose(page, 'List connected card machines');
    const send = page.getByRole('button', { name: 'Send', exact: true });
    for (const _ of [1, 2, 3]) await send.click();
    await page.getByText(/^Answered after/).waitFor();
    await view(page, 'Traffic');
    await rows(page, 7);
    await page.getByText('7 frames', { exact: true }).waitFor();
    await page.getByRole('combobox', { name: 'Direction' }).selectOption('sent');
    await rows(page, 3);
    await page.getByText('3 of 7 frames').waitFor();
    await page.waitForURL(/#\/traffic\?direction=sent$/);
    await page.getByLabel('Id', { exact: true }).fill('2');
    await rows(page, 1);
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByLabel('Only faults').check();
    await page.getByText('No frame fits the filter').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();

    await page.getByRole('button', { name: 'Pause' }).click();
    await view(page, 'Compose');
    await send.click();
    await page.getByText(/^Answered after/).waitFor();
    await view(page, 'Traffic');
    await rows(page, 7);
    await page.getByRole('button', { name: 'Go on (2 new)' }).click();
    await rows(page, 9);

    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    const file = await (await download).path();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('button', { name: 'Keep it' }).click();
    await rows(page, 9);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('button', { name: 'Clear it' }).click();
    await page.getByText('No frames yet').waitFor();
    await page.getByLabel('File with exported frames').setInputFiles(file);
    await rows(page, 9);
    await page.getByLabel('File with exported frames').setInputFiles({
      name: 'x.jsonl',
      mimeType: 'text/plain',
      buffer: Buffer.from('nonsense\n'),
    });
    await page.getByText('1 lines are no frames.').waitFor();
    assert.deepEqual(faults, []);
  });

  test('requests of the waiter and to the till are shown, each checked against its schema', async () => {
    const { page, faults } = await open({ at: '#/tables' });
    await takeTable(page, '12');
    await view(page, 'Traffic');
    const line = page.getByRole('combobox', { name: 'Connection' });
    await line.selectOption({
      label: `${fixture.url.slice(7)} · waiter · VCMINVLSIP0`,
    });
    for (const title of ['tables', 'tables · answer', 'lock', 'lock · answer']) {
      const row = frames(page).filter({ has: page.getByText(title, { exact: true }) });
      assert.match((await row.textContent()) ?? '', /fits/);
    }
    await frames(page).filter({ hasText: 'lock' }).first().click();
    await page.getByRole('link', { name: 'v1/waiter/lock.request.json' }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'Open in Compose' }).count(), 0);
    await inspectPage(page, 'traffic-waiter');
    await line.selectOption({ label: 'All' });
    await frames(page).filter({ hasText: 'tableLockRequest · answer' }).waitFor();
    await page.getByLabel('Only faults').check();
    await page.getByText('No frame fits the filter').waitFor();
    assert.deepEqual(faults, []);
  });

  test('frames of the gateway’s sockets are shown, those of a card machine among them', async () => {
    const { page, faults } = await open({ at: '#/traffic' });
    const event = { event: 'frame', at: '2026-03-14T20:15:02.250Z', site: 'shop1' };
    const socket = { connection: 'c1', integration: 'terminal', version: 'v1', tid: '12345678' };
    const decided = { order: 'shop1/12345678/42', cancelled: 'no' };
    const text = JSON.stringify({ jsonrpc: '2.0', method: 'cancelDecided', params: decided });
    const recorded = { ...event, ...socket, number: 1, direction: 'received', text };
    await page.getByLabel('File with exported frames').setInputFiles({
      name: 'events.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from(`id: 1\ndata: ${JSON.stringify(recorded)}\n\n`),
    });
    await page.getByText('1 frames imported.').waitFor();
    await frames(page).filter({ hasText: '1 fault' }).click();
    await page.getByText('shop1 · terminal v1 · 12345678 (c1) (file)').waitFor();
    const bad = page.getByLabel('Message', { exact: true }).locator('.json-bad');
    assert.equal(await bad.textContent(), '"no"');
    assert.deepEqual(faults, []);
  });

  test('all sockets of the gateway are followed, of tills elsewhere too', async () => {
    const till = await fixture.testGateway.till();
    await till.request('terminalDetails', { tid: 'VCMINVLSIP0' });
    const { page, faults } = await open({ at: '#/traffic' });
    await page.getByText('No frames yet').waitFor();
    await page.getByRole('radio', { name: 'The gateway' }).check({ force: true });
    await frames(page).filter({ hasText: 'terminalDetails · answer' }).first().waitFor();
    await till.request('sale', { tid: 'VCMINVLSCD0', currency: 'GBP', amount: 1250 });
    await frames(page).filter({ hasText: 'sale · answer' }).click();
    await page.getByRole('definition').filter({ hasText: 'testhost · pac v1' }).waitFor();
    await page.getByRole('figure', { name: 'Receipt: Customer copy' }).waitFor();
    await till.request('sale', { tid: 7 });
    await frames(page).filter({ hasText: 'fault' }).first().click();
    await page.getByRole('link', { name: 'Open in Compose' }).click();
    await editor(page).getByText('"sale"').waitFor();
    await view(page, 'Traffic');
    await page.getByRole('radio', { name: 'This page' }).check({ force: true });
    await frames(page).filter({ hasText: 'Connected.' }).waitFor();
    assert.equal(await frames(page).count(), 1, 'Compose has connected by itself');
    till.socket.close();
    assert.deepEqual(faults, []);
  });

  test('10,000 frames make few rows, however far the list jumps', async () => {
    const { page, faults } = await open({ at: '#/traffic' });
    const row = (seq: number) => {
      const id = Math.ceil(seq / 2);
      const asks = { jsonrpc: '2.0', id, method: 'connectedTerminals' };
      const text = JSON.stringify(seq % 2 === 1 ? asks : { jsonrpc: '2.0', id, result: [] });
      const direction = seq % 2 === 1 ? 'sent' : 'received';
      const line = { line: 'a', label: 'shop', integration: 'pac', version: 'v1' };
      return JSON.stringify({ ...line, at: seq, direction, text });
    };
    const lines = Array.from({ length: 12_000 }, (_, index) => row(index + 1));
    await page.getByLabel('File with exported frames').setInputFiles({
      name: 'many.jsonl',
      mimeType: 'text/plain',
      buffer: Buffer.from(lines.join('\n')),
    });
    await page.getByText('12000 frames imported.').waitFor();
    await frames(page).first().waitFor();
    assert.ok((await frames(page).count()) < 60);
    assert.equal(await frames(page).last().getAttribute('aria-setsize'), '10000');
    // However far the list jumps, each picture has few rows and makes few: that is what keeps it quick.
    const { most, made } = (await page.evaluate(`new Promise((resolve) => {
      const list = document.querySelector('.vlist');
      const rows = () => list.querySelectorAll('[aria-setsize]').length;
      let made = 0, most = 0, left = 60;
      new MutationObserver((changes) => {
        for (const { addedNodes } of changes)
          for (const node of addedNodes) if (node.matches?.('[aria-setsize]')) made += 1;
      }).observe(list, { childList: true, subtree: true });
      const step = () => {
        most = Math.max(most, rows());
        list.scrollTop = (left * 5003) % list.scrollHeight;
        if (left-- > 0) requestAnimationFrame(step);
        else resolve({ most, made });
      };
      requestAnimationFrame(step);
    })`)) as { most: number; made: number };
    assert.ok(most < 60, `one picture has ${most} rows`);
    assert.ok(made < 60 * 60, `60 jumps made ${made} rows`);
    await page.getByLabel('Text').fill('"id":5999,');
    await rows(page, 2);
    assert.deepEqual(faults, []);
  });

  for (const width of [900, 960, 1100, 1440]) {
    test(`the list has room for its rows, ${width} px wide`, async () => {
      const { page, faults } = await open({ viewport: { width, height: 700 } });
      await connect(page);
      await view(page, 'Traffic');
      await frames(page).first().waitFor();
      const missing = await page.evaluate(`(() => {
        const { scrollWidth, clientWidth } = document.querySelector('.vlist');
        return scrollWidth - clientWidth;
      })()`);
      assert.equal(missing, 0);
      assert.deepEqual(faults, []);
    });
  }

  test('the list is walked through by keyboard', async () => {
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
