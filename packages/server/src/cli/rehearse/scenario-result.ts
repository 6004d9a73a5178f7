// How a scenario ended: its verdicts by the rules, and whether a rehearsal is passed.

import type { Evidence } from './evidence.ts';
import type { Finding, Rule, Severity } from './rule.ts';
import type { RuleName } from './rules.ts';
import { rules } from './rules.ts';
import type { Scenario } from './scenario.ts';

export interface Verdict extends Finding {
  readonly rule: RuleName;
}

export interface ScenarioResult {
  readonly scenario: Scenario;
  /**
   * `left out`: the till cannot do it. `not done`: something was waited for in vain. `broken off`: the rehearsal ended in
   * the middle of it, so that nothing is judged.
   */
  readonly state: 'done' | 'not done' | 'left out' | 'broken off';
  /** Why it is not done. */
  readonly reason?: string;
  readonly verdicts: readonly Verdict[];
  readonly evidence: Evidence;
}

/** By each rule of the scenario that it could try. */
export function judge(
  { rules: names, expected }: Scenario,
  evidence: Evidence,
): readonly Verdict[] {
  return names.flatMap((name) => {
    const rule: Rule = rules[name];
    const finding = rule.judge(evidence, expected);
    return finding ? [{ rule: name, ...finding }] : [];
  });
}

/** Failed rules of one severity. */
export function failuresOf(
  results: readonly ScenarioResult[],
  severity: Severity,
): readonly Verdict[] {
  return results
    .flatMap(({ verdicts }) => verdicts)
    .filter(({ rule, passed }) => !passed && rules[rule].severity === severity);
}

/** Whether no `must` failed, nothing was waited for in vain, and nothing was broken off. */
export function isPassed(results: readonly ScenarioResult[]): boolean {
  return (
    failuresOf(results, 'must').length === 0 &&
    results.every(({ state }) => state === 'done' || state === 'left out')
  );
}
