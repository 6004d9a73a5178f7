// The card machine to hold, in a real browser: paired by code, it takes payments from a till made with the
// kit, at the counter and at a table, over a line that drops too.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { after, before, describe, test } from 'node:test';
import type { SignatureQuestion } from '@tillgate/client';
import { connect } from '@tillgate/client';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import type { TestGateway } from 'tillgate/testing';
import { startTestGateway } from 'tillgate/testing';
import { eventually } from '../support/scenario-patience.ts';
import { openBrowser } from './chromium.ts';
import { buildConsole, desk, inspect, phone, pictures } from './console-page.ts';
import type { Held } from './held-machine.ts';
import {
  choose,
  held,
  LIMIT_MS,
  pair,
  paper,
  pin,
  press,
  restaurant,
  shown,
  sign,
} from './held-machine.ts';

const LIMIT = { timeout: 90_000 };
const sizes = { desk, phone };

let shop: TestGateway;
let browser: Browser;
before(async () => {
  buildConsole();
  shop = await startTestGateway();
  browser = await openBrowser();
  console.log(`pictures: ${pictures()}`);
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

async function paired(t: TestContext, options?: BrowserContextOptions): Promise<Held> {
  const machine = await held(t, { shop, browser }, options);
  await pair(machine);
  return machine;
}

async function till(t: TestContext, onSignature?: (asked: SignatureQuestion) => Promise<boolean>) {
  const made = await connect({ uri: shop.uri(), ...(onSignature && { onSignature }) });
  t.after(() => made.close());
  return made;
}

/** The paper has slid out. */
const still = (page: Held['page']) =>
  eventually(
    LIMIT_MS,
    'the paper to lie still',
    async () => (await page.evaluate('document.getAnimations().length === 0')) || undefined,
  );

describe('a card machine that is held in the hand', LIMIT, () => {
  test('inserts a card, takes the PIN, and both sides print the same receipt', async (t) => {
    const { page, tid, faults } = await paired(t);
    const counter = await till(t);
    const sale = counter.sale({ tid, currency: 'GBP', amount: 1250 });
    await shown(page, 'Present card');
    await choose(page, /Insert card$/);
    await pin(page);
    await shown(page, 'Approved');
    await press(page, 'Take the card out');
    const outcome = await sale;
    assert.ok(outcome.outcome === 'approved');
    const { payment } = outcome;
    assert.deepEqual(
      [payment.amountTotal, payment.paymentMethod, payment.cardholderVerificationMethod],
      [1250, 'ICC_CHIP', 'PIN'],
    );
    const printed = (await paper(page, 'Customer copy').textContent()) ?? '';
    assert.match(printed, /TOTAL {11}GBP12\.50/);
    assert.match(printed, new RegExp(payment.authCode));
    const lines = payment.receiptLines.CUSTOMER?.map(({ value }) => value.trimEnd()).join('') ?? '';
    assert.ok(printed.endsWith(lines));
    const report = await counter.reportXBalance({ tid });
    assert.equal('totalAmount' in report.balances && report.balances.totalAmount, 1250);
    await paper(page, 'X balance').waitFor();
    assert.deepEqual(faults, []);
  });

  test('is worked by keyboard alone; the bank declines', async (t) => {
    const { page, tid, faults } = await paired(t);
    await page.getByRole('radio', { name: 'Declines' }).check({ force: true });
    const sale = (await till(t)).sale({ tid, currency: 'GBP', amount: 999 });
    await shown(page, 'Present card');
    await page.locator('h1').click();
    await page.keyboard.press('3');
    await shown(page, 'Enter PIN');
    await page.keyboard.type('4711');
    await page.keyboard.press('Enter');
    await shown(page, 'Declined');
    await shown(page, 'Remove card');
    await page.keyboard.press('Enter');
    assert.equal((await sale).outcome, 'declined');
    await paper(page, 'Customer copy').waitFor();
    assert.deepEqual(faults, []);
  });

  test('C-4.35: the cashier judges the signature on the glass', async (t) => {
    const { page, tid, faults } = await paired(t);
    for (const accepted of [true, false]) {
      const judge = Promise.withResolvers<boolean>();
      const counter = await till(t, () => judge.promise);
      const sale = counter.sale({ tid, currency: 'GBP', amount: 2000 });
      await choose(page, /Swipe card$/);
      if (accepted) await sign(page);
      else await page.getByRole('textbox', { name: 'Or type the name' }).fill('Ada Byron');
      await press(page, 'Done');
      await shown(page, 'The cashier looks at the signature');
      await paper(page, 'Merchant copy, to judge').waitFor();
      if (accepted) await inspect(page, 'machine-judging');
      judge.resolve(accepted);
      assert.equal((await sale).outcome, accepted ? 'approved' : 'void');
      await shown(page, 'Corner Bar');
      counter.close();
    }
    assert.deepEqual(faults, []);
  });

  test('either side gives up before the bank is asked', async (t) => {
    const { page, tid } = await paired(t);
    const counter = await till(t);
    const first = counter.sale({ tid, currency: 'GBP', amount: 500 });
    await shown(page, 'Present card');
    await press(page, 'Cancel');
    assert.equal((await first).outcome, 'cancelled');
    const second = counter.sale({ tid, currency: 'GBP', amount: 500 });
    await shown(page, 'Present card');
    await second.cancel();
    assert.equal((await second).outcome, 'cancelled');
    await page.getByText('Cancelled. No money was taken.').waitFor();
  });

  test('drops off the network in mid-sale and comes back: one outcome', async (t) => {
    const { page, tid } = await paired(t);
    const counter = await till(t);
    const sale = counter.sale({ tid, currency: 'GBP', amount: 1999 });
    await shown(page, 'Present card');
    await page.getByLabel('Off the network').check();
    await page.getByText('Off the network', { exact: true }).first().waitFor();
    await choose(page, /Tap card$/);
    await shown(page, 'Approved');
    await paper(page, 'Customer copy').waitFor();
    await page.getByLabel('Off the network').uncheck();
    const outcome = await sale;
    assert.equal(outcome.outcome, 'approved');
    const report = await counter.reportXBalance({ tid });
    assert.equal('totalSalesCount' in report.balances && report.balances.totalSalesCount, 1);
  });

  test('switched off in mid-sale it has taken nothing, and says so when it is back', async (t) => {
    const { page, tid } = await paired(t);
    const sale = (await till(t)).sale({ tid, currency: 'GBP', amount: 1999 });
    await shown(page, 'Present card');
    await page.reload();
    assert.equal((await sale).outcome, 'unsuccessful');
    await page.getByText('Ready for the till').waitFor();
  });

  test('a second window takes over, and the first says so', async (t) => {
    const { page } = await paired(t);
    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.getByText('Ready for the till').waitFor();
    await shown(page, 'Open somewhere else');
    await press(page, 'Use it here');
    await page.getByText('Ready for the till').waitFor();
  });

  test('a wrong code is refused in words', async (t) => {
    const machine = await held(t, { shop, browser });
    const { page } = machine;
    await page.getByLabel('TID').fill(machine.tid);
    await page.getByLabel('Pairing code').fill('AAAA2222');
    await press(page, 'Pair');
    await page.getByText('Site, TID or code is wrong').waitFor();
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [name, size] of Object.entries(sizes)) {
    test(
      `a table is paid in two parts, and each screen is fit to be seen: ${name}, ${colorScheme}`,
      LIMIT,
      async (t) => {
        const machine = await held(t, { shop, browser }, { ...size, colorScheme });
        const { page, faults } = machine;
        const look = (what: string) => inspect(page, `machine-${what}-${name}-${colorScheme}`);
        const tear = async () => press(page, 'Tear off');
        await look('0-pairing');
        await pair(machine);
        await look('1-idle');
        const bills = await restaurant(t, shop);
        await press(page, 'Tables');
        await press(page, '7');
        await press(page, 'Show the tables');
        await shown(page, 'Open tables');
        await look('2-tables');
        await press(page, '12A');
        await shown(page, 'Table 12A');
        await look('3-table');
        await press(page, 'Print the bill');
        await paper(page, 'Bill').waitFor();
        await still(page);
        await look('4-bill');
        await tear();
        await press(page, 'Pay by card');
        await shown(page, 'How much by card?');
        await look('5-part');
        await choose(page, /1 of 2$/);
        await shown(page, 'Add a gratuity?');
        await look('6-gratuity');
        await choose(page, /10%$/);
        await shown(page, 'Present card');
        await look('7-present');
        await choose(page, /Insert card$/);
        await shown(page, 'Enter PIN');
        await press(page, '1');
        await press(page, '2');
        await look('8-pin');
        await press(page, 'No PIN, sign instead');
        await sign(page);
        await look('9-sign');
        await press(page, 'Done');
        await shown(page, 'Does the signature match?');
        await look('10-judge');
        await press(page, 'It matches');
        await shown(page, 'Approved');
        await look('11-approved');
        await press(page, 'Take the card out');
        await paper(page, 'Merchant copy').waitFor();
        await shown(page, 'Table 12A');
        await still(page);
        await look('12-receipts');
        await tear();
        await press(page, 'Paid in cash or else');
        await choose(page, /all$/);
        await paper(page, 'Final receipt').waitFor();
        await tear();
        await shown(page, 'Corner Bar');
        assert.deepEqual(bills.list(), []);
        assert.deepEqual(bills.locked, []);
        const booked = [...bills.booked.values()].map(({ payment }) => payment.amountPaid);
        assert.deepEqual(booked, [2410, 2410]);
        if (name === 'phone') {
          await press(page, 'Trouble');
          await look('13-drawer');
        }
        assert.deepEqual(faults, []);
      },
    );
  }
}
