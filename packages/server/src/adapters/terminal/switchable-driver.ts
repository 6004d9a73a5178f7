// Virtual card machines that people may onReport in their hands [C-10.22]: who holds the key of one plays it,
// from when it rests until the key is revoked; else the gateway does. Knows both only as drivers.

import type {
  LastOrder,
  ReportOrder,
  TerminalDriver,
  TerminalHandle,
  TerminalReport,
  TransactionOrder,
} from '../../ports/terminal-driver.ts';

export interface SwitchableDriverDeps {
  readonly virtual: TerminalDriver;
  /** The way to who holds one. */
  readonly linked: TerminalDriver;
  readonly isOperatedByHand: (site: string, tid: string) => boolean;
  /** Calls `changed` when another machine may be held than before; returns stop. */
  readonly onChange: (changed: () => void) => () => void;
}

export function switchableDriver(options: SwitchableDriverDeps): TerminalDriver {
  const { virtual, linked, isOperatedByHand } = options;
  const lines = new Set<SwitchableTerminal>();
  options.onChange(() => {
    for (const line of lines) line.switchIfIdle();
  });
  return {
    known: (site) => virtual.known(site),
    serves: (site, tid) => virtual.serves(site, tid),
    open: (site, tid, onReport) => {
      const line: SwitchableTerminal = new SwitchableTerminal({
        openVirtual: (hear) => virtual.open(site, tid, hear),
        openLinked: (hear) => linked.open(site, tid, hear),
        isOperatedByHand: () => isOperatedByHand(site, tid),
        onReport,
        onClosed: () => lines.delete(line),
      });
      lines.add(line);
      return line;
    },
  };
}

type Open = (hear: (report: TerminalReport) => void) => TerminalHandle;

interface SwitchableTerminalDeps {
  /** Has the gateway play the machine. */
  readonly openVirtual: Open;
  /** Turns to who holds it. */
  readonly openLinked: Open;
  readonly isOperatedByHand: () => boolean;
  readonly onReport: (report: TerminalReport) => void;
  readonly onClosed: () => void;
}

class SwitchableTerminal implements TerminalHandle {
  readonly #deps: SwitchableTerminalDeps;
  #operatedByHand: boolean;
  #terminal: TerminalHandle;
  #runningOrder: string | undefined;
  /** Requests of a waiter that are not answered yet. */
  readonly #openRequests = new Set<TerminalReport>();
  #closed = false;

  constructor(hands: SwitchableTerminalDeps) {
    this.#deps = hands;
    this.#operatedByHand = hands.isOperatedByHand();
    this.#terminal = this.#open();
  }

  start(order: TransactionOrder): void {
    this.#terminal.start(order);
    this.#runningOrder = order.id;
  }

  startReport(order: ReportOrder): void {
    this.#terminal.startReport(order);
    this.#runningOrder = order.id;
  }

  cancel(order: string): void {
    this.#terminal.cancel(order);
  }

  answerSignature(order: string, accepted: boolean, unanswered: boolean): void {
    this.#terminal.answerSignature(order, accepted, unanswered);
  }

  /** What it was handed before somebody took it in the hand, the machine itself remembers. */
  async lastOrder(order: string): Promise<LastOrder> {
    const before = this.#operatedByHand ? await this.#lastOrderOfVirtual(order) : undefined;
    const last = before ?? (await this.#terminal.lastOrder(order));
    if (last.status !== 'running') this.#orderEnded(order);
    return last;
  }

  close(): void {
    this.#closed = true;
    this.#terminal.close();
    this.#deps.onClosed();
  }

  /** Changes hands, if it should; what the gateway plays is played to its end. */
  switchIfIdle(): void {
    const held = this.#deps.isOperatedByHand();
    const rests = this.#runningOrder === undefined && this.#openRequests.size === 0;
    if (this.#closed || held === this.#operatedByHand || (held && !rests)) return;
    this.#terminal.close();
    this.#runningOrder = undefined;
    this.#operatedByHand = held;
    this.#handleReport({ kind: 'disconnected' });
    this.#terminal = this.#open();
  }

  #open(): TerminalHandle {
    const { openVirtual, openLinked } = this.#deps;
    return (this.#operatedByHand ? openLinked : openVirtual)((report) =>
      this.#handleReport(report),
    );
  }

  #handleReport(report: TerminalReport): void {
    if (report.kind === 'disconnected') this.#openRequests.clear();
    this.#deps.onReport(report.kind === 'tableRequest' ? this.#tracked(report) : report);
    if (report.kind === 'finished' || report.kind === 'reported') this.#orderEnded(report.order);
  }

  #tracked(report: TerminalReport & { kind: 'tableRequest' }): TerminalReport {
    this.#openRequests.add(report);
    return {
      ...report,
      answer: (answer) => {
        report.answer(answer);
        if (this.#openRequests.delete(report)) this.switchIfIdle();
      },
    };
  }

  #orderEnded(order: string): void {
    if (this.#runningOrder === order) this.#runningOrder = undefined;
    this.switchIfIdle();
  }

  async #lastOrderOfVirtual(order: string): Promise<LastOrder | undefined> {
    const line = this.#deps.openVirtual(() => undefined);
    try {
      const last = await line.lastOrder(order);
      return last.status === 'nothing' ? undefined : last;
    } finally {
      line.close();
    }
  }
}
