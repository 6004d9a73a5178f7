// Reads JSON text and remembers where everything stands in it, so that a fault can be shown where it
// is. Stops at the first thing that is not JSON and says so in words. Pure.

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Where a value stands, and its key if it is a member of an object. */
export interface Spot extends Range {
  readonly key?: Range;
}

export type ReadJson =
  | { readonly ok: true; readonly value: unknown; readonly spots: ReadonlyMap<string, Spot> }
  | { readonly ok: false; readonly at: number; readonly problem: string };

/** By path (RFC 6901). Of a key that stands twice the last counts, as everywhere. */
export function readJson(text: string): ReadJson {
  const reader = new Reader(text);
  try {
    const value = reader.document();
    return { ok: true, value, spots: reader.spots };
  } catch (cause) {
    if (cause instanceof NotJson) return { ok: false, at: cause.at, problem: cause.message };
    throw cause;
  }
}

class NotJson extends Error {
  readonly at: number;

  constructor(at: number, problem: string) {
    super(problem);
    this.name = 'NotJson';
    this.at = at;
  }
}

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\]|\\.)*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[A-Za-z_$'][\w$']*/y;
const words: Readonly<Record<string, unknown>> = { true: true, false: false, null: null };

class Reader {
  readonly spots = new Map<string, Spot>();
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): unknown {
    this.#skip();
    if (this.#at === this.#text.length) throw new NotJson(0, 'Nothing here yet.');
    const value = this.#value('');
    this.#skip();
    if (this.#at < this.#text.length) throw new NotJson(this.#at, 'More follows after the end.');
    return value;
  }

  #value(path: string, key?: Range): unknown {
    this.#skip();
    const from = this.#at;
    const value = this.#anyValue(path);
    this.spots.set(path, { from, to: this.#at, ...(key && { key }) });
    return value;
  }

  #anyValue(path: string): unknown {
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(path);
      case '[':
        return this.#array(path);
      case '"':
        return this.#string();
      default:
        return this.#scalar();
    }
  }

  #object(path: string): unknown {
    const members: [string, unknown][] = [];
    this.#at += 1;
    if (this.#taken('}')) return {};
    do {
      this.#skip();
      const from = this.#at;
      if (this.#text[from] !== '"')
        throw new NotJson(from, this.#instead('a key in double quotes'));
      const key = this.#string();
      const keyRange = { from, to: this.#at };
      if (!this.#taken(':')) throw new NotJson(this.#at, this.#instead('a colon after the key'));
      const inner = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      members.push([key, this.#value(inner, keyRange)]);
    } while (this.#taken(','));
    if (!this.#taken('}')) throw new NotJson(this.#at, this.#instead('a comma or }'));
    return Object.fromEntries(members);
  }

  #array(path: string): unknown {
    const items: unknown[] = [];
    this.#at += 1;
    if (this.#taken(']')) return items;
    do items.push(this.#value(`${path}/${items.length}`));
    while (this.#taken(','));
    if (!this.#taken(']')) throw new NotJson(this.#at, this.#instead('a comma or ]'));
    return items;
  }

  #string(): string {
    const from = this.#at;
    const text = textIn(this.#match(STRING));
    if (text !== undefined) return text;
    const problem = 'This text does not end, or holds a character that must be escaped.';
    throw new NotJson(from, problem);
  }

  #scalar(): unknown {
    const from = this.#at;
    const number = this.#match(NUMBER);
    if (number !== undefined) {
      if (/[\w.]/.test(this.#text[this.#at] ?? '')) {
        throw new NotJson(from, 'A number is written like 12 or -1.5, without leading zeros.');
      }
      return Number(number);
    }
    const word = this.#match(WORD);
    if (word !== undefined && Object.hasOwn(words, word)) return words[word];
    this.#at = from;
    throw new NotJson(from, this.#instead('a value'));
  }

  #taken(mark: string): boolean {
    this.#skip();
    if (this.#text[this.#at] !== mark) return false;
    this.#at += 1;
    return true;
  }

  #skip(): void {
    this.#match(SPACE);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #instead(expected: string): string {
    const rest = this.#text.slice(this.#at, this.#at + 1);
    return rest === ''
      ? `The text ends; expected ${expected}.`
      : `Expected ${expected}, got ${rest}`;
  }
}

/** Undefined where it is no text that JSON may hold, as one with a bare line break. */
function textIn(quoted = ''): string | undefined {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}
