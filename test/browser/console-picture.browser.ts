// The picture of a payment in a real browser: a sale, one whose till was away, a signature; by mouse and keyboard, on a
// desk and on a phone, light and dark.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { clientOf } from '../support/api/api-client.ts';
import { eventually } from '../support/wait.ts';
import { browserFixture } from './browser-fixture.ts';
import { desk, inspectPage, phone, frames as rows, view } from './console-page.ts';

const sizes = { desk, phone, 'small phone': { ...phone, viewport: { width: 360, height: 640 } } };
const themes = ['light', 'dark'] as const;

const fixture = browserFixture({ settings: { pace: '10' } });
const TILL = { 'epos-id': 'till-1' };

/** Id of the newest transaction at a card machine, once its result is delivered. */
function delivered(tid: string): Promise<string> {
  return eventually('the delivery', async () => {
    const query = { tid, limit: 1 };
    const { transactions } = await clientOf(fixture.testGateway).get('listTransactions', { query });
    const [newest] = transactions;
    return newest?.delivered ? newest.id : undefined;
  });
}

async function sell(tid: string, amount: number): Promise<string> {
  const till = await fixture.testGateway.till(TILL);
  const id = till.ask('sale', { tid, currency: 'GBP', amount });
  if (tid.includes('SIS')) await till.judgeSignature(true);
  await till.answer(id);
  const found = await delivered(tid);
  till.socket.close();
  return found;
}

/** A sale whose till is away while the card is presented. */
async function sellDropped(tid: string): Promise<string> {
  const till = await fixture.testGateway.till(TILL);
  till.ask('sale', { tid, currency: 'GBP', amount: 1234 });
  await till.shown('PRESENT_CARD');
  till.cut();
  const back = await fixture.testGateway.till(TILL);
  const found = await delivered(tid);
  back.socket.close();
  return found;
}

const storyAt = (id: string) => `#/transactions?open=${encodeURIComponent(id)}`;
const steps = (page: Page) => page.getByRole('group', { name: /^Picture of/ }).getByRole('button');

const names = (page: Page) =>
  steps(page).evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? ''));

describe('the picture of a payment', () => {
  test('a step shows its message and verdict by click and by Enter, and the arrow keys go on from it', async () => {
    const { page, faults } = await fixture.openConsole({
      at: storyAt(await sell('VCMINVLSIP0', 777)),
    });
    await steps(page).first().waitFor();
    assert.equal(
      await steps(page).first().getAttribute('aria-label'),
      'The till asked: sale: £7.77',
    );
    await steps(page).first().click();
    const detail = page.getByRole('region', { name: 'Step' });
    await detail.getByText('Fits its schema').waitFor();
    await detail.getByRole('region', { name: 'Message' }).getByText('"sale"').waitFor();
    await page.keyboard.press('End');
    await detail.getByText(/Write \d+ was handed to the disk\./).waitFor();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await detail.getByText('Handed over: Start: SALE £7.77.').waitFor();
    await detail.getByRole('region', { name: 'As the journal has it' }).waitFor();
    await page.keyboard.press('Escape');
    await detail.waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    await detail.waitFor();
    assert.deepEqual(faults, []);
  });

  test('on paper the picture is there, black on white, without the rail', async () => {
    const { page } = await fixture.openConsole({
      at: storyAt(await sell('VCMINVLSIP0', 777)),
      colorScheme: 'dark',
    });
    await steps(page).first().waitFor();
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.getByRole('navigation', { name: 'Views' }).isVisible(), false);
    const ground = "getComputedStyle(document.querySelector('.panel')).backgroundColor";
    assert.match(String(await page.evaluate(ground)), /^(lab\(100|oklch\(1|rgb\(255, 255, 255)/);
    await inspectPage(page, 'picture-print');
  });

  test('the list has the steps of the picture', async () => {
    const { page } = await fixture.openConsole({ at: storyAt(await sellDropped('VCMdropSIP0')) });
    await steps(page).first().waitFor();
    const drawn = await names(page);
    assert.ok(drawn.includes('The till goes on over another connection.'), drawn.join('\n'));
    await page.getByRole('radio', { name: 'List' }).check({ force: true });
    const rows = page.locator('.tx-said > p');
    await rows.first().waitFor();
    const listed = await rows.allTextContents();
    assert.deepEqual(
      listed.map((text) =>
        text.replace(/^(Message|Journal|Gateway|Till|Card machine|Connection) /, ''),
      ),
      drawn,
    );
  });
});

describe('a story of 10,000 messages from hostile tills', () => {
  const evil = `</text><img src=x onerror=alert(1)>\u202e${'W'.repeat(9_000)}`;
  const at = (ms: number) => new Date(Date.UTC(2026, 2, 14, 12, 0, 0, ms)).toISOString();
  const line = { site: 'testhost', connection: 'c1', integration: 'pac', version: 'v1' };
  const frames = Array.from({ length: 10_000 }, (_, index) => ({
    ...{ event: 'frame', number: index + 1, at: at(index), ...line },
    ...(index > 9_990 && { eposId: evil }),
    direction: index % 2 === 0 ? 'received' : 'sent',
    text: JSON.stringify({ id: index, method: index < 9_900 ? 'sale' : evil, params: { x: 1 } }),
  }));

  test('as many steps are drawn and listed as the limit says, and nothing of the texts is obeyed', async () => {
    const id = await sell('VCMINVLSIP0', 777);
    const { page, faults } = await fixture.openConsole(phone);
    await page.route('**/transactions/testhost/**', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), frames } });
    });
    await page.goto(`${fixture.url}/console/${storyAt(id)}`);
    await page.getByText(/^9,\d{3} steps left out$/).waitFor();
    assert.equal(await steps(page).count(), 400);
    await inspectPage(page, 'picture-10000');
    await steps(page).first().click();
    const detail = page.getByRole('region', { name: 'Step' });
    await detail.getByRole('region', { name: 'Message' }).waitFor();
    await page.keyboard.press('End');
    await detail.getByText(/^Write \d+ was handed to the disk\.$/).waitFor();
    await page.getByRole('radio', { name: 'List' }).check({ force: true });
    await page.getByText(/steps in the middle are left out here/).waitFor();
    assert.equal(await page.locator('.tx-step').count(), 400);
    assert.deepEqual(faults, []);
  });
});

describe('the picture while it happens', () => {
  test('in Traffic the payments can be shown one by one, each with its picture', async () => {
    const { page, faults } = await fixture.openConsole({ at: '#/till' });
    await takeInTill(page);
    await page.locator('.till-now').getByText('Approved: £9.99').waitFor();
    await view(page, 'Traffic');
    const all = await rows(page).count();
    const choice = page.getByRole('combobox', { name: 'Payment' });
    await choice.selectOption({ index: 1 });
    await steps(page).first().waitFor();
    assert.equal(await rows(page).count(), await steps(page).count());
    assert.ok((await rows(page).count()) < all);
    await inspectPage(page, 'picture-traffic');
    await rows(page).first().click();
    await page.getByRole('heading', { level: 2, name: 'sale' }).waitFor();
    await page.getByRole('button', { name: 'Show the picture' }).click();
    await steps(page).first().waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByText('Choose a frame').waitFor();
    assert.equal(await rows(page).count(), all);
    assert.deepEqual(faults, []);
  });

  test('on a phone a payment is chosen in Traffic, and its picture stands in place of the frames', async () => {
    const { page, faults } = await fixture.openConsole({ ...phone, at: '#/till' });
    await takeInTill(page);
    await page.locator('.till-now').getByText('Approved: £9.99').waitFor();
    await view(page, 'Traffic');
    await rows(page).first().waitFor();
    await page.getByRole('combobox', { name: 'Payment' }).selectOption({ index: 1 });
    await steps(page).first().waitFor();
    await inspectPage(page, 'picture-traffic-phone');
    await steps(page).first().click();
    await page
      .getByRole('region', { name: 'Step' })
      .getByRole('region', { name: 'Message' })
      .waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await rows(page).first().click();
    const dialog = page.getByRole('dialog', { name: 'Frame' });
    await dialog.waitFor();
    await page.goBack();
    await dialog.waitFor({ state: 'hidden' });
    await rows(page).first().waitFor();
    assert.deepEqual(faults, []);
  });

  test('at the till it grows with each message, and ends with the result', async () => {
    const { page, faults } = await fixture.openConsole({ at: '#/till' });
    await takeInTill(page);
    await page.locator('.till-now').getByText('Approved: £9.99').waitFor();
    const drawn = await names(page);
    assert.equal(drawn[0], 'The till asked: sale: £9.99');
    assert.equal(drawn.at(-1), 'Sent the till: Result: SUCCESSFUL £9.99 (Approved)');
    assert.ok(drawn.includes('Told the till: terminalNotification: PRESENT_CARD'));
    await steps(page).last().click();
    await page.getByRole('region', { name: 'Step' }).getByText('Fits its schema').waitFor();
    await page.getByRole('button', { name: 'Hide the picture' }).click();
    assert.equal(await steps(page).count(), 0);
    await page.getByRole('button', { name: 'Show the picture' }).click();
    await steps(page).first().waitFor();
    assert.deepEqual(faults, []);
  });

  test('at a table it has the till and the waiter', async () => {
    const { page, faults } = await fixture.openConsole({ at: '#/tables' });
    await splitTable(page);
    const drawn = await names(page);
    assert.match(drawn[0] ?? '', /^The waiter’s line asked: lock: table /);
    const asked = drawn.filter((text) => text.startsWith('The waiter’s line asked: pay'));
    assert.equal(asked.length, 2, drawn.join('\n'));
    await page.getByRole('button', { name: /^Told the till at the table: tableUnlock/ }).waitFor();
    assert.deepEqual(faults, []);
  });
});

async function takeInTill(page: Page): Promise<void> {
  await page.getByRole('combobox', { name: 'Card machine' }).selectOption('VCMINVLSIP0');
  await page.getByRole('textbox', { name: 'Amount' }).fill('9.99');
  await page.getByRole('button', { name: 'Take £9.99' }).click();
}

/** On a phone it is folded away at first. */
async function showPicture(page: Page): Promise<void> {
  const show = page.getByRole('button', { name: 'Show the picture' });
  if (await show.count()) await show.click();
  await steps(page).first().scrollIntoViewIfNeeded();
}

/** Opens the restaurant, and pays a table by card and by cash. */
async function splitTable(
  page: Page,
  half = async (_: string): Promise<void> => {},
): Promise<void> {
  await page.getByRole('button', { name: 'Open the restaurant' }).click();
  await page.getByText('Card machines of this site see these tables.').waitFor();
  await half('The waiter');
  const waiter = page.getByRole('region', { name: 'The waiter' });
  await waiter.getByRole('button', { name: 'Take it to a table' }).click();
  await waiter.getByRole('button', { name: '12', exact: true }).click();
  await waiter.getByRole('button', { name: 'One of two shares' }).click();
  await waiter.getByRole('button', { name: /^Card £/ }).click();
  await waiter.getByText('£33.20 paid.').waitFor();
  await waiter.getByRole('button', { name: 'Cash £33.20' }).click();
  await waiter.getByText('Done with table 12').waitFor();
  await half('The till');
}

for (const colorScheme of themes) {
  for (const [name, size] of Object.entries(sizes)) {
    test(`pictures have no overflow and no barrier: ${name}, ${colorScheme}`, async () => {
      const ids = {
        sale: await sell('VCMINVLSIP0', 777),
        declined: await sell('VCMINVLDIP0', 777),
        signature: await sell('VCMINVLSIS0', 777),
        dropped: await sellDropped('VCMINVLSCD0'),
      };
      const { page, faults } = await fixture.openConsole({ ...size, colorScheme, at: '#/till' });
      for (const [what, id] of Object.entries(ids)) {
        await page.goto(`${fixture.url}/console/${storyAt(id)}`);
        await steps(page).first().waitFor();
        await steps(page).nth(1).scrollIntoViewIfNeeded();
        await inspectPage(page, `picture-${what}-${name}-${colorScheme}`);
      }
      await steps(page).nth(2).click();
      await page.getByRole('region', { name: 'Step' }).waitFor();
      await inspectPage(page, `picture-step-${name}-${colorScheme}`);

      await page.goto(`${fixture.url}/console/#/till`);
      await takeInTill(page);
      await page.locator('.till-now').getByText('Approved: £9.99').waitFor();
      await showPicture(page);
      await inspectPage(page, `picture-till-${name}-${colorScheme}`);
      await page.goto(`${fixture.url}/console/#/tables`);
      const isPhone = size !== desk;
      await splitTable(page, async (half) => {
        if (isPhone) await page.getByRole('radio', { name: half }).check();
      });
      await showPicture(page);
      await inspectPage(page, `picture-table-${name}-${colorScheme}`);
      assert.deepEqual(faults, []);
    });
  }
}
