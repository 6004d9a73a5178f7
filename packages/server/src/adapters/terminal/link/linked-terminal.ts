// One linked card machine: which of its connections is active [C-13.15], the gateway's handle while it is open,
// and the current order. LinkDriver makes one for each machine in use.

import { noCard } from '@tillgate/protocol';
import type { HandOver, LinkedMachine, LinkListener, LinkReport } from '../../../ports/link.ts';
import type {
  LastOrder,
  MachineOutcome,
  ReportOrder,
  TableAnswer,
  TableRequest,
  TerminalHandle,
  TerminalProfile,
  TerminalReport,
  TransactionOrder,
} from '../../../ports/terminal-driver.ts';
import type { WaiterRequestsTexts } from '../waiter-requests.ts';
import { WaiterRequests } from '../waiter-requests.ts';

/** Limit of `showing` reports passed on for one order, so that no machine floods a till [C-13.12]. */
const MAX_NOTIFICATIONS_PER_ORDER = 200;

/** Shown to the waiter at the machine. */
const TEXTS: WaiterRequestsTexts = {
  oneAtATime: 'One thing at a time: the gateway is still at work.',
  outOfReach: 'The gateway is out of reach.',
};

export interface LinkedTerminalDeps {
  /** The local time at the site, YYYY-MM-DDThh:mm:ss, as outcomes carry it. */
  readonly localTime: () => string;
  /** Called when there is neither an open handle nor a connection. */
  readonly onUnused: () => void;
}

/** One connection of the machine, before its `connected` report. */
interface Candidate {
  readonly machine: LinkedMachine;
}

interface ActiveConnection extends Candidate {
  readonly profile: TerminalProfile;
}

/** An order from its start until its end is reported or the handle is closed. */
interface CurrentOrder {
  readonly id: string;
  readonly kind: 'transaction' | 'report';
  /** The `showing` reports so far. */
  notificationCount: number;
}

export class LinkedTerminal {
  readonly #deps: LinkedTerminalDeps;
  readonly #waiterRequests = new WaiterRequests(TEXTS);
  /** The connection in use: the newest one that reported `connected`. */
  #active: ActiveConnection | undefined;
  /** A connection that has not reported `connected` yet; at most one. */
  #pending: Candidate | undefined;
  /** The listener of the open handle. */
  #onReport: ((report: TerminalReport) => void) | undefined;
  #currentOrder: CurrentOrder | undefined;

  constructor(deps: LinkedTerminalDeps) {
    this.#deps = deps;
  }

  /** Opens the only handle; throws if one is open. */
  open(onReport: (report: TerminalReport) => void): TerminalHandle {
    if (this.#onReport) throw new Error('This card machine has an open handle already.');
    this.#onReport = onReport;
    if (this.#active) onReport({ kind: 'connected', profile: this.#active.profile });
    return this.#handle();
  }

  /** Attaches a connection; an older one that has not reported `connected` yet is superseded. */
  link(machine: LinkedMachine): LinkListener {
    const candidate: Candidate = { machine };
    const older = this.#pending;
    this.#pending = candidate;
    older?.machine.superseded();
    return {
      onReport: (report) => {
        if (report.kind === 'connected') this.#activate(candidate, report.profile);
        else if (this.#isActive(candidate)) this.#handleReport(report);
      },
      onRequest: async (request) =>
        this.#isActive(candidate) ? this.#onRequest(request) : this.#waiterRequests.outOfReach(),
      onClosed: () => this.#connectionClosed(candidate),
    };
  }

  #handle(): TerminalHandle {
    let closed = false;
    const whileOpen = <T>(call: () => T): T => {
      if (closed) throw new Error('The handle of this card machine is closed.');
      return call();
    };
    return {
      start: (order) => whileOpen(() => this.#start(order)),
      startReport: (order) => whileOpen(() => this.#startReport(order)),
      cancel: (order) => whileOpen(() => this.#active?.machine.cancel(order)),
      answerSignature: (order, accepted, unanswered) =>
        whileOpen(() => this.#active?.machine.answerSignature(order, accepted, unanswered)),
      lastOrder: async (order) => whileOpen(() => this.#lastOrder(order)),
      close: () => {
        if (closed) return;
        closed = true;
        this.#onReport = undefined;
        this.#currentOrder = undefined;
        this.#waiterRequests.onDisconnected();
        this.#disposeIfUnused();
      },
    };
  }

  #isActive({ machine }: Candidate): boolean {
    return this.#active?.machine === machine;
  }

  /**
   * Makes a connection the active one and supersedes the former. A second `connected` report on the active
   * connection means that the machine restarted, so it is reported as disconnected first [C-13.6].
   */
  #activate(candidate: Candidate, profile: TerminalProfile): void {
    const isNew = !this.#isActive(candidate);
    if (isNew && this.#pending !== candidate) return;
    if (isNew) this.#pending = undefined;
    const former = this.#active;
    this.#active = { ...candidate, profile };
    if (former) {
      this.#reportDisconnected();
      if (isNew) former.machine.superseded();
    }
    this.#report({ kind: 'connected', profile });
  }

  #connectionClosed(candidate: Candidate): void {
    if (this.#pending === candidate) this.#pending = undefined;
    if (this.#isActive(candidate)) {
      this.#active = undefined;
      this.#reportDisconnected();
    }
    this.#disposeIfUnused();
  }

  #reportDisconnected(): void {
    this.#waiterRequests.onDisconnected();
    this.#report({ kind: 'disconnected' });
  }

  #disposeIfUnused(): void {
    if (!this.#active && !this.#pending && !this.#onReport) this.#deps.onUnused();
  }

  #handleReport(report: Exclude<LinkReport, { kind: 'connected' }>): void {
    const current = this.#currentOrder;
    if (report.kind === 'showing' && current?.id === report.order) {
      current.notificationCount += 1;
      if (current.notificationCount > MAX_NOTIFICATIONS_PER_ORDER) return;
    }
    if (report.kind === 'finished' || report.kind === 'reported') this.#orderEnded(report.order);
    this.#report(report);
  }

  async #onRequest(request: TableRequest): Promise<TableAnswer> {
    if (!this.#onReport) return this.#waiterRequests.outOfReach();
    return this.#waiterRequests.send(request, (answer) =>
      this.#report({ kind: 'tableRequest', request, answer }),
    );
  }

  #start(order: TransactionOrder): void {
    const { machine } = this.#beginOrder({
      id: order.id,
      kind: 'transaction',
      notificationCount: 0,
    });
    this.#awaitAcceptance(machine.start(order));
  }

  #startReport(order: ReportOrder): void {
    const { machine } = this.#beginOrder({ id: order.id, kind: 'report', notificationCount: 0 });
    this.#awaitAcceptance(machine.startReport(order));
  }

  #beginOrder(order: CurrentOrder): ActiveConnection {
    if (this.#currentOrder) {
      throw new Error(`Cannot start ${order.id}: ${this.#currentOrder.id} is still running.`);
    }
    if (!this.#active) throw new Error('This card machine is out of reach.');
    this.#currentOrder = order;
    return this.#active;
  }

  #awaitAcceptance(handOver: Promise<HandOver>): void {
    const order = this.#currentOrder;
    void handOver.then((result) => {
      if (result === 'refused' && order && this.#currentOrder === order) this.#orderRefused(order);
    });
  }

  /** Reports the end of an order that the machine refused to start [C-13.9]. */
  #orderRefused({ id, kind }: CurrentOrder): void {
    this.#orderEnded(id);
    if (kind === 'transaction') {
      this.#report({ kind: 'finished', order: id, outcome: this.#notStartedOutcome() });
    } else if (this.#active) {
      // A report has no unsuccessful end; after a reconnect the gateway queries the order and finds none.
      this.#report({ kind: 'disconnected' });
      this.#report({ kind: 'connected', profile: this.#active.profile });
    }
  }

  #notStartedOutcome(): MachineOutcome {
    return {
      transactionResult: 'UNSUCCESSFUL',
      transactionId: '',
      transactionNumber: '',
      transactionTime: this.#deps.localTime(),
      amountCashback: 0,
      amountGratuity: 0,
      card: noCard,
      receiptLines: {},
    };
  }

  async #lastOrder(order: string): Promise<LastOrder> {
    const connection = this.#active;
    if (!connection) throw new Error('This card machine is out of reach.');
    const last = await connection.machine.lastOrder(order);
    if (!this.#isActive(connection)) {
      throw new Error('The terminal reconnected before it answered lastOrder.');
    }
    if (last.status !== 'running') this.#orderEnded(order);
    else this.#currentOrder ??= { id: order, kind: 'transaction', notificationCount: 0 };
    return last;
  }

  #orderEnded(order: string): void {
    if (this.#currentOrder?.id === order) this.#currentOrder = undefined;
  }

  #report(report: TerminalReport): void {
    this.#onReport?.(report);
  }
}
