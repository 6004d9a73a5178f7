// A real browser for tests: Debian's Chromium or the one CHROMIUM names, with a profile of its own
// that is thrown away.

import { existsSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const QUIET = [
  '--no-first-run',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Longest wait for one step in a page; far beyond what a busy machine takes. Playwright says what it waited for. */
export const STEP_LIMIT_MS = 300_000;
/** Longest duration of one test, for what is awaited outside of a page. */
export const TEST_LIMIT = { timeout: 1_800_000 };

/** Fails where there is no browser: a test that did not run has not passed. */
export function openBrowser(): Promise<Browser> {
  const executablePath = [process.env.CHROMIUM ?? '', ...PLACES].find(existsSync);
  if (!executablePath) {
    throw new Error('No Chromium found. Install it (apt-get install chromium) or set CHROMIUM.');
  }
  return chromium.launch({ executablePath, args: QUIET, chromiumSandbox: false });
}

/** What went wrong inside a page, to be empty at the end of a test. */
export function watchFaults(page: Page): readonly string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  return faults;
}
