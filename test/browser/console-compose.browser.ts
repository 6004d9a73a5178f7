// Compose in a real browser: a message written with completion, sent faulty or not, answered, kept,
// and copied to where it works.

import assert from 'node:assert/strict';
import { exec } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { openSocket } from '@tillgate/client';
import { Peer } from '@tillgate/protocol';
import { browserFixture } from './browser-fixture.ts';
import { STEP_LIMIT_MS } from './chromium.ts';
import { clipboardText, compose, connect, editor, inspectPage, view } from './console-page.ts';

const fixture = browserFixture({ settings: { pace: '20' } });

const open = fixture.openConsole;

describe('Compose', () => {
  test('a sale is written with completion, sent, and answered', async () => {
    const { page, faults } = await open();
    await connect(page);
    await compose(page, 'Take a payment');
    await editor(page).fill(
      '{"jsonrpc": "2.0", "id": 1, "method": "sale", "params": {"tid": "VCMINVLSIP0", ',
    );
    await page.keyboard.press('Control+End');
    await page.keyboard.type('"cu');
    await page.getByRole('option', { name: 'currency' }).click();
    await page.keyboard.type('"GB');
    await page.getByRole('option', { name: '"GBP"' }).click();
    await page.keyboard.type(', "am');
    await page.getByRole('option', { name: /^amount ?integer/ }).waitFor();
    // The editor takes no Enter for a list that has only just come up; a look at it takes longer.
    await inspectPage(page, 'compose-completion');
    await page.keyboard.press('Enter');
    await page.keyboard.type('1999');
    await page.keyboard.press('Control+End');
    await page.keyboard.type('}}');
    await page.getByText('Fits its schema').waitFor();
    await page.getByRole('button', { name: 'Lay out' }).click();
    await page.keyboard.press('Escape');
    await editor(page).press('Control+Enter');
    await page.getByText('PRESENT_CARD').waitFor();
    await page.getByText(/^Answered after/).waitFor();
    assert.match((await editor(page).textContent()) ?? '', /"id": 2,/, 'ids count on');
    assert.deepEqual(faults, []);
  });

  test('a fault is underlined with the sentence of the gateway; the message may be sent', async () => {
    const { page, faults } = await open();
    await connect(page);
    await compose(page, 'Take a payment');
    await editor(page).fill(
      '{"jsonrpc":"2.0","id":5,"method":"sale","params":{"tid":"VCMINVLSIP0","currency":"USD","amount":1.5}}',
    );
    await page.getByRole('button', { name: 'Lay out' }).click();
    await page.getByText('2 faults').waitFor();
    const list = page.getByRole('list', { name: 'What departs from the schema' });
    await list.getByText('Expected GBP or EUR, got string "USD".').waitFor();
    await page.locator('.cm-lintRange-error').first().waitFor();
    assert.equal(await page.locator('.cm-lintRange-error').count(), 2);
    await list.getByRole('button').first().click();
    await page.getByRole('button', { name: 'Send it all the same' }).click();
    await page.getByText(/^Refused after/).waitFor();
    await page.getByLabel('Answer').getByText('"expected": "GBP or EUR"').waitFor();
    await editor(page).fill('{"jsonrpc": ');
    await page.getByRole('button', { name: 'Send it all the same' }).click();
    await page.getByRole('link', { name: '-32700' }).waitFor();
    assert.deepEqual(faults, []);
  });

  test('a waiter asks, and the till answers from a template', async () => {
    const { page, faults } = await open();
    await connect(page, 'pat');
    await view(page, 'Compose');
    await editor(page).waitFor();
    const uri = fixture.testGateway.uri('waiter', { tid: 'VCMINVLSIP0' });
    const channel = await openSocket(uri, { signal: AbortSignal.timeout(STEP_LIMIT_MS) });
    const waiter = new Peer(channel, { onRequest: () => ({}), onNotification: () => undefined });
    const asked = waiter.request('tables', { waiterId: '7' });
    await page.getByText('1 open').waitFor();
    await page.getByText('tid VCMINVLSIP0, waiterId 7').waitFor();
    await page.getByRole('button', { name: 'Some tables' }).click();
    await page.getByText('Fits its schema').waitFor();
    await inspectPage(page, 'compose-question');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('None now.').waitFor();
    assert.deepEqual(await asked, { answer: 'tables', tables: ['1', '2', '12A'] });
    waiter.close(1000, '');
    assert.deepEqual(faults, []);
  });

  test('drafts stay in this browser after a reload', async () => {
    const { page, faults } = await open({ at: '#/compose' });
    await editor(page).waitFor();
    await page.getByRole('button', { name: /^Give money back/ }).click();
    await page.getByRole('button', { name: 'Save as draft' }).click();
    await page.getByLabel('Name').fill('A <b>refund</b>');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.reload();
    await editor(page).waitFor();
    await page.getByRole('button', { name: 'A <b>refund</b>', exact: true }).click();
    await page.getByRole('heading', { level: 2, name: 'Give money back' }).waitFor();
    await page.getByRole('button', { name: 'Delete A <b>refund</b>' }).click();
    await page.getByText('None yet.').waitFor();
    assert.deepEqual(faults, []);
  });

  test('a message that the documentation names is there to try', async () => {
    const { page, faults } = await open({
      at: '#/compose?message=tableLockRequest&integration=pat&version=v0',
    });
    await page.getByRole('heading', { level: 2, name: 'Lock a table: answer' }).waitFor();
    await page.getByText('v0/pat/tableLockRequest.response.json').waitFor();
    await page.getByText('to send it.').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled(), true);
    assert.deepEqual(faults, []);
  });

  test('what is copied as a command line works in a shell', async () => {
    const { page, faults } = await open();
    await connect(page);
    await compose(page, 'List connected card machines');
    await page.getByRole('button', { name: 'Command line' }).click();
    const command = await clipboardText(page);
    assert.match(command, /^npx tillgate terminals --uri "ws:/);
    const here = { cwd: join(import.meta.dirname, '../..') };
    const bin = `${join(here.cwd, 'node_modules/.bin')}:${process.env.PATH}`;
    const env = { ...process.env, PATH: bin };
    const { stdout } = await promisify(exec)(command, { ...here, env });
    assert.match(stdout, /VCMINVLSIP0/);
    await page.getByRole('button', { name: 'TypeScript' }).click();
    assert.match(await clipboardText(page), /await till\.terminals\(\)/);
    assert.deepEqual(faults, []);
  });
});
