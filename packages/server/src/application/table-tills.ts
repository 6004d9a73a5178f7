// The till at the table of each site: the newest pat connection wins, and what a till must not miss is
// kept for it until its delivery is proven [C-9.22 - C-9.24]. Knows a connection only as a line.

import type { Currency, TableNotice, TableQuestion, TableReply } from '@tillgate/protocol';

/** One open socket of a till at the table. */
export interface TableLine {
  /** Whether it asked for a final receipt after every payment [C-2.2]. */
  readonly wantsFinalReceipt: boolean;
  /**
   * Asks the till; undefined if it gave no usable answer, which it has been told. `currency` is that
   * of the card machine.
   */
  ask(question: TableQuestion, currency: Currency): Promise<TableReply | undefined>;
  /** `delivered` once the till is known to hold it. */
  tell(notice: TableNotice, delivered: () => void): void;
  /** A newer one has taken over. */
  discontinue(): void;
}

/** A notice until the till is known to hold it. */
export interface KeptNotice {
  /** When it came to be, in milliseconds since 1970: they are told in that order. */
  readonly at: number;
  readonly notice: TableNotice;
  /** Called once. */
  readonly delivered: () => void;
}

export class TableTills {
  readonly #sites = new Map<string, TableTill>();

  of(site: string): TableTill {
    const till = this.#sites.get(site) ?? new TableTill();
    this.#sites.set(site, till);
    return till;
  }
}

export class TableTill {
  #line: TableLine | undefined;
  /** Oldest first. */
  readonly #kept: KeptNotice[] = [];

  get line(): TableLine | undefined {
    return this.#line;
  }

  /** Takes up a new socket: first of all it gets what is still due, in the old order [C-9.23]. */
  attach(line: TableLine): void {
    const older = this.#line;
    this.#line = line;
    for (const kept of [...this.#kept]) this.#tell(line, kept);
    older?.discontinue();
  }

  /** The socket is gone; a newer one may already be there. */
  detach(line: TableLine): void {
    if (this.#line === line) this.#line = undefined;
  }

  /** Tells the till now, and again on every later socket until it is delivered. */
  keep(kept: KeptNotice): void {
    const after = this.#kept.findLastIndex((one) => one.at <= kept.at);
    this.#kept.splice(after + 1, 0, kept);
    if (this.#line) this.#tell(this.#line, kept);
  }

  #tell(line: TableLine, kept: KeptNotice): void {
    line.tell(kept.notice, () => {
      const place = this.#kept.indexOf(kept);
      if (place < 0) return;
      this.#kept.splice(place, 1);
      kept.delivered();
    });
  }
}
