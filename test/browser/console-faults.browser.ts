// Faults of a test site in the console, in a real browser: from a message in Traffic, in the list of Card machines,
// and nowhere at a site that is no test site.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectTill } from 'tillgate/testing';
import { siteRecord, tokenRecord } from '../support/gateway/site-records.ts';
import { within } from '../support/wait.ts';
import { browserFixture } from './browser-fixture.ts';
import { frames, inspectPage, phone, view } from './console-page.ts';

const SHOP_TOKEN = 'a-token-of-the-shop-for-this-test';
const fixture = browserFixture({}, async ({ store }) => {
  await store.write({
    put: [
      siteRecord('shop1', { test: false, terminals: { VCMSHOPSIP0: {} } }),
      tokenRecord('shop1', SHOP_TOKEN),
    ],
  });
});
const sale = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 };

test('the connection is cut at a message that was chosen in Traffic, and the fault is listed and removed', async () => {
  const { page, faults } = await fixture.openConsole({ at: '#/traffic?of=gateway' });
  const first = await fixture.testGateway.till({ 'epos-id': 'till-1' });
  await first.request('sale', sale);
  await frames(page).filter({ hasText: 'TRANSACTION_STARTED' }).click();
  const tools = page.getByRole('region', { name: 'Faults on purpose' });
  await tools.getByRole('button', { name: 'Hold it 30 s next time' }).waitFor();
  assert.equal(await tools.getByRole('button').count(), 2, 'it is never lost');
  await frames(page).filter({ hasText: 'PRESENT_CARD' }).first().click();
  await tools.getByRole('button', { name: 'Drop it next time' }).waitFor();
  assert.equal(await tools.getByRole('button').count(), 4);
  await inspectPage(page, 'faults-traffic');
  await tools.getByRole('button', { name: 'Cut here next time' }).click();
  await page.getByText('PRESENT_CARD is sent (till-1)').waitFor();
  await tools.getByRole('link', { name: 'Card machines' }).click();
  await page.getByRole('heading', { level: 1, name: 'Card machines' }).waitFor();
  const table = page.getByRole('table', { name: 'Faults on purpose' });
  await table.getByText('cut the connection after it').waitFor();
  await table.getByText('Waiting').waitFor();
  first.ask('sale', sale);
  assert.equal((await within('the cut', first.closed)).code, 1006);
  assert.equal(first.values.at(-1), 'PRESENT_CARD');
  await table.getByText('Happened').waitFor();
  await inspectPage(page, 'faults-listed');
  await page.setViewportSize(phone.viewport);
  await inspectPage(page, 'faults-listed-phone');
  await table.getByRole('button', { name: 'Remove f1' }).click();
  await page.getByText('Nothing goes wrong here').waitFor();
  assert.deepEqual(faults, []);
});

test('a site that is no test site has no faults', async () => {
  const { page, faults } = await fixture.openConsole({ at: '#/traffic?of=gateway' });
  const uri = fixture.testGateway.uri('pac', { token: SHOP_TOKEN });
  const till = await connectTill(uri, { headers: { Host: 'shop1.example' } });
  await till.request('sale', { ...sale, tid: 'VCMSHOPSIP0' });
  await frames(page).filter({ hasText: 'PRESENT_CARD' }).last().click();
  await page.getByRole('heading', { level: 2, name: 'terminalNotification' }).waitFor();
  await page
    .getByText(/shop1 · pac v1/)
    .last()
    .waitFor();
  // The sites are known when the list of them is.
  const known = await page.evaluate(`fetch('/api/v1/sites').then(({ ok }) => ok)`);
  assert.equal(known, true);
  assert.equal(await page.getByRole('region', { name: 'Faults on purpose' }).count(), 0);
  await view(page, 'Card machines');
  await page.getByRole('combobox', { name: 'Site' }).selectOption('shop1');
  await page.getByText('VCMSHOPSIP0').first().waitFor();
  assert.equal(await page.getByText('Nothing goes wrong here').count(), 0);
  till.cut();
  assert.deepEqual(faults, []);
});
