// The numbers that a virtual card machine gives out: the same for the same seed, site, tid and
// count [C-10.10].

/** What all numbers of one machine grow from. */
export function numberSeed(...names: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const character of names.join('\n')) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return scramble(hash);
}

/** Four digits, 0001 to 9999 and round again. */
export function transactionNumber(count: number): string {
  return String(((count - 1) % 9999) + 1).padStart(4, '0');
}

/** Seven digits that count up from where this machine began. */
export function transactionId(root: number, count: number): string {
  return String(1_000_000 + (((root % 8_000_000) + count) % 9_000_000));
}

/** Six capitals or digits. */
export function authCode(root: number, count: number): string {
  const chance = scramble(root + Math.imul(count, 0x9e3779b9)) % 36 ** 6;
  return chance.toString(36).toUpperCase().padStart(6, '0');
}

/** Ten digits: the shop's number at its acquirer. */
export function merchantId(root: number): string {
  return String(root).padStart(10, '0');
}

/** A well-mixed 32-bit number (the finish of MurmurHash3). */
function scramble(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
