// Masks card numbers and tokens in texts that are logged, stored, shown or sent back [C-12.21].

import { LONG_RUN, starCardNumbers } from './card-numbers.ts';
import { CONTROLS, replaceControls } from './characters.ts';

/** 12 to 19 digits, as card numbers have, single spaces or dashes between allowed, whatever the check digit. */
const LONG_NUMBER = /\d(?:[ -]?\d){11,18}/g;
/** A token in every spelling in which it is accepted [C-2.26]. */
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/gi;
const ID_OR_UUID = new RegExp(`("(?:id|paymentId|reportId)": ?")?(?:${UUID.source})`, 'gi');
/** Ids stay as they are, for the journal has them anyway. The UUIDs that `maskFrame` leaves are ids, too. */
const ID_OR_LONG_NUMBER = new RegExp(
  `"(?:id|transactionId|applicationId)": ?(?:"[^"\\\\]*"|\\d+)|${UUID.source}|(${LONG_NUMBER.source})`,
  'gi',
);
/** Found in what may have to be sanitized. */
const TO_SANITIZE = new RegExp(`[${CONTROLS}]|${LONG_RUN}`, 'u');
const IN_ADDRESS = /([?&;]token=)[^&\s"]+/gi;

/** Longest excerpt of a received text that is sent back [C-3.18]. */
const MAX_EXCERPT = 80;
/** Within this many characters of its end a cut text may be masked differently from the whole text. */
const UNCERTAIN_TAIL = 512;
/** Characters of a long text that are masked first; if too few are left, eight times as many. */
const FIRST_CUT = 1024;

/**
 * At most 80 characters of `text`, masked and cut between two characters, to be sent back in an error
 * [C-3.18]. `format` is applied before masking, for example `JSON.stringify`.
 */
export function maskedExcerpt(text: string, format = unchanged): string {
  const masked = maskedStart(text, format);
  if (masked.length <= MAX_EXCERPT) return masked;
  return `${masked.slice(0, MAX_EXCERPT - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** Masks only as much of a long text as an excerpt needs, so that long texts cost little time. */
function maskedStart(text: string, format: (start: string) => string): string {
  for (let size = FIRST_CUT; size < text.length; size *= 8) {
    const start = mask(format(text.slice(0, size)));
    if (start.length > MAX_EXCERPT + UNCERTAIN_TAIL) return start;
  }
  return mask(format(text));
}

function unchanged(text: string): string {
  return text;
}

/**
 * Masks all but the last four digits of every card number (PAN) in `text`, whatever separates its digits. Only
 * numbers with a correct check digit (ISO/IEC 7812) count as card numbers, so that references on receipts stay
 * readable.
 */
export function maskPans(text: string): string {
  return starCardNumbers(text);
}

/**
 * Masks the tokens and card numbers of a whole message, for operators. UUIDs that are the value of `id`,
 * `paymentId` or `reportId` stay: they are no tokens, and they show which messages belong together [C-9.23].
 */
export function maskFrame(text: string): string {
  const withoutTokens = text.replace(IN_ADDRESS, '$1********');
  let masked = '';
  let end = 0;
  for (const { 0: found, 1: id, index } of withoutTokens.matchAll(ID_OR_UUID)) {
    masked += maskEscapedPans(withoutTokens.slice(end, index));
    masked += id === undefined ? '********' : found;
    end = index + found.length;
  }
  return masked + maskEscapedPans(withoutTokens.slice(end));
}

/**
 * Masks a whole message that is stored: as `maskFrame`, but everything that may be a card number, whatever the check digit,
 * unless it is an id.
 */
export function maskStoredFrame(text: string): string {
  return maskFrame(text).replace(ID_OR_LONG_NUMBER, (found, long?: string) =>
    long === undefined ? found : starred(long),
  );
}

/**
 * Masks every token and everything that may be a card number in `text`, for logs. It is stricter than
 * `maskFrame`: check digits do not matter, and every UUID is masked.
 */
export function mask(text: string): string {
  const withoutTokens = text.replace(IN_ADDRESS, '$1********').replace(UUID, '********');
  return maskEscapedPans(withoutTokens).replace(LONG_NUMBER, starred);
}

function starred(digits: string): string {
  return `************${digits.slice(-4)}`;
}

/** The text may be JSON: there a digit or a separator may be an escape. */
function maskEscapedPans(text: string): string {
  return starCardNumbers(text, true);
}

/**
 * What a card machine reports, as it may be stored, sent and shown: in every text and name card numbers are masked
 * [C-12.21], and a space stands for each control character [C-13.20]. The value itself if that changes nothing.
 */
export function sanitizeTexts<T>(value: T): T {
  return (isSanitized(value) ? value : sanitizeDeep(value)) as T;
}

function sanitizeText(text: string): string {
  return replaceControls(maskPans(text), ' ');
}

function isSanitizedText(text: string): boolean {
  return !TO_SANITIZE.test(text) || sanitizeText(text) === text;
}

/** Makes no copies: nearly all reports are. */
function isSanitized(value: unknown): boolean {
  if (typeof value === 'string') return isSanitizedText(value);
  if (Array.isArray(value)) return value.every(isSanitized);
  if (typeof value !== 'object' || value === null) return true;
  const fields = value as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(fields)) {
    if (!isSanitizedText(key) || !isSanitized(fields[key])) return false;
  }
  return true;
}

function sanitizeDeep(value: unknown): unknown {
  if (typeof value === 'string') return sanitizeText(value);
  if (Array.isArray(value)) return value.map(sanitizeDeep);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [
    sanitizeText(key),
    sanitizeDeep(inner),
  ]);
  return Object.fromEntries(entries);
}
