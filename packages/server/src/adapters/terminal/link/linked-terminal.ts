// The seat of one linked card machine: its connections come and go, and so does the line to it; the seat
// knows which connection counts, and which order is in hand.

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

/** Values of one order that are passed on; a machine could else flood a till [C-13.12]. */
const MAX_NOTIFICATIONS_PER_ORDER = 200;

/** For the waiter at the machine. */
const TEXTS: WaiterRequestsTexts = {
  oneAtATime: 'One thing at a time: the gateway is still at work.',
  outOfReach: 'The gateway is out of reach.',
};

export interface LinkedTerminalDeps {
  /** Local time of the site now, as outcomes carry it. */
  readonly localTime: () => string;
  /** Neither a line nor a connection is left. */
  readonly onUnused: () => void;
}

/** One connection of the machine. */
interface Candidate {
  readonly machine: LinkedMachine;
}

interface ActiveConnection extends Candidate {
  readonly profile: TerminalProfile;
}

interface CurrentOrder {
  readonly id: string;
  readonly kind: 'transaction' | 'report';
  notificationCount: number;
}

export class LinkedTerminal {
  readonly #options: LinkedTerminalDeps;
  readonly #waiterRequests = new WaiterRequests(TEXTS);
  /** The connection that counts: the last that has greeted. */
  #active: ActiveConnection | undefined;
  /** A connection that has not greeted yet; one at most. */
  #pending: Candidate | undefined;
  /** Who hears the reports while the line is open. */
  #onReport: ((report: TerminalReport) => void) | undefined;
  #currentOrder: CurrentOrder | undefined;

  constructor(options: LinkedTerminalDeps) {
    this.#options = options;
  }

  open(take: (report: TerminalReport) => void): TerminalHandle {
    if (this.#onReport) throw new Error('There is a line to this card machine already.');
    this.#onReport = take;
    if (this.#active) take({ kind: 'connected', profile: this.#active.profile });
    return this.#handle();
  }

  link(machine: LinkedMachine): LinkListener {
    const visit: Candidate = { machine };
    const before = this.#pending;
    this.#pending = visit;
    before?.machine.superseded();
    return {
      onReport: (report) => {
        if (report.kind === 'connected') this.#activate(visit, report.profile);
        else if (this.#isActive(visit)) this.#handleReport(report);
      },
      onRequest: async (request) =>
        this.#isActive(visit) ? this.#onRequest(request) : this.#waiterRequests.outOfReach(),
      onClosed: () => this.#connectionClosed(visit),
    };
  }

  #handle(): TerminalHandle {
    let closed = false;
    const open = <T>(then: () => T): T => {
      if (closed) throw new Error('The line to this card machine is closed.');
      return then();
    };
    return {
      start: (order) => open(() => this.#start(order)),
      startReport: (order) => open(() => this.#startReport(order)),
      cancel: (order) => open(() => this.#active?.machine.cancel(order)),
      answerSignature: (order, accepted, unanswered) =>
        open(() => this.#active?.machine.answerSignature(order, accepted, unanswered)),
      lastOrder: async (order) => open(() => this.#lastOrder(order)),
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

  /** The newest connection to greet is the one that counts; to greet again is to have been away. */
  #activate(visit: Candidate, profile: TerminalProfile): void {
    const isNew = !this.#isActive(visit);
    if (isNew && this.#pending !== visit) return;
    if (isNew) this.#pending = undefined;
    const before = this.#active;
    this.#active = { ...visit, profile };
    if (before) {
      this.#reportDisconnected();
      if (isNew) before.machine.superseded();
    }
    this.#report({ kind: 'connected', profile });
  }

  #connectionClosed(visit: Candidate): void {
    if (this.#pending === visit) this.#pending = undefined;
    if (this.#isActive(visit)) {
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
    if (!this.#active && !this.#pending && !this.#onReport) this.#options.onUnused();
  }

  #handleReport(report: Exclude<LinkReport, { kind: 'connected' }>): void {
    const inHand = this.#currentOrder?.id === report.order ? this.#currentOrder : undefined;
    if (report.kind === 'showing' && inHand) {
      inHand.notificationCount += 1;
      if (inHand.notificationCount > MAX_NOTIFICATIONS_PER_ORDER) return;
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
    const here = this.#beginOrder({ id: order.id, kind: 'transaction', notificationCount: 0 });
    this.#awaitAcceptance(here.machine.start(order));
  }

  #startReport(order: ReportOrder): void {
    const here = this.#beginOrder({ id: order.id, kind: 'report', notificationCount: 0 });
    this.#awaitAcceptance(here.machine.startReport(order));
  }

  #beginOrder(order: CurrentOrder): ActiveConnection {
    const { id } = this.#currentOrder ?? {};
    if (id !== undefined) throw new Error(`Order ${order.id} came during ${id}.`);
    if (!this.#active) throw new Error('This card machine is out of reach.');
    this.#currentOrder = order;
    return this.#active;
  }

  #awaitAcceptance(handOver: Promise<HandOver>): void {
    const order = this.#currentOrder;
    void handOver.then((what) => {
      if (what === 'refused' && order && this.#currentOrder === order) this.#orderRefused(order);
    });
  }

  /** It was not begun and never will be [C-13.9]. */
  #orderRefused({ id, kind }: CurrentOrder): void {
    this.#orderEnded(id);
    if (kind === 'transaction') {
      this.#report({ kind: 'finished', order: id, outcome: this.#notStartedOutcome() });
    } else if (this.#active) {
      // Reports have no such end: the machine is asked, and does not know it.
      this.#report({ kind: 'disconnected' });
      this.#report({ kind: 'connected', profile: this.#active.profile });
    }
  }

  #notStartedOutcome(): MachineOutcome {
    return {
      transactionResult: 'UNSUCCESSFUL',
      transactionId: '',
      transactionNumber: '',
      transactionTime: this.#options.localTime(),
      amountCashback: 0,
      amountGratuity: 0,
      card: noCard,
      receiptLines: {},
    };
  }

  async #lastOrder(order: string): Promise<LastOrder> {
    const visit = this.#active;
    if (!visit) throw new Error('This card machine is out of reach.');
    const last = await visit.machine.lastOrder(order);
    if (!this.#isActive(visit)) throw new Error('This card machine came in anew meanwhile.');
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
