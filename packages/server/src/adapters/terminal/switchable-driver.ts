// Virtual card machines that people may take in their hands [C-10.22]: who holds the key of one plays it,
// from when it rests until the key is revoked; else the gateway does. Knows both only as drivers.

import type {
  LastOrder,
  ReportOrder,
  TableAnswer,
  TerminalDriver,
  TerminalHandle,
  TerminalReport,
  TransactionOrder,
} from '../../ports/terminal-driver.ts';

export interface HeldOptions {
  readonly virtual: TerminalDriver;
  /** The way to who holds one. */
  readonly links: TerminalDriver;
  readonly isHeld: (site: string, tid: string) => boolean;
  /** Calls `changed` when another machine may be held than before; returns stop. */
  readonly onChange: (changed: () => void) => () => void;
}

export function heldTerminals(options: HeldOptions): TerminalDriver {
  const { virtual, links, isHeld } = options;
  const lines = new Set<HeldLine>();
  options.onChange(() => {
    for (const line of lines) line.look();
  });
  return {
    known: (site) => virtual.known(site),
    serves: (site, tid) => virtual.serves(site, tid),
    open: (site, tid, take) => {
      const line: HeldLine = new HeldLine({
        play: (hear) => virtual.open(site, tid, hear),
        reach: (hear) => links.open(site, tid, hear),
        isHeld: () => isHeld(site, tid),
        take,
        closed: () => lines.delete(line),
      });
      lines.add(line);
      return line;
    },
  };
}

type Open = (hear: (report: TerminalReport) => void) => TerminalHandle;

interface Hands {
  /** Has the gateway play the machine. */
  readonly play: Open;
  /** Turns to who holds it. */
  readonly reach: Open;
  readonly isHeld: () => boolean;
  readonly take: (report: TerminalReport) => void;
  readonly closed: () => void;
}

class HeldLine implements TerminalHandle {
  readonly #hands: Hands;
  #held: boolean;
  #line: TerminalHandle;
  #inHand: string | undefined;
  /** Wishes of a waiter that wait for their answers. */
  readonly #wishes = new Set<number>();
  #closed = false;

  constructor(hands: Hands) {
    this.#hands = hands;
    this.#held = hands.isHeld();
    this.#line = this.#open();
  }

  start(order: TransactionOrder): void {
    this.#line.start(order);
    this.#inHand = order.id;
  }

  startReport(order: ReportOrder): void {
    this.#line.startReport(order);
    this.#inHand = order.id;
  }

  cancel(order: string): void {
    this.#line.cancel(order);
  }

  answerTable(number: number, answer: TableAnswer): void {
    this.#line.answerTable(number, answer);
    this.#wishes.delete(number);
    this.look();
  }

  answerSignature(order: string, accepted: boolean, unanswered: boolean): void {
    this.#line.answerSignature(order, accepted, unanswered);
  }

  /** What it was handed before somebody took it in the hand, the machine itself remembers. */
  async lastOrder(order: string): Promise<LastOrder> {
    const before = this.#held ? await this.#askPlayed(order) : undefined;
    const last = before ?? (await this.#line.lastOrder(order));
    if (last.status !== 'running') this.#free(order);
    return last;
  }

  close(): void {
    this.#closed = true;
    this.#line.close();
    this.#hands.closed();
  }

  /** Changes hands, if it should; what the gateway plays is played to its end. */
  look(): void {
    const held = this.#hands.isHeld();
    const rests = this.#inHand === undefined && this.#wishes.size === 0;
    if (this.#closed || held === this.#held || (held && !rests)) return;
    this.#line.close();
    this.#inHand = undefined;
    this.#held = held;
    this.#hear({ kind: 'disconnected' });
    this.#line = this.#open();
  }

  #open(): TerminalHandle {
    const { play, reach } = this.#hands;
    return (this.#held ? reach : play)((report) => this.#hear(report));
  }

  #hear(report: TerminalReport): void {
    if (report.kind === 'tableWish') this.#wishes.add(report.number);
    if (report.kind === 'disconnected') this.#wishes.clear();
    this.#hands.take(report);
    if (report.kind === 'finished' || report.kind === 'reported') this.#free(report.order);
  }

  #free(order: string): void {
    if (this.#inHand === order) this.#inHand = undefined;
    this.look();
  }

  async #askPlayed(order: string): Promise<LastOrder | undefined> {
    const line = this.#hands.play(() => undefined);
    try {
      const last = await line.lastOrder(order);
      return last.status === 'nothing' ? undefined : last;
    } finally {
      line.close();
    }
  }
}
