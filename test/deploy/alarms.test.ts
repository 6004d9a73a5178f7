// The alarms and the dashboard read metrics that a gateway has, and each alarm rings when it should.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { startTestGateway } from 'tillgate/testing';
import { refusalKinds } from '../../packages/server/src/ports/observer.ts';
import { succeed } from '../support/packages.ts';
import { temporaryFolder } from '../support/scenario/gateway-process.ts';
import { startProgram } from '../support/scenario/program.ts';

const top = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(top, path), 'utf8');
const rules = read('deploy/prometheus/rules.yml');
const alarms = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name);
interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string }[];
}
const dashboard = JSON.parse(read('deploy/grafana/dashboard.json')) as {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly query: string | { query: string } }[] };
};
/** Labels that Prometheus adds. */
const ADDED = /^(job|instance)$/;

/** The page of a gateway that has made a payment. */
async function metricsPage(t: TestContext): Promise<string> {
  const server = await startTestGateway({ settings: { data: temporaryFolder(t) } });
  t.after(server.stop);
  const till = await server.till();
  await till.request('sale', { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 });
  return (await fetch(`${server.gateway.httpUrl}/metrics`)).text();
}

type Labels = Readonly<Record<string, string>>;

/** `name{a="b",c=~"d"}` and the like in an expression. */
function selectors(expression: string) {
  const found = expression.matchAll(/\b((?:tillgate|nodejs|process)_\w+)(?:\{([^}]*)\})?/g);
  return [...found].map(([text, name = '', matchers = '']) => ({
    text,
    name,
    matchers: [...matchers.matchAll(/(\w+)(=~|!=|=)"([^"]*)"/g)].map(
      ([, label = '', how, value = '']) => ({
        ...{ label, value, isMet: matcher(how, value) },
      }),
    ),
  }));
}

function matcher(how: string | undefined, value: string): (label: string) => boolean {
  if (how === '=') return (label) => label === value;
  if (how === '!=') return (label) => label !== value;
  return (label) => new RegExp(`^(?:${value})$`).test(label);
}

function samplesOf(page: string): readonly { readonly name: string; readonly labels: Labels }[] {
  return [...page.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)].map(([, name = '', labels = '']) => ({
    name,
    labels: Object.fromEntries(
      [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
    ),
  }));
}

/** The names of the labels by which an expression sums. */
const summedBy = (expression: string) =>
  [...expression.matchAll(/by \(([^)]*)\)/g)].flatMap(([, names = '']) => names.split(/, ?/));

test('each selector of an alarm or panel finds a sample of a gateway, and each sum a label', async (t) => {
  const samples = samplesOf(await metricsPage(t));
  const expressions = [
    ...[...rules.matchAll(/expr: (?:>-\n)?((?:.|\n {10})+)/g)].map(
      ([, expression = '']) => expression,
    ),
    ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ...dashboard.templating.list.map(({ query }) =>
      typeof query === 'string' ? query : query.query,
    ),
  ];
  assert.ok(expressions.length > alarms.length + dashboard.panels.length);
  for (const expression of expressions) {
    const labels = new Set<string>();
    for (const { text, name, matchers } of selectors(expression)) {
      const found = samples.filter((sample) => sample.name === name);
      for (const { labels: some } of found) for (const key of Object.keys(some)) labels.add(key);
      const own = matchers.filter(({ label }) => !ADDED.test(label));
      assert.ok(
        found.some((sample) => own.every(({ label, isMet }) => isMet(sample.labels[label] ?? ''))),
        `a gateway has no ${text}`,
      );
    }
    for (const label of summedBy(expression)) {
      assert.ok(ADDED.test(label) || labels.has(label), `no label ${label}: ${expression}`);
    }
  }
});

test('each kind of refusal is named by one alarm, and no other kind', () => {
  const named = [...rules.matchAll(/kind=~"([^"]+)"/g)].flatMap(([, kinds = '']) =>
    kinds.split('|'),
  );
  assert.deepEqual(named.toSorted(), refusalKinds.toSorted());
});

test('Prometheus accepts the rules, and each alarm rings in the case that is written for it', async () => {
  await succeed(['promtool', 'check', 'rules', 'deploy/prometheus/rules.yml'], top);
  await succeed(['promtool', 'test', 'rules', 'test/deploy/alarms.yml'], top);
  const tried = new Set(
    [...read('test/deploy/alarms.yml').matchAll(/- name: (Till\w+)/g)].map(([, name]) => name),
  );
  assert.deepEqual(tried, new Set(alarms));
});

test('promtool finds nothing to say about the metrics of a gateway', async (t) => {
  const page = await metricsPage(t);
  const { child, ended } = startProgram(['promtool', 'check', 'metrics'], { env: process.env });
  child.stdin.end(page);
  assert.deepEqual(await ended, { code: 0, out: '', err: '' });
});

test('each alarm has its section in the docs, to which it refers, and no other has one', () => {
  const sections = [...read('docs/alarms.md').matchAll(/^## (Tillgate\w+)$/gm)].map(
    ([, name]) => name,
  );
  assert.deepEqual(sections, alarms);
  const named = [...rules.matchAll(/runbook: docs\/alarms\.md#(\w+)/g)].map(([, name]) => name);
  assert.deepEqual(
    named,
    alarms.map((name) => name.toLowerCase()),
  );
});
