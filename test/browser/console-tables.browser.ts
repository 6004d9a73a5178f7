// The console's Tables in a real browser: a restaurant and its waiter on one screen, on a desk and on a
// phone.

import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { clientOf } from '../support/api/api-client.ts';
import { browserFixture } from './browser-fixture.ts';
import { CardClock } from './card-clock.ts';
import { connect, desk, inspectPage, phone } from './console-page.ts';

const sizes = { desk, phone };
const themes = ['light', 'dark'] as const;

const cards = new CardClock();
const fixture = browserFixture({ clock: cards, settings: { ...cards.settings, pace: '20' } });
afterEach(() => cards.present());

interface Restaurant {
  readonly page: Page;
  readonly faults: readonly string[];
  readonly waiter: Locator;
  /** On a phone one half is shown at a time. */
  readonly half: (name: 'The till' | 'The waiter') => Promise<void>;
}

async function open(options: BrowserContextOptions = {}): Promise<Restaurant> {
  const opened = await fixture.openConsole({
    at: '#/tables',
    ...options,
  });
  const { page } = opened;
  const isPhone = options.isMobile ?? false;
  await page.getByRole('button', { name: 'Open the restaurant' }).click();
  await page.getByText('Card machines of this site see these tables.').waitFor();
  return {
    ...opened,
    waiter: page.getByRole('region', { name: 'The waiter' }),
    half: async (name) => {
      if (isPhone) await page.getByRole('radio', { name }).check();
    },
  };
}

/** Takes a card machine and chooses a table at it. */
async function goTo({ waiter, half }: Restaurant, tableId: string, tid = 'VCMINVLSIP0') {
  await half('The waiter');
  await waiter.getByRole('combobox', { name: 'Virtual card machine' }).selectOption(tid);
  await waiter.getByRole('button', { name: 'Take it to a table' }).click();
  await waiter.getByRole('button', { name: tableId, exact: true }).click();
}

const log = (page: Page) => page.getByRole('region', { name: 'What card machines ask' });

describe('a restaurant and its waiter', () => {
  for (const [name, size] of Object.entries(sizes)) {
    for (const colorScheme of themes) {
      test(`a table is paid in two parts, ${name}, ${colorScheme}`, async () => {
        const restaurant = await open({ ...size, colorScheme });
        const { page, faults, waiter, half } = restaurant;
        const look = (step: string) => inspectPage(page, `tables-${name}-${colorScheme}-${step}`);
        await look('1-open');
        await half('The waiter');
        await waiter.getByRole('textbox', { name: 'Waiter id' }).fill('007');
        await goTo(restaurant, '12');
        await waiter.getByRole('button', { name: 'Print the bill' }).click();
        await waiter.getByRole('figure', { name: 'Receipt: Bill of table 12' }).waitFor();
        await waiter.getByRole('button', { name: 'One of two shares' }).click();
        await waiter.getByRole('button', { name: '10 %' }).click();
        await look('2-locked');
        await half('The till');
        await page.getByText('Locked by card machine VCMINVLSIP0, waiter 007').waitFor();
        assert.ok(await page.getByRole('button', { name: 'One more Roast beef' }).isDisabled());
        await half('The waiter');
        cards.hold();
        await waiter.getByRole('button', { name: 'Card £36.52' }).click();
        await waiter.getByText('Present the card').waitFor();
        await look('3-paying');
        cards.present();
        await waiter.getByText('£36.52 paid.').waitFor();
        await waiter.getByRole('button', { name: 'Cash £33.20' }).click();
        await waiter.getByText('Done with table 12').waitFor();
        const receipt = waiter.getByRole('figure', { name: 'Receipt: Receipt of table 12' });
        assert.match((await receipt.textContent()) ?? '', /Gratuity +3\.32/);
        await look('4-done');
        await half('The till');
        const booked = page.getByRole('region', { name: 'Payments booked' });
        assert.equal(await booked.getByRole('listitem').count(), 2);
        await log(page).getByText('has paid £66.40 and £3.32 gratuity: nothing left').waitFor();
        await look('5-booked');
        await page.reload();
        await booked.getByText('VISA, chip').waitFor();
        await page.getByRole('button', { name: 'Close the table' }).click();
        await page.getByRole('heading', { name: 'Table 1', exact: true }).waitFor();
        assert.deepEqual(faults, []);
      });
    }
  }

  test('the waiter types a part of the bill, and no amount that is none or is more than is due is paid', async () => {
    const restaurant = await open();
    const { page, faults, waiter } = restaurant;
    await goTo(restaurant, '12');
    await waiter.getByRole('button', { name: 'A part' }).click();
    const part = waiter.getByRole('textbox', { name: 'Part of the bill' });
    assert.equal(await part.inputValue(), '66.40');
    for (const text of ['0.005', '12.345', '1,234.50', '66.41']) {
      await part.fill(text);
      await waiter
        .locator('.fld-fault')
        .getByText(/^Not an amount|^At most 66\.40/)
        .waitFor();
      assert.ok(await waiter.getByRole('button', { name: /^Cash/ }).isDisabled(), text);
    }
    await part.fill('5.5');
    await waiter.getByRole('button', { name: 'Cash £5.50' }).click();
    await waiter.getByRole('button', { name: 'Card £60.90' }).waitFor();
    await waiter.getByRole('button', { name: 'A part' }).click();
    assert.equal(await part.inputValue(), '60.90');
    await waiter.getByRole('button', { name: 'Leave' }).click();
    await log(page).getByText('Table 12 has paid £5.50: £60.90 left').waitFor();
    await log(page).getByText('Has left table 12').waitFor();
    assert.deepEqual(faults, []);
  });

  test('a card is declined, and the waiter leaves with nothing booked', async () => {
    const restaurant = await open();
    const { page, faults, waiter } = restaurant;
    await goTo(restaurant, 'Snug', 'VCMINVLDIP0');
    await waiter.getByRole('button', { name: 'Card £20.80' }).click();
    await waiter.getByText('Not paid.').waitFor();
    await inspectPage(page, 'tables-declined');
    await waiter.getByRole('button', { name: 'Leave' }).click();
    await waiter.getByText('Done with table Snug').waitFor();
    await log(page).getByText('Has left table Snug').waitFor();
    assert.equal(await log(page).getByText('Table Snug has paid').count(), 0);
    assert.deepEqual(faults, []);
  });

  test('a table that is worked on is refused to the waiter', async () => {
    const restaurant = await open();
    const { page, faults, waiter } = restaurant;
    await page.getByRole('checkbox', { name: 'Refuse card machines' }).check();
    await goTo(restaurant, '12');
    await waiter.getByText('Table 12 is open on the till.').waitFor();
    await log(page).getByText('Wants table 12: Table 12 is open on the till.').waitFor();
    assert.deepEqual(faults, []);
  });

  test('C-9.11: in another currency its tables are for card machines of that currency', async () => {
    const body = { terminals: { VCMeuroSIP0: { currency: 'EUR' } } };
    await clientOf(fixture.testGateway).get('changeSite', { params: { site: 'testhost' }, body });
    const { page, faults } = await fixture.openConsole({
      at: '#/tables',
    });
    const waiter = page.getByRole('region', { name: 'The waiter' });
    const euro = page.getByRole('radio', { name: 'EUR' });
    await euro.check();
    await page.reload();
    assert.equal(await euro.isChecked(), true, 'it is kept');
    await page.getByRole('button', { name: 'Open the restaurant' }).click();
    await page.getByText('Set while it is closed.').waitFor();
    await waiter.getByRole('button', { name: 'Take it to a table' }).click();
    await waiter.getByText('No tables').waitFor();
    await waiter.getByRole('button', { name: 'Put it down' }).click();
    await waiter.getByRole('combobox').selectOption('Another one');
    await waiter.getByRole('textbox', { name: 'Its TID' }).fill('VCMeuroSIP0');
    await waiter.getByRole('button', { name: 'Take it to a table' }).click();
    await waiter.getByRole('button', { name: 'Snug' }).click();
    await waiter.getByRole('button', { name: 'Card €20.80' }).click();
    await waiter.getByText('Done with table Snug').waitFor();
    await log(page).getByText('Table Snug has paid €20.80: nothing left').waitFor();
    await inspectPage(page, 'tables-euro');
    await page.getByRole('button', { name: 'Close the restaurant' }).click();
    await page.getByText('Close the tables that have paid first.').waitFor();
    assert.equal(await euro.isDisabled(), true);
    await page.getByRole('button', { name: 'Close the table', exact: true }).click();
    await page.getByRole('radio', { name: 'GBP' }).check();
    assert.deepEqual(faults, []);
  });

  test('Tables looks the same after another view was open, on a phone', async () => {
    const { page, faults } = await fixture.openConsole(phone);
    await connect(page);
    await page.goto(`${fixture.url}/console/#/tables`);
    await page.getByRole('heading', { level: 1, name: 'Tables' }).waitFor();
    await inspectPage(page, 'tables-after-connect');
    assert.deepEqual(faults, []);
  });

  test('a till that answers too late gets an error, and the waiter does not wait for it', async () => {
    const restaurant = await open();
    const { page, faults, waiter } = restaurant;
    await page
      .getByRole('combobox', { name: 'It answers' })
      .selectOption('Too late, after 12 seconds');
    await waiter.getByRole('button', { name: 'Take it to a table' }).click();
    await waiter.getByText('No tables').waitFor();
    await log(page).getByText('Asks for the open tables: answered too late').waitFor();
    await log(page).getByText('The gateway objects: No answer to tableListRequest').waitFor();
    assert.deepEqual(faults, []);
  });

  test('a table is opened under any name, and what guests order is on its bill', async () => {
    const restaurant = await open();
    const { page, faults, waiter } = restaurant;
    const name = '<img src=x onerror=alert(1)>&"';
    await page.getByRole('button', { name: 'Open a table' }).click();
    await page.getByRole('textbox', { name: 'Number or name' }).fill(name);
    await page.getByRole('button', { name: 'Open it' }).click();
    for (const dish of ['Coffee', 'Coffee', 'Roast beef']) {
      await page.getByRole('button', { name: dish, exact: true }).click();
    }
    await page
      .getByRole('figure', { name: 'Receipt: Before payment' })
      .getByText('24.70')
      .waitFor();
    await goTo(restaurant, name);
    await waiter.getByText('£24.70', { exact: true }).waitFor();
    await inspectPage(page, 'tables-names');
    assert.deepEqual(faults, []);
  });

  test('C-9.24: a newer till of the site takes over, and the older says so', async () => {
    const older = await open();
    const newer = await open();
    await older.page.getByText('A newer connection of the same till has taken over.').waitFor();
    assert.deepEqual([older.faults, newer.faults], [[], []]);
  });
});
