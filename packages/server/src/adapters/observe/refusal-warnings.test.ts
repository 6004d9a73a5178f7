import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestClock } from '../../testing/test-clock.ts';
import { Metrics } from './metrics.ts';
import { combinedObserver } from './observers.ts';
import { RefusalWarnings } from './refusal-warnings.ts';

test('each kind of refusal is counted, and warned of at once and then once a minute, with how often and from where', async () => {
  const [clock, metrics] = [new TestClock(), new Metrics()];
  const warnings: object[] = [];
  const all = new RefusalWarnings(clock, (_, details) => warnings.push(details));
  const observer = combinedObserver(all.around(combinedObserver(metrics)));
  observer.refused('token', '10.0.0.1');
  for (const from of ['10.0.0.2', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.5']) {
    observer.refused('token', from);
  }
  observer.refused('siteBudget', 'shop1');
  assert.deepEqual(warnings, [
    { kind: 'token', count: 1, from: { '10.0.0.1': 1 } },
    { kind: 'siteBudget', count: 1, from: { shop1: 1 } },
  ]);
  await clock.advance(60_000);
  const from = { '10.0.0.2': 2, '10.0.0.5': 2, '10.0.0.3': 1 };
  assert.deepEqual(warnings.slice(2), [{ kind: 'token', count: 6, from }]);
  await clock.advance(300_000);
  assert.equal(warnings.length, 3, 'nothing is said while nothing happens');
  for (let number = 0; number < 5_000; number += 1) observer.refused('token', `10.1.${number}`);
  await clock.advance(60_000);
  assert.deepEqual(warnings.at(-1), {
    ...{ kind: 'token', count: 4999 },
    from: { others: 3999, '10.1.1': 1, '10.1.2': 1 },
  });
  const { text } = await metrics.page();
  assert.match(text, /^tillgate_refusals_total\{kind="token"\} 5007$/m);
  assert.match(text, /^tillgate_refusals_total\{kind="descriptors"\} 0$/m);
});
