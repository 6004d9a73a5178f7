// How the card machine page opens: by itself at a test site, where the gateway lets it enrol a machine; elsewhere it
// asks for the code of a machine.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { commandLine } from '../../packages/server/src/application/admin/actor.ts';
import { addOperator } from '../../packages/server/src/application/admin/operators.ts';
import { browserFixture } from './browser-fixture.ts';
import { TEST_LIMIT } from './chromium.ts';
import { desk, inspectPage, phone } from './console-page.ts';
import { choose, press, shown, till } from './machine-page.ts';

const ready = (page: Page) => page.getByText('Ready for the till').waitFor();
const tidOf = (page: Page) =>
  new URLSearchParams(new URL(page.url()).hash.slice(1)).get('tid') ?? '';

describe('the card machine page at the test site of an open gateway', TEST_LIMIT, () => {
  const fixture = browserFixture();

  test('the page opens with a free virtual card machine, each browser with its own', async (t) => {
    const seen: string[] = [];
    for (const options of [desk, phone]) {
      const { page, faults } = await fixture.open('/machine/', options);
      await ready(page);
      const tid = tidOf(page);
      const sale = (await till(t, fixture.testGateway)).sale({ tid, currency: 'GBP', amount: 100 });
      await choose(page, /Tap card$/);
      assert.equal((await sale).outcome, 'approved');
      await page.reload();
      await ready(page);
      assert.equal(tidOf(page), tid, 'a reload is the same machine');
      seen.push(tid);
      assert.deepEqual(faults, []);
    }
    assert.deepEqual(seen, ['VCMPAGE1SIP0', 'VCMPAGE2SIP0']);
  });

  test('the documented virtual card machines stay with the gateway', async (t) => {
    const { page } = await fixture.open('/machine/');
    await ready(page);
    const cashier = await till(t, fixture.testGateway);
    const sale = await cashier.sale({ tid: 'VCMINVLSIP0', currency: 'GBP', amount: 100 });
    assert.equal(sale.outcome, 'approved');
  });

  test('an unpaired page asks, and pairs again at a press', async () => {
    const { page, faults } = await fixture.open('/machine/');
    await ready(page);
    await press(page, 'Unpair');
    await press(page, 'Unpair it');
    await shown(page, 'Pair this machine');
    await page.getByLabel('Pairing code').waitFor();
    await press(page, 'Use a test machine of testhost');
    await ready(page);
    assert.deepEqual(faults, []);
  });

  test('a page whose address names a machine asks for its code', async () => {
    for (const options of [desk, phone]) {
      const { page } = await fixture.open('/machine/#site=testhost&tid=12345678', options);
      await shown(page, 'Pair this machine');
      await page.getByRole('button', { name: 'Use a test machine of testhost' }).waitFor();
      await inspectPage(page, `machine-opens-${options.viewport.width}`);
      assert.equal(await page.getByLabel('TID').inputValue(), '12345678');
      const { page: other } = await fixture.open('/machine/#site=nosuch', options);
      await shown(other, 'Pair this machine');
      assert.equal(await other.getByRole('button', { name: /^Use a test machine/ }).count(), 0);
    }
  });
});

describe('the card machine page at a gateway that asks for a key', TEST_LIMIT, () => {
  let key: string;
  const fixture = browserFixture({ settings: { openOnLoopback: false } }, async ({ store }) => {
    const admin = { store, clock: Date };
    ({ key } = await addOperator(admin, commandLine, { name: 'anna', sites: null }));
  });

  test('the page asks for a code, until an operator has signed in at the console', async () => {
    const { page } = await fixture.open('/machine/');
    await shown(page, 'Pair this machine');
    assert.equal(await page.getByLabel('Site').inputValue(), 'testhost');
    assert.equal(await page.getByRole('button', { name: /^Use a test machine/ }).count(), 0);
    const console = await page.context().newPage();
    await console.goto(`${fixture.url}/console/#/sites`);
    await console.getByLabel('Operator key').fill(key);
    await console.getByRole('button', { name: 'Sign in', exact: true }).click();
    await console.getByRole('button', { name: 'Add a site' }).waitFor();
    await page.reload();
    await ready(page);
    assert.match(tidOf(page), /^VCMPAGE\d+SIP0$/);
  });
});
