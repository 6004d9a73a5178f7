// The till at the table of each site: the newest pat connection wins, and what a till must not miss is
// kept for it until its delivery is proven [C-9.22 - C-9.24]. Knows a connection only as a line.

import type { Currency, TableNotification, TableReply, TableRequest } from '@tillgate/protocol';

/** One open socket of a till at the table. */
export interface TableLine {
  /** Whether it asked for a final receipt after every payment [C-2.2]. */
  readonly wantsFinalReceipt: boolean;
  /**
   * Asks the till; undefined if it gave no usable answer, which it has been told. `currency` is that
   * of the card machine.
   */
  ask(question: TableRequest, currency: Currency): Promise<TableReply | undefined>;
  /** `delivered` once the till is known to hold it. */
  tell(notice: TableNotification, delivered: () => void): void;
  /** A newer one has taken over. */
  discontinue(): void;
}

/** A notice until the till is known to hold it. */
export interface KeptNotice {
  /** When it came to be, in milliseconds since 1970. */
  readonly at: number;
  /** The card machine, and its place among what this one has to tell. */
  readonly from: { readonly stream: string; readonly chapter: number; readonly number: number };
  readonly notice: TableNotification;
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

/** Most notices sent on one line before the first of them is proven: a long list must not choke it. */
const MOST_UNPROVEN = 20;

export class TableTill {
  #line: TableLine | undefined;
  /** All that is not proven, oldest first. */
  readonly #kept: KeptNotice[] = [];
  /** What the line has not been sent yet. */
  #due: KeptNotice[] = [];
  #unproven = 0;

  /** The line to ask on; none until it has got all that was kept [C-9.23]. */
  get line(): TableLine | undefined {
    return this.#due.length > 0 ? undefined : this.#line;
  }

  /** Takes up a new socket: first of all it gets what is still due, in the old order [C-9.23]. */
  attach(line: TableLine): void {
    const older = this.#line;
    this.#line = line;
    this.#due = [...this.#kept];
    this.#unproven = 0;
    this.#send();
    older?.discontinue();
  }

  /** The socket is gone; a newer one may already be there. */
  detach(line: TableLine): void {
    if (this.#line !== line) return;
    this.#line = undefined;
    this.#due = [];
  }

  /** Tells the till now, and again on every later socket until it is delivered. */
  keep(kept: KeptNotice): void {
    this.#kept.splice(this.#placeOf(kept), 0, kept);
    if (!this.#line) return;
    this.#due.push(kept);
    this.#send();
  }

  /** By time, but never before what its own card machine had to tell earlier: clocks may step back. */
  #placeOf({ at, from }: KeptNotice): number {
    const own = ({ from: other }: KeptNotice) => other.stream === from.stream;
    const least = this.#kept.findLastIndex((one) => own(one) && isEarlier(one.from, from)) + 1;
    const later = this.#kept.findIndex((one) => own(one) && isEarlier(from, one.from));
    const most = later < 0 ? this.#kept.length : later;
    let place = most;
    while (place > least && (this.#kept[place - 1] as KeptNotice).at > at) place -= 1;
    return place;
  }

  #send(): void {
    const line = this.#line;
    while (line && this.#unproven < MOST_UNPROVEN) {
      const kept = this.#due.shift();
      if (!kept) return;
      this.#unproven += 1;
      line.tell(kept.notice, () => this.#delivered(kept, line));
    }
  }

  #delivered(kept: KeptNotice, line: TableLine): void {
    const place = this.#kept.indexOf(kept);
    if (place >= 0) {
      this.#kept.splice(place, 1);
      kept.delivered();
    }
    if (line !== this.#line) return;
    this.#unproven -= 1;
    this.#send();
  }
}

type Place = KeptNotice['from'];

function isEarlier(one: Place, other: Place): boolean {
  if (one.chapter !== other.chapter) return one.chapter < other.chapter;
  return one.number < other.number;
}
