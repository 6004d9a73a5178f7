// Card machines of a test site with faults: a driver around the real one, which loses, delays or holds back what a
// machine reports while a fault lasts.

import type { api } from '@tillgate/protocol';
import type { Cancel, Clock } from '../../ports/clock.ts';
import type {
  LastOrder,
  ReportOrder,
  TerminalDriver,
  TerminalHandle,
  TerminalReport,
  TransactionOrder,
} from '../../ports/terminal-driver.ts';

import { withOddReceipts } from './odd-receipts.ts';

export type TerminalFault = Extract<api.FaultAction, { kind: 'terminal' }>;
export type TerminalFaultState = TerminalFault['state'];

/** The faults of the card machines of a site. */
export interface TerminalFaults {
  /** The fault of a machine now. */
  faultOf(tid: string): TerminalFault | undefined;
  /** Called when a machine is given an order and when the order has ended. */
  orderChanged(tid: string, state: 'started' | 'ended'): void;
  /** Calls `changed` when the fault of the machine has changed; returns a function that unsubscribes. */
  onChange(tid: string, changed: () => void): () => void;
}

interface FaultyDriverDeps {
  readonly clock: Clock;
  readonly faults: TerminalFaults;
}

type OrderEnd = Extract<TerminalReport, { kind: 'finished' | 'reported' }>;
type SignatureReport = Extract<TerminalReport, { kind: 'signatureWanted' }>;

/** Delay of each report of a slow machine, in seconds, unless the fault says so. */
const SLOW_SECONDS = 5;

export function faultyDriver(driver: TerminalDriver, deps: FaultyDriverDeps): TerminalDriver {
  return {
    known: (site) => driver.known(site),
    serves: (site, tid) => driver.serves(site, tid),
    open: (site, tid, onReport) =>
      new FaultyTerminal(tid, (take) => driver.open(site, tid, take), { ...deps, onReport }),
  };
}

interface FaultyTerminalDeps extends FaultyDriverDeps {
  readonly onReport: (report: TerminalReport) => void;
}

class FaultyTerminal implements TerminalHandle {
  readonly #tid: string;
  readonly #deps: FaultyTerminalDeps;
  readonly #open: () => TerminalHandle;
  #terminal: TerminalHandle;
  readonly #unsubscribe: () => void;
  /** The last report of it while the machine is connected. */
  #connected: TerminalReport | undefined;
  /** Whether the gateway was told that it is connected. */
  #isKnownConnected = false;
  /** The outcome that is held back, or the signature that the machine waits for. */
  #held: OrderEnd | SignatureReport | undefined;
  /** Reports of a slow machine that are not due yet. */
  #late: { readonly report: TerminalReport; readonly cancel: Cancel }[] = [];
  /** The end of an order that the gateway was not told. */
  #untold: OrderEnd | undefined;
  /** Orders that it has forgotten. */
  readonly #forgotten = new Set<string>();
  #running: string | undefined;
  #state: TerminalFaultState | undefined;
  #isClosed = false;

  constructor(
    tid: string,
    open: (take: (report: TerminalReport) => void) => TerminalHandle,
    deps: FaultyTerminalDeps,
  ) {
    this.#tid = tid;
    this.#deps = deps;
    this.#state = deps.faults.faultOf(tid)?.state;
    this.#unsubscribe = deps.faults.onChange(tid, () => this.#changed());
    this.#open = () => open((report) => this.#take(report));
    this.#terminal = this.#open();
  }

  start(order: TransactionOrder): void {
    this.#begin(order.id, () => this.#terminal.start(order));
  }

  startReport(order: ReportOrder): void {
    this.#begin(order.id, () => this.#terminal.startReport(order));
  }

  cancel(order: string): void {
    if (this.#state !== 'gone') this.#terminal.cancel(order);
  }

  answerSignature(order: string, accepted: boolean, unanswered: boolean): void {
    if (this.#state !== 'gone') this.#terminal.answerSignature(order, accepted, unanswered);
  }

  async lastOrder(order: string): Promise<LastOrder> {
    if (this.#state === 'gone') throw new Error(`A fault keeps ${this.#tid} out of reach.`);
    if (this.#forgotten.has(order)) return { status: 'nothing' };
    if (this.#running === order && (this.#state === 'silent' || this.#held)) {
      return { status: 'running' };
    }
    return this.#terminal.lastOrder(order);
  }

  close(): void {
    this.#isClosed = true;
    this.#unsubscribe();
    for (const { cancel } of this.#late) cancel();
    this.#terminal.close();
  }

  #begin(order: string, start: () => void): void {
    start();
    this.#running = order;
    // No report comes before the start has returned.
    queueMicrotask(() => {
      if (this.#isClosed) return;
      this.#deps.faults.orderChanged(this.#tid, 'started');
      if (this.#state === 'forgets') this.#changed();
    });
  }

  /** The fault began, ended, or is another one. */
  #changed(): void {
    const before = this.#state;
    this.#state = this.#deps.faults.faultOf(this.#tid)?.state;
    if (this.#state === 'forgets') this.#forget();
    if (this.#state === 'gone') this.#disconnect();
    else this.#connect();
    if (before !== this.#state) this.#catchUp();
  }

  /** As a machine that was switched off and on in the middle of its order. */
  #forget(): void {
    if (this.#running === undefined) return;
    this.#forgotten.add(this.#running);
    this.#running = undefined;
    this.#disconnect();
    this.#terminal.close();
    this.#connected = undefined;
    this.#terminal = this.#open();
  }

  /** Tells what the fault before kept back. */
  #catchUp(): void {
    const late = this.#late;
    const held = this.#held;
    this.#late = [];
    this.#held = undefined;
    for (const { report, cancel } of late) {
      cancel();
      this.#take(report);
    }
    if (held) this.#take(held);
    if (this.#untold && this.#state !== 'gone') this.#over(this.#untold);
  }

  #take(report: TerminalReport): void {
    if (report.kind === 'connected') this.#connected = report;
    if (report.kind === 'disconnected') this.#connected = undefined;
    if (report.kind === 'connected' || report.kind === 'disconnected') {
      if (this.#state !== 'gone') this.#report(report);
    } else if (!('order' in report) || !this.#forgotten.has(report.order)) {
      this.#takeOfOrder(report);
    }
  }

  #takeOfOrder(report: TerminalReport): void {
    const isEnd = report.kind === 'finished' || report.kind === 'reported';
    const isQuestion = report.kind === 'signatureWanted';
    switch (this.#state) {
      case 'gone':
        // It is asked for its last order when it is back.
        if (isEnd) this.#untold = report;
        else if (isQuestion) this.#held = report;
        break;
      case 'slow':
        this.#delay(report);
        break;
      case 'silent':
        if (isEnd || isQuestion) this.#held = report;
        break;
      case 'out-of-paper':
      case 'answers-late':
        if (isEnd) this.#hold(report);
        else this.#report(report);
        break;
      case 'long-receipt':
      case 'wide-receipt':
        this.#report(withOddReceipts(report, this.#state));
        break;
      default:
        this.#report(report);
    }
  }

  #delay(report: TerminalReport): void {
    const { seconds = SLOW_SECONDS } = this.#deps.faults.faultOf(this.#tid) ?? {};
    const late = {
      report,
      cancel: this.#deps.clock.after(seconds * 1000, () => {
        this.#late = this.#late.filter((other) => other !== late);
        this.#report(report);
      }),
    };
    this.#late.push(late);
  }

  #hold(report: OrderEnd): void {
    this.#held = report;
    if (this.#state !== 'out-of-paper') return;
    this.#report({ kind: 'showing', order: report.order, value: 'REPLACE_PAPER' });
  }

  #report(report: TerminalReport): void {
    if (this.#isClosed) return;
    if (report.kind === 'connected') this.#isKnownConnected = true;
    if (report.kind === 'disconnected') this.#isKnownConnected = false;
    this.#deps.onReport(report);
    if (report.kind === 'finished' || report.kind === 'reported') this.#over(report);
  }

  #over({ order }: OrderEnd): void {
    this.#untold = undefined;
    if (this.#running !== order) return;
    this.#running = undefined;
    this.#deps.faults.orderChanged(this.#tid, 'ended');
  }

  #disconnect(): void {
    if (this.#isKnownConnected) this.#report({ kind: 'disconnected' });
  }

  #connect(): void {
    if (!this.#isKnownConnected && this.#connected) this.#report(this.#connected);
  }
}
