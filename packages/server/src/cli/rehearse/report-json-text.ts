// JSON text with line breaks, for people: nothing in it is read or written anew, so that digits and repeated keys stay
// as they were sent.

const INDENT = '  ';
/** What fits stays on one line. */
const WIDTH = 92;
/** Deeper JSON stays as it is. */
const MAX_DEPTH = 100;
/** A string, a bracket, a comma or colon, or anything else up to the next of these. */
const PARTS = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s"[\]{},:]+/g;

/** The text itself if it is no JSON. */
export function indentJson(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  const parts = (text.match(PARTS) ?? []).values();
  const value = readValue(parts, 0);
  return value === undefined ? text : layValue(value, '', '');
}

/** An object or array, or the text of any other value. */
type Value =
  | string
  | {
      readonly open: string;
      readonly close: string;
      readonly items: readonly Item[];
      /** On one line. */
      readonly short: string;
    };
interface Item {
  /** With its colon; empty in an array. */
  readonly key: string;
  readonly value: Value;
}

/** Undefined if it is too deep. */
function readValue(parts: Iterator<string>, depth: number): Value | undefined {
  const open = next(parts);
  return isOpen(open) ? readContainer(open, parts, depth) : open;
}

function readContainer(open: string, parts: Iterator<string>, depth: number): Value | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const items: Item[] = [];
  let part = next(parts);
  while (!isClose(part)) {
    let key = '';
    if (open === '{') {
      key = `${part}${next(parts)} `;
      part = next(parts);
    }
    const value = isOpen(part) ? readContainer(part, parts, depth + 1) : part;
    if (value === undefined) return undefined;
    items.push({ key, value });
    part = next(parts);
    if (part === ',') part = next(parts);
  }
  const inner = items.map(({ key, value }) => key + shortOf(value)).join(', ');
  const gap = open === '{' && items.length > 0 ? ' ' : '';
  return { open, close: part, items, short: `${open}${gap}${inner}${gap}${part}` };
}

function layValue(value: Value, indent: string, key: string): string {
  const short = `${indent}${key}${shortOf(value)}`;
  if (typeof value === 'string' || value.items.length === 0 || short.length <= WIDTH) return short;
  const inner = value.items.map((item) => layValue(item.value, indent + INDENT, item.key));
  return `${indent}${key}${value.open}\n${inner.join(',\n')}\n${indent}${value.close}`;
}

function shortOf(value: Value): string {
  return typeof value === 'string' ? value : value.short;
}

/** The text is JSON, so that there is one wherever it is asked for. */
function next(parts: Iterator<string>): string {
  return parts.next().value ?? '';
}

function isOpen(part: string): boolean {
  return part === '{' || part === '[';
}

/** An empty part ends, too: nothing is read for ever. */
function isClose(part: string): boolean {
  return part === '}' || part === ']' || part === '';
}
