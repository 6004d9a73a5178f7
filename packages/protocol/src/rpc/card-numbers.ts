// Finds card numbers (PAN) in a text, however their digits are spelled and separated, and masks all but the last
// four digits. For `mask.ts`.

/** Of a card number (ISO/IEC 7812). */
const MIN_DIGITS = 12;
const MAX_DIGITS = 19;
/** Most separators between two digits of one number. */
const MAX_SEPARATORS = 3;
const VISIBLE_DIGITS = 4;

/** Full-width digits are those of keyboards for Chinese, Japanese and Korean. */
const DIGIT = '[0-9\\uff10-\\uff19]';
/** Spaces, dashes and dots of any kind, and characters that are not visible. */
const SEPARATOR = '[\\p{Zs}\\p{Pd}\\p{Cf}\\t\\u2212.\\u00b7\\u2024\\u2027\\uff0e]';
const SEPARATORS = new RegExp(`^${SEPARATOR}{1,${MAX_SEPARATORS}}$`, 'u');

const IS_DIGIT = new RegExp(DIGIT);

/** Enough digits for a card number, with what may be between them: the source of a regular expression with the flag `u`. */
export const LONG_RUN = `${DIGIT}(?:${SEPARATOR}{0,${MAX_SEPARATORS}}${DIGIT}){${MIN_DIGITS - 1},}`;
const RUN = new RegExp(LONG_RUN, 'gu');

const DIGITS = new RegExp(`${DIGIT}+`, 'g');
const ESCAPE = /\\[tu]/i;
/** In JSON text an escape may stand for a digit or a separator. */
const DIGITS_AND_ESCAPES = new RegExp(`\\\\[\\\\t]|\\\\u[0-9a-f]{4}|${DIGIT}+`, 'gi');

const OCTET = '(?:1\\d\\d|2[0-4]\\d|25[0-5])';
/** An amount, a date, a time or an IPv4 address. */
const ORDINARY =
  `(?:-?\\d{1,6}\\.\\d\\d|(?:0[1-9]|[12]\\d|3[01])\\.(?:0[1-9]|1[0-2])\\.(?:20)?\\d\\d|` +
  `(?:[01]\\d|2[0-3])\\.[0-5]\\d\\.[0-5]\\d|${OCTET}(?:\\.${OCTET}){3})`;
/** Several in a row are no card number. */
const ALL_ORDINARY = new RegExp(`^${ORDINARY}(?: +${ORDINARY})*$`);

/** Digits that may be of one number: at most three separators are between two of them. */
interface Run {
  readonly values: number[];
  /** Where each digit begins in the text, and its length there. */
  readonly positions: number[];
  readonly lengths: number[];
  /** Indices of the digits that have a separator, or nothing, before them. */
  readonly groups: number[];
}

/**
 * `text` with a star for every digit but the last four of each card number, and without the separators in it. A
 * card number is 12 to 19 digits with a correct check digit (ISO/IEC 7812) that begin and end where digits begin and
 * end. `json`: the text is JSON, with escapes. Takes time in proportion to the length.
 */
export function starCardNumbers(text: string, json = false): string {
  const unescaped = json && ESCAPE.test(text) ? starRuns(text, true) : text;
  // Most texts have no such run, and are returned as they are.
  return unescaped.replace(RUN, (run) => starRuns(run, false));
}

function starRuns(text: string, json: boolean): string {
  let masked = '';
  let copied = 0;
  for (const run of runsIn(text, json)) {
    const starred = starRun(text, run, copied);
    if (starred === undefined) continue;
    masked += starred;
    copied = endOf(run);
  }
  return masked + text.slice(copied);
}

function* runsIn(text: string, json: boolean): Generator<Run> {
  let run = emptyRun();
  let gap = '';
  let end = 0;
  for (const { 0: found, index } of text.matchAll(json ? DIGITS_AND_ESCAPES : DIGITS)) {
    gap += text.slice(end, index);
    end = index + found.length;
    const digits = unescaped(found);
    if (!IS_DIGIT.test(digits)) {
      gap += digits;
      continue;
    }
    if (digits.length > MAX_DIGITS) {
      yield run;
      run = emptyRun();
      gap = '';
      continue;
    }
    if (gap !== '' && !SEPARATORS.test(gap)) {
      yield run;
      run = emptyRun();
    }
    if (gap !== '' || run.values.length === 0) run.groups.push(run.values.length);
    gap = '';
    addDigits(run, digits, { index, length: found.length / digits.length });
  }
  yield run;
}

function emptyRun(): Run {
  return { values: [], positions: [], lengths: [], groups: [] };
}

function endOf({ positions, lengths }: Run): number {
  return (positions.at(-1) ?? 0) + (lengths.at(-1) ?? 0);
}

/** The character that an escape stands for; digits are returned as they are. */
function unescaped(found: string): string {
  if (!found.startsWith('\\')) return found;
  if (found.length === 2) return found === '\\\\' ? '\\' : '\t';
  return String.fromCharCode(Number.parseInt(found.slice(2), 16));
}

interface Place {
  readonly index: number;
  /** Of each digit in the text. */
  readonly length: number;
}

function addDigits(run: Run, digits: string, { index, length }: Place): void {
  for (let offset = 0; offset < digits.length; offset += 1) {
    // Of ASCII digits and of full-width ones the last four bits are the value.
    run.values.push(digits.charCodeAt(offset) & 0xf);
    run.positions.push(index + offset);
    run.lengths.push(length);
  }
}

/** The text from `from` to the end of the run, masked; undefined if no card number is in the run. */
function starRun(text: string, run: Run, from: number): string | undefined {
  const { values, positions, lengths } = run;
  const numbers = cardNumbersIn(text, run);
  if (numbers.length === 0) return undefined;
  const isStarred = new Uint8Array(values.length);
  const isJoined = new Uint8Array(values.length);
  for (const [start, end] of numbers) {
    isStarred.fill(1, start, end - VISIBLE_DIGITS);
    isJoined.fill(1, start + 1, end);
  }
  let masked = '';
  let end = from;
  for (const [index, position] of positions.entries()) {
    if (isJoined[index] === 0) masked += text.slice(end, position);
    end = position + (lengths[index] ?? 0);
    masked += isStarred[index] === 1 ? '*' : text.slice(position, end);
  }
  return masked;
}

/** The digits from `start` to before `end`. */
type CardNumber = readonly [start: number, end: number];

/** They may overlap: of several that a text can be read as, none is left. */
function cardNumbersIn(text: string, run: Run): readonly CardNumber[] {
  const { values, groups } = run;
  if (values.length < MIN_DIGITS) return [];
  const numbers: CardNumber[] = [];
  for (const [first, start] of groups.entries()) {
    for (let next = first + 1; next <= groups.length; next += 1) {
      const end = groups[next] ?? values.length;
      if (end - start > MAX_DIGITS) break;
      const isNumber = end - start >= MIN_DIGITS && hasCheckDigit(values, [start, end]);
      if (isNumber && !ALL_ORDINARY.test(textOf(text, run, [start, end])))
        numbers.push([start, end]);
    }
  }
  return numbers;
}

function textOf(text: string, { positions, lengths }: Run, [start, end]: CardNumber): string {
  const last = end - 1;
  return text.slice(positions[start], (positions[last] ?? 0) + (lengths[last] ?? 0));
}

/** Whether the last of the digits from `start` to before `end` is the check digit of the others (Luhn). */
function hasCheckDigit(values: readonly number[], [start, end]: CardNumber): boolean {
  let sum = 0;
  for (let index = start; index < end; index += 1) {
    const value = values[index] ?? 0;
    const isDoubled = (end - index) % 2 === 0;
    sum += isDoubled ? 2 * value - (value > 4 ? 9 : 0) : value;
  }
  return sum % 10 === 0;
}
