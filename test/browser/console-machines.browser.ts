// A virtual card machine that is opened from the console and held in the hand, in a real browser: two of them
// beside each other, a payment on one, and letting it go [C-10.22].

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '@tillgate/client';
import type { Page } from 'playwright-core';
import { browserFixture } from './browser-fixture.ts';
import { watchFaults } from './chromium.ts';
import { inspectPage } from './console-page.ts';
import { choose, hold, paper, pin, press, shown } from './machine-page.ts';

const [ONE, OTHER] = ['VCMINVLSIP0', 'VCMINVLDIP0'] as const;

const fixture = browserFixture();

const row = (page: Page, tid: string) => page.getByRole('listitem').filter({ hasText: tid });

/** Presses the button in the row of a machine; gives the page that opens, ready for a till. */
async function take(page: Page, tid: string) {
  const opened = page.waitForEvent('popup');
  await row(page, tid)
    .getByRole('button', { name: `Open ${tid} as /machine` })
    .click();
  const machine = await opened;
  const faults = watchFaults(machine);
  await machine.getByText('Ready for the till').waitFor();
  return { machine, faults };
}

test('a virtual machine is opened as a page, takes a sale by hand, and is let go', async (t) => {
  const { page, faults } = await fixture.openConsole({
    at: '#/machines',
  });
  const one = await take(page, ONE);
  const other = await take(page, OTHER);
  await row(page, ONE).getByText('In the hand').waitFor();
  await inspectPage(page, 'machines-in-the-hand');
  const till = await connect({ uri: fixture.testGateway.uri() });
  t.after(() => till.close());

  const sale = till.sale({ tid: OTHER, currency: 'GBP', amount: 1250 });
  await shown(other.machine, 'Present card');
  await hold(other.machine, 'removeCard');
  await choose(other.machine, /Insert card$/);
  await pin(other.machine);
  await press(other.machine, 'Take the card out');
  assert.equal((await sale).outcome, 'approved', 'as its holder plays, not as its name tells');
  await paper(other.machine, 'Customer copy').waitFor();

  await one.machine.reload();
  await one.machine.getByText('Ready for the till').waitFor();
  await other.machine.reload();
  await other.machine.getByText('Ready for the till').waitFor();
  assert.match(other.machine.url(), new RegExp(`/machine/#site=testhost&tid=${OTHER}$`));
  await row(page, OTHER).getByText('Available').waitFor();

  await row(page, OTHER).getByRole('button', { name: 'Let go' }).click();
  await press(page, 'Let it go');
  await row(page, OTHER).getByText('Played by the gateway').waitFor();
  await other.machine.getByText('The key of this machine was revoked.').waitFor();
  const next = await till.sale({ tid: OTHER, currency: 'GBP', amount: 1250 });
  assert.equal(next.outcome, 'declined', 'the gateway plays it again');
  await one.machine.getByText('Ready for the till').waitFor();
  assert.deepEqual([faults, one.faults, other.faults], [[], [], []]);

  const again = await take(page, OTHER);
  await again.machine.close();
  await row(page, OTHER).getByText('Not connected').waitFor();
  await take(page, OTHER);
});
