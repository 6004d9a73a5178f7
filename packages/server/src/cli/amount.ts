// Money as people type it: decimal text, to whole minor units without ever being a float.

import { amountText } from '../application/journal/money-text.ts';
import { UsageError } from './exit-code.ts';

const AMOUNT = /^(\d{1,8})(?:\.(\d{1,2}))?$/;

interface Bounds {
  /** Minor units. */
  readonly least?: number;
  readonly most: number;
}

/** `12.34`, `12` and `0.5` (fifty pence) to 1234, 1200 and 50. Throws `UsageError`. */
export function readAmount(name: string, text: string, { least = 1, most }: Bounds): number {
  const [, whole, part = ''] = AMOUNT.exec(text.trim()) ?? [];
  if (whole === undefined) {
    throw new UsageError(
      `${name}: "${text}" is no amount. Write it like 12.34: digits, a point, at most two ` +
        'decimals; no comma, sign or currency.',
    );
  }
  const minor = Number(whole + part.padEnd(2, '0'));
  if (minor < least || minor > most) {
    throw new UsageError(`${name}: expected ${amountText(least)} to ${amountText(most)}.`);
  }
  return minor;
}
