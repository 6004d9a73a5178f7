// Every screen of the card machine to hold, on a desk and on phones, light and dark: fit to be seen, to be
// pressed by a finger and to be read out; with a table that is paid in two parts, and sales that go all ways.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { browserFixture } from './browser-fixture.ts';
import { TEST_LIMIT } from './chromium.ts';
import { desk, inspectPage, phone } from './console-page.ts';
import {
  choose,
  goOn,
  hold,
  openMachine,
  openPairedMachine,
  pairMachine,
  paper,
  paperAtRest,
  press,
  restaurant,
  shown,
  sign,
  till,
} from './machine-page.ts';

const FINGER_PX = 44;
const fixture = browserFixture();

const small = { ...phone, viewport: { width: 360, height: 640 } };
const narrow = { ...phone, viewport: { width: 320, height: 640 } };
const across = { ...phone, viewport: { width: 844, height: 390 } };
const sizes: Readonly<Record<string, BrowserContextOptions>> = {
  'desk, light': { ...desk, colorScheme: 'light' },
  'desk, dark': { ...desk, colorScheme: 'dark' },
  'phone, light': { ...phone, colorScheme: 'light' },
  'small phone, dark': { ...small, colorScheme: 'dark' },
  'narrow phone, light': { ...narrow, colorScheme: 'light' },
  'phone held across, light': { ...across, colorScheme: 'light' },
};

/** Controls that a finger would miss, lines and screens that are cut, pages wider than the phone. Of lists only tables may scroll. */
const UNFIT = `(() => {
  const seen = (one) => one.checkVisibility() && one.getBoundingClientRect().width > 0;
  const pressed = [...document.querySelectorAll('button, input:not([type=radio]), .seg > label')];
  const missed = pressed.filter(seen).map((one) => {
    const row = one.type === 'checkbox' ? one.parentElement : one;
    const { width, height } = row.getBoundingClientRect();
    return width < ${FINGER_PX} || height < ${FINGER_PX} ? one.outerHTML : '';
  });
  const shown = [...document.querySelectorAll('.mc-bar *, .mc-glass, .mc-glass *')].filter(seen);
  const isCut = (one) =>
    (one.clientWidth > 1 && one.scrollWidth > one.clientWidth) ||
    (one.matches('.mc-glass:not(:has(.mc-pairing)), .mc-scroll:not(:has([data-columns="3"]))') &&
      one.scrollHeight > one.clientHeight);
  const cut = shown.filter(isCut).map((one) => 'cut: ' + one.textContent);
  const wide = innerWidth > screen.width ? ['wide: ' + innerWidth] : [];
  return [...missed.filter(Boolean), ...cut, ...wide];
})()`;

/** Turns a switch of the drawer, which on a phone is opened for it. */
async function turn(page: Page, name: string | RegExp, on = true): Promise<void> {
  const opener = page.getByRole('button', { name: 'Trouble' });
  const isPhone = await opener.isVisible();
  if (isPhone) await opener.click();
  await page.getByLabel(name).setChecked(on, { force: true });
  if (isPhone) await press(page, 'Close the drawer');
}

for (const [name, options] of Object.entries(sizes)) {
  const lookAt = (page: Page) => async (what: string) => {
    await inspectPage(page, `machine-${what}-${name.replaceAll(/\W+/g, '-')}`);
    if (options.hasTouch) assert.deepEqual(await page.evaluate(UNFIT), [], what);
  };

  describe(`each screen of a card machine is fit to be seen: ${name}`, TEST_LIMIT, () => {
    test('each screen of a table that is paid in two parts has no overflow and no barrier', async (t) => {
      const machine = await openMachine(fixture, options);
      const { page, faults } = machine;
      const look = lookAt(page);
      const tear = async () => press(page, 'Tear off');
      await look('0-pairing');
      await pairMachine(machine);
      await look('1-idle');
      await hold(page, 'result', 'removeCard');
      const bills = await restaurant(t, fixture.testGateway);
      for (let table = 1; table <= 18; table += 1) bills.open(`Terrace ${table}`, 100);
      await press(page, 'Tables');
      await press(page, '7');
      await look('2-waiter');
      await press(page, 'Show the tables');
      await shown(page, 'Open tables');
      await look('3-tables');
      await press(page, '12A');
      await shown(page, 'Table 12A');
      await look('4-table');
      await press(page, 'Print the bill');
      await paper(page, 'Bill').waitFor();
      await paperAtRest(page);
      await look('5-bill');
      await tear();
      await press(page, 'Pay by card');
      await shown(page, 'How much by card?');
      await look('6-part');
      await choose(page, /1 of 2$/);
      await shown(page, 'Add a gratuity?');
      await look('7-gratuity');
      await choose(page, /10%$/);
      await shown(page, 'Present card');
      await look('8-present');
      await choose(page, /Insert card$/);
      await shown(page, 'Enter PIN');
      await press(page, '1');
      await press(page, '2');
      await look('9-pin');
      await press(page, 'No PIN, sign instead');
      await sign(page);
      await look('10-sign');
      await press(page, 'Done');
      await shown(page, 'Does the signature match?');
      const focused = await page.evaluate('document.activeElement.textContent');
      assert.notEqual(focused, 'It does not match', 'a key is not pressed by the one before it');
      await look('11-judge');
      await press(page, 'It matches');
      await shown(page, 'Approved');
      await look('12-approved');
      await goOn(page);
      await shown(page, 'Remove card');
      await look('13-remove');
      await press(page, 'Take the card out');
      await paper(page, 'Merchant copy').waitFor();
      await shown(page, 'Table 12A');
      await paperAtRest(page);
      await look('14-receipts');
      await tear();
      await press(page, 'Paid in cash or else');
      await choose(page, /all$/);
      await paper(page, 'Final receipt').waitFor();
      await tear();
      await shown(page, 'Corner Bar');
      assert.deepEqual(bills.locked, []);
      const booked = [...bills.booked.values()].map(({ payment }) => payment.amountPaid);
      assert.deepEqual(booked, [2410, 2410]);
      assert.deepEqual(faults, []);
    });

    test('each screen of sales with all outcomes has no overflow and no barrier', async (t) => {
      const { page, tid, faults } = await openPairedMachine(fixture, options);
      const look = lookAt(page);
      const bills = await restaurant(t, fixture.testGateway);
      bills.lock({ tid: 'another', tableId: '12A' });
      await press(page, 'Tables');
      await press(page, 'Enter');
      await press(page, '12A');
      await shown(page, 'Somebody else is at this table.');
      await look('20-locked');
      await press(page, 'Go on');
      await press(page, 'Back');
      await page.getByText('The table is left.').waitFor();

      await turn(page, 'Asks for a gratuity');
      await turn(page, 'Offers cashback');
      const judge = Promise.withResolvers<boolean>();
      const counter = await till(t, fixture.testGateway, () => judge.promise);
      await hold(page, 'result');
      const signed = counter.sale({ tid, currency: 'GBP', amount: 99_999_999 });
      await shown(page, 'Add a gratuity?');
      await look('21-gratuity');
      await choose(page, /None$/);
      await shown(page, 'Present card');
      await look('22-present');
      await choose(page, /choose another card$/);
      await shown(page, 'Which test card?');
      await look('22-cards');
      await press(page, 'Cancel');
      await shown(page, 'Present card');
      await choose(page, /Swipe card$/);
      await shown(page, 'Cashback?');
      await look('23-cashback');
      await choose(page, /£50\.00$/);
      await sign(page);
      await press(page, 'Done');
      await shown(page, 'The cashier looks at the signature');
      await look('24-judging');
      judge.resolve(false);
      await shown(page, 'Reversed');
      await look('25-void');
      await goOn(page);
      assert.equal((await signed).outcome, 'void');
      await press(page, 'Tear off');

      const order = { tid, currency: 'GBP', amount: 1250 } as const;
      await hold(page, 'connecting');
      const keyed = counter.sale({ ...order, cardholderNotPresent: true });
      await shown(page, 'Key in the card');
      await turn(page, 'Out of paper');
      for (const key of ['1', '2', '3']) await press(page, key);
      await look('26-keyed');
      await press(page, '4');
      await press(page, 'Enter');
      await page.getByText('Connecting to the bank').waitFor();
      await look('27-connecting');
      await goOn(page);
      await shown(page, 'Out of paper');
      await look('28-paper');
      await press(page, 'Put in a new roll');
      assert.equal((await keyed).outcome, 'approved');
      await press(page, 'Tear off');

      await turn(page, 'Silent');
      await hold(page, 'result');
      const unheard = counter.refund(order);
      await choose(page, /Tap card$/);
      await shown(page, 'Not done');
      await look('29-silent');
      await goOn(page);
      assert.equal((await unheard).outcome, 'unsuccessful');
      await counter.reportEndOfDay({ tid });
      await paper(page, 'End of day').waitFor();
      await paperAtRest(page);
      await look('30-end-of-day');
      await press(page, 'Tear off');

      await turn(page, 'Out of paper');
      await page.locator('.mc-glass').getByText('Out of paper').waitFor();
      await look('30-idle-without-paper');
      const limited = counter.preAuth({ ...order, amount: 10_001 });
      await page.getByText('The payment goes on when there is paper.').waitFor();
      await look('30-payment-without-paper');
      await press(page, 'Put in a new roll');
      await choose(page, /Tap card$/);
      await shown(page, 'Insert the card');
      await look('30-insert');
      await choose(page, /Insert card$/);
      await shown(page, 'Enter PIN');
      for (const key of ['1', '1', '1', '1', 'Enter']) await press(page, key);
      await shown(page, 'Wrong PIN');
      await look('30-wrong-pin');
      await press(page, 'Cancel');
      assert.equal((await limited).outcome, 'cancelled');

      await turn(page, 'Off the network');
      await page.getByText('Waiting for the gateway').waitFor();
      await look('31-off');
      await press(page, '2');
      await page.getByText('The last transaction took nothing.').waitFor();
      await look('31-off-last');
      await turn(page, 'Off the network', false);
      await page.getByText('Ready for the till').waitFor();
      if (options.hasTouch) {
        await press(page, 'Trouble');
        await look('32-drawer');
        await press(page, 'Close the drawer');
      }
      const other = await page.context().newPage();
      await other.goto(page.url());
      await shown(page, 'Open somewhere else');
      await look('33-stopped');
      assert.deepEqual(faults, []);
    });
  });
}

test('the text of a screen is read out, as it changes in a live region', async (t) => {
  const { page, tid } = await openPairedMachine(fixture);
  const says = await page.locator('.mc-says').elementHandle();
  const sale = (await till(t, fixture.testGateway)).sale({ tid, currency: 'GBP', amount: 1250 });
  await shown(page, 'Present card');
  await page.getByRole('button', { name: 'Insert card', exact: true }).press('Enter');
  for (const title of ['Enter PIN', 'Cancelled']) {
    await page.getByText(title).first().waitFor();
    assert.equal(
      await says?.evaluate((one) => (one as unknown as { isConnected: boolean }).isConnected),
      true,
      title,
    );
    await press(page, 'Cancel');
  }
  assert.equal((await sale).outcome, 'cancelled');
});
