// The numbers and codes that a virtual card machine issues; equal for equal seed, site, tid and count [C-10.10].

/** A 32-bit hash of `names`; the seed of the functions below. */
export function numberSeed(...names: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const character of names.join('\n')) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return scramble(hash);
}

/** Four digits, 0001 to 9999, then 0001 again. */
export function transactionNumber(count: number): string {
  return String(((count - 1) % 9999) + 1).padStart(4, '0');
}

/** Seven digits that count up from a start value of the machine. */
export function transactionId(seed: number, count: number): string {
  return String(1_000_000 + (((seed % 8_000_000) + count) % 9_000_000));
}

/** Six digits; of a million consecutive counts no two are equal, so that a pre-authorisation is found by them. */
export function authCode(seed: number, count: number): string {
  return String((seed + count * 387_281) % 1_000_000).padStart(6, '0');
}

/** Ten digits: the merchant number of the shop at its acquirer. */
export function merchantId(seed: number): string {
  return String(seed).padStart(10, '0');
}

/** The finaliser of MurmurHash3: mixes the bits of a 32-bit number. */
function scramble(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
