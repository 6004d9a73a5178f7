// One virtual card machine: takes one order at a time and knows what became of the last one.
// Knows neither tills nor sites beyond its letterhead.

import type { NotificationValue } from '@tillgate/protocol';
import type { Cancel, Clock } from '../../../ports/clock.ts';
import { localTime } from '../../../ports/local-time.ts';
import type {
  LastOrder,
  ReportOrder,
  TableAnswer,
  TerminalHandle,
  TerminalProfile,
  TerminalReport,
  TransactionOrder,
} from '../../../ports/terminal-driver.ts';
import type { WishWords } from '../wishes.ts';
import { Wishes } from '../wishes.ts';
import type { BankAnswer, Slip } from './memory/completed-transaction.ts';
import { cardDataOf } from './memory/completed-transaction.ts';
import type { Memory } from './memory/memory.ts';
import { lastOrderId, withReport } from './memory/memory.ts';
import { authCode, transactionId, transactionNumber } from './memory/numbers.ts';
import type { MemoryKeeper } from './memory/stored-memory.ts';
import type { Letterhead } from './printing/receipt.ts';
import { copyToSign, outcomeOf } from './printing/receipt.ts';
import { machineReport } from './printing/report.ts';
import type { Extras } from './scenario/scenario.ts';
import { playOf } from './scenario/scenario.ts';
import type { Letters } from './scenario/tid.ts';
import type { VirtualTimings } from './scenario/timings.ts';
import type { Stage } from './transaction-run.ts';
import { Performance } from './transaction-run.ts';
import { VirtualWaiter } from './virtual-waiter.ts';

/** What a machine is made of. */
export interface MachineParts {
  readonly clock: Clock;
  readonly keeper: MemoryKeeper;
  /** What it will do; asked once for each transaction. */
  readonly letters: () => Letters;
  readonly extras: Extras;
  readonly profile: TerminalProfile;
  readonly head: Letterhead;
  readonly timeZone: string;
  /** Asked at each step. */
  readonly timings: () => VirtualTimings;
  /** What its numbers grow from. */
  readonly root: number;
  readonly take: (report: TerminalReport) => void;
  /** The line is closed. */
  readonly closed: () => void;
}

type Job = Performance | { readonly order: ReportOrder };

/** For the waiter at it. */
const WORDS: WishWords = {
  oneAtATime: 'One thing at a time: the card machine is still at work.',
  outOfReach: 'This card machine is out of reach.',
};

/** How long to wait before reading a memory that could not be read. */
const RELOAD_MS = 1000;

export class VirtualMachine implements TerminalHandle, Stage {
  readonly #made: MachineParts;
  readonly #wishes = new Wishes(WORDS);
  #job: Job | undefined;
  #callOff: Cancel | undefined;
  #waiter: VirtualWaiter | undefined;
  #closed = false;

  constructor(parts: MachineParts) {
    this.#made = parts;
    this.tell({ kind: 'connected', profile: parts.profile });
  }

  get timings(): VirtualTimings {
    return this.#made.timings();
  }

  start(order: TransactionOrder): void {
    const play = playOf(this.#made.letters(), order, this.#made.extras);
    const job = new Performance(order, play, this);
    this.#begin(job, (memory) => job.begin(memory));
  }

  startReport(order: ReportOrder): void {
    this.#begin({ order }, (memory) => {
      this.wait(this.timings.virtualReportMs, () => this.#report(memory, order));
    });
  }

  cancel(order: string): void {
    if (this.#performanceOf(order)?.cancel()) return;
    queueMicrotask(() => this.tell({ kind: 'cancelDecided', order, cancelled: false }));
  }

  answerTable(number: number, answer: TableAnswer): void {
    this.#waiter?.answer(number, answer);
  }

  /** Somebody to stand at it; undefined while another one does. */
  waiter(showing: (value: NotificationValue) => void): VirtualWaiter | undefined {
    if (this.#closed || this.#waiter) return undefined;
    const waiter = new VirtualWaiter({
      wishes: this.#wishes,
      showing,
      tell: (number, wish) => this.tell({ kind: 'tableWish', number, request: wish }),
      gone: () => {
        this.#waiter = undefined;
      },
    });
    this.#waiter = waiter;
    return waiter;
  }

  answerSignature(order: string, accepted: boolean, unanswered: boolean): void {
    this.#performanceOf(order)?.judge(accepted, unanswered);
  }

  async lastOrder(order: string): Promise<LastOrder> {
    if (this.#closed) throw new Error('The line to this card machine is closed.');
    if (this.#job?.order.id === order) {
      const silentForEver =
        this.#performanceOf(order)?.silent && this.timings.virtualSilenceMs === 0;
      if (!silentForEver) return { status: 'running' };
      this.#job = undefined;
    }
    const memory = await this.#made.keeper.load();
    if (memory.last === null || lastOrderId(memory) !== order) return { status: 'nothing' };
    const { head } = this.#made;
    return memory.last.kind === 'report'
      ? { status: 'report', result: machineReport(memory.last.report, head) }
      : { status: 'outcome', outcome: outcomeOf(memory.last.slip, head) };
  }

  close(): void {
    this.#closed = true;
    this.#job = undefined;
    this.callOff();
    this.#waiter?.end();
    this.#made.closed();
  }

  tell(report: TerminalReport): void {
    if (this.#closed) return;
    if (report.kind === 'showing' && this.#isAtTable) this.#waiter?.show(report.value);
    this.#made.take(report);
  }

  wait(ms: number, then: () => void): void {
    if (!this.#closed) this.#callOff = this.#made.clock.after(ms, then);
  }

  callOff(): void {
    this.#callOff?.();
  }

  keep(memory: Memory): Promise<void> {
    return this.#made.keeper.keep(memory);
  }

  askBank(memory: Memory, order: TransactionOrder): BankAnswer {
    const count = memory.count + 1;
    const { root } = this.#made;
    return {
      transactionId: transactionId(root, count),
      transactionNumber: transactionNumber(count),
      transactionTime: this.localTime(),
      authCode:
        order.transactionType === 'COMPLETION' && order.authCode
          ? order.authCode
          : authCode(root, count),
    };
  }

  localTime(): string {
    return localTime(this.#made.clock.now(), this.#made.timeZone);
  }

  askSignature(slip: Slip): void {
    this.tell({
      kind: 'signatureWanted',
      order: slip.order.id,
      wanted: {
        merchantReceipt: copyToSign(slip, this.#made.head),
        card: cardDataOf(slip),
      },
    });
  }

  finish(slip: Slip): void {
    this.#job = undefined;
    this.tell({
      kind: 'finished',
      order: slip.order.id,
      outcome: outcomeOf(slip, this.#made.head),
    });
  }

  forget(): void {
    this.#job = undefined;
    this.tell({ kind: 'disconnected' });
    this.tell({ kind: 'connected', profile: this.#made.profile });
    this.#waiter?.lose();
  }

  /** Whether the card in hand is paid at a table. */
  get #isAtTable(): boolean {
    return this.#job instanceof Performance && this.#job.order.table !== undefined;
  }

  #performanceOf(order: string): Performance | undefined {
    return this.#job instanceof Performance && this.#job.order.id === order ? this.#job : undefined;
  }

  #begin(job: Job, then: (memory: Memory) => void): void {
    if (this.#closed) throw new Error('The line to this card machine is closed.');
    if (this.#job) throw new Error(`Order ${job.order.id} came during ${this.#job.order.id}.`);
    this.#job = job;
    this.#recall(job, then);
  }

  #recall(job: Job, then: (memory: Memory) => void): void {
    this.#made.keeper.load().then(
      (memory) => {
        if (this.#job === job) then(memory);
      },
      () => this.wait(RELOAD_MS, () => this.#recall(job, then)),
    );
  }

  #report(memory: Memory, order: ReportOrder): void {
    const after = withReport(memory, order, this.localTime());
    void this.keep(after).then(() => {
      this.#job = undefined;
      if (after.last?.kind !== 'report') return;
      const result = machineReport(after.last.report, this.#made.head);
      this.tell({ kind: 'reported', order: order.id, result });
    });
  }
}
