// Full-text search of the documentation by MiniSearch. The build of the pages calls `buildIndex` and writes its text;
// the search box loads that text by `openIndex` when somebody first searches, and calls `search`.
// Words are compared by their stems; a query of which nothing is found is tried again with spelling mistakes allowed.

import type { AsPlainObject, Options } from 'minisearch';
import MiniSearch from 'minisearch';
import { stemmer } from 'stemmer';

/** One section of a page: a heading, a message, or a rule of the contract, with the text below it. */
export interface SearchEntry {
  readonly title: string;
  /** Title of the page that contains the section; empty if the section is the beginning of its page. */
  readonly page: string;
  /** Address below `/docs/`; unique. */
  readonly href: string;
  readonly text: string;
}

export interface SearchHit {
  readonly entry: SearchEntry;
  /** Terms of the index that matched, for `marked` and `excerpt`. */
  readonly terms: ReadonlySet<string>;
}

export type SearchIndex = MiniSearch<SearchEntry>;

/** The index of these sections as JSON. */
export function buildIndex(entries: readonly SearchEntry[]): string {
  const index = new MiniSearch<SearchEntry>(options);
  index.addAll(entries);
  return JSON.stringify(index);
}

/** Reads what `buildIndex` wrote. */
export function openIndex(json: string): SearchIndex {
  return MiniSearch.loadJS<SearchEntry>(JSON.parse(json) as AsPlainObject, options);
}

/** Sections that have all words of the query, the best first. */
export function search(index: SearchIndex, query: string, limit = 20): readonly SearchHit[] {
  const exact = index.search(query);
  const results = exact.length > 0 ? exact : index.search(query, { fuzzy: allowedEdits });
  const phrase = query.trim().toLowerCase();
  return results
    .map(({ score, match, title, page, href, text }) => {
      const entry = { title, page, href, text } as SearchEntry;
      return {
        entry,
        terms: new Set(Object.keys(match)),
        score: score * phraseFactor(entry, phrase),
      };
    })
    .toSorted((a, b) => b.score - a.score)
    .slice(0, limit);
}

/** The words of the query next to each other count for more than the same words apart. */
function phraseFactor({ title, text }: SearchEntry, phrase: string): number {
  if (title.toLowerCase() === phrase) return 4;
  return text.toLowerCase().includes(phrase) ? 1.2 : 1;
}

/** Names and numbers are exact; in a short word one letter may be wrong, in a longer one two. */
function allowedEdits(term: string): number | boolean {
  if (/\d/.test(term) || term.length < 4) return false;
  return term.length < 7 ? 1 : 2;
}

/** Pages about the project rather than about how to use it. */
const PROJECT = /^(decisions|project|source)\//;
const OLD_MESSAGE = /^messages\/v0\//;
/** Tables that explain each code or setting once; their length would rank them last. */
const REFERENCE = /^(errors|settings)$/;

function weightOf(href: string): number {
  if (PROJECT.test(href)) return 0.5;
  if (REFERENCE.test(href)) return 3;
  return OLD_MESSAGE.test(href) ? 0.9 : 1;
}

/** Rule numbers, error codes and C# are one word each. */
const WORD = /C#|C-\d+\.\d+|-\d{5}|[\p{L}\p{N}_]+/giu;

const STOP_WORDS = new Set(
  'a an and are as at be by for from has have how if in is it its of on or that the this to was what when with'.split(
    ' ',
  ),
);

/** Words of our readers that the documentation calls otherwise: both are the same term. */
const SYNONYMS: Readonly<Record<string, string>> = {
  tip: 'gratuity',
  disconnect: 'drop',
  reconnect: 'resume',
  epos: 'till',
  pos: 'till',
  pdq: 'terminal',
  golang: 'go',
  csharp: 'c#',
};

function termOf(word: string): string {
  const stem = stemmer(word.toLowerCase());
  const synonym = Object.hasOwn(SYNONYMS, stem) ? SYNONYMS[stem] : undefined;
  return synonym === undefined ? stem : stemmer(synonym);
}

/** `tableLockRequest` is found by its parts as well, `-32071` without its sign. */
function termsOf(word: string): string[] | null {
  if (STOP_WORDS.has(word.toLowerCase())) return null;
  const isRule = /^C-\d/i.test(word);
  const parts = isRule ? [] : word.split(/(?<=[a-z])(?=[A-Z])|[_-]/).filter(Boolean);
  return [...new Set([word, ...parts].map(termOf))];
}

const options: Options<SearchEntry> = {
  idField: 'href',
  fields: ['title', 'page', 'text'],
  storeFields: ['title', 'page', 'href', 'text'],
  tokenize: (text) => text.match(WORD) ?? [],
  processTerm: termsOf,
  searchOptions: {
    combineWith: 'AND',
    prefix: true,
    boost: { title: 5, page: 2 },
    boostDocument: (href) => weightOf(String(href)),
    processTerm: (word) => (STOP_WORDS.has(word.toLowerCase()) ? null : termOf(word)),
  },
};

export interface Piece {
  readonly text: string;
  readonly isMarked: boolean;
}

const BEFORE = 60;
const LENGTH = 200;
/** The excerpt may start and end this many characters further on, so that it does so between two words. */
const SLACK = 30;

/** The text around the first word that matched, in pieces of which the matching words are marked. */
export function excerpt(text: string, terms: ReadonlySet<string>): readonly Piece[] {
  const first = (matchesIn(text, terms)[0]?.index ?? 0) - BEFORE;
  const start = first > 0 ? afterGap(text, first) : 0;
  const end = start + LENGTH < text.length ? beforeGap(text, start + LENGTH) : text.length;
  const head = start === 0 ? '' : '… ';
  const tail = end === text.length ? '' : ' …';
  return marked(head + text.slice(start, end) + tail, terms);
}

function afterGap(text: string, at: number): number {
  const gap = text.slice(at, at + SLACK).search(/\s/);
  return gap < 0 ? at : at + gap + 1;
}

function beforeGap(text: string, at: number): number {
  const gap = /\s\S*$/.exec(text.slice(at - SLACK, at));
  return gap ? at - SLACK + gap.index : at;
}

/** A text in pieces; words are marked of which a term matched. */
export function marked(text: string, terms: ReadonlySet<string>): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const { 0: word, index } of matchesIn(text, terms)) {
    if (index > end) pieces.push({ text: text.slice(end, index), isMarked: false });
    pieces.push({ text: word, isMarked: true });
    end = index + word.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), isMarked: false });
  return pieces;
}

function matchesIn(text: string, terms: ReadonlySet<string>): readonly RegExpExecArray[] {
  return [...text.matchAll(WORD)].filter(([word]) =>
    termsOf(word)?.some((term) => terms.has(term)),
  );
}
