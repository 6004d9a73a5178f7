// Virtual card machines that a person may operate on a linked device [C-10.22]. From the first idle moment after
// a device was enrolled until its key is revoked the device runs the machine, otherwise the simulator does.

import type {
  LastOrder,
  ReportOrder,
  TerminalDriver,
  TerminalHandle,
  TerminalReport,
  TransactionOrder,
} from '../../ports/terminal-driver.ts';

export interface SwitchableDriverDeps {
  /** The simulator. */
  readonly virtual: TerminalDriver;
  /** The linked devices. */
  readonly linked: TerminalDriver;
  /** Whether a linked device operates the machine `tid` of `site` now. */
  readonly isOperatedByHand: (site: string, tid: string) => boolean;
  /** Calls `changed` whenever results of `isOperatedByHand` may have changed; returns a function that unsubscribes. */
  readonly onChange: (changed: () => void) => () => void;
}

/** One driver over `virtual` and `linked` that switches each open terminal between the two. */
export function switchableDriver(deps: SwitchableDriverDeps): TerminalDriver {
  const { virtual, linked, isOperatedByHand } = deps;
  const terminals = new Set<SwitchableTerminal>();
  deps.onChange(() => {
    for (const terminal of terminals) terminal.switchIfIdle();
  });
  return {
    known: (site) => virtual.known(site),
    serves: (site, tid) => virtual.serves(site, tid),
    open: (site, tid, onReport) => {
      const terminal: SwitchableTerminal = new SwitchableTerminal({
        openVirtual: (listener) => virtual.open(site, tid, listener),
        openLinked: (listener) => linked.open(site, tid, listener),
        isOperatedByHand: () => isOperatedByHand(site, tid),
        onReport,
        onClosed: () => terminals.delete(terminal),
      });
      terminals.add(terminal);
      return terminal;
    },
  };
}

type Open = (onReport: (report: TerminalReport) => void) => TerminalHandle;

interface SwitchableTerminalDeps {
  /** Opens the simulator of the machine. */
  readonly openVirtual: Open;
  /** Opens the linked device. */
  readonly openLinked: Open;
  readonly isOperatedByHand: () => boolean;
  readonly onReport: (report: TerminalReport) => void;
  readonly onClosed: () => void;
}

/** The handle of one machine; its inner handle is the simulator's or the device's. */
class SwitchableTerminal implements TerminalHandle {
  readonly #deps: SwitchableTerminalDeps;
  #operatedByHand: boolean;
  #terminal: TerminalHandle;
  /** The id of the order that was started and has not ended. */
  #runningOrder: string | undefined;
  /** Reports of the waiter's requests that are not answered yet. */
  readonly #openRequests = new Set<TerminalReport>();
  #closed = false;

  constructor(deps: SwitchableTerminalDeps) {
    this.#deps = deps;
    this.#operatedByHand = deps.isOperatedByHand();
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

  /** Asks the simulator first: it has the orders from before a device took over. */
  async lastOrder(order: string): Promise<LastOrder> {
    const simulated = this.#operatedByHand ? await this.#lastOrderOfVirtual(order) : undefined;
    const last = simulated ?? (await this.#terminal.lastOrder(order));
    if (last.status !== 'running') this.#orderEnded(order);
    return last;
  }

  close(): void {
    this.#closed = true;
    this.#terminal.close();
    this.#deps.onClosed();
  }

  /**
   * Switches between simulator and linked device when `isOperatedByHand` has changed. To the device: only when
   * idle, so a simulated order runs to its end. To the simulator: at once, as the key of the device is revoked.
   */
  switchIfIdle(): void {
    const byHand = this.#deps.isOperatedByHand();
    const idle = this.#runningOrder === undefined && this.#openRequests.size === 0;
    if (this.#closed || byHand === this.#operatedByHand || (byHand && !idle)) return;
    this.#terminal.close();
    this.#runningOrder = undefined;
    this.#operatedByHand = byHand;
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

  /** The same report, whose answer also ends the request here and may allow a switch. */
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
    const terminal = this.#deps.openVirtual(() => undefined);
    try {
      const last = await terminal.lastOrder(order);
      return last.status === 'nothing' ? undefined : last;
    } finally {
      terminal.close();
    }
  }
}
