// A rehearsal as JUnit XML, as CI systems read it: a suite for each integration, a case for each scenario. A failed
// "must" is a failure, what was not done an error, what the till cannot do is skipped.

import type { api } from '@tillgate/protocol';
import { escapeMarkup, integrations } from '@tillgate/protocol';
import type { ReportedScenario, ReportedVerdict } from './report-data.ts';

type Report = api.RehearsalReport;

export function junitOf(report: Report): string {
  const suites = (['pac', 'pat'] as const).flatMap((integration) => {
    const scenarios = report.scenarios.filter((one) => one.integration === integration);
    return scenarios.length === 0 ? [] : [suite(integration, scenarios, report)];
  });
  const sums = sumsOf(report.scenarios);
  const { brokenOff, notPlayed } = report;
  const isWhole = brokenOff === undefined;
  const all = isWhole
    ? sums
    : {
        ...sums,
        tests: sums.tests + 1 + notPlayed.length,
        errors: sums.errors + 1,
        skipped: sums.skipped + notPlayed.length,
      };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    element('testsuites', { name: 'tillgate rehearse', ...all }, [
      ...suites,
      ...(isWhole ? [] : [endSuite(report, brokenOff)]),
    ]),
    '',
  ].join('\n');
}

/** Of a rehearsal that was broken off: that it was, and what was not played. */
function endSuite({ startedAt, notPlayed }: Report, brokenOff: string): string {
  const time = secondsOf(0);
  const sums = { tests: 1 + notPlayed.length, failures: 0, errors: 1, skipped: notPlayed.length };
  const attributes = { name: 'The rehearsal', ...sums, time, timestamp: startedAt.slice(0, 19) };
  const caseOf = (name: string, line: string) =>
    element('testcase', { name, classname: 'rehearse', time }, [line]);
  return element('testsuite', attributes, [
    caseOf('whole', element('error', { type: 'broken off', message: brokenOff })),
    ...notPlayed.map((name) =>
      caseOf(name, element('skipped', { message: 'The rehearsal was broken off before.' })),
    ),
  ]);
}

function suite(
  integration: ReportedScenario['integration'],
  scenarios: readonly ReportedScenario[],
  { startedAt, tillgate }: Report,
): string {
  const attributes = {
    name: integrations[integration].title,
    ...sumsOf(scenarios),
    // Of the schema of Ant, which has no zone.
    timestamp: startedAt.slice(0, 19),
  };
  const version = element('property', { name: 'tillgate', value: tillgate });
  return element('testsuite', attributes, [
    element('properties', {}, [version]),
    ...scenarios.map(testCase),
  ]);
}

function testCase(scenario: ReportedScenario): string {
  const { name, integration, about, state, reason = '', durationMs, verdicts } = scenario;
  const attributes = { name, classname: `rehearse.${integration}`, time: secondsOf(durationMs) };
  const failed = verdicts.filter(({ passed }) => !passed);
  const musts = failed.filter(({ severity }) => severity === 'must');
  const others = failed.filter(({ severity }) => severity !== 'must');
  const parts: string[] = [];
  if (state === 'left out') parts.push(element('skipped', { message: reason }));
  else if (state !== 'done') {
    parts.push(element('error', { type: state, message: reason }, musts.flatMap(linesOf)));
  } else if (musts.length > 0) {
    const message = musts.map(({ about: rule, why }) => `${rule} ${why}`).join(' ');
    parts.push(element('failure', { type: 'must', message }, musts.flatMap(linesOf)));
  }
  const output = [about, ...others.flatMap(textOf)];
  parts.push(element('system-out', {}, output.map(escapeMarkup)));
  return element('testcase', attributes, parts);
}

function linesOf(verdict: ReportedVerdict): readonly string[] {
  return textOf(verdict).map(escapeMarkup);
}

function textOf({ rule, severity, about, cites, why, frames }: ReportedVerdict): string[] {
  const proof = frames.length === 0 ? [] : [`Frames: ${frames.join(', ')}`];
  return [`${severity} ${rule}: ${about} [${cites.join(', ')}]`, why, ...proof];
}

function sumsOf(scenarios: readonly ReportedScenario[]) {
  const isNotDone = ({ state }: ReportedScenario) => state === 'not done' || state === 'broken off';
  return {
    tests: scenarios.length,
    failures: scenarios.filter((one) => !one.passed && !isNotDone(one)).length,
    errors: scenarios.filter(isNotDone).length,
    skipped: scenarios.filter(({ state }) => state === 'left out').length,
    time: secondsOf(scenarios.reduce((sum, { durationMs }) => sum + durationMs, 0)),
  };
}

function secondsOf(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** `lines` are markup. */
function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  lines: readonly string[] = [],
): string {
  const named = Object.entries(attributes).map(
    ([key, one]) => ` ${key}="${escapeMarkup(`${one}`)}"`,
  );
  const start = `<${name}${named.join('')}`;
  return lines.length === 0 ? `${start}/>` : `${start}>\n${lines.join('\n')}\n</${name}>`;
}
