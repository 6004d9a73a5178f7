// A rehearsal as one web page that stands alone: no script, no other file, light and dark, for screen and paper. What
// went wrong comes first. Every text of others is escaped, and its controls are replaced.

import type { api, OutcomeWords, Picture } from '@tillgate/protocol';
import {
  durationText,
  escapeControls,
  escapeMarkup,
  gapOf,
  gapText,
  outcomeIconPaths,
  pictureSvg,
} from '@tillgate/protocol';
import { citedRules } from './cited-rules.ts';
import type { ReportedScenario, ReportedVerdict } from './report-data.ts';
import { REPORT_STYLE } from './report-html-style.ts';
import { indentJson } from './report-json-text.ts';

type Report = api.RehearsalReport;
/** By the name of the scenario. */
export type Pictures = ReadonlyMap<string, Picture | undefined>;

/** Frames that the page shows for a verdict, and characters of each; the JSON has more. */
const MAX_FRAMES = 10;
const MAX_FRAME_TEXT = 4_000;
/** Characters of a sentence and of a word that the page shows; the JSON has all. */
const MAX_SENTENCE = 400;
const MAX_WORD = 80;
/** Ways to connect that the page lists. */
const MAX_WAYS = 6;
/** Of pictures, in pixels: on a desk and on a phone. */
const WIDE = 680;
const NARROW = 340;

interface Outcome {
  readonly word: string;
  readonly tone: 'good' | 'bad' | 'wait' | 'quiet';
  readonly icon: OutcomeWords['icon'];
  readonly about: string;
}

/** In the order of the page. */
const outcomes = {
  failed: {
    ...{ word: 'Failed', tone: 'bad', icon: 'cross' },
    about: 'A rule was broken that a till must keep: money is at risk.',
  },
  notDone: {
    ...{ word: 'Not done', tone: 'bad', icon: 'clock' },
    about: 'Something was waited for in vain, so that the rehearsal cannot say what the till does.',
  },
  brokenOff: {
    ...{ word: 'Broken off', tone: 'bad', icon: 'clock' },
    about: 'The rehearsal ended in the middle of it, so that nothing was judged.',
  },
  remarks: {
    ...{ word: 'Passed with remarks', tone: 'wait', icon: 'warn' },
    about: 'No money is at risk; the till should do better.',
  },
  passed: {
    ...{ word: 'Passed', tone: 'good', icon: 'check' },
    about: 'The till kept every rule that was tried.',
  },
  leftOut: {
    ...{ word: 'Left out', tone: 'quiet', icon: 'minus' },
    about: 'The till or its driver cannot do what these need.',
  },
} as const satisfies Readonly<Record<string, Outcome>>;
type OutcomeName = keyof typeof outcomes;
const names = Object.keys(outcomes) as readonly OutcomeName[];

const unfinished = {
  'not done': 'notDone',
  'left out': 'leftOut',
  'broken off': 'brokenOff',
} as const;

function outcomeOf({ state, verdicts }: ReportedScenario): OutcomeName {
  const failed = verdicts.filter(({ passed }) => !passed);
  if (failed.some(({ severity }) => severity === 'must')) return 'failed';
  if (state !== 'done') return unfinished[state];
  return failed.length > 0 ? 'remarks' : 'passed';
}

export function htmlOf(report: Report, pictures: Pictures): string {
  const result = report.passed ? 'The till passed.' : 'The till did not pass.';
  const groups = names
    .map((name) => ({ name, scenarios: report.scenarios.filter((one) => outcomeOf(one) === name) }))
    .filter(({ scenarios }) => scenarios.length > 0);
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>Rehearsal: ${result}</title>`,
    `<style>${REPORT_STYLE}</style>`,
    '</head>',
    '<body>',
    '<a class="skip" href="#results">To the results</a>',
    header(report, result),
    overview(report.scenarios),
    '<main id="results">',
    ...groups.map(({ name, scenarios }) => group(name, scenarios, pictures)),
    rulesSection(report.scenarios),
    '</main>',
    `<footer><p>Written by Tillgate ${escapeMarkup(report.tillgate)}. The same for programs: <code>rehearsal.json</code>, and <code>rehearsal.junit.xml</code> for CI systems.</p></footer>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function header(report: Report, result: string): string {
  const { startedAt, endedAt, till, counts, scenarios } = report;
  const took = durationText(Date.parse(endedAt) - Date.parse(startedAt));
  const ways = till.connections.map(({ integration, version, eposId }) => {
    if (eposId !== undefined) return `${integration} ${version}, epos-id ${cut(eposId, MAX_WORD)}`;
    return `${integration} ${version}${integration === 'pac' ? ', no epos-id' : ''}`;
  });
  const more = ways.length > MAX_WAYS ? `; and ${ways.length - MAX_WAYS} other ways` : '';
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Till', till.command],
    ['Driver', till.driver],
    ['Connected as', ways.slice(0, MAX_WAYS).join('; ') + more || 'It did not connect.'],
    ['Broken off', brokenOffText(report)],
    ['Rehearsed', `${startedAt.slice(0, 16).replace('T', ' ')} UTC, in ${took}`],
    [
      'Rules broken',
      `${counts.mustFailed} must, ${counts.shouldFailed} should, ${counts.notedFailed} noted`,
    ],
  ];
  const { tone, icon } = report.passed ? outcomes.passed : outcomes.failed;
  const sums = names.flatMap((name) => {
    const count = scenarios.filter((one) => outcomeOf(one) === name).length;
    if (name === 'brokenOff' && count === 0) return [];
    return `<li data-tone="${count > 0 ? outcomes[name].tone : 'quiet'}"><b>${count}</b> ${outcomes[name].word.toLowerCase()}</li>`;
  });
  return [
    '<header>',
    '<p class="kind">Rehearsal of a till</p>',
    `<h1 data-tone="${tone}">${iconOf(icon)}${result}</h1>`,
    `<ul class="sums" aria-label="Scenarios">${sums.join('')}</ul>`,
    '<dl class="facts">',
    ...facts.flatMap(([term, text]) =>
      text === undefined ? [] : [`<div><dt>${term}</dt><dd>${escapeMarkup(text)}</dd></div>`],
    ),
    '</dl>',
    '</header>',
  ].join('\n');
}

/** Why, and which scenarios were not begun. */
function brokenOffText({ brokenOff, notPlayed }: Report): string | undefined {
  if (brokenOff === undefined || notPlayed.length === 0) return brokenOff;
  return `${brokenOff} Not played: ${notPlayed.join(', ')}.`;
}

/** All scenarios at one glance, in the order in which they were played. */
function overview(scenarios: readonly ReportedScenario[]): string {
  const titles = { pac: 'At the counter', pat: 'At the table' };
  const lists = (['pac', 'pat'] as const).flatMap((integration) => {
    const own = scenarios.filter((one) => one.integration === integration);
    if (own.length === 0) return [];
    const items = own.map((one) => {
      const { tone, icon, word } = outcomes[outcomeOf(one)];
      return `<li data-tone="${tone}"><a href="#${idOf(one)}">${iconOf(icon, word)}${nameText(one.name)}</a></li>`;
    });
    return [`<h2>${titles[integration]}</h2>`, `<ul>${items.join('\n')}</ul>`];
  });
  return `<nav aria-label="Scenarios">\n${lists.join('\n')}\n</nav>`;
}

function group(
  name: OutcomeName,
  scenarios: readonly ReportedScenario[],
  pictures: Pictures,
): string {
  const { word, about } = outcomes[name];
  const isQuiet = name === 'passed' || name === 'leftOut';
  const cards = scenarios.map((one) => {
    const body = cardBody(one, pictures.get(one.name), !isQuiet);
    const { tone, icon } = outcomes[name];
    const title = `${iconOf(icon)}<span class="name">${nameText(one.name)}</span>`;
    const time = `<span class="time">${durationText(one.durationMs)}</span>`;
    const about = `<p class="about">${sentenceText(one.about)}</p>`;
    const id = idOf(one);
    return isQuiet
      ? `<details class="card" id="${id}" data-tone="${tone}"><summary><h3>${title}</h3>${time}${about}</summary>\n${body}</details>`
      : `<article class="card" id="${id}" data-tone="${tone}"><h3>${title}</h3>${time}${about}\n${body}</article>`;
  });
  return [
    `<section aria-labelledby="${name}">`,
    `<h2 id="${name}">${word} <span class="count">${scenarios.length}</span></h2>`,
    `<p class="lead">${about}</p>`,
    ...cards,
    '</section>',
  ].join('\n');
}

function cardBody(
  scenario: ReportedScenario,
  picture: Picture | undefined,
  isOpen: boolean,
): string {
  const { reason, verdicts } = scenario;
  const rank = ({ severity }: ReportedVerdict) => ['must', 'should', 'noted'].indexOf(severity);
  const failed = verdicts
    .filter(({ passed }) => !passed)
    .sort((one, other) => rank(one) - rank(other));
  const kept = verdicts.filter(({ passed }) => passed);
  return [
    reason === undefined ? '' : `<p class="reason">${sentenceText(reason)}</p>`,
    ...failed.map((verdict) => verdictBlock(verdict, scenario)),
    picture ? pictureBlock(picture, scenario, isOpen) : '',
    kept.length === 0 ? '' : keptBlock(kept, isOpen),
  ].join('\n');
}

function verdictBlock(verdict: ReportedVerdict, { frames: all }: ReportedScenario): string {
  const { severity, about, cites, why, frames: numbers } = verdict;
  const tone = severity === 'must' ? 'bad' : 'wait';
  const frames = all.filter(({ number }) => numbers.includes(number));
  return [
    `<div class="verdict" data-tone="${tone}">`,
    `<p><span class="severity">${severity}</span> ${sentenceText(about)} ${citesText(cites)}</p>`,
    `<p class="why">${sentenceText(why)}</p>`,
    frames.length === 0 ? '' : framesBlock(frames),
    '</div>',
  ].join('\n');
}

function framesBlock(frames: readonly api.Frame[]): string {
  const shown = frames.slice(0, MAX_FRAMES);
  const rest = frames.length - shown.length;
  const more = rest === 0 ? '' : `<p>${rest} more in <code>rehearsal.json</code>.</p>`;
  const title = frames.length === 1 ? 'The frame that shows it' : `${frames.length} frames show it`;
  return `<details class="frames"><summary>${title}</summary>\n<ol>${shown.map(frameItem).join('\n')}</ol>${more}</details>`;
}

function frameItem(frame: api.Frame): string {
  const { number, at, connection, integration, version, eposId, direction, text } = frame;
  const way = direction === 'received' ? 'to the gateway' : 'from the gateway';
  const about = [`frame ${number}`, at.slice(11, 23), `${integration} ${version}`, connection];
  const head = [...about, ...(eposId === undefined ? [] : [eposId])].map(nameText).join(' · ');
  const isCut = text.length > MAX_FRAME_TEXT;
  const start = isCut ? text.slice(0, MAX_FRAME_TEXT) : indentJson(text);
  const lines = escapeControls(start).split('\n').map(escapeMarkup);
  const note = isCut ? '\n…, the whole frame is in rehearsal.json' : '';
  return `<li><p><b>${way}</b> ${head}</p><pre><code>${lines.join('\n')}${note}</code></pre></li>`;
}

function pictureBlock(picture: Picture, { name, tid }: ReportedScenario, isOpen: boolean): string {
  const { steps } = picture;
  const title = `${cut(name, MAX_WORD)} at ${tid}`;
  const [wide, narrow] = [WIDE, NARROW].map((width) => pictureData(picture, { title, width }));
  const list = steps.map((step, index) => {
    const gap = gapOf(steps, index);
    return `<li>${escapeMarkup(gap === undefined ? step.text : `${gapText(gap)}: ${step.text}`)}</li>`;
  });
  const alt = `What went between till, gateway and card machine, in ${steps.length} steps; they are listed below.`;
  return [
    `<details class="picture"${isOpen ? ' open' : ''}><summary>What happened</summary>`,
    `<picture><source media="(max-width: 560px)" srcset="${narrow}"><img src="${wide}" alt="${alt}" loading="lazy"></picture>`,
    `<details><summary>As a list</summary>\n<ol>${list.join('\n')}</ol></details>`,
    '</details>',
  ].join('\n');
}

/** An image has its own style and ids, and nothing in it can act on the page. */
function pictureData(picture: Picture, options: Parameters<typeof pictureSvg>[1]): string {
  const svg = pictureSvg(picture, options);
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}

function keptBlock(kept: readonly ReportedVerdict[], isFolded: boolean): string {
  const items = kept.map(
    ({ about, why, cites }) =>
      `<li>${sentenceText(about)} ${citesText(cites)} <span class="why">${sentenceText(why)}</span></li>`,
  );
  const count = kept.length === 1 ? 'Kept 1 rule' : `Kept ${kept.length} rules`;
  return `<details class="kept"${isFolded ? '' : ' open'}><summary>${count}</summary>\n<ul>${items.join('\n')}</ul></details>`;
}

function citesText(cites: readonly string[]): string {
  const links = cites.map((one) => `<a href="#${escapeMarkup(one)}">${escapeMarkup(one)}</a>`);
  return `<span class="cites">[${links.join(', ')}]</span>`;
}

/** The text of each rule that a verdict of the page cites; of those that the till kept it is folded. */
function rulesSection(scenarios: readonly ReportedScenario[]): string {
  const verdicts = scenarios.flatMap((one) => one.verdicts);
  const citedBy = (isPassed: boolean) =>
    new Set(verdicts.filter(({ passed }) => passed === isPassed).flatMap(({ cites }) => cites));
  const [broken, kept] = [citedBy(false), citedBy(true)];
  const rules = Object.entries(citedRules);
  const first = rules.filter(([number]) => broken.has(number));
  const others = rules.filter(([number]) => kept.has(number) && !broken.has(number));
  if (first.length + others.length === 0) return '';
  const folded = `<details><summary>Rules that the till kept</summary>\n${ruleList(others)}</details>`;
  return [
    '<section aria-labelledby="rules">',
    '<h2 id="rules">The rules that are cited</h2>',
    '<p class="lead">From PROTOCOL.md, the contract; a running gateway has all of it at <code>/docs</code>.</p>',
    first.length === 0 ? '' : ruleList(first),
    others.length === 0 ? '' : folded,
    '</section>',
  ].join('\n');
}

function ruleList(rules: readonly (readonly [string, string])[]): string {
  const items = rules.map(
    ([number, text]) => `<div id="${number}"><dt>${number}</dt><dd>${proseOf(text)}</dd></div>`,
  );
  return `<dl class="rules">${items.join('\n')}</dl>`;
}

/** Markdown of which only the code words are left. */
function proseOf(text: string): string {
  return escapeMarkup(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}

function sentenceText(text: string): string {
  return escapeMarkup(cut(text, MAX_SENTENCE));
}

function nameText(text: string): string {
  return escapeMarkup(cut(text, MAX_WORD));
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function idOf({ name }: ReportedScenario): string {
  return `scenario-${nameText(name).replace(/\s/g, '-')}`;
}

/** `word` is for screen readers, where the icon stands alone. */
function iconOf(icon: OutcomeWords['icon'], word?: string): string {
  const path = `<path d="${outcomeIconPaths[icon]}"/>`;
  const unseen = word === undefined ? '' : `<span class="unseen">${word}: </span>`;
  return `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${path}</svg>${unseen}`;
}
