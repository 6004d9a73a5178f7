// A rehearsal that ends before everything is played says so in each of its reports, and leaves no process behind.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { api } from '@tillgate/protocol';
import { Ajv } from 'ajv';
import { startProgram } from '../support/scenario/program.ts';
import { eventually, within } from '../support/wait.ts';

const TILLGATE = join(import.meta.dirname, '../../packages/server/src/cli/tillgate.ts');
const TILL = join(import.meta.dirname, '../support/rehearse/faulty-till.ts');
const LISTENS_ONCE = join(import.meta.dirname, '../support/rehearse/listens-once.ts');
const fits = new Ajv().compile(JSON.parse(api.rehearsalSchema()));

interface Begun {
  readonly fault?: string;
  /** In place of the faulty till. */
  readonly command?: string;
  readonly only: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** Begins a rehearsal whose till tells the process it runs in and its address. */
function begin(t: TestContext, { fault = 'none', command: own, only, env = {} }: Begun) {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const program = own ?? `exec ${process.execPath} ${TILL} ${fault}`;
  const till = `echo "pid $$ at $CONNECT_PAC_URI"; ${program}`;
  const args = ['rehearse', '--till', till, '--report', folder];
  const names = only.flatMap((name) => ['--only', name]);
  const command = [process.execPath, TILLGATE, ...args, ...names];
  const running = startProgram(command, { env: { ...process.env, ...env } });
  t.after(() => running.child.kill('SIGKILL'));
  const reports = () => {
    const read = (name: string) => readFileSync(join(folder, name), 'utf8');
    const report = JSON.parse(read('rehearsal.json')) as api.RehearsalReport;
    assert.ok(fits(report), JSON.stringify(fits.errors));
    return { report, page: read('rehearsal.html'), xml: read('rehearsal.junit.xml') };
  };
  return { ...running, folder, reports };
}

async function assertNothingIsLeft(log: string): Promise<void> {
  const [, pid = '', address = ''] = /pid (\d+) at (\S+)/.exec(log) ?? [];
  assert.ok(pid !== '' && address !== '', log);
  await eventually('the end of the till', async () =>
    existsSync(`/proc/${pid}`) ? undefined : true,
  );
  await assert.rejects(fetch(address.replace('ws:', 'http:')), 'the gateway has ended');
}

describe('a rehearsal that is interrupted', () => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    test(`${signal} ends it with what was played so far`, async (t) => {
      const only = ['approved-chip-pin', 'silence', 'counter-quiet'];
      const { child, ended, shown, reports } = begin(t, { only });
      await within('the first scenario', shown('passed approved-chip-pin'));
      child.kill(signal);
      const { code, out, err } = await within('the end', ended);
      assert.equal(code, 1, err);
      assert.match(out, /broken off silence: .*\n +The rehearsal was interrupted\.\n/);
      assert.match(
        out,
        /Broken off: The rehearsal was interrupted\. 1 more scenarios were not played\.\nThe till did not pass\./,
      );
      const { report, page, xml } = reports();
      assert.equal(report.brokenOff, 'The rehearsal was interrupted.');
      assert.deepEqual([report.passed, report.counts.brokenOff], [false, 1]);
      assert.deepEqual(
        report.scenarios.map(({ name, state, passed }) => [name, state, passed]),
        [
          ['approved-chip-pin', 'done', true],
          ['silence', 'broken off', false],
        ],
      );
      assert.deepEqual(report.notPlayed, ['counter-quiet']);
      assert.match(xml, /name="tillgate rehearse" tests="4" failures="0" errors="2" skipped="1"/);
      assert.match(xml, /<error type="broken off" message="The rehearsal was interrupted\."\/>/);
      assert.match(
        page,
        /<dt>Broken off<\/dt><dd>The rehearsal was interrupted\. Not played: counter-quiet\./,
      );
      assert.match(page, /<h2 id="brokenOff">Broken off/);
      await assertNothingIsLeft(err);
    });
  }
});

describe('a driver that does not answer', () => {
  test('it is ended with the rehearsal', async (t) => {
    const driver = 'echo "driver $$" >&2; exec sleep 1000';
    const till = `exec ${process.execPath} ${TILL}`;
    const args = ['rehearse', '--till', till, '--driver', driver, '--only', 'approved-chip-pin'];
    const { child, ended, shown } = startProgram([process.execPath, TILLGATE, ...args], {
      env: process.env,
    });
    t.after(() => child.kill('SIGKILL'));
    await within('the driver', shown('driver '));
    child.kill('SIGTERM');
    const { code, err } = await within('the end', ended);
    assert.equal(code, 1, err);
    const [, pid] = /driver (\d+)/.exec(err) ?? [];
    assert.ok(pid && !existsSync(`/proc/${pid}`), err);
  });
});

describe('a gateway that is lost', () => {
  test('one that does not start again breaks the rehearsal off', async (t) => {
    const env = { NODE_OPTIONS: `--import=${pathToFileURL(LISTENS_ONCE).href}` };
    const only = ['approved-chip-pin', 'gateway-restart', 'silence'];
    const { ended, reports } = begin(t, { only, env });
    const { code, err } = await within('the end', ended);
    assert.equal(code, 1, err);
    const { report } = reports();
    assert.match(report.brokenOff ?? '', /^The gateway of the rehearsal has ended \(\d+\)\.$/);
    assert.deepEqual(
      report.scenarios.map(({ name, state }) => [name, state]),
      [
        ['approved-chip-pin', 'done'],
        ['gateway-restart', 'broken off'],
      ],
    );
    assert.deepEqual(report.notPlayed, ['silence']);
    await assertNothingIsLeft(err);
  });
});

describe('a till that ends', () => {
  test('its scenario is not done, the next one is played, and nothing is broken off', async (t) => {
    const only = ['approved-chip-pin', 'counter-dropped'];
    const { ended, reports } = begin(t, { fault: 'ends-at-sale', only });
    const { code, err } = await within('the end', ended);
    assert.equal(code, 1, err);
    const { report } = reports();
    assert.equal(report.brokenOff, undefined);
    const [first, second] = report.scenarios;
    assert.equal(first?.state, 'not done');
    assert.match(first?.reason ?? '', /The till ended with 3|the till ended \(3\)/);
    assert.equal(second?.state, 'done');
    await assertNothingIsLeft(err);
  });

  test('it breaks the rehearsal off if it never asked for a connection', async (t) => {
    const only = ['approved-chip-pin', 'counter-dropped'];
    const { ended, reports } = begin(t, { command: 'exit 9', only });
    const { code, err } = await within('the end', ended);
    assert.equal(code, 1, err);
    const { report } = reports();
    assert.equal(report.brokenOff, 'The till ended with 9 before it had asked for a connection.');
    assert.deepEqual(report.scenarios, []);
    await assertNothingIsLeft(err);
  });
});
