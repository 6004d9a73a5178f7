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
import type { WishWords } from '../wishes.ts';
import { Wishes } from '../wishes.ts';

/** Values of one order that are passed on; a machine could else flood a till [C-13.12]. */
const MOST_SHOWINGS = 200;

/** For the waiter at the machine. */
const WORDS: WishWords = {
  oneAtATime: 'One thing at a time: the gateway is still at work.',
  outOfReach: 'The gateway is out of reach.',
};

export interface SeatOptions {
  /** Local time of the site now, as outcomes carry it. */
  readonly localTime: () => string;
  /** Neither a line nor a connection is left. */
  readonly deserted: () => void;
}

/** One connection of the machine. */
interface Visit {
  readonly machine: LinkedMachine;
}

interface Greeted extends Visit {
  readonly profile: TerminalProfile;
}

interface OrderInHand {
  readonly id: string;
  readonly kind: 'transaction' | 'report';
  showings: number;
}

export class LinkSeat {
  readonly #options: SeatOptions;
  readonly #wishes = new Wishes(WORDS);
  /** The connection that counts: the last that has greeted. */
  #here: Greeted | undefined;
  /** A connection that has not greeted yet; one at most. */
  #atDoor: Visit | undefined;
  /** Who hears the reports while the line is open. */
  #take: ((report: TerminalReport) => void) | undefined;
  #inHand: OrderInHand | undefined;

  constructor(options: SeatOptions) {
    this.#options = options;
  }

  open(take: (report: TerminalReport) => void): TerminalHandle {
    if (this.#take) throw new Error('There is a line to this card machine already.');
    this.#take = take;
    if (this.#here) take({ kind: 'connected', profile: this.#here.profile });
    return this.#line();
  }

  link(machine: LinkedMachine): LinkListener {
    const visit: Visit = { machine };
    const before = this.#atDoor;
    this.#atDoor = visit;
    before?.machine.superseded();
    return {
      onReport: (report) => {
        if (report.kind === 'connected') this.#greet(visit, report.profile);
        else if (this.#isHere(visit)) this.#hear(report);
      },
      onRequest: async (wish) =>
        this.#isHere(visit) ? this.#wish(wish) : this.#wishes.outOfReach(),
      onClosed: () => this.#leave(visit),
    };
  }

  #line(): TerminalHandle {
    let closed = false;
    const open = <T>(then: () => T): T => {
      if (closed) throw new Error('The line to this card machine is closed.');
      return then();
    };
    return {
      start: (order) => open(() => this.#start(order)),
      startReport: (order) => open(() => this.#startReport(order)),
      cancel: (order) => open(() => this.#here?.machine.cancel(order)),
      answerTable: (number, answer) => this.#wishes.answer(number, answer),
      answerSignature: (order, accepted, unanswered) =>
        open(() => this.#here?.machine.answerSignature(order, accepted, unanswered)),
      lastOrder: async (order) => open(() => this.#lastOrder(order)),
      close: () => {
        if (closed) return;
        closed = true;
        this.#take = undefined;
        this.#inHand = undefined;
        this.#wishes.lose();
        this.#lookAround();
      },
    };
  }

  #isHere({ machine }: Visit): boolean {
    return this.#here?.machine === machine;
  }

  /** The newest connection to greet is the one that counts; to greet again is to have been away. */
  #greet(visit: Visit, profile: TerminalProfile): void {
    const isNew = !this.#isHere(visit);
    if (isNew && this.#atDoor !== visit) return;
    if (isNew) this.#atDoor = undefined;
    const before = this.#here;
    this.#here = { ...visit, profile };
    if (before) {
      this.#lose();
      if (isNew) before.machine.superseded();
    }
    this.#tell({ kind: 'connected', profile });
  }

  #leave(visit: Visit): void {
    if (this.#atDoor === visit) this.#atDoor = undefined;
    if (this.#isHere(visit)) {
      this.#here = undefined;
      this.#lose();
    }
    this.#lookAround();
  }

  #lose(): void {
    this.#wishes.lose();
    this.#tell({ kind: 'disconnected' });
  }

  #lookAround(): void {
    if (!this.#here && !this.#atDoor && !this.#take) this.#options.deserted();
  }

  #hear(report: Exclude<LinkReport, { kind: 'connected' }>): void {
    const inHand = this.#inHand?.id === report.order ? this.#inHand : undefined;
    if (report.kind === 'showing' && inHand) {
      inHand.showings += 1;
      if (inHand.showings > MOST_SHOWINGS) return;
    }
    if (report.kind === 'finished' || report.kind === 'reported') this.#free(report.order);
    this.#tell(report);
  }

  async #wish(wish: TableRequest): Promise<TableAnswer> {
    if (!this.#take) return this.#wishes.outOfReach();
    return this.#wishes.ask(wish, (number) =>
      this.#tell({ kind: 'tableWish', number, request: wish }),
    );
  }

  #start(order: TransactionOrder): void {
    const here = this.#begin({ id: order.id, kind: 'transaction', showings: 0 });
    this.#await(here.machine.start(order));
  }

  #startReport(order: ReportOrder): void {
    const here = this.#begin({ id: order.id, kind: 'report', showings: 0 });
    this.#await(here.machine.startReport(order));
  }

  #begin(order: OrderInHand): Greeted {
    const { id } = this.#inHand ?? {};
    if (id !== undefined) throw new Error(`Order ${order.id} came during ${id}.`);
    if (!this.#here) throw new Error('This card machine is out of reach.');
    this.#inHand = order;
    return this.#here;
  }

  #await(handOver: Promise<HandOver>): void {
    const order = this.#inHand;
    void handOver.then((what) => {
      if (what === 'refused' && order && this.#inHand === order) this.#refused(order);
    });
  }

  /** It was not begun and never will be [C-13.9]. */
  #refused({ id, kind }: OrderInHand): void {
    this.#free(id);
    if (kind === 'transaction') {
      this.#tell({ kind: 'finished', order: id, outcome: this.#notBegun() });
    } else if (this.#here) {
      // Reports have no such end: the machine is asked, and does not know it.
      this.#tell({ kind: 'disconnected' });
      this.#tell({ kind: 'connected', profile: this.#here.profile });
    }
  }

  #notBegun(): MachineOutcome {
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
    const visit = this.#here;
    if (!visit) throw new Error('This card machine is out of reach.');
    const last = await visit.machine.lastOrder(order);
    if (!this.#isHere(visit)) throw new Error('This card machine came in anew meanwhile.');
    if (last.status !== 'running') this.#free(order);
    else this.#inHand ??= { id: order, kind: 'transaction', showings: 0 };
    return last;
  }

  #free(order: string): void {
    if (this.#inHand?.id === order) this.#inHand = undefined;
  }

  #tell(report: TerminalReport): void {
    this.#take?.(report);
  }
}
