// The console where the gateway asks for a key: signing in and out, an operator of some sites, and a
// session that ends while somebody works.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { commandLine } from '../../packages/server/src/application/admin/actor.ts';
import { addOperator } from '../../packages/server/src/application/admin/operators.ts';
import { addSite } from '../../packages/server/src/application/admin/sites.ts';
import type { OpenedPage } from './browser-fixture.ts';
import { browserFixture } from './browser-fixture.ts';
import { inspectPage, phone, view } from './console-page.ts';

/** Keys of an operator of all sites, and of one of shop1 only. */
let anna: string;
let ben: string;
const fixture = browserFixture({ settings: { openOnLoopback: false } }, async ({ store }) => {
  const admin = { store, clock: Date };
  await addSite(admin, commandLine, { name: 'shop1' });
  anna = (await addOperator(admin, commandLine, { name: 'anna', sites: null })).key;
  ben = (await addOperator(admin, commandLine, { name: 'ben', sites: ['shop1'] })).key;
});

const open = (at: string, options = {}) => fixture.openConsole({ at, ...options });

async function signIn(page: Page, key: string): Promise<void> {
  await page.getByLabel('Operator key').fill(key);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** A request without a session is noted by the browser, and is no fault of the page. */
function otherFaults({ faults }: OpenedPage): readonly string[] {
  return faults.filter((fault) => !/status of 401/.test(fault));
}

test('an operator signs in, after a message about a wrong key, and signs out', async () => {
  const { page } = await open('#/sites');
  await signIn(page, 'wrong');
  await page.getByText('This key is wrong, or it was taken back.').waitFor();
  await inspectPage(page, 'sign-in-wrong');
  await signIn(page, anna);
  await page.getByRole('button', { name: 'Add a site' }).waitFor();
  await page.reload();
  await page.getByText('anna', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Operator key').waitFor();
  const kept = await page.evaluate('JSON.stringify({ ...localStorage, ...sessionStorage })');
  assert.equal(String(kept).includes(anna), false, 'no store of the browser has the key');
});

test('an operator is added, and the key that is shown once opens the console', async () => {
  const { page } = await open('#/sites');
  await signIn(page, anna);
  await page.getByRole('tab', { name: 'Operators' }).click();
  await page.getByRole('button', { name: 'Add an operator' }).click();
  await page.getByLabel('Name', { exact: true }).fill('carl');
  await page.getByRole('button', { name: 'Add the operator' }).click();
  const key = await page.getByRole('status', { name: 'Operator key' }).textContent();
  await page.getByRole('button', { name: 'I have it' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await signIn(page, key ?? '');
  await page.getByText('carl', { exact: true }).waitFor();
});

describe('an operator of one site', () => {
  test('an operator of one site sees that site and no other, in every view', async () => {
    const till = await fixture.testGateway.till();
    await till.request('sale', { tid: 'VCMINVLSCD0', currency: 'GBP', amount: 4321 });
    till.socket.close();
    const opened = await open('#/sites');
    const { page } = opened;
    await signIn(page, ben);
    await page.getByRole('heading', { level: 2, name: 'shop1' }).waitFor();
    await page.getByRole('button', { name: 'Make a token' }).waitFor();
    for (const [role, name] of [
      ['button', 'Add a site'],
      ['button', 'Remove'],
      ['tab', 'Operators'],
    ] as const) {
      assert.equal(await page.getByRole(role, { name }).count(), 0, name);
    }
    await page.getByRole('tab', { name: 'Audit trail' }).click();
    await page.getByText('added the site shop1').waitFor();
    await view(page, 'Card machines');
    await page.getByText('At shop1').waitFor();
    await view(page, 'Transactions');
    await page.getByText('No transaction yet').waitFor();
    const site = page.getByRole('combobox', { name: 'Site' });
    await site.getByText('shop1').waitFor({ state: 'attached' });
    assert.deepEqual(await site.getByRole('option').allTextContents(), ['All', 'shop1']);
    assert.doesNotMatch((await page.textContent('body')) ?? '', /testhost|43\.21/);
    assert.deepEqual(otherFaults(opened), []);
  });

  test('an operator of one site gets no transaction of another site by its address', async () => {
    const { page } = await open('#/transactions?open=testhost%2FVCMINVLSCD0%2F1');
    await signIn(page, ben);
    await page.getByText('It is not there any more.').waitFor();
  });
});

describe('a session that ends in mid-work', () => {
  for (const [name, options] of Object.entries({ desk: {}, phone })) {
    test(`an ended session is renewed in front of the form, and what was typed stays: ${name}`, async () => {
      const site = `shop-${name}`;
      const opened = await open('#/sites', options);
      const { page } = opened;
      await signIn(page, anna);
      await page.getByRole('button', { name: 'Add a site' }).click();
      await page.getByLabel('Name', { exact: true }).fill(site);
      await page.getByLabel('Title (optional)').fill('Half typed');
      await page.context().clearCookies();
      await page.getByRole('button', { name: 'Add the site' }).click();
      const again = page.getByRole('dialog', { name: 'Sign in again' });
      await again.waitFor();
      assert.equal(await page.evaluate('document.activeElement.name'), 'operator-key');
      await inspectPage(page, `sign-in-again-${name}`);
      await signIn(page, anna);
      await again.waitFor({ state: 'hidden' });
      assert.equal(await page.getByLabel('Title (optional)').inputValue(), 'Half typed');
      await page.getByRole('button', { name: 'Add the site' }).click();
      await page.getByRole('heading', { level: 2, name: site }).waitFor();
      assert.deepEqual(otherFaults(opened), []);
    });
  }

  test('signing in again can be put off, and failed requests are repeated after it', async () => {
    const { page } = await open('#/sites');
    await signIn(page, anna);
    await page.getByRole('button', { name: 'Make a token' }).waitFor();
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'testhost' }).click();
    await page.getByRole('dialog', { name: 'Sign in again' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Your session is over.').waitFor();
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await signIn(page, anna);
    await page.getByRole('cell', { name: 'test site' }).first().waitFor();
    assert.equal(await page.getByText('Your session is over.').count(), 0);
  });

  test('another operator who signs in sees nothing of what was shown before', async () => {
    const { page } = await open('#/sites');
    await signIn(page, anna);
    await page.getByRole('button', { name: 'testhost' }).click();
    await page.getByRole('cell', { name: 'test site' }).first().waitFor();
    await page.context().clearCookies();
    await page.getByRole('tab', { name: 'Audit trail' }).click();
    await page.getByRole('dialog', { name: 'Sign in again' }).waitFor();
    await signIn(page, ben);
    await page.getByText('ben', { exact: true }).waitFor();
    await page.getByRole('heading', { level: 2, name: 'shop1' }).waitFor();
    assert.doesNotMatch((await page.textContent('body')) ?? '', /testhost/);
  });
});
