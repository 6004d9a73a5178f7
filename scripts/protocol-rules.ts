// The rules of PROTOCOL.md by number, for the pages that cite them: the sentence and where it
// stands. A page that cites a rule which is not there cannot be made.

import { readFileSync } from 'node:fs';

const document = readFileSync(new URL('../PROTOCOL.md', import.meta.url), 'utf8');

export interface Rule {
  readonly number: string;
  /** What it says, as Markdown; of a table its heading only. */
  readonly text: string;
  /** Link target, from the top of the repository. */
  readonly place: string;
}

/** Where a rule stands by itself, not as a row of a table. */
const RULE = /^(?:- )?\*\*(C-\d+\.\d+)\*\* (.*)$/;
/** Who says so: of no use to a reader who only wants to obey. */
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
    const [, number, text] = RULE.exec(line) ?? [];
    if (number === undefined || text === undefined) continue;
    const plain = text.replaceAll(STANDING, '').trim().replace(/:$/, ' (a table).');
    yield { number, text: plain, place: `PROTOCOL.md#${slug(heading)}` };
  }
}

/** The anchor that GitHub and others make of a heading. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}
