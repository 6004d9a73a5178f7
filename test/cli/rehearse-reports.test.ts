// The reports of `tillgate rehearse --report`: as JSON by its schema, as JUnit XML, as a page; and the folder for them.
// What a browser makes of them is tested in test/browser.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { api } from '@tillgate/protocol';
import { Ajv } from 'ajv';
import { citedRules } from '../../packages/server/src/cli/rehearse/cited-rules.ts';
import { reportOf } from '../../packages/server/src/cli/rehearse/report-data.ts';
import {
  openReportFolder,
  writeReports,
} from '../../packages/server/src/cli/rehearse/report-folder.ts';
import { htmlOf } from '../../packages/server/src/cli/rehearse/report-html.ts';
import { indentJson } from '../../packages/server/src/cli/rehearse/report-json-text.ts';
import { junitOf } from '../../packages/server/src/cli/rehearse/report-junit.ts';
import { scenarioPicture } from '../../packages/server/src/cli/rehearse/report-picture.ts';
import type { Rule } from '../../packages/server/src/cli/rehearse/rule.ts';
import { rules } from '../../packages/server/src/cli/rehearse/rules.ts';
import type { ScenarioResult } from '../../packages/server/src/cli/rehearse/scenario-result.ts';
import {
  all,
  failed,
  HOSTILE,
  hostile,
  leftOut,
  notDone,
  passed,
  played,
  remarks,
} from '../support/scenario/made-up-rehearsal.ts';
import { begin, run } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'tillgate-reports-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** All but line breaks. */
const CONTROL = /(?!\n)\p{Cc}|\p{Surrogate}|[\u202a-\u202e\ufffe\uffff]/u;
const TILL = join(import.meta.dirname, '../../examples/rehearse/till.ts');
const fits = new Ajv().compile(JSON.parse(api.rehearsalSchema()));

describe('the report as JSON', () => {
  test('it fits its schema, whatever happened and whatever the texts are', () => {
    for (const results of [[], [passed], [...all], [...all, hostile]]) {
      const report = JSON.parse(JSON.stringify(reportOf(played(...results))));
      assert.ok(fits(report), JSON.stringify(fits.errors));
    }
    assert.ok(!fits({ ...reportOf(played(passed)), extra: 1 }), 'the schema refuses something');
  });

  test('it sums up the scenarios, and passes only if no must failed and all were done', () => {
    const { passed: isPassed, counts } = reportOf(played(...all));
    assert.equal(isPassed, false);
    assert.deepEqual(counts, {
      ...{ done: 3, notDone: 1, leftOut: 1, brokenOff: 0 },
      ...{ mustFailed: 1, shouldFailed: 2, notedFailed: 0 },
    });
    assert.equal(reportOf(played(passed, remarks, leftOut)).passed, true);
    assert.equal(reportOf(played(passed, notDone)).passed, false);
    const states = reportOf(played(...all)).scenarios.map((one) => [one.state, one.passed]);
    assert.deepEqual(states, [
      ...[['done', true] as const, ['done', false] as const, ['done', true] as const],
      ...[['not done', false] as const, ['left out', true] as const],
    ]);
  });

  test('it has the frames that prove failed verdicts and no others', () => {
    const [scenario] = reportOf(played(failed)).scenarios;
    assert.deepEqual(
      scenario?.frames.map(({ number }) => number),
      [3, 4, 5],
    );
    assert.deepEqual(reportOf(played(passed)).scenarios[0]?.frames, []);
    assert.equal(scenario?.durationMs, 13);
    const cites = scenario?.verdicts.find(({ rule }) => rule === 'one-payment')?.cites;
    assert.deepEqual(cites, [...rules['one-payment'].cites]);
  });

  test('frames are numbered up to a limit where a till floods', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => index + 1);
    const flood = [{ rule: 'fits-schemas', passed: false, why: 'Many.', frames: many }] as const;
    const report = reportOf(played({ ...failed, verdicts: flood }));
    assert.equal(report.scenarios[0]?.verdicts[0]?.frames.length, api.MAX_PROOF_FRAMES);
    assert.ok(fits(report));
  });

  test('it says how the till connected, each way once', () => {
    const { connections } = reportOf(played(passed, failed, passed)).till;
    assert.deepEqual(connections, [{ integration: 'pac', version: 'v1', eposId: 'TILL-1' }]);
    assert.deepEqual(reportOf(played(leftOut)).till.connections, []);
  });

  test('the command lines of till and driver are shown without their secrets', () => {
    const shown = (till: string) =>
      reportOf({ ...played(), commands: { till, driver: till } }).till.command;
    const id = '4b1a7f0e-7c1d-4f0e-9a53-2b7f3a1c9d10';
    for (const [given, expected] of [
      ['node till.mjs --port 80', 'node till.mjs --port 80'],
      [
        `node till.mjs ws://host/pac?token=${id}&x=1`,
        'node till.mjs ws://host/pac?token=********&x=1',
      ],
      [`node till.mjs ${id}`, 'node till.mjs ********'],
      ['API_KEY=hush node till.mjs', 'API_KEY=******** node till.mjs'],
      ['till --api-token "two words" -v', 'till --api-token ******** -v'],
      ["till --password='hu sh'", 'till --password=********'],
      ['http://user:hush@127.0.0.1:9000/press', 'http://********@127.0.0.1:9000/press'],
      ['node key-till.mjs sale', 'node key-till.mjs sale'],
    ] as const) {
      assert.equal(shown(given), expected);
    }
  });
});

describe('the report as JUnit XML', () => {
  const textOf = (name: string, xml: string) =>
    new RegExp(`<testcase name="${name}"[\\s\\S]*?</testcase>`).exec(xml)?.[0] ?? '';
  const xml = junitOf(reportOf(played(...all)));

  test('a failed must is a failure, what was not done an error, what was left out skipped', () => {
    assert.match(textOf('approved-chip-pin', xml), /time="0.013">\n<system-out>\nA sale.\n/);
    const broken = textOf('drop-before-result', xml);
    assert.match(
      broken,
      /<failure type="must" message="The till starts one [^"]*may pay twice\.">/,
    );
    assert.match(
      broken,
      /must one-payment: [^\n]* \[C-4\.15\]\nThe customer[^\n]*\nFrames: 3, 4\n/,
    );
    assert.match(
      textOf('table-split', xml),
      /<error type="not done" message="Waited for [^"]*"\/>/,
    );
    assert.match(
      textOf('refund', xml),
      /<skipped message="The till cannot do &quot;refund&quot;."/,
    );
  });

  test('a failed should is output, no failure', () => {
    const text = textOf('gateway-restart', xml);
    assert.doesNotMatch(text, /<failure|<error/);
    assert.match(
      text,
      /<system-out>\nA sale\.\nshould back-off: .*\nIt came back 40 times\.\n<\/system/,
    );
  });

  test('there is a suite for each integration, with sums', () => {
    const suites = [...xml.matchAll(/<testsuites? name="([^"]*)" ([^>]*?) time=/g)];
    assert.deepEqual(
      suites.map(([, name, sums]) => `${name}: ${sums}`),
      [
        'tillgate rehearse: tests="5" failures="1" errors="1" skipped="1"',
        'Pay at counter: tests="4" failures="1" errors="0" skipped="1"',
        'Pay at table: tests="1" failures="0" errors="1" skipped="0"',
      ],
    );
  });

  test('hostile texts are escaped, and what XML cannot have is replaced', () => {
    const text = junitOf(reportOf(played(hostile)));
    assert.doesNotMatch(text, /<img|<script|<\/style|&amp;amp;&|\]\]>/);
    assert.doesNotMatch(text, CONTROL);
    assert.ok(text.length < 60_000);
  });
});

describe('the report as a page', () => {
  const page = htmlOf(reportOf(played(...all)), new Map());

  test('what failed comes first, then what was not done, remarks, what passed and was left out', () => {
    const order = [...page.matchAll(/<h2 id="(\w+)"/g)].map(([, id]) => id);
    assert.deepEqual(order, ['failed', 'notDone', 'remarks', 'passed', 'leftOut', 'rules']);
  });

  test('it has the text of each rule that it cites, and a link to it', () => {
    const links = [...page.matchAll(/href="#(C-[\d.]+)"/g)].map(([, number]) => number ?? '');
    assert.ok(links.length > 3);
    for (const number of links) assert.ok(page.includes(`<div id="${number}">`), number);
    const cited = Object.values(rules).flatMap(({ cites }: Rule) => cites);
    for (const number of cited) assert.ok(citedRules[number], `${number} has a text`);
  });

  test('hostile texts are escaped', () => {
    const text = htmlOf(reportOf(played(hostile)), new Map());
    assert.doesNotMatch(text, /<img src=x|<script|onerror="/);
    assert.doesNotMatch(text, CONTROL);
  });
});

describe('the picture of a scenario', () => {
  const breaksOf = (result: ScenarioResult) =>
    scenarioPicture(result)?.steps.flatMap((step) => (step.kind === 'break' ? [step.change] : []));

  test('a connection that is lost and comes back is shown, the first one is no return', () => {
    assert.deepEqual(breaksOf(passed), []);
    assert.deepEqual(breaksOf(failed), ['lost', 'returned']);
    assert.equal(scenarioPicture(leftOut), undefined);
  });
});

describe('JSON with line breaks', () => {
  test('nothing but space is changed', () => {
    for (const text of [
      '{"amount":1e400,"id":12345678901234567890,"a":1,"a":2}',
      `{"a":[${'{"b":"\\"]} x"},'.repeat(30)}{}],"c":"${'y'.repeat(200)}","d":[],"e":null}`,
      '"text"',
      '[]',
    ]) {
      const laid = indentJson(text);
      assert.deepEqual(JSON.parse(laid), JSON.parse(text));
      const bare = (json: string) => json.replaceAll(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');
      assert.equal(bare(laid), bare(text));
    }
    const lines = indentJson(JSON.stringify({ a: 'x'.repeat(90), b: [1] })).split('\n');
    assert.deepEqual(lines, ['{', `  "a": "${'x'.repeat(90)}",`, '  "b": [1]', '}']);
  });

  test('what is no JSON, or is nested without end, stays as it is', () => {
    for (const text of ['', '{"a"', HOSTILE, '['.repeat(5000) + ']'.repeat(5000)]) {
      assert.equal(indentJson(text), text);
    }
  });
});

describe('the folder', () => {
  test('all reports are written, over those of a rehearsal before', () => {
    const into = join(folder, 'twice');
    for (const results of [[...all, hostile], [passed]]) {
      writeReportsInto(into, results);
      assert.deepEqual(readdirSync(into).toSorted(), [
        ...['rehearsal.html', 'rehearsal.json', 'rehearsal.junit.xml'],
      ]);
    }
    const json = readFileSync(join(into, 'rehearsal.json'), 'utf8');
    assert.equal(JSON.parse(json).scenarios.length, 1);
    writeReportsInto(into, [hostile]);
    assert.doesNotMatch(readFileSync(join(into, 'rehearsal.json'), 'utf8'), /\u202e/);
  });

  test('one that is a file, or cannot be made, is refused before the rehearsal begins', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    for (const [given, reason] of [
      [file, 'it is a file'],
      [join(file, 'inner'), 'a part of its path is a file'],
      [join(folder, 'x'.repeat(300)), 'the name is too long'],
    ] as const) {
      const { code, out, err } = await run(['rehearse', '--report', given]);
      assert.equal(code, 2);
      assert.equal(out, '');
      const expected = `--report: expected a folder to write to, got "${given}": ${reason}.`;
      assert.ok(err.includes(expected), err);
    }
  });

  test('a rehearsal writes them', async () => {
    const into = join(folder, 'made', 'here');
    const till = `${process.execPath} ${TILL}`;
    const options = ['--till', till, '--only', 'declined', '--report', into];
    const { code, err } = await begin(['rehearse', ...options]).ended;
    assert.equal(code, 0, err);
    assert.ok(err.includes(`Reports: ${join(into, 'rehearsal.html')}`), err);
    const report = JSON.parse(readFileSync(join(into, 'rehearsal.json'), 'utf8'));
    assert.ok(fits(report), JSON.stringify(fits.errors));
    assert.equal(Object(report).passed, true);
    const page = readFileSync(join(into, 'rehearsal.html'), 'utf8');
    assert.equal(page.match(/<img src="data:image\/svg\+xml;base64,/g)?.length, 1);
  });
});

function writeReportsInto(into: string, results: readonly ScenarioResult[]): void {
  openReportFolder(into);
  writeReports(into, played(...results));
}
