// Compose in a real browser: a message written with completion, sent faulty or not, answered, kept,
// and copied to where it works.

import assert from 'node:assert/strict';
import { exec, execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { openSocket } from '@tillgate/client';
import { Peer } from '@tillgate/protocol';
import { defaultSettings, startGateway } from 'tillgate';
import { browserFixture } from './browser-fixture.ts';
import { STEP_LIMIT_MS } from './chromium.ts';
import {
  clipboardText,
  compose,
  connect,
  editor,
  inspectPage,
  view,
  writeInEditor,
} from './console-page.ts';

const fixture = browserFixture({ settings: { pace: '20' } });

const open = fixture.openConsole;

describe('Compose', () => {
  test('a sale is written with completion, sent, and answered', async () => {
    const { page, faults } = await open();
    await connect(page);
    await compose(page, 'Take a payment');
    await writeInEditor(
      page,
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
    await writeInEditor(
      page,
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
    await writeInEditor(page, '{"jsonrpc": ');
    await page.getByRole('button', { name: 'Send it all the same' }).click();
    await page.getByRole('link', { name: '-32700' }).waitFor();
    assert.deepEqual(faults, []);
  });

  test('a batch is checked, sent and answered message by message [C-3.16]', async () => {
    const { page, faults } = await open();
    await connect(page);
    await compose(page, 'Take a payment');
    const ask = (id: number, method: string, params: object) => ({
      ...{ jsonrpc: '2.0', id, method, params },
    });
    const sale = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1234.5 };
    const batch = [
      ask(1, 'terminalDetails', { tid: 'VCMINVLDIP0' }),
      ask(2, 'terminalDetails', { tid: '99999999' }),
      ask(3, 'sale', sale),
    ];
    await writeInEditor(page, JSON.stringify(batch));
    await page.getByRole('heading', { name: 'A batch of 3 messages' }).waitFor();
    await page.getByText('Expected integer 1..99999999 pence or cents, got number').waitFor();
    await writeInEditor(
      page,
      JSON.stringify([...batch.slice(0, 2), ask(3, 'sale', { ...sale, amount: 1234 })]),
    );
    await page.getByText('Each fits its schema').waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const answers = page.getByRole('list', { name: 'Answers of the batch' }).getByRole('listitem');
    await answers.nth(2).getByText('Answered').waitFor();
    await answers.nth(0).getByText('Answered').waitFor();
    await answers.nth(1).getByText('Terminal 99999999 is unavailable.').waitFor();
    await answers.nth(1).getByRole('link', { name: '-32070' }).waitFor();
    await page.getByText('PRESENT_CARD').waitFor();
    await page.getByLabel('Answer', { exact: true }).getByText('"SUCCESSFUL"').first().waitFor();
    assert.match((await editor(page).textContent()) ?? '', /"id":4,.*"id":5,.*"id":6,/);
    await writeInEditor(page, '[]');
    await page.getByText('A batch has 1 to 16 messages; this one has 0.').waitFor();
    await inspectPage(page, 'compose-batch');
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

  test('what was sent is recalled by the keyboard and from a list, also after a reload', async () => {
    const { page, faults } = await open();
    await connect(page);
    await compose(page, 'Look at one card machine');
    const ask = async (tid: string) => {
      const params = { tid };
      const message = { jsonrpc: '2.0', id: 1, method: 'terminalDetails', params };
      await writeInEditor(page, JSON.stringify(message));
      await editor(page).press('Control+Enter');
      await page.getByRole('button', { name: `terminalDetails tid ${tid}` }).waitFor();
    };
    const holds = (text: string) => editor(page).filter({ hasText: text }).waitFor();
    const token = '5b0c7a52-0d3e-4f6b-9a41-2f8f0c1d7e90';
    for (const tid of ['VCMINVLSIP0', 'VCMINVLDIP0', 'VCMINVLSIP0', token]) await ask(tid);
    const list = page.getByRole('list', { name: 'Sent messages' }).getByRole('listitem');
    assert.equal(await list.count(), 3, 'the same message once');
    await writeInEditor(page, '{"unsent": 1}');
    await editor(page).press('Control+ArrowUp');
    await holds(token);
    await editor(page).press('Control+ArrowUp');
    await holds('VCMINVLSIP0');
    await editor(page).press('Control+ArrowUp');
    await holds('VCMINVLDIP0');
    await holds('"id":2');
    await editor(page).press('Control+ArrowUp');
    await holds('VCMINVLDIP0');
    for (let step = 1; step <= 3; step += 1) await editor(page).press('Control+ArrowDown');
    await holds('{"unsent": 1}');
    await inspectPage(page, 'compose-sent');
    assert.equal(
      String(await page.evaluate('JSON.stringify(sessionStorage)')).includes(token),
      false,
    );
    await page.reload();
    await editor(page).waitFor();
    assert.equal(await list.count(), 2, 'without the token');
    await list.nth(1).getByRole('button').click();
    await holds('VCMINVLDIP0');
    await page.getByRole('heading', { level: 2, name: 'Look at one card machine' }).waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByText('What you send is listed here').waitFor();
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
    await page.getByRole('button', { name: 'JavaScript' }).click();
    await page.getByText('JavaScript copied.').waitFor();
    const program = await clipboardText(page);
    const { stdout: printed } = await promisify(execFile)('node', [
      ...['--input-type=module', '--eval', program],
    ]);
    assert.match(printed, /VCMINVLSIP0/);
    await inspectPage(page, 'compose-copy');
    await page.getByRole('button', { name: 'TypeScript' }).click();
    assert.match(await clipboardText(page), /await till\.terminals\(\)/);
    assert.deepEqual(faults, []);
  });

  test('the command that is copied is called as where the gateway was installed', async (t) => {
    const command = 'npm run -s tillgate --';
    const settings = { ...defaultSettings(), port: 0, data: 'memory', logLevel: 'silent' as const };
    const gateway = await startGateway(settings, { command });
    t.after(() => gateway.stop());
    const { page, faults } = await fixture.open(`${gateway.httpUrl}/console/`);
    await connect(page);
    const asked = page.waitForResponse('**/gateway');
    await compose(page, 'List connected card machines');
    await asked;
    await page.getByRole('button', { name: 'Command line' }).click();
    const copied = await clipboardText(page);
    assert.ok(copied.startsWith(`${command} terminals --uri "ws:`), copied);
    const { stdout } = await promisify(exec)(copied, { cwd: join(import.meta.dirname, '../..') });
    assert.match(stdout, /VCMINVLSIP0/);
    assert.deepEqual(faults, []);
  });
});
