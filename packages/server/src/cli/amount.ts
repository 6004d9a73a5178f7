// Amounts on the command line: decimal text in, whole minor units out.

import { AMOUNT_FORM, parseAmount } from '@tillgate/protocol';
import { amountText } from '../application/journal/money-text.ts';
import { UsageError } from './exit-code.ts';

interface Bounds {
  /** Minor units. */
  readonly least?: number;
  readonly most: number;
}

/** `12.34`, `12` and `0.5` (fifty pence) to 1234, 1200 and 50. Throws `UsageError`. */
export function readAmount(name: string, text: string, { least = 1, most }: Bounds): number {
  const minor = parseAmount(text);
  if (minor === undefined) {
    throw new UsageError(`${name}: "${text}" is no amount. ${AMOUNT_FORM}`);
  }
  if (minor < least || minor > most) {
    throw new UsageError(`${name}: expected ${amountText(least)} to ${amountText(most)}.`);
  }
  return minor;
}
