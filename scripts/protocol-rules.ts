// The rules of PROTOCOL.md by number, with their text and location, for the pages that cite them. A page
// that cites an unknown rule is an error.

import { readFileSync } from 'node:fs';

const document = readFileSync(new URL('../PROTOCOL.md', import.meta.url), 'utf8');

export interface Rule {
  readonly number: string;
  /** Its text as Markdown; for a table the heading only. */
  readonly text: string;
  /** Link target, from the top of the repository. */
  readonly place: string;
}

/** A rule that is a paragraph or list item. */
const RULE = /^(?:- )?\*\*(C-\d+\.\d+)\*\* (.*)$/;
/** A rule that is a row of a table with a key, such as a close code. */
const ROW = /^\| (C-\d+\.\d+) \| (.*?) \|$/;
/** The standing of a rule, which the pages omit. */
const STANDING = / ?\((?:seed|vendor|field|ours)\)/g;

const rules = new Map([...found()].map((rule) => [rule.number, rule]));

export function rule(number: string): Rule {
  const known = rules.get(number);
  if (!known) throw new Error(`PROTOCOL.md has no rule ${number}.`);
  return known;
}

function* found(): Iterable<Rule> {
  let heading = '';
  for (const line of document.split('\n')) {
    heading = /^##+ (.*)$/.exec(line)?.[1] ?? heading;
    const [, number, text] = RULE.exec(line) ?? ROW.exec(line) ?? [];
    if (number === undefined || text === undefined) continue;
    const cells = text.replaceAll(STANDING, '').trim().replace(/ \|$/, '').replaceAll(' | ', ': ');
    const plain = cells.replace(/:$/, ' (a table).');
    yield { number, text: plain, place: `PROTOCOL.md#${slug(heading)}` };
  }
}

/** The anchor that GitHub and other renderers make of a heading. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}
