// Tokens, operator keys and pairing codes in a real browser: what is shown once is not lost by accident.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { connectTill } from 'tillgate/testing';
import { clientOf } from '../support/api/api-client.ts';
import { browserFixture } from './browser-fixture.ts';
import { clipboardText, inspectPage, view } from './console-page.ts';

const fixture = browserFixture({}, async (testGateway) => {
  await clientOf(testGateway).get('addSite', { body: { name: 'kiosk' } });
});

const open = fixture.openConsole;

async function makeToken(page: Page, site = 'testhost'): Promise<string> {
  await page.getByRole('button', { name: site }).click();
  await page.getByRole('button', { name: 'Make a token' }).click();
  await page.getByRole('button', { name: 'Make the token' }).click();
  return (await secret(page, 'Token').textContent()) ?? '';
}

const secret = (page: Page, name: string) => page.getByRole('status', { name, exact: true });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

describe('A secret that was not copied', () => {
  test('a token stays on Escape, the cross, Back and a reload, each of which asks first', async () => {
    const { page, faults } = await open({ at: '#/overview' });
    await view(page, 'Sites');
    const token = await makeToken(page);
    const isShown = async () =>
      assert.equal(await secret(page, 'Token').textContent(), token, 'it is still shown');
    for (let turn = 1; turn <= 3; turn += 1) {
      await page.keyboard.press('Escape');
      await page.getByText('Token not copied yet.').waitFor();
      await isShown();
    }
    await inspectPage(page, 'secret-asks');
    await button(page, 'Close').click();
    await isShown();
    await page.goBack();
    await page.waitForURL('**/#/sites');
    await isShown();
    const asked = page.waitForEvent('dialog');
    await page.evaluate('setTimeout(() => location.reload())');
    const dialog = await asked;
    assert.equal(dialog.type(), 'beforeunload');
    await dialog.dismiss();
    await isShown();
    await button(page, 'Copy and close').click();
    await secret(page, 'Token').waitFor({ state: 'detached' });
    assert.equal(await clipboardText(page), token);
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    assert.deepEqual(faults, []);
  });

  test('an operator key may be closed once it was selected and copied', async () => {
    const { page, faults } = await open({ at: '#/sites' });
    await page.getByRole('tab', { name: 'Operators' }).click();
    await button(page, 'Add an operator').click();
    await page.getByLabel('Name', { exact: true }).fill('anna');
    await page.getByLabel('Name', { exact: true }).press('Enter');
    const key = await secret(page, 'Operator key').textContent();
    await page.keyboard.press('Escape');
    await page.getByText('Operator key not copied yet.').waitFor();
    await secret(page, 'Operator key').click();
    await page.keyboard.press('Control+C');
    await page.getByText('Operator key not copied yet.').waitFor({ state: 'detached' });
    assert.equal(await clipboardText(page), key);
    await page.keyboard.press('Escape');
    await secret(page, 'Operator key').waitFor({ state: 'detached' });
    // With an operator, this machine still needs no key.
    await clientOf(fixture.testGateway).get('removeOperator', { params: { name: 'anna' } });
    assert.deepEqual(faults, []);
  });

  test('a pairing code stays on Escape and Back until it is closed without a copy', async () => {
    const { page, faults } = await open({ at: '#/overview' });
    await view(page, 'Card machines');
    await button(page, 'Enrol a machine').click();
    await page.getByLabel('TID').fill('BAR-2');
    await button(page, 'Make a pairing code').click();
    const code = await secret(page, 'Pairing code').textContent();
    await page.goBack();
    await page.getByText('Pairing code not copied yet.').waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await secret(page, 'Pairing code').textContent(), code);
    await button(page, 'Close without it').click();
    await secret(page, 'Pairing code').waitFor({ state: 'detached' });
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    assert.deepEqual(faults, []);
  });
});

describe('The whole address of a new token', () => {
  test('a till connects with what was copied', async () => {
    const { page, faults } = await open({ at: '#/sites' });
    const token = await makeToken(page);
    await button(page, 'Copy the whole address (pac)').click();
    await page.getByText('Address copied.').waitFor();
    const address = await clipboardText(page);
    assert.match(address, new RegExp(`^ws://.*/pac\\?token=${token}&api-version=v1&`));
    await page.keyboard.press('Escape');
    await secret(page, 'Token').waitFor({ state: 'detached' });
    const till = await connectTill(address);
    const { result } = await till.request('terminalDetails', { tid: 'VCMINVLSIP0' });
    till.socket.close();
    assert.equal(Object(result).tid, 'VCMINVLSIP0');
    assert.deepEqual(faults, []);
  });

  test('at an IP address another site than the default one has none; at localhost it has its name', async () => {
    const { page } = await open({ at: '#/sites' });
    await makeToken(page, 'kiosk');
    assert.equal(await page.getByText('Copy the whole address').count(), 0);
    const local = fixture.url.replace('127.0.0.1', 'localhost');
    const named = await fixture.open(`${local}/console/#/sites`);
    await makeToken(named.page, 'kiosk');
    await button(named.page, 'Copy the whole address (pat)').click();
    assert.match(await clipboardText(named.page), /^ws:\/\/kiosk\.localhost:\d+\/pat\?token=/);
    assert.deepEqual(named.faults, []);
  });
});
