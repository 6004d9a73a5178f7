// The console in a real browser, for tests: built, opened at a gateway's address, watched for faults,
// for requests to elsewhere and for what keeps people out (axe-core).

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Locator, Page } from 'playwright-core';

const top = join(import.meta.dirname, '../..');

export const desk = { viewport: { width: 1440, height: 900 } };
export const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

/** Builds what is older than its sources, as `npm start` does. */
export function buildConsole(): void {
  execFileSync(process.execPath, ['packages/console/build.ts', '--if-older'], { cwd: top });
}

export async function connect(page: Page, integration: 'pac' | 'pat' = 'pac'): Promise<void> {
  if (!new URL(page.url()).hash.startsWith('#/connect')) await view(page, 'Connect');
  await page.getByRole('radio', { name: integration }).check({ force: true });
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByText('Connected.', { exact: true }).waitFor();
}

/** Opens a view by the rail; on a phone by "More" if it is there. */
export async function view(page: Page, name: string): Promise<void> {
  const rail = page.getByRole('navigation', { name: 'Views' });
  const link = rail.getByRole('link', { name, exact: true });
  await rail.waitFor();
  if (!(await link.count())) await rail.getByRole('button', { name: 'More' }).click();
  await link.click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

export function editor(page: Page): Locator {
  return page.locator('.cm-content');
}

/**
 * Replaces the text of the editor. It is deleted first: who types over selected text makes Chromium
 * write the style of that text into the page, which the content security policy reports.
 */
export async function writeInEditor(page: Page, text: string): Promise<void> {
  await editor(page).press('Control+A');
  await editor(page).press('Delete');
  await page.keyboard.insertText(text);
}

/** Opens Compose at the message with this title. */
export async function compose(page: Page, title: string): Promise<void> {
  await view(page, 'Compose');
  await editor(page).waitFor();
  const asList = page.getByRole('combobox', { name: 'Message', exact: true });
  if (await asList.count()) await asList.selectOption({ label: title });
  else await page.getByRole('button', { name: new RegExp(`^${title}`) }).click();
}

/** The rows of Traffic. */
export function frames(page: Page): Locator {
  return page.getByRole('listbox', { name: 'Frames' }).getByRole('option');
}

/** What the page has put into the clipboard. */
export function clipboardText(page: Page): Promise<string> {
  return page.evaluate('navigator.clipboard.readText()') as Promise<string>;
}

const folder = mkdtempSync(join(tmpdir(), 'tillgate-pictures-'));

/** Looks at the page as it is now: nothing sticks out, nobody is kept out; leaves a picture. */
export async function inspectPage(page: Page, name: string): Promise<void> {
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path });
  const width = page.viewportSize()?.width ?? 0;
  // Not innerWidth: on a phone it grows with what sticks out.
  const sideways = await page.evaluate(`document.documentElement.scrollWidth - ${width}`);
  assert.equal(sideways, 0, `nothing sticks out: ${path}`);
  assert.deepEqual(await barriers(page), [], `nobody is kept out: ${path}`);
}

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly {
    readonly target: readonly string[];
    readonly failureSummary: string;
  }[];
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Serious and critical findings of axe-core, WCAG 2.2 AA, in every theme. */
async function barriers(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(axe.source);
  const options = JSON.stringify({ runOnly: RULES, resultTypes: ['violations'] });
  const found = (await page.evaluate(
    `axe.run(document, ${options}).then(({ violations }) => violations)`,
  )) as readonly Violation[];
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} at ${target}: ${failureSummary}`),
    );
}

/** Where pictures of this run lie. */
export function pictures(): string {
  return folder;
}
