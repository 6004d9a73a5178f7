// Hides what must never be written down: card numbers and tokens, wherever they turn up [C-12.21].

/** 12 to 19 digits, as ISO/IEC 7812 card numbers have, single spaces or dashes between allowed. */
const CARD_NUMBER = /\d(?:[ -]?\d){11,18}/g;
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
const IN_ADDRESS = /([?&]token=)[^&\s"]+/gi;

/** Longest text of a till that is repeated to it [C-3.18]. */
const MAX_REPEATED = 80;

/** `text` as it may be repeated to the other side: masked, and cut between two characters. */
export function repeatable(text: string): string {
  const masked = mask(text);
  if (masked.length <= MAX_REPEATED) return masked;
  return `${masked.slice(0, MAX_REPEATED - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** `text` with every card number cut to its last four and every token taken out. */
export function mask(text: string): string {
  return text
    .replace(IN_ADDRESS, '$1********')
    .replace(UUID, '********')
    .replace(CARD_NUMBER, (digits) => `************${digits.slice(-4)}`);
}
