// The card machine to hold when something goes wrong, or goes another way than usual: paper, bank, line,
// memory, key, a second of its kind; and what else it can do at the counter.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { commandLine } from '../../packages/server/src/application/admin/actor.ts';
import { revokeTerminal } from '../../packages/server/src/application/admin/linked-terminals.ts';
import { SITE } from '../support/terminal/link-gateway.ts';
import { browserFixture } from './browser-fixture.ts';
import { TEST_LIMIT } from './chromium.ts';
import type { MachinePage } from './machine-page.ts';
import {
  choose,
  goOn,
  hold,
  openMachine,
  openPairedMachine,
  pairMachine,
  paper,
  pin,
  press,
  shown,
  till,
} from './machine-page.ts';

const fixture = browserFixture();

const ready = (page: Page) => page.getByText('Ready for the till').waitFor();
const waiting = (page: Page) => page.getByText('Waiting for the gateway').waitFor();
const linked = (page: Page) => page.getByRole('status').filter({ hasText: 'Connected' }).waitFor();
const turn = (page: Page, name: string, on = true) => page.getByLabel(name).setChecked(on);
const words = async (page: Page, title: string) => (await paper(page, title).textContent()) ?? '';

async function revoke({ testGateway, tid }: MachinePage): Promise<void> {
  const admin = { store: testGateway.store, clock: { now: () => Date.now() } };
  await revokeTerminal(admin as never, commandLine, { site: SITE, tid });
}

describe('a card machine in trouble', TEST_LIMIT, () => {
  test('a machine that runs out of paper during a sale prints the receipts on a new roll', async (t) => {
    const { page, tid, faults } = await openPairedMachine(fixture);
    const sale = (await till(t, fixture.testGateway)).sale({ tid, currency: 'GBP', amount: 1250 });
    await shown(page, 'Present card');
    await turn(page, 'Out of paper');
    await choose(page, /Tap card$/);
    await shown(page, 'Out of paper');
    assert.equal(await paper(page, 'Customer copy').count(), 0);
    await press(page, 'Put in a new roll');
    assert.match(await words(page, 'Customer copy'), /TOTAL {11}GBP12\.50/);
    const seen: string[] = [];
    for await (const value of sale.progress) seen.push(value);
    assert.deepEqual(seen.slice(-3), ['APPROVED', 'REPLACE_PAPER', 'TRANSACTION_FINISHED']);
    assert.equal((await sale).outcome, 'approved');
    assert.equal(await page.getByLabel('Out of paper').isChecked(), false);
    assert.deepEqual(faults, []);
  });

  test('a sale at a machine without paper says so to the till, and goes on with a new roll', async (t) => {
    const { page, tid, faults } = await openPairedMachine(fixture);
    const counter = await till(t, fixture.testGateway);
    const cancelled = counter.sale({ tid, currency: 'GBP', amount: 100 });
    await shown(page, 'Present card');
    await press(page, 'Cancel');
    assert.equal((await cancelled).outcome, 'cancelled');
    await page.getByText('Cancelled. No money was taken.').waitFor();
    await turn(page, 'Out of paper');
    await page.locator('.mc-glass').getByText('Out of paper').waitFor();
    assert.equal(await page.getByText('Cancelled. No money was taken.').count(), 0);
    assert.equal((await counter.reportXBalance({ tid })).reportResult, 'TIMED_OUT');
    const sale = counter.sale({ tid, currency: 'GBP', amount: 100 });
    await page.getByText('The payment goes on when there is paper.').waitFor();
    await press(page, 'Enter');
    await choose(page, /Tap card$/);
    const seen: string[] = [];
    for await (const value of sale.progress) seen.push(value);
    assert.deepEqual(seen.slice(0, 3), ['TRANSACTION_STARTED', 'REPLACE_PAPER', 'PRESENT_CARD']);
    assert.equal((await sale).outcome, 'approved');
    await ready(page);
    assert.deepEqual(faults, []);
  });

  test('a sale at a machine without paper is cancelled by the till', async (t) => {
    const { page, tid } = await openPairedMachine(fixture);
    await turn(page, 'Out of paper');
    const sale = (await till(t, fixture.testGateway)).sale({ tid, currency: 'GBP', amount: 100 });
    await page.getByText('The payment goes on when there is paper.').waitFor();
    await sale.cancel();
    assert.equal((await sale).outcome, 'cancelled');
    await turn(page, 'Out of paper', false);
    await page.getByText('Cancelled. No money was taken.').waitFor();
    await press(page, 'Enter');
    await ready(page);
  });

  test('a machine that left the network after a cancelled sale waits for the gateway, and is ready when it is back', async (t) => {
    const { page, tid } = await openPairedMachine(fixture);
    const sale = (await till(t, fixture.testGateway)).sale({ tid, currency: 'GBP', amount: 100 });
    await shown(page, 'Present card');
    await press(page, 'Cancel');
    assert.equal((await sale).outcome, 'cancelled');
    const cancelled = page.getByText('Cancelled. No money was taken.');
    await cancelled.waitFor();
    await turn(page, 'Off the network');
    await waiting(page);
    assert.equal(await cancelled.count(), 0);
    await turn(page, 'Off the network', false);
    await ready(page);
    assert.equal(await cancelled.count(), 0);
  });

  test('a sale that is cancelled off the network ends for the till when the machine is back, and the machine is ready', async (t) => {
    const { page, tid } = await openPairedMachine(fixture);
    const sale = (await till(t, fixture.testGateway)).sale({ tid, currency: 'GBP', amount: 100 });
    await shown(page, 'Present card');
    await turn(page, 'Off the network');
    await press(page, 'Cancel');
    await page.getByText('Cancelled. No money was taken.').waitFor();
    await waiting(page);
    await turn(page, 'Off the network', false);
    assert.equal((await sale).outcome, 'cancelled');
    await ready(page);
  });

  test('each key of an idle machine does its work off the network, or says what it waits for', async () => {
    const { page, faults } = await openPairedMachine(fixture);
    await turn(page, 'Off the network');
    await waiting(page);
    await press(page, '2');
    await page.getByText('Nothing has been taken yet.').waitFor();
    await waiting(page);
    await press(page, '3');
    await paper(page, 'Totals').waitFor();
    assert.equal(await page.getByText('Nothing has been taken yet.').count(), 0);
    await press(page, '1');
    await press(page, 'Enter');
    await shown(page, 'The gateway is out of reach. Try again.');
    await press(page, 'Enter');
    await waiting(page);
    await press(page, '2');
    await turn(page, 'Off the network', false);
    await ready(page);
    assert.deepEqual(faults, []);
  });

  test('a machine on a slow network waits for the bank, and cannot be cancelled meanwhile', async (t) => {
    const { page, tid } = await openPairedMachine(fixture);
    await turn(page, 'Slow line to the bank');
    await hold(page, 'connecting', 'result');
    const sale = (await till(t, fixture.testGateway)).sale({ tid, currency: 'GBP', amount: 1250 });
    await choose(page, /Tap card$/);
    await page.getByText('Connecting to the bank').waitFor();
    await press(page, 'Cancel');
    await sale.cancel();
    await page.getByText('Connecting to the bank').waitFor();
    await goOn(page);
    await shown(page, 'Approved');
    await goOn(page);
    const seen: string[] = [];
    for await (const value of sale.progress) seen.push(value);
    assert.ok(seen.includes('UNABLE_TO_CANCEL'), String(seen));
    assert.equal((await sale).outcome, 'approved');
  });

  test('a machine without an answer of the bank takes no money and prints no receipt', async (t) => {
    const { page, tid } = await openPairedMachine(fixture);
    await page.getByRole('radio', { name: 'Silent' }).check({ force: true });
    await hold(page, 'result');
    const sale = (await till(t, fixture.testGateway)).sale({ tid, currency: 'GBP', amount: 1250 });
    await choose(page, /Tap card$/);
    await shown(page, 'Not done');
    await goOn(page);
    const outcome = await sale;
    assert.ok(outcome.outcome === 'unsuccessful');
    assert.deepEqual(outcome.payment.receiptLines, {});
    await press(page, 'Last transaction');
    await page.getByText('The last transaction took nothing.').waitFor();
  });

  test('a machine that lost its memory during an order leaves the outcome unknown [C-13.11] [C-4.45]', async (t) => {
    const { page, tid } = await openPairedMachine(fixture);
    const counter = await till(t, fixture.testGateway);
    const sale = counter.sale({ tid, currency: 'GBP', amount: 1250 });
    await shown(page, 'Present card');
    const asked = page.getByRole('dialog', { name: `Lose the memory of ${tid}?` });
    await press(page, 'Lose its memory');
    await asked.getByRole('button', { name: 'Keep it' }).click();
    await asked.waitFor({ state: 'hidden' });
    await shown(page, 'Present card');
    await press(page, 'Lose its memory');
    await asked.getByRole('button', { name: 'Lose it' }).click();
    const outcome = await sale;
    assert.equal(outcome.outcome === 'unknown' && outcome.reason, 'timedOut');
    await ready(page);
    const next = counter.sale({ tid, currency: 'GBP', amount: 100 });
    await choose(page, /Tap card$/);
    assert.equal((await next).outcome, 'approved');
  });

  test('a machine whose key is revoked says so and can be paired again, during a sale too [C-13.3]', async (t) => {
    const machine = await openPairedMachine(fixture);
    const { page, tid } = machine;
    const counter = await till(t, fixture.testGateway);
    for (const selling of [false, true]) {
      const sale = selling && counter.sale({ tid, currency: 'GBP', amount: 1250 });
      if (sale) await shown(page, 'Present card');
      await revoke(machine);
      await page.getByText('The key of this machine was revoked.').waitFor();
      await shown(page, 'Pair this machine');
      assert.equal(await page.getByLabel('TID').inputValue(), tid);
      await pairMachine(machine);
      if (sale) assert.equal((await sale).outcome, 'unknown');
    }
    const next = counter.sale({ tid, currency: 'GBP', amount: 100 });
    await choose(page, /Tap card$/);
    assert.equal((await next).outcome, 'approved');
    await page.reload();
    await ready(page);
    assert.equal(await page.getByText('The key of this machine was revoked.').count(), 0);
  });

  test('a machine that was off the network for long links at once when it is back [C-11.22]', async () => {
    const machine = await openMachine(fixture);
    const { page } = machine;
    await page.evaluate('Math.random = () => 0.5');
    await page.clock.install();
    await pairMachine(machine);
    await turn(page, 'Off the network');
    // Six tries of 15 s with their pauses take 98 s; the next pause is one of 22 s.
    await page.clock.runFor(105_000);
    await turn(page, 'Off the network', false);
    await linked(page);
  });

  test('a machine is unpaired only after a second confirmation', async () => {
    const { page, tid, faults } = await openPairedMachine(fixture);
    const asked = page.getByRole('dialog', { name: `Unpair ${tid}?` });
    await press(page, 'Unpair');
    await asked.waitFor();
    await page.keyboard.press('Escape');
    await asked.waitFor({ state: 'hidden' });
    await ready(page);
    await press(page, 'Unpair');
    await asked.getByRole('button', { name: 'Unpair it' }).click();
    await shown(page, 'Pair this machine');
    assert.deepEqual(faults, []);
  });
});

describe('two of one card machine', TEST_LIMIT, () => {
  test('a newer page of one machine takes over, the older says so and does not reconnect [C-13.15]', async (t) => {
    const { page, tid } = await openPairedMachine(fixture);
    const counter = await till(t, fixture.testGateway);
    const sale = counter.sale({ tid, currency: 'GBP', amount: 1250 });
    await shown(page, 'Present card');
    const storageState = await page.context().storageState();
    const context = await fixture.browser.newContext({ storageState });
    t.after(() => context.close());
    const newer = await context.newPage();
    await newer.goto(page.url());
    await ready(newer);
    await shown(page, 'Open somewhere else');
    assert.equal((await sale).outcome, 'unsuccessful', 'the newer one speaks for it');
    const next = counter.sale({ tid, currency: 'GBP', amount: 100 });
    await choose(newer, /Tap card$/);
    assert.equal((await next).outcome, 'approved');
    await shown(page, 'Open somewhere else');
    assert.equal(await paper(page, 'Customer copy').count(), 0);
  });

  test('an order that one window has ended is not taken by the other', async (t) => {
    const { page, tid } = await openPairedMachine(fixture);
    await hold(page, 'connecting');
    const counter = await till(t, fixture.testGateway);
    const sale = counter.sale({ tid, currency: 'GBP', amount: 1250 });
    await choose(page, /Tap card$/);
    await page.getByText('Connecting to the bank').waitFor();
    const newer = await page.context().newPage();
    await newer.goto(page.url());
    await ready(newer);
    assert.equal((await sale).outcome, 'unsuccessful');
    await goOn(page);
    await shown(page, 'Open somewhere else');
    assert.equal(await paper(page, 'Customer copy').count(), 0);
    const { balances } = await counter.reportXBalance({ tid });
    assert.equal('totalSalesCount' in balances && balances.totalSalesCount, 0);
  });
});

describe('what else a card machine does at the counter', TEST_LIMIT, () => {
  test('a machine refunds, reserves an amount, and takes it once', async (t) => {
    const { page, tid } = await openPairedMachine(fixture);
    const counter = await till(t, fixture.testGateway);
    const at = { tid, currency: 'GBP' } as const;
    const refund = counter.refund({ ...at, amount: 700 });
    await page.getByText('Refund', { exact: true }).waitFor();
    await choose(page, /Tap card$/);
    assert.equal((await refund).outcome, 'approved');
    assert.match(await words(page, 'Customer copy'), /REFUND {11}GBP7\.00/);
    const reserved = counter.preAuth({ ...at, amount: 20_000 });
    await choose(page, /Insert card$/);
    await pin(page);
    const kept = await reserved;
    assert.ok(kept.outcome === 'approved');
    const { authCode } = kept.payment;
    for (const outcome of ['approved', 'declined']) {
      const taking = counter.completion({ ...at, amount: 17_350, authCode });
      await choose(page, /Tap card$/);
      const taken = await taking;
      assert.ok(taken.outcome === outcome);
      assert.equal(
        'payment' in taken && taken.payment.authCode,
        outcome === 'approved' ? authCode : '',
      );
    }
    const { balances } = await counter.reportXBalance({ tid });
    assert.equal('totalAmount' in balances && balances.totalAmount, 17_350 - 700);
  });

  test('a machine has the number of an absent card keyed [C-4.11]', async (t) => {
    const { page, tid } = await openPairedMachine(fixture);
    const order = { tid, currency: 'GBP', amount: 1250, cardholderNotPresent: true } as const;
    const sale = (await till(t, fixture.testGateway)).sale(order);
    await shown(page, 'Key in the card');
    for (const key of ['9', '8', '7', '6', 'Enter']) await press(page, key);
    const outcome = await sale;
    assert.ok(outcome.outcome === 'approved');
    const { payment } = outcome;
    assert.deepEqual(
      [payment.paymentMethod, payment.primaryAccountNumber],
      ['KEYED', '************9876'],
    );
    const seen: string[] = [];
    for await (const value of sale.progress) seen.push(value);
    assert.ok(!seen.includes('PRESENT_CARD'));
  });

  test('a machine reads a phone, asks for gratuity and cashback, and prints every report', async (t) => {
    const { page, tid, faults } = await openPairedMachine(fixture);
    await turn(page, 'Asks for a gratuity');
    await turn(page, 'Offers cashback');
    const counter = await till(t, fixture.testGateway);
    const sale = counter.sale({ tid, currency: 'GBP', amount: 1250 });
    await shown(page, 'Add a gratuity?');
    await choose(page, /12\.5%$/);
    await page.getByText('To pay, with £1.56 gratuity').waitFor();
    await choose(page, /Tap phone or watch$/);
    await shown(page, 'Cashback?');
    for (const key of ['5', '0', '0', 'Enter']) await press(page, key);
    const outcome = await sale;
    assert.ok(outcome.outcome === 'approved');
    const { payment } = outcome;
    const { amountGratuity, amountCashback, amountTotal } = payment;
    assert.deepEqual([amountGratuity, amountCashback, amountTotal], [156, 500, 1906]);
    const { paymentMethod, cardholderVerificationMethod } = payment;
    assert.deepEqual([paymentMethod, cardholderVerificationMethod], ['CONTACTLESS', 'DEVICE']);
    await counter.reportXBalance({ tid });
    await counter.reportZBalance({ tid });
    await counter.reportBanking({ tid });
    await counter.reportEndOfDay({ tid });
    assert.match(await words(page, 'X balance'), /TOTAL {11}GBP19\.06/);
    assert.match(await words(page, 'Z balance'), /GRATUITY 1 {7}GBP1\.56/);
    assert.match(await words(page, 'Banking'), /NUMBERS {8}0001-0001/);
    assert.match(await words(page, 'End of day'), /TOTAL {12}GBP0\.00.*REPORT COMPLETE/);
    assert.deepEqual(faults, []);
  });
});
