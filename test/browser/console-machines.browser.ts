// A virtual card machine that is opened from the console and operated by hand, in a real browser: two of them
// beside each other, a payment on one, and letting it go [C-10.22].

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '@tillgate/client';
import type { Locator, Page } from 'playwright-core';
import { decodeQR } from 'qr/decode.js';
import { browserFixture } from './browser-fixture.ts';
import { watchFaults } from './chromium.ts';
import { desk, inspectPage, phone, view } from './console-page.ts';
import { choose, hold, paper, pin, press, shown } from './machine-page.ts';

const [ONE, OTHER] = ['VCMINVLSIP0', 'VCMINVLDIP0'] as const;

const fixture = browserFixture();

const row = (page: Page, tid: string) => page.getByRole('listitem').filter({ hasText: tid });

/** Presses the button in the row of a machine; gives the page that opens, ready for a till. */
async function take(page: Page, tid: string) {
  const opened = page.waitForEvent('popup');
  await row(page, tid)
    .getByRole('button', { name: `Open ${tid} as /machine` })
    .click();
  const machine = await opened;
  const faults = watchFaults(machine);
  await machine.getByText('Ready for the till').waitFor();
  return { machine, faults };
}

/** What a camera reads. */
async function readQr(code: Locator): Promise<string> {
  const png = (await code.screenshot()).toString('base64');
  const pixels = (await code.page().evaluate(`(async () => {
    const bytes = Uint8Array.from(atob('${png}'), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes]));
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    context.drawImage(bitmap, 0, 0);
    return { width, height, data: [...context.getImageData(0, 0, width, height).data] };
  })()`)) as { width: number; height: number; data: number[] };
  return decodeQR({ ...pixels, data: Uint8ClampedArray.from(pixels.data) });
}

/** What Till, Tables and Overview call the two machines; no waiter is at them. */
async function namedEverywhere(): Promise<void> {
  for (const [name, size] of Object.entries({ desk, phone })) {
    const { page, faults } = await fixture.openConsole({ ...size, at: '#/till' });
    await page.getByRole('combobox', { name: 'Card machine' }).selectOption(ONE);
    await page.getByText(/^Available, operated by hand, GBP/).waitFor();
    await page
      .getByRole('option', { name: `${ONE}: operated by hand` })
      .waitFor({ state: 'attached' });
    await inspectPage(page, `till-by-hand-${name}`);
    await view(page, 'Overview');
    await page.getByRole('table', { name: 'Sites' }).getByText('2 operated by hand').waitFor();
    await view(page, 'Tables');
    if (name === 'phone')
      await page.getByRole('radio', { name: 'The waiter' }).check({ force: true });
    await page.getByText('It is operated by hand: take the table on its own screen.').waitFor();
    await page.getByRole('button', { name: 'Take it to a table' }).click();
    await page.getByText('This card machine is operated by hand.').waitFor();
    assert.equal(await page.getByText('Another waiter').count(), 0);
    await inspectPage(page, `tables-by-hand-${name}`);
    assert.deepEqual(faults, []);
  }
}

test('a virtual machine is opened as a page, takes a sale by hand, and is let go', async (t) => {
  const { page, faults } = await fixture.openConsole({
    at: '#/machines',
  });
  const one = await take(page, ONE);
  const other = await take(page, OTHER);
  await row(page, ONE).getByText('Operated by hand').waitFor();
  await inspectPage(page, 'machines-by-hand');
  await namedEverywhere();
  const till = await connect({ uri: fixture.testGateway.uri() });
  t.after(() => till.close());

  const sale = till.sale({ tid: OTHER, currency: 'GBP', amount: 1250 });
  await shown(other.machine, 'Present card');
  await hold(other.machine, 'removeCard');
  await choose(other.machine, /Insert card$/);
  await pin(other.machine);
  await press(other.machine, 'Take the card out');
  assert.equal((await sale).outcome, 'approved', 'as its holder plays, not as its name tells');
  await paper(other.machine, 'Customer copy').waitFor();

  await one.machine.reload();
  await one.machine.getByText('Ready for the till').waitFor();
  await other.machine.reload();
  await other.machine.getByText('Ready for the till').waitFor();
  assert.match(other.machine.url(), new RegExp(`/machine/#site=testhost&tid=${OTHER}$`));
  await row(page, OTHER).getByText('Available').waitFor();

  await row(page, OTHER).getByRole('button', { name: 'Let go' }).click();
  await press(page, 'Let it go');
  await row(page, OTHER).getByText('Played by the gateway').waitFor();
  await other.machine.getByText('The key of this machine was revoked.').waitFor();
  const next = await till.sale({ tid: OTHER, currency: 'GBP', amount: 1250 });
  assert.equal(next.outcome, 'declined', 'the gateway plays it again');
  await one.machine.getByText('Ready for the till').waitFor();
  assert.deepEqual([faults, one.faults, other.faults], [[], [], []]);

  const again = await take(page, OTHER);
  await again.machine.close();
  await row(page, OTHER).getByText('Not connected').waitFor();
  await take(page, OTHER);
});

for (const [name, size] of Object.entries({ desk, phone })) {
  test(`a QR code and its text bring the card machine page to a phone, ${name}`, async (t) => {
    const tid = name === 'desk' ? 'VCMINVLSCD0' : 'VCMINVLUIP0';
    const { page, faults } = await fixture.openConsole({ ...size, at: '#/machines' });
    await row(page, tid)
      .getByRole('button', { name: `${tid} on a phone` })
      .click();
    const dialog = page.getByRole('dialog', { name: `Operate ${tid} by hand` });
    await dialog.getByRole('button', { name: 'Make a pairing code' }).click();
    await dialog.getByRole('img', { name: `QR code: Card machine ${tid}` }).waitFor();
    await dialog.getByText('A phone cannot open an address of this computer alone').waitFor();
    await inspectPage(page, `machines-qr-${name}`);
    const link = dialog.getByRole('link');
    const address = (await link.textContent()) ?? '';
    assert.equal(await link.getAttribute('href'), address);
    assert.equal(await readQr(dialog.getByRole('img')), address);
    const held = await fixture.open(address, phone);
    await held.page.getByText('Ready for the till').waitFor();
    await dialog.getByText(`${tid} has its key.`).waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await row(page, tid).getByText('Operated by hand').waitFor();
    const till = await connect({ uri: fixture.testGateway.uri() });
    t.after(() => till.close());
    const sale = till.sale({ tid, currency: 'GBP', amount: 100 });
    await shown(held.page, 'Present card');
    await till.close();
    void sale.catch(() => undefined);
    assert.deepEqual([faults, held.faults], [[], []]);
  });
}
