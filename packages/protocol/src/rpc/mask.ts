// Hides what must never be written down: card numbers and tokens, wherever they turn up [C-12.21].

/** 12 to 19 digits, as ISO/IEC 7812 card numbers have, single spaces or dashes between allowed. */
const CARD_NUMBER = /\d(?:[ -]?\d){11,18}/g;
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
const ID_OR_UUID = new RegExp(`("(?:id|paymentId|reportId)": ?")?${UUID.source}`, 'gi');
const IN_ADDRESS = /([?&]token=)[^&\s"]+/gi;

/** Longest text of a till that is repeated to it [C-3.18]. */
const MAX_REPEATED = 80;
/** How far before the end of a start it may be masked otherwise than in the whole text. */
const UNSURE = 80;
/** The first start that is tried; then one eight times as long. */
const START = 512;

/**
 * `text` as it may be repeated to the other side: masked, and cut between two characters; `spell` says
 * how it is written there.
 */
export function maskedExcerpt(text: string, spell = asItIs): string {
  const masked = maskedStart(text, spell);
  if (masked.length <= MAX_REPEATED) return masked;
  return `${masked.slice(0, MAX_REPEATED - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** Of a long text no more than can be repeated is looked at: who sends one must not keep us busy. */
function maskedStart(text: string, spell: (start: string) => string): string {
  for (let size = START; size < text.length; size *= 8) {
    const start = mask(spell(text.slice(0, size)));
    if (start.length > MAX_REPEATED + UNSURE) return start;
  }
  return mask(spell(text));
}

function asItIs(text: string): string {
  return text;
}

/**
 * `text` with every card number cut to its last four. Other long numbers, such as the references on
 * receipts, stay: only what passes the check digit of ISO/IEC 7812 is taken for a card number.
 */
export function maskPans(text: string): string {
  return text.replace(CARD_NUMBER, (found) => {
    const digits = found.replace(/\D/g, '');
    return hasCheckDigit(digits) ? `${'*'.repeat(digits.length - 4)}${digits.slice(-4)}` : found;
  });
}

/** The Luhn formula. */
function hasCheckDigit(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits.at(-1 - place)) * (place % 2 === 0 ? 1 : 2);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}

/**
 * A frame as it may be shown to those who run the gateway: it stays readable, but for tokens and card
 * numbers. An id may look like a token and is none: it pairs an answer with its request, or tells a
 * payment that comes again from another [C-9.23].
 */
export function maskFrame(text: string): string {
  const starred = text
    .replace(IN_ADDRESS, '$1********')
    .replace(ID_OR_UUID, (found, id: string | undefined) =>
      id === undefined ? '********' : found,
    );
  return maskPans(starred);
}

/** `text` with every card number cut to its last four and every token taken out. */
export function mask(text: string): string {
  return text
    .replace(IN_ADDRESS, '$1********')
    .replace(UUID, '********')
    .replace(CARD_NUMBER, (digits) => `************${digits.slice(-4)}`);
}
