// The printer of the machine: whether it has paper, and the sheets that were printed and not torn off yet.

import { signal } from '@preact/signals';
import type { TillReceiptLine } from '@tillgate/client';
import type { Signature } from './signature.tsx';

export interface Sheet {
  readonly id: number;
  readonly title: string;
  readonly lines: readonly TillReceiptLine[];
  readonly signature: Signature | undefined;
}

const MAX_SHEETS = 6;

export class Printer {
  readonly hasPaper = signal(true);
  /** Newest first. */
  readonly sheets = signal<readonly Sheet[]>([]);
  #lastId = 0;

  /** Returns false, and prints nothing, without paper. */
  print(title: string, lines: readonly TillReceiptLine[], signature?: Signature): boolean {
    if (!this.hasPaper.value) return false;
    this.#lastId += 1;
    const sheet: Sheet = { id: this.#lastId, title, lines, signature };
    this.sheets.value = [sheet, ...this.sheets.value].slice(0, MAX_SHEETS);
    return true;
  }

  /** Removes all sheets. */
  tearOff(): void {
    this.sheets.value = [];
  }
}
