// Each faulty till fails exactly the rule that it breaks, and a till without a fault none: the judge can fail, and
// does not slander.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';

import { catalogue } from '../../packages/server/src/cli/rehearse/catalogue.ts';

const TILLGATE = join(import.meta.dirname, '../../packages/server/src/cli/tillgate.ts');
const TILL = join(import.meta.dirname, '../support/rehearse/faulty-till.ts');
const SDK_TILL = join(import.meta.dirname, '../../examples/rehearse/till.ts');

interface Report {
  readonly scenarios: readonly {
    readonly name: string;
    readonly state: string;
    readonly reason?: string;
    readonly verdicts: readonly { readonly rule: string; readonly passed: boolean }[];
  }[];
}

/** The options that play these scenarios alone. */
function only(scenarios: readonly string[]): readonly string[] {
  return scenarios.flatMap((scenario) => ['--only', scenario]);
}

/** Rehearses a till; returns the exit code and each failed rule as `scenario: rule`. */
async function rehearse(t: TestContext, till: string, options: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const args = [TILLGATE, 'rehearse', '--till', `node ${till}`, '--report', folder, ...options];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (piece) => {
    output += piece;
  });
  const [code] = await once(child, 'exit');
  const report = JSON.parse(readFileSync(join(folder, 'rehearsal.json'), 'utf8')) as Report;
  const failed = report.scenarios.flatMap(({ name, verdicts }) =>
    verdicts.filter(({ passed }) => !passed).map(({ rule }) => `${name}: ${rule}`),
  );
  return { code, output, failed, report };
}

/** What each faulty till breaks: scenarios to try it with, and the rules that fail in each, and no others. */
const faultyTills: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'repeats-after-drop': { 'drop-at-card': 'one-payment' },
  'reads-successful': { unsuccessful: 'outcome' },
  'books-timed-out': { 'timed-out': 'outcome asks-after-unknown' },
  'takes-unknown-for-failed': { 'timed-out': 'outcome asks-after-unknown' },
  'books-what-it-asked': { gratuity: 'amount-paid' },
  'never-answers-signature': { 'signature-rejected': 'signature-answer' },
  'always-accepts-signature': { 'signature-rejected': 'signature-answer' },
  'answers-twice': { 'signature-accepted': 'signature-answer' },
  'answers-no-pings': { silence: 'answers-pings' },
  'never-returns': { 'counter-dropped': 'returns' },
  hammers: { 'counter-dropped-again': 'back-off' },
  'never-stays-away': { 'counter-superseded': 'stays-away', 'handshake-then-4001': 'stays-away' },
  'ignores-retry-after': {
    'handshake-503': 'heeds-retry-after',
    'handshake-429-wait': 'heeds-retry-after',
    'table-handshake-503': 'heeds-retry-after',
  },
  'keeps-asking': {
    'handshake-wrong-token': 'waits-for-person',
    'handshake-unknown-path': 'waits-for-person',
    'table-handshake-wrong-token': 'waits-for-person',
  },
  'follows-redirects': { 'handshake-redirect': 'follows-no-redirect' },
  'gives-up-early': { 'handshake-slow': 'waits-for-handshake' },
  'offers-subprotocol': { 'handshake-habits': 'offers-no-subprotocol' },
  'says-more': { 'handshake-habits': 'plain-address' },
  'changes-version': { 'handshake-habits': 'keeps-version' },
  'sends-unknown-keys': { 'approved-chip-pin': 'fits-schemas outcome' },
  'has-no-epos-id': { 'connection-habits': 'has-epos-id' },
  'prints-nothing': {
    'receipt-copies': 'prints-receipts',
    'receipt-to-sign': 'prints-slip prints-receipts',
  },
  'prints-short': {
    'receipt-long': 'prints-receipts',
    'receipt-to-sign-long': 'prints-slip prints-receipts',
  },
  'prints-ascii': { 'receipt-wide': 'prints-receipts' },
  'prints-plain': { 'receipt-copies': 'prints-receipts' },
  'prints-slip-late': { 'receipt-to-sign': 'prints-slip' },
  'invents-receipt': {
    'receipt-none': 'prints-no-receipt',
    'receipt-merchant-only': 'prints-no-receipt',
  },
  'never-unlocks': { 'table-cancelled': 'table-unlocked' },
  'locks-twice': { 'table-locked': 'table-held' },
  'books-twice': { 'table-told-double': 'table-balance' },
  'takes-gratuity-off-bill': { 'table-gratuity-part': 'table-balance' },
};

// They wait most of the time.
const together = { concurrency: 3 };

describe('faulty tills', together, () => {
  for (const [fault, broken] of Object.entries(faultyTills)) {
    test(`a till that ${fault.replaceAll('-', ' ')} fails exactly the rules that it breaks`, async (t) => {
      const { failed, output } = await rehearse(t, `${TILL} ${fault}`, only(Object.keys(broken)));
      const expected = Object.entries(broken).flatMap(([scenario, names]) =>
        names.split(' ').map((rule) => `${scenario}: ${rule}`),
      );
      assert.deepEqual(failed.toSorted(), expected.toSorted(), output);
    });
  }
});

/** File, and the version that is spoken. */
const tillsWithoutFault = {
  'a till on plain WebSockets': [TILL, 'v1'],
  'a till on plain WebSockets that speaks v0': [TILL, 'v0'],
  'the sample till of the SDK': [SDK_TILL, 'v1'],
} as const;

describe('tills without a fault', together, () => {
  test('a till that takes a moment for what it does is neither late nor thought to do nothing', async (t) => {
    const atTable = ['table-idle', 'table-day-away'];
    const atCounter = ['cancel-early', 'cancel-late', 'drop-at-card', 'drop-at-bank'];
    const options = only([...atTable, ...atCounter]);
    const { code, failed, output } = await rehearse(t, `${TILL} takes-a-moment`, options);
    assert.deepEqual([code, failed], [0, []], output);
  });

  for (const [who, [till, version]] of Object.entries(tillsWithoutFault)) {
    test(`${who} passes every scenario of its version`, async (t) => {
      const { code, failed, report, output } = await rehearse(t, till, ['--api-version', version]);
      assert.deepEqual([code, failed], [0, []], output);
      assert.deepEqual(
        report.scenarios.filter(({ reason }) => reason?.includes(version)).map(({ name }) => name),
        catalogue.filter(({ versions }) => !versions.includes(version)).map(({ name }) => name),
      );
    });
  }
});
