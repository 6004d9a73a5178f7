// The card machine to hold, in a real browser: paired by code, it takes payments from a till made with the
// kit, over a line that drops too.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { browserFixture } from './browser-fixture.ts';
import { TEST_LIMIT } from './chromium.ts';
import {
  choose,
  goOn,
  hold,
  openMachine,
  openPairedMachine,
  paper,
  pin,
  press,
  restaurant,
  shown,
  sign,
  till,
} from './machine-page.ts';

const fixture = browserFixture();

describe('a card machine that is held in the hand', TEST_LIMIT, () => {
  test('a machine takes a card and its PIN, and both sides print the same receipt', async (t) => {
    const { page, tid, faults } = await openPairedMachine(fixture);
    const counter = await till(t, fixture.testGateway);
    await hold(page, 'result', 'removeCard');
    const sale = counter.sale({ tid, currency: 'GBP', amount: 1250 });
    await shown(page, 'Present card');
    await choose(page, /Insert card$/);
    await pin(page);
    await shown(page, 'Approved');
    await goOn(page);
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

  test('a machine is operated by keyboard alone, and the bank declines', async (t) => {
    const { page, tid, faults } = await openPairedMachine(fixture);
    await hold(page, 'result', 'removeCard');
    await page.getByRole('radio', { name: 'Declines' }).check({ force: true });
    const sale = (await till(t, fixture.testGateway)).sale({ tid, currency: 'GBP', amount: 999 });
    await shown(page, 'Present card');
    await page.keyboard.press('3');
    await shown(page, 'Enter PIN');
    await page.keyboard.type('1234');
    await page.keyboard.press('Enter');
    await shown(page, 'Declined');
    await page.keyboard.press('Enter');
    await shown(page, 'Remove card');
    await page.keyboard.press('Enter');
    assert.equal((await sale).outcome, 'declined');
    await paper(page, 'Customer copy').waitFor();
    assert.deepEqual(faults, []);
  });

  test('the cashier judges the signature on the glass [C-4.35]', async (t) => {
    const { page, tid, faults } = await openPairedMachine(fixture);
    for (const accepted of [true, false]) {
      const judge = Promise.withResolvers<boolean>();
      const counter = await till(t, fixture.testGateway, () => judge.promise);
      const sale = counter.sale({ tid, currency: 'GBP', amount: 2000 });
      await choose(page, /Swipe card$/);
      if (accepted) await sign(page);
      else await page.getByRole('textbox', { name: 'Or type the name' }).fill('Ada Byron');
      await press(page, 'Done');
      await shown(page, 'The cashier looks at the signature');
      await paper(page, 'Merchant copy, to judge').waitFor();
      const judged = await paper(page, 'Merchant copy, to judge').textContent();
      judge.resolve(accepted);
      const outcome = await sale;
      assert.ok(outcome.outcome === (accepted ? 'approved' : 'void'));
      assert.ok(judged?.includes(outcome.payment.authCode), 'the bank is asked once');
      await shown(page, 'Corner Bar');
      counter.close();
    }
    assert.deepEqual(faults, []);
  });

  test('either side cancels before the bank is asked', async (t) => {
    const { page, tid } = await openPairedMachine(fixture);
    const counter = await till(t, fixture.testGateway);
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

  test('a machine that leaves the network during a sale and comes back has one outcome', async (t) => {
    const { page, tid } = await openPairedMachine(fixture);
    const counter = await till(t, fixture.testGateway);
    const sale = counter.sale({ tid, currency: 'GBP', amount: 1999 });
    await shown(page, 'Present card');
    await page.getByLabel('Off the network').check();
    await page.getByText('Off the network', { exact: true }).first().waitFor();
    await hold(page, 'result');
    await choose(page, /Tap card$/);
    await shown(page, 'Approved');
    await goOn(page);
    await paper(page, 'Customer copy').waitFor();
    await page.getByLabel('Off the network').uncheck();
    const outcome = await sale;
    assert.equal(outcome.outcome, 'approved');
    const report = await counter.reportXBalance({ tid });
    assert.equal('totalSalesCount' in report.balances && report.balances.totalSalesCount, 1);
  });

  test('a machine that is switched off during a sale has taken nothing, and says so when it is back', async (t) => {
    const { page, tid } = await openPairedMachine(fixture);
    const sale = (await till(t, fixture.testGateway)).sale({ tid, currency: 'GBP', amount: 1999 });
    await shown(page, 'Present card');
    await page.reload();
    assert.equal((await sale).outcome, 'unsuccessful');
    await page.getByText('Ready for the till').waitFor();
  });

  test('C-13.20 a bill of the till cannot turn the direction of its text on the paper', async (t) => {
    const { page } = await openPairedMachine(fixture);
    await restaurant(t, fixture.testGateway, '2\u202eDinner\u0085\u2066 48.20');
    await press(page, 'Tables');
    await press(page, '7');
    await press(page, 'Show the tables');
    await press(page, '12A');
    await press(page, 'Print the bill');
    const printed = (await paper(page, 'Bill').textContent()) ?? '';
    assert.ok(printed.endsWith('2 Dinner   48.20'), JSON.stringify(printed));
    await press(page, 'Leave the table');
  });

  test('a second window takes over, and the first says so', async () => {
    const { page } = await openPairedMachine(fixture);
    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.getByText('Ready for the till').waitFor();
    await shown(page, 'Open somewhere else');
    await press(page, 'Use it here');
    await page.getByText('Ready for the till').waitFor();
  });

  test('a wrong pairing code is refused in words', async () => {
    const machine = await openMachine(fixture);
    const { page } = machine;
    await page.getByLabel('Pairing code').fill('AAAA2222');
    await press(page, 'Pair');
    await page.getByText('Site, TID or code is wrong').waitFor();
  });
});
