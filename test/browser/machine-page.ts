// A card machine to hold, for tests in a real browser: its page opened and paired, its keys pressed, a glass
// to sign on, and a restaurant around it.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { PacTill, SignatureQuestion } from '@tillgate/client';
import { connect, serveTables } from '@tillgate/client';
import type { BrowserContextOptions, Page } from 'playwright-core';
import type { TestGateway } from 'tillgate/testing';
import { screenDurationMs } from '../../packages/console/src/machine/payment/card-flow.ts';
import type { Store } from '../../packages/server/src/ports/store.ts';
import { Bills } from '../support/scenario/bills.ts';
import { pairingCode, SITE } from '../support/terminal/link-gateway.ts';
import { eventually } from '../support/wait.ts';
import type { BrowserFixture, OpenedPage } from './browser-fixture.ts';

export interface MachinePage extends OpenedPage {
  readonly testGateway: TestGateway;
  readonly tid: string;
}

let machines = 0;

/** Opens the page of a machine, not yet paired. */
export async function openMachine(
  fixture: BrowserFixture,
  options: BrowserContextOptions = {},
): Promise<MachinePage> {
  machines += 1;
  const tid = String(12_345_000 + machines);
  const opened = await fixture.open(
    `/machine/#${new URLSearchParams({ site: SITE, tid })}`,
    options,
  );
  return { ...opened, testGateway: fixture.testGateway, tid };
}

export async function pairMachine({ testGateway, page, tid }: MachinePage): Promise<void> {
  const code = await pairingCode(testGateway.store as Store, tid);
  await page.getByLabel('Pairing code').fill(code);
  await page.getByLabel('Shop name on receipts').fill('Corner Bar');
  await page.getByRole('button', { name: 'Pair', exact: true }).click();
  await page.getByText('Ready for the till').waitFor();
}

/** Opens the page of a machine and pairs it. */
export async function openPairedMachine(
  fixture: BrowserFixture,
  options?: BrowserContextOptions,
): Promise<MachinePage> {
  const machine = await openMachine(fixture, options);
  await pairMachine(machine);
  return machine;
}

/** A till at the counter. */
export async function till(
  t: TestContext,
  testGateway: TestGateway,
  onSignature?: (asked: SignatureQuestion) => Promise<boolean>,
): Promise<PacTill> {
  const made = await connect({ uri: testGateway.uri(), ...(onSignature && { onSignature }) });
  t.after(() => made.close());
  return made;
}

export const press = (page: Page, name: string) =>
  page.getByRole('button', { name, exact: true }).click();
export const choose = (page: Page, name: RegExp) => page.getByRole('button', { name }).click();
export const shown = (page: Page, title: string) =>
  page.getByRole('heading', { name: title, exact: true }).waitFor();
export const paper = (page: Page, title: string) =>
  page.getByRole('figure', { name: `Receipt: ${title}` });

/** Screens that end by themselves; a key ends all but `connecting`. */
type TimedScreen = 'connecting' | 'result' | 'removeCard';

/**
 * From now on these screens stay until a key or `goOn` ends them, so that a test looks at them however busy the
 * computer is. All others end by themselves.
 */
export async function hold(page: Page, ...kinds: readonly TimedScreen[]): Promise<void> {
  const heldMs = kinds.flatMap((kind) =>
    [true, false].map((slow) => screenDurationMs({ screen: { kind, result: 'VOID' } }, { slow })),
  );
  await page.evaluate(`(() => {
    if (!window.held) {
      const { setTimeout, clearTimeout } = window;
      const timers = new Map();
      let id = 0;
      window.held = { timers };
      window.setTimeout = (then, ms, ...rest) => {
        if (!window.held.ms.includes(ms)) return setTimeout(then, ms, ...rest);
        id -= 1;
        timers.set(id, () => then(...rest));
        return id;
      };
      window.clearTimeout = (id) => timers.delete(id) || clearTimeout(id);
    }
    window.held.ms = ${JSON.stringify(heldMs)};
  })()`);
}

/** Ends the screen that is held, as its time would. */
export async function goOn(page: Page): Promise<void> {
  await page.waitForFunction(`(() => {
    const [[id, then] = []] = window.held.timers;
    window.held.timers.delete(id);
    then?.();
    return then !== undefined;
  })()`);
}

/** The paper has slid out. */
export const paperAtRest = (page: Page) =>
  eventually(
    'the paper to lie still',
    async () => (await page.evaluate('document.getAnimations().length === 0')) || undefined,
  );

export async function pin(page: Page): Promise<void> {
  await shown(page, 'Enter PIN');
  for (const key of ['1', '2', '3', '4', 'Enter']) await press(page, key);
}

export async function sign(page: Page): Promise<void> {
  await shown(page, 'Please sign');
  const box = await page.locator('.mc-pad').boundingBox();
  assert.ok(box);
  const at = (x: number, y: number) => [box.x + box.width * x, box.y + box.height * y] as const;
  await page.mouse.move(...at(0.15, 0.6));
  await page.mouse.down();
  for (let step = 1; step <= 14; step += 1) {
    await page.mouse.move(...at(0.15 + step * 0.05, 0.5 + 0.25 * Math.sin(step * 1.4)));
  }
  await page.mouse.up();
}

/** A restaurant till with one table, whose bill has one line. */
export async function restaurant(
  t: TestContext,
  testGateway: TestGateway,
  line = '2 Dinner           48.20',
): Promise<Bills> {
  const bills = new Bills();
  bills.open('12A', 4820);
  const tables = await serveTables(
    { uri: testGateway.uri('pat'), currency: 'GBP' },
    {
      listTables: () => bills.list(),
      lockTable: (at) => bills.lock(at),
      bill: () => [{ value: line }],
      recordPayments: (paid) => bills.book(paid),
      finalReceipt: () => [{ value: 'Thank you' }],
      unlock: (at) => bills.unlock(at),
    },
  );
  t.after(() => tables.close());
  return bills;
}
