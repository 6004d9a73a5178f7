// The test cards of the card machine page: right and wrong PINs, the contactless limit, cards that are refused; and the
// keys of the keypad by mouse, touch and keyboard.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SignatureQuestion, Transaction } from '@tillgate/client';
import type { Page } from 'playwright-core';
import { browserFixture } from './browser-fixture.ts';
import { TEST_LIMIT } from './chromium.ts';
import { desk, phone } from './console-page.ts';
import type { MachinePage } from './machine-page.ts';
import {
  choose,
  hold,
  openPairedMachine,
  pin,
  press,
  restaurant,
  shown,
  till,
} from './machine-page.ts';

const fixture = browserFixture();

const counter = (
  t: Parameters<typeof till>[0],
  onSignature?: (asked: SignatureQuestion) => Promise<boolean>,
) => till(t, fixture.testGateway, onSignature);

async function progressOf(sale: Transaction): Promise<readonly string[]> {
  const seen: string[] = [];
  for await (const value of sale.progress) seen.push(value);
  return seen;
}

async function chooseCard(page: Page, label: RegExp): Promise<void> {
  await choose(page, /choose another card$/);
  await shown(page, 'Which test card?');
  await choose(page, label);
  await shown(page, 'Present card');
}

async function typePin(page: Page, digits: string): Promise<void> {
  for (const key of [...digits, 'Enter']) await press(page, key);
}

for (const [name, options] of Object.entries({ desk, phone })) {
  describe(`the test cards of a card machine page: ${name}`, TEST_LIMIT, () => {
    test('a wrong PIN is tried again, the third ends the payment, and the next one begins anew', async (t) => {
      const { page, tid, faults } = await openPairedMachine(fixture, options);
      await hold(page, 'result', 'removeCard');
      const cashier = await counter(t);
      const order = { tid, currency: 'GBP', amount: 1250 } as const;
      const sale = cashier.sale(order);
      await choose(page, /Insert card$/);
      await shown(page, 'Enter PIN');
      await typePin(page, '1235');
      await shown(page, 'Wrong PIN');
      await page.getByText('2 tries left').waitFor();
      await typePin(page, '4321');
      await page.getByText('Last try').waitFor();
      await typePin(page, '0000');
      await shown(page, 'Declined');
      await page.getByText('3 wrong PINs. No money was taken').waitFor();
      await press(page, 'Enter');
      await press(page, 'Take the card out');
      const seen = await progressOf(sale);
      assert.equal(seen.filter((value) => value === 'PIN_ENTRY').length, 3);
      assert.deepEqual(seen.slice(-3), ['DECLINED_BY_CARD', 'REMOVE_CARD', 'TRANSACTION_FINISHED']);
      const outcome = await sale;
      assert.ok(outcome.outcome === 'declined');
      assert.equal(outcome.payment.cardholderVerificationMethod, 'NONE');
      if (options === phone) await press(page, 'Tear off');

      const next = cashier.sale(order);
      await choose(page, /Insert card$/);
      await shown(page, 'Enter PIN');
      await typePin(page, '9999');
      await page.getByText('2 tries left').waitFor();
      await typePin(page, '1234');
      await shown(page, 'Approved');
      await press(page, 'Enter');
      await press(page, 'Enter');
      const approved = await next;
      assert.ok(approved.outcome === 'approved');
      assert.equal(approved.payment.cardholderVerificationMethod, 'PIN');
      assert.deepEqual(faults, []);
    });

    test('a card that is tapped above the contactless limit must be inserted', async (t) => {
      const { page, tid, faults } = await openPairedMachine(fixture, options);
      const sale = (await counter(t)).sale({ tid, currency: 'GBP', amount: 10_001 });
      await choose(page, /Tap card$/);
      await shown(page, 'Insert the card');
      await page.getByText('Above the contactless limit of £100.00').waitFor();
      await choose(page, /Insert card$/);
      await pin(page);
      const seen = await progressOf(sale);
      assert.deepEqual(seen.slice(1, 6), [
        ...['PRESENT_CARD', 'PLEASE_WAIT', 'INSERT_CARD', 'PLEASE_WAIT', 'PIN_ENTRY'],
      ]);
      const outcome = await sale;
      assert.ok(outcome.outcome === 'approved');
      assert.equal(outcome.payment.paymentMethod, 'ICC_CHIP');
      assert.deepEqual(faults, []);
    });

    test('each test card says what it does, and does it', async (t) => {
      const { page, tid, faults } = await openPairedMachine(fixture, options);
      const cashier = await counter(t, () => Promise.resolve(true));
      const pay = async (card: RegExp, act: () => Promise<void>) => {
        const tray = page.getByRole('button', { name: 'Tear off' });
        if (await tray.isVisible()) await tray.click();
        const sale = cashier.sale({ tid, currency: 'GBP', amount: 500 });
        await shown(page, 'Present card');
        await chooseCard(page, card);
        await act();
        const outcome = await sale;
        const read = 'payment' in outcome ? outcome.payment.primaryAccountNumber.slice(-4) : '';
        return [outcome.outcome, read];
      };
      const credit = async () => {
        await choose(page, /Tap card$/);
        await page.getByText('This card is not contactless').waitFor();
        await press(page, 'Enter');
        await pin(page);
      };
      assert.deepEqual(await pay(/^Chip and PIN credit/, credit), ['approved', '4821']);
      const signed = async () => {
        await press(page, 'Enter');
        await shown(page, 'Please sign');
        await page.getByRole('textbox', { name: 'Or type the name' }).fill('Ada Byron');
        await page.keyboard.press('Enter');
      };
      assert.deepEqual(await pay(/^Signature card/, signed), ['approved', '1742']);
      const enter = () => press(page, 'Enter');
      assert.deepEqual(await pay(/^Declined card/, enter), ['declined', '0002']);
      assert.deepEqual(await pay(/^Expired card.*Refused as out of date/, enter), [
        'declined',
        '0069',
      ]);
      const debit = await pay(/^Contactless debit.*up to £100\.00/, enter);
      assert.deepEqual(debit, ['approved', '3307']);
      assert.deepEqual(faults, []);
    });
  });
}

/** Each way to press a key of the machine. */
const ways: Readonly<Record<string, (page: Page, key: string) => Promise<void>>> = {
  mouse: (page, key) => press(page, key),
  touch: (page, key) => page.getByRole('button', { name: key, exact: true }).tap(),
  keyboard: (page, key) => page.keyboard.press(key),
};

describe('the keypad of a card machine page', TEST_LIMIT, () => {
  for (const [way, key] of Object.entries(ways)) {
    test(`the digits choose, and Enter does what the coloured button does: ${way}`, async (t) => {
      const machine = await openPairedMachine(fixture, way === 'touch' ? phone : desk);
      const { page, tid, faults } = machine;
      const tear = async () => {
        if (way === 'touch') await page.getByRole('button', { name: 'Tear off' }).tap();
      };
      await hold(page, 'result', 'removeCard');
      const bills = await restaurant(t, fixture.testGateway);
      await key(page, '2');
      await page.getByText('Nothing has been taken yet.').waitFor();
      await key(page, 'Enter');
      await page.getByText('Ready for the till').waitFor();
      await key(page, '1');
      await shown(page, 'Waiter number');
      await key(page, 'Enter');
      await shown(page, 'Open tables');
      await key(page, '1');
      await key(page, 'Enter');
      await shown(page, 'Table 12A');
      await key(page, '3');
      await page.getByRole('figure', { name: 'Receipt: Bill' }).waitFor();
      await tear();
      await key(page, 'Enter');
      await shown(page, 'How much by card?');
      await key(page, 'Enter');
      await shown(page, 'Add a gratuity?');
      await key(page, 'Enter');
      await payByChip(machine, key);
      await tear();
      await shown(page, 'Corner Bar');
      assert.deepEqual(bills.locked, []);

      const sale = (await counter(t)).sale({ tid, currency: 'GBP', amount: 100 });
      await shown(page, 'Present card');
      await key(page, '6');
      await shown(page, 'Which test card?');
      await key(page, '3');
      await shown(page, 'Present card');
      await key(page, 'Enter');
      await shown(page, 'Please sign');
      await key(page, 'Enter');
      await shown(page, 'Please sign');
      await page.getByRole('button', { name: 'Cancel', exact: true }).click();
      await shown(page, 'Reversed');
      await key(page, 'Enter');
      await shown(page, 'Remove card');
      await key(page, 'Enter');
      assert.equal((await sale).outcome, 'void');
      assert.deepEqual(faults, []);
    });
  }

  test('the keyboard works whatever was pressed with the mouse before', async (t) => {
    const { page, tid } = await openPairedMachine(fixture);
    await page.getByRole('radio', { name: 'Approves' }).check({ force: true });
    await page.getByLabel('Slow line to the bank').check();
    const sale = (await counter(t)).sale({ tid, currency: 'GBP', amount: 100 });
    await shown(page, 'Present card');
    await page.keyboard.press('3');
    await shown(page, 'Enter PIN');
    for (const digit of ['1', '2', '3', '4']) await press(page, digit);
    await page.keyboard.press('Enter');
    await page.getByText('Connecting to the bank').waitFor();
    await page.getByLabel('Slow line to the bank').uncheck();
    assert.equal((await sale).outcome, 'approved');
  });

  test('a button that is reached by the keyboard is pressed by Enter', async (t) => {
    const { page, tid } = await openPairedMachine(fixture);
    const sale = (await counter(t)).sale({ tid, currency: 'GBP', amount: 100 });
    await shown(page, 'Present card');
    await page.getByRole('button', { name: 'Cancel', exact: true }).press('Enter');
    assert.equal((await sale).outcome, 'cancelled');
  });
});

async function payByChip(
  { page }: MachinePage,
  key: (page: Page, key: string) => Promise<void>,
): Promise<void> {
  await shown(page, 'Present card');
  await key(page, '3');
  await shown(page, 'Enter PIN');
  for (const digit of ['1', '2', '3', '4', 'Enter']) await key(page, digit);
  await shown(page, 'Approved');
  await key(page, 'Enter');
  await shown(page, 'Remove card');
  await key(page, 'Enter');
}
