// The verdicts of a rehearsal on a terminal: a line for each scenario, and below it what the till did wrong.

import { durationText } from '@tillgate/protocol';
import { print } from '../output.ts';
import type { PlayedRehearsal } from './report-data.ts';
import type { Rule } from './rule.ts';
import { rules } from './rules.ts';
import type { ScenarioResult } from './scenario-result.ts';
import { failuresOf, isPassed } from './scenario-result.ts';

export function showScenario(result: ScenarioResult): void {
  const { scenario, state, reason, verdicts, evidence } = result;
  const failed = verdicts.filter(({ passed }) => !passed);
  const done = failed.length === 0 ? 'passed' : 'failed';
  const word = state === 'done' ? done : state;
  const tone = word === 'passed' ? 'good' : 'wait';
  print([
    { text: word, tone: isPassed([result]) ? tone : 'bad' },
    ` ${scenario.name}: ${scenario.about} (${durationText(evidence.tookMs)})`,
  ]);
  if (reason !== undefined) print(`    ${reason}`);
  for (const { rule, why } of failed) {
    const { severity, about, cites }: Rule = rules[rule];
    print([
      { text: `    ${severity}`, tone: severity === 'must' ? 'bad' : 'wait' },
      ` ${about} [${cites.join(', ')}]`,
    ]);
    print(`      ${why}`);
  }
}

export function showSummary({ results, brokenOff, notPlayed }: PlayedRehearsal): void {
  const count = (state: ScenarioResult['state']) =>
    results.filter((result) => result.state === state).length;
  const musts = failuresOf(results, 'must').length;
  const shoulds = failuresOf(results, 'should').length;
  print();
  print(
    `${results.length} scenarios: ${count('done')} done, ${count('left out')} left out, ${count('not done')} not done. ` +
      `Failed: ${musts} must, ${shoulds} should.`,
  );
  if (brokenOff !== undefined) {
    const rest = `${notPlayed.length} more scenarios were not played.`;
    print({ text: `Broken off: ${brokenOff} ${rest}`, tone: 'bad' });
  }
  print(
    isPassed(results) && brokenOff === undefined
      ? { text: 'The till passed.', tone: 'good' }
      : { text: 'The till did not pass.', tone: 'bad' },
  );
}
