// What a file of browser tests runs against: a gateway with its pages built, and a browser. Every context of the browser
// is closed after the test that opened it; gateway and browser end with the file.
//
//   const fixture = browserFixture();
//   test('...', async () => { const { page, faults } = await fixture.openConsole({ at: '#/till' }); ... });

import { after, afterEach, before } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { TestGateway, TestGatewayOptions } from 'tillgate/testing';
import { startTestGateway } from 'tillgate/testing';
import { openBrowser, STEP_LIMIT_MS, watchFaults } from './chromium.ts';
import { buildConsole, desk, pictures } from './console-page.ts';

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
  afterEach(async () => {
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
    open: (address, context) => openPage(fixture, new URL(address, fixture.url), context),
    openConsole: ({ at = '', ...context } = {}) => fixture.open(`/console/${at}`, context),
  };
  return fixture;
}

async function openPage(
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
  await page.goto(address.href);
  return { page, faults };
}
