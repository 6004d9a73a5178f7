// A rehearsal as data: the report as JSON, from which the other reports are written, too. All texts in it are short and
// masked.

import { api, mask } from '@tillgate/protocol';
import { packageVersion } from '../../package-version.ts';
import type { Rule } from './rule.ts';
import { rules } from './rules.ts';
import type { ScenarioResult, Verdict } from './scenario-result.ts';
import { failuresOf, isPassed } from './scenario-result.ts';

export interface PlayedRehearsal {
  readonly results: readonly ScenarioResult[];
  /** Why not everything was played, as a sentence; absent if it was. */
  readonly brokenOff?: string | undefined;
  /** Names of the scenarios that were not begun. */
  readonly notPlayed: readonly string[];
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** Of the command line. */
  readonly commands: {
    /** Starts the till. */
    readonly till?: string;
    /** Command line or address of the driver. */
    readonly driver?: string;
  };
}

type Report = api.RehearsalReport;
export type ReportedScenario = Report['scenarios'][number];
export type ReportedVerdict = ReportedScenario['verdicts'][number];

export function reportOf(rehearsal: PlayedRehearsal): Report {
  const { results, startedAt, endedAt, commands, brokenOff, notPlayed } = rehearsal;
  const { till, driver } = commands;
  const count = (state: ScenarioResult['state']) =>
    results.filter((result) => result.state === state).length;
  return {
    tillgate: packageVersion(),
    startedAt: startedAt.toISOString(),
    endedAt: endedAt.toISOString(),
    till: {
      ...(till === undefined ? {} : { command: withoutSecrets(till) }),
      ...(driver === undefined ? {} : { driver: withoutSecrets(driver) }),
      connections: connectionsIn(results),
    },
    passed: isPassed(results) && brokenOff === undefined,
    ...(brokenOff === undefined ? {} : { brokenOff: sentence(brokenOff) }),
    counts: {
      done: count('done'),
      notDone: count('not done'),
      leftOut: count('left out'),
      brokenOff: count('broken off'),
      mustFailed: failuresOf(results, 'must').length,
      shouldFailed: failuresOf(results, 'should').length,
      notedFailed: failuresOf(results, 'noted').length,
    },
    scenarios: results.map(scenarioOf),
    notPlayed: [...notPlayed],
  };
}

function scenarioOf(result: ScenarioResult): ReportedScenario {
  const { scenario, state, reason, verdicts, evidence } = result;
  const proofs = new Set(
    verdicts.filter(({ passed }) => !passed).flatMap(({ frames }) => proofsOf(frames)),
  );
  return {
    name: scenario.name,
    integration: scenario.integration,
    about: sentence(scenario.about),
    tid: evidence.tid,
    state,
    passed: isPassed([result]),
    ...(reason === undefined ? {} : { reason: sentence(reason) }),
    durationMs: Math.max(0, Math.round(evidence.tookMs)),
    verdicts: verdicts.map(verdictOf),
    frames: evidence.events.flatMap(({ event }) =>
      event.event === 'frame' && proofs.has(event.number) ? [event] : [],
    ),
  };
}

function verdictOf({ rule, passed, why, frames }: Verdict): ReportedVerdict {
  const { severity, about, cites }: Rule = rules[rule];
  return {
    ...{ rule, severity, about: sentence(about), cites: [...cites] },
    ...{ passed, why: sentence(why), frames: proofsOf(frames) },
  };
}

function proofsOf(frames: readonly number[]): number[] {
  return frames.slice(0, api.MAX_PROOF_FRAMES);
}

/** The ways in which the till connected, each once. */
function connectionsIn(results: readonly ScenarioResult[]): Report['till']['connections'] {
  const ways = new Map<string, Report['till']['connections'][number]>();
  for (const { event } of results.flatMap(({ evidence }) => evidence.events)) {
    if (event.event === 'missed') continue;
    const { integration, version, eposId } = event;
    if (integration !== 'pac' && integration !== 'pat') continue;
    const way = { integration, version, ...(eposId === undefined ? {} : { eposId }) } as const;
    ways.set(JSON.stringify(way), way);
  }
  return [...ways.values()];
}

const SECRET = '[\\w-]*(?:token|key|secret|passw(?:or)?d|pwd|credential)[\\w-]*';
const VALUE = '(?:"[^"]*"|\'[^\']*\'|[^\\s&"\']+)';
/** Options and variables that are called a secret, and the user name and password in an address. */
const secrets = [
  new RegExp(`(${SECRET}["']?[=:]\\s*)${VALUE}`, 'gi'),
  new RegExp(`(\\s--?${SECRET}\\s+)${VALUE}`, 'gi'),
  /(:\/\/)[^\s/@]+(?=@)/g,
];

/** A command line or address as it may be shown. */
function withoutSecrets(text: string): string {
  const masked = secrets.reduce((before, secret) => before.replace(secret, '$1********'), text);
  return sentence(masked);
}

/** Masked and not longer than a sentence of a report may be. */
function sentence(text: string): string {
  const masked = mask(text.slice(0, 2 * api.MAX_REPORT_TEXT)).toWellFormed();
  if (masked.length <= api.MAX_REPORT_TEXT) return masked;
  return `${masked.slice(0, api.MAX_REPORT_TEXT - 1).toWellFormed()}…`;
}
