// What a file of browser tests runs against: a gateway with its pages built, and a browser. Every context of the browser
// is closed after the test that opened it, and what its pages show is printed if the test failed; gateway and browser end
// with the file.
//
//   const fixture = browserFixture();
//   test('...', async () => { const { page, faults } = await fixture.openConsole({ at: '#/till' }); ... });

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { after, afterEach, before } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { TestGateway, TestGatewayOptions } from 'tillgate/testing';
import { startTestGateway } from 'tillgate/testing';
import { openBrowser, STEP_LIMIT_MS, watchFaults } from './chromium.ts';
import { buildConsole, desk, pictures } from './console-page.ts';

/** Longest wait for what a page shows after a test has failed; it may hang. */
const LOOK_LIMIT_MS = 10_000;

export interface OpenedPage {
  readonly page: Page;
  /** What went wrong in the page, and requests to other hosts than its own and the gateway's: to be empty at the end. */
  readonly faults: readonly string[];
}

export interface ConsoleOptions extends BrowserContextOptions {
  /** Fragment of the address, such as `#/traffic`. */
  readonly at?: string;
}

/** Its gateway and browser are there once the tests run. */
export interface BrowserFixture {
  readonly testGateway: TestGateway;
  readonly browser: Browser;
  /** Of the gateway, such as `http://127.0.0.1:8765`. */
  readonly url: string;
  /** Opens any address, or a path at the gateway, in a context of its own. */
  readonly open: (address: string, options?: BrowserContextOptions) => Promise<OpenedPage>;
  readonly openConsole: (options?: ConsoleOptions) => Promise<OpenedPage>;
}

/** Its type declarations do not have it yet. */
type FinishedTest = TestContext & { readonly passed: boolean };

/** Called once at the top of a file. `prepare` runs before the tests, with the gateway started. */
export function browserFixture(
  options: TestGatewayOptions = {},
  prepare?: (testGateway: TestGateway) => Promise<void>,
): BrowserFixture {
  const running = {} as { testGateway: TestGateway; browser: Browser };
  before(async () => {
    buildConsole();
    running.testGateway = await startTestGateway(options);
    await prepare?.(running.testGateway);
    running.browser = await openBrowser();
    console.log(`pictures: ${pictures()}`);
  });
  let opened: OpenedPage[] = [];
  afterEach(async (t) => {
    if (!(t as FinishedTest).passed) for (const one of opened) await printPage(one);
    opened = [];
    for (const context of running.browser?.contexts() ?? []) await context.close();
  });
  after(async () => {
    await running.browser?.close();
    await running.testGateway?.stop();
  });
  const fixture: BrowserFixture = {
    get testGateway() {
      return running.testGateway;
    },
    get browser() {
      return running.browser;
    },
    get url() {
      return running.testGateway.gateway.httpUrl;
    },
    open: async (address, context) => {
      const target = new URL(address, fixture.url);
      const one = await newPage(fixture, target, context);
      opened.push(one);
      await one.page.goto(target.href);
      return one;
    },
    openConsole: ({ at = '', ...context } = {}) => fixture.open(`/console/${at}`, context),
  };
  return fixture;
}

async function newPage(
  { browser, url }: BrowserFixture,
  address: URL,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({
    ...desk,
    permissions: ['clipboard-read', 'clipboard-write'],
    ...options,
  });
  context.setDefaultTimeout(STEP_LIMIT_MS);
  const page = await context.newPage();
  const faults = watchFaults(page) as string[];
  const hosts = [address.host, new URL(url).host];
  page.on('request', (request) => {
    if (!hosts.includes(new URL(request.url()).host)) faults.push(request.url());
  });
  return { page, faults };
}

/** Address, faults and text of a page in which a test failed, and where its picture lies. */
async function printPage({ page, faults }: OpenedPage): Promise<void> {
  const path = join(pictures(), `failed-${randomUUID()}.png`);
  const parts = [
    page.locator('body').ariaSnapshot({ timeout: LOOK_LIMIT_MS }),
    page.screenshot({ path, timeout: LOOK_LIMIT_MS }).then(() => path),
  ];
  const shown = (await Promise.allSettled(parts)).map((part) =>
    part.status === 'fulfilled' ? part.value : String(part.reason),
  );
  console.log([`failed at ${page.url()}`, ...faults, ...shown].join('\n'));
}
