// Where a file of browser tests happens: a gateway with its pages built, and a browser.

import { after, before } from 'node:test';
import type { Browser } from 'playwright-core';
import type { TestGateway, TestGatewayOptions } from 'tillgate/testing';
import { startTestGateway } from 'tillgate/testing';
import { openBrowser } from './chromium.ts';
import { buildConsole, pictures } from './console-page.ts';

export interface Place {
  readonly shop: TestGateway;
  readonly browser: Browser;
}

/** For all tests of a file; there once the tests run. */
export function openPlace(options: TestGatewayOptions = {}): Place {
  const place = {} as { shop: TestGateway; browser: Browser };
  before(async () => {
    buildConsole();
    place.shop = await startTestGateway(options);
    place.browser = await openBrowser();
    console.log(`pictures: ${pictures()}`);
  });
  after(async () => {
    await place.browser?.close();
    await place.shop?.stop();
  });
  return place;
}
