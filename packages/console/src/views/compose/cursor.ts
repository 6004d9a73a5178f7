// What a cursor in JSON text stands at, however unfinished the text is: a key or a value, of which
// object, and which keys that object has already. Pure.

export interface Cursor {
  readonly at: 'key' | 'value';
  /** Of the object or array around a key; of the value itself. */
  readonly path: readonly string[];
  /** What is there and would be replaced. */
  readonly from: number;
  readonly to: number;
  /** Of a key: those its object has, without the one at the cursor. */
  readonly keys: readonly string[];
  /** Whether another member or item follows, so that a comma is needed. */
  readonly more: boolean;
}

interface Token {
  readonly kind: 'mark' | 'text' | 'word';
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** One open object or array. */
interface Level {
  readonly isObject: boolean;
  readonly path: readonly string[];
  readonly keys: string[];
  key: string;
  index: number;
  /** Of an object: whether a value comes next, not a key. */
  afterColon: boolean;
}

/** A text that is not closed ends with its line. */
const TOKEN = /"(?:[^"\\\n]|\\.)*"?|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Undefined where nothing can be written, such as right after a value. */
export function cursorAt(text: string, position: number): Cursor | undefined {
  const tokens = tokensOf(text);
  const here = tokens.find((one) => one.kind !== 'mark' && touches(one, position));
  const before = tokens.filter((one) => one.to <= position && one !== here);
  const level = walk(before).at(-1);
  if (!level) return undefined;
  const { from, to } = here ?? { from: position, to: position };
  const after = tokens.filter((one) => one.from >= to && one !== here);
  if (!here && lastIsValue(before)) return undefined;
  if (level.isObject && !level.afterColon) {
    const keys = [...level.keys, ...laterKeys(after)];
    return {
      at: 'key',
      path: level.path,
      from,
      to,
      keys,
      more: after[0]?.text.startsWith('"') ?? false,
    };
  }
  const path = [...level.path, level.isObject ? level.key : String(level.index)];
  return { at: 'value', path, from, to, keys: [], more: false };
}

function tokensOf(text: string): readonly Token[] {
  return [...text.matchAll(TOKEN)].map(({ 0: found, index }) => ({
    kind: kindOf(found),
    from: index,
    to: index + found.length,
    text: found,
  }));
}

function kindOf(found: string): Token['kind'] {
  if (found.startsWith('"')) return 'text';
  return /^[{}[\],:]$/.test(found) ? 'mark' : 'word';
}

/** Right behind a closed text is behind it, not in it. */
function touches({ kind, from, to, text }: Token, position: number): boolean {
  const closed = kind === 'text' && text.length > 1 && text.endsWith('"');
  return from < position && (closed ? position < to : position <= to);
}

function lastIsValue(before: readonly Token[]): boolean {
  const last = before.at(-1);
  return last !== undefined && (last.kind !== 'mark' || last.text === '}' || last.text === ']');
}

function walk(tokens: readonly Token[]): readonly Level[] {
  const levels: Level[] = [];
  for (const token of tokens) step(levels, token);
  return levels;
}

function step(levels: Level[], { kind, text }: Token): void {
  const level = levels.at(-1);
  if (text === '{' || text === '[') {
    levels.push(newLevel(text === '{', level));
  } else if (text === '}' || text === ']') {
    levels.pop();
  } else if (!level) {
    return;
  } else if (text === ',') {
    level.afterColon = false;
    level.index += 1;
  } else if (text === ':') {
    level.afterColon = true;
  } else if (kind === 'text' && level.isObject && !level.afterColon) {
    level.key = unquoted(text);
    level.keys.push(level.key);
  }
}

function newLevel(isObject: boolean, around: Level | undefined): Level {
  const name = around?.isObject ? around.key : String(around?.index ?? 0);
  const path = around ? [...around.path, name] : [];
  return { isObject, path, keys: [], key: '', index: 0, afterColon: false };
}

/** Keys of the same object behind the cursor: a text and a colon on the level it stands on. */
function laterKeys(after: readonly Token[]): readonly string[] {
  const keys: string[] = [];
  let depth = 0;
  for (const [index, { text, kind }] of after.entries()) {
    if (text === '{' || text === '[') depth += 1;
    if (text === '}' || text === ']') depth -= 1;
    if (depth < 0) break;
    if (depth === 0 && kind === 'text' && after[index + 1]?.text === ':') keys.push(unquoted(text));
  }
  return keys;
}

function unquoted(text: string): string {
  return text.replace(/^"|"$/g, '');
}
