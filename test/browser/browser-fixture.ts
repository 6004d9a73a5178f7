// Where a file of browser tests happens: a gateway with its pages built, and a browser.

import { after, before } from 'node:test';
import type { Browser } from 'playwright-core';
import type { TestGateway, TestGatewayOptions } from 'tillgate/testing';
import { startTestGateway } from 'tillgate/testing';
import { openBrowser } from './chromium.ts';
import { buildConsole, pictures } from './console-page.ts';

export interface BrowserFixture {
  readonly shop: TestGateway;
  readonly browser: Browser;
}

/** For all tests of a file; there once the tests run. */
export function openFixture(options: TestGatewayOptions = {}): BrowserFixture {
  const fixture = {} as { shop: TestGateway; browser: Browser };
  before(async () => {
    buildConsole();
    fixture.shop = await startTestGateway(options);
    fixture.browser = await openBrowser();
    console.log(`pictures: ${pictures()}`);
  });
  after(async () => {
    await fixture.browser?.close();
    await fixture.shop?.stop();
  });
  return fixture;
}
