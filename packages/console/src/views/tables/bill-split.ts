// Splits a bill into equal shares and computes the gratuity of a share. Pure; amounts are minor units.

/** How many cards still share what is left, or `part`: an amount that is typed. */
export type Split = 1 | 2 | 3 | 4 | 'part';

/** What the next card pays: the odd pennies go first. */
export function shareOf(left: number, split: Split, part: number): number {
  if (split === 'part') return Math.min(part, left);
  return Math.ceil(left / split);
}

/** After one card has paid its share. */
export function nextSplit(split: Split): Split {
  if (split === 'part' || split === 1) return 1;
  return (split - 1) as Split;
}

/** Parts of a thousand. */
export type GratuityRate = 0 | 100 | 125 | 150;

/** On top of a share, to the nearest penny. */
export function gratuityOf(share: number, rate: GratuityRate): number {
  return Math.floor((share * rate + 500) / 1000);
}
