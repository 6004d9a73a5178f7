// Finds and ranks sections of the documentation for what somebody types. Pure; it knows no page.

export interface SearchEntry {
  /** Of the section: a heading, a message, or the number of a rule. */
  readonly title: string;
  /** Title of the page it stands on; empty if it is the page itself. */
  readonly page: string;
  /** Below `/docs/`. */
  readonly href: string;
  readonly text: string;
}

/** An entry made ready once for many searches. */
export interface Prepared {
  readonly entry: SearchEntry;
  readonly title: string;
  readonly page: string;
  readonly text: string;
}

export function prepare(entries: readonly SearchEntry[]): readonly Prepared[] {
  return entries.map((entry) => ({
    entry,
    title: entry.title.toLowerCase(),
    page: entry.page.toLowerCase(),
    text: entry.text.toLowerCase(),
  }));
}

/** Those in which every word is found, the best first; equals stay in the order of the site. */
export function search(
  prepared: readonly Prepared[],
  wanted: string,
  limit = 20,
): readonly SearchEntry[] {
  const words = wordsOf(wanted);
  if (words.length === 0) return [];
  return prepared
    .map((one) => ({ one, score: scoreOf(one, words, wanted.trim().toLowerCase()) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, limit)
    .map(({ one }) => one.entry);
}

export function wordsOf(wanted: string): readonly string[] {
  return wanted.toLowerCase().split(/\s+/).filter(Boolean);
}

/** About the project, not about how to use it. */
const ASIDE = /^(decisions|project|source)\//;

function scoreOf(one: Prepared, words: readonly string[], whole: string): number {
  const scores = words.map((word) => scoreOfWord(one, word));
  if (scores.includes(0)) return 0;
  const phrase = words.length > 1 && one.text.includes(whole) ? 12 : 0;
  const exact = one.title === whole ? 100 : 0;
  const ownPage = one.page === '' ? 6 : 0;
  const sum = scores.reduce((all, score) => all + score, phrase + exact + ownPage);
  return ASIDE.test(one.entry.href) ? sum / 2 : sum;
}

function scoreOfWord({ title, page, text }: Prepared, word: string): number {
  const inTitle = { start: 40, word: 25, inside: 15, none: 0 }[placeOf(title, word)];
  const inPage = { start: 10, word: 8, inside: 4, none: 0 }[placeOf(page, word)];
  const inText = { start: 6, word: 6, inside: 2, none: 0 }[placeOf(text, word)];
  return inTitle + inPage + inText;
}

function placeOf(text: string, word: string): 'start' | 'word' | 'inside' | 'none' {
  const at = text.indexOf(word);
  if (at <= 0) return at === 0 ? 'start' : 'none';
  for (let next = at; next > 0; next = text.indexOf(word, next + 1)) {
    if (!isLetter(text[next - 1] ?? '')) return 'word';
  }
  return 'inside';
}

function isLetter(sign: string): boolean {
  return /[\p{L}\p{N}]/u.test(sign);
}

export interface Piece {
  readonly text: string;
  readonly isMarked: boolean;
}

const BEFORE = 60;
const LENGTH = 200;
/** So far a cut is moved to stand between two words. */
const SLACK = 30;

/** The text around the first word found, in pieces, so that the words can be marked. */
export function excerpt(text: string, wanted: string): readonly Piece[] {
  const words = wordsOf(wanted);
  const low = text.toLowerCase();
  const places = words.map((word) => low.indexOf(word)).filter((at) => at >= 0);
  const first = Math.min(...places) - BEFORE;
  const start = first > 0 && places.length > 0 ? afterGap(text, first) : 0;
  const end = start + LENGTH < text.length ? beforeGap(text, start + LENGTH) : text.length;
  const head = start === 0 ? '' : '… ';
  const tail = end === text.length ? '' : ' …';
  return marks(head + text.slice(start, end) + tail, words);
}

function afterGap(text: string, at: number): number {
  const gap = text.slice(at, at + SLACK).search(/\s/);
  return gap < 0 ? at : at + gap + 1;
}

function beforeGap(text: string, at: number): number {
  const gap = /\s\S*$/.exec(text.slice(at - SLACK, at));
  return gap ? at - SLACK + gap.index : at;
}

/** A text in pieces, those marked that are one of the words. */
export function marks(text: string, words: readonly string[]): readonly Piece[] {
  if (words.length === 0) return [{ text, isMarked: false }];
  const longFirst = words
    .toSorted((a, b) => b.length - a.length)
    .map((word) => word.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  const parts = text.split(new RegExp(`(${longFirst.join('|')})`, 'i'));
  return parts
    .map((part, at) => ({ text: part, isMarked: at % 2 === 1 }))
    .filter((piece) => piece.text !== '');
}
