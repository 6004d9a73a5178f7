// One virtual card machine with an open handle: runs one order at a time and answers for its last order from its
// memory. VirtualDriver makes one for each `open`.

import type { NotificationValue } from '@tillgate/protocol';
import type { Cancel, Clock } from '../../../ports/clock.ts';
import { localTime } from '../../../ports/local-time.ts';
import type {
  LastOrder,
  ReportOrder,
  TerminalHandle,
  TerminalProfile,
  TerminalReport,
  TransactionOrder,
} from '../../../ports/terminal-driver.ts';
import type { WaiterRequestsTexts } from '../waiter-requests.ts';
import { WaiterRequests } from '../waiter-requests.ts';
import type { Authorisation, CompletedTransaction } from './memory/completed-transaction.ts';
import { cardDataOf } from './memory/completed-transaction.ts';
import type { Memory } from './memory/memory.ts';
import { lastOrderId, withReport } from './memory/memory.ts';
import { authCode, transactionId, transactionNumber } from './memory/numbers.ts';
import type { StoredMemory } from './memory/stored-memory.ts';
import type { Letterhead } from './printing/receipt.ts';
import { copyToSign, outcomeOf } from './printing/receipt.ts';
import { machineReport } from './printing/report.ts';
import type { CustomerExtras, MachineBehaviour } from './scenario/scenario.ts';
import { scenarioFor } from './scenario/scenario.ts';
import type { VirtualTimings } from './scenario/timings.ts';
import type { TransactionRunHost } from './transaction-run.ts';
import { TransactionRun } from './transaction-run.ts';
import { VirtualWaiter } from './virtual-waiter.ts';

export interface VirtualTerminalDeps {
  readonly clock: Clock;
  readonly memory: StoredMemory;
  /** Called once for each transaction. */
  readonly behaviour: () => MachineBehaviour;
  /** Whether the machine is in standalone mode, where the gateway cannot reach it [C-10.24]. */
  readonly isStandalone: () => boolean;
  readonly extras: CustomerExtras;
  readonly profile: TerminalProfile;
  readonly letterhead: Letterhead;
  /** IANA name. */
  readonly timeZone: string;
  /** Called at each step. */
  readonly timings: () => VirtualTimings;
  /** The seed of transaction ids and authorisation codes. */
  readonly numberSeed: number;
  readonly onReport: (report: TerminalReport) => void;
  /** Called once, when the handle is closed. */
  readonly onClosed: () => void;
}

type Running = TransactionRun | { readonly order: ReportOrder };

/** Shown to the waiter at the machine. */
const TEXTS: WaiterRequestsTexts = {
  oneAtATime: 'One thing at a time: the card machine is still at work.',
  outOfReach: 'This card machine is out of reach.',
};

/** Delay before a failed read of the memory is retried, in ms. */
const RELOAD_MS = 1000;

export class VirtualTerminal implements TerminalHandle, TransactionRunHost {
  readonly #deps: VirtualTerminalDeps;
  readonly #waiterRequests = new WaiterRequests(TEXTS);
  #running: Running | undefined;
  #cancelTimer: Cancel | undefined;
  #waiter: VirtualWaiter | undefined;
  #connected = false;
  #closed = false;

  constructor(deps: VirtualTerminalDeps) {
    this.#deps = deps;
    this.switchStandalone();
  }

  get timings(): VirtualTimings {
    return this.#deps.timings();
  }

  start(order: TransactionOrder): void {
    const scenario = scenarioFor(this.#deps.behaviour(), order, this.#deps.extras);
    const run = new TransactionRun(order, scenario, this);
    this.#begin(run, (memory) => run.begin(memory));
  }

  startReport(order: ReportOrder): void {
    this.#begin({ order }, (memory) => {
      this.schedule(this.timings.virtualReportMs, () => this.#finishReport(memory, order));
    });
  }

  cancel(order: string): void {
    if (this.#runOf(order)?.cancel()) return;
    queueMicrotask(() => this.report({ kind: 'cancelDecided', order, cancelled: false }));
  }

  /** A new waiter at the machine; undefined while there is another one, or after `close`. */
  waiter(showing: (value: NotificationValue) => void): VirtualWaiter | undefined {
    if (this.#closed || this.#waiter) return undefined;
    const waiter = new VirtualWaiter({
      requests: this.#waiterRequests,
      showing,
      report: (request, answer) => this.report({ kind: 'tableRequest', request, answer }),
      onClosed: () => {
        this.#waiter = undefined;
      },
    });
    this.#waiter = waiter;
    return waiter;
  }

  answerSignature(order: string, accepted: boolean, unanswered: boolean): void {
    this.#runOf(order)?.answerSignature(accepted, unanswered);
  }

  async lastOrder(order: string): Promise<LastOrder> {
    if (this.#closed) throw new Error('The handle of this card machine is closed.');
    if (this.#running?.order.id === order) {
      const run = this.#runOf(order);
      run?.takeOutCard();
      const silentForEver = run?.isSilent && this.timings.virtualSilenceMs === 0;
      if (!silentForEver) return { status: 'running' };
      this.#running = undefined;
    }
    const memory = await this.#deps.memory.load();
    if (memory.last === null || lastOrderId(memory) !== order) return { status: 'nothing' };
    const { letterhead } = this.#deps;
    return memory.last.kind === 'report'
      ? { status: 'report', result: machineReport(memory.last.report, letterhead) }
      : { status: 'outcome', outcome: outcomeOf(memory.last.transaction, letterhead) };
  }

  close(): void {
    this.#closed = true;
    this.#running = undefined;
    this.cancelTimer();
    this.#waiter?.end();
    this.#deps.memory.close();
    this.#deps.onClosed();
  }

  report(report: TerminalReport): void {
    if (this.#closed) return;
    if (report.kind === 'showing' && this.#isAtTable) this.#waiter?.show(report.value);
    this.#deps.onReport(report);
  }

  schedule(ms: number, then: () => void): void {
    if (!this.#closed) this.#cancelTimer = this.#deps.clock.after(ms, then);
  }

  cancelTimer(): void {
    this.#cancelTimer?.();
  }

  saveMemory(memory: Memory, then: () => void): void {
    this.#deps.memory.save(memory, then);
  }

  authorise(memory: Memory, order: TransactionOrder): Authorisation {
    const count = memory.count + 1;
    const { numberSeed } = this.#deps;
    return {
      transactionId: transactionId(numberSeed, count),
      transactionNumber: transactionNumber(count),
      session: memory.session,
      transactionTime: this.localTime(),
      authCode:
        order.transactionType === 'COMPLETION' && order.authCode
          ? order.authCode
          : authCode(numberSeed, count),
    };
  }

  localTime(): string {
    return localTime(this.#deps.clock.now(), this.#deps.timeZone);
  }

  requestSignature(transaction: CompletedTransaction): void {
    this.report({
      kind: 'signatureWanted',
      order: transaction.order.id,
      wanted: {
        merchantReceipt: copyToSign(transaction, this.#deps.letterhead),
        card: cardDataOf(transaction),
      },
    });
  }

  finish(transaction: CompletedTransaction): void {
    this.#running = undefined;
    this.report({
      kind: 'finished',
      order: transaction.order.id,
      outcome: outcomeOf(transaction, this.#deps.letterhead),
    });
    this.switchStandalone();
  }

  loseTransaction(): void {
    this.#running = undefined;
    this.#disconnect();
    this.switchStandalone();
  }

  /** Leaves the gateway, or returns to it, as the machine is now set; a running order ends first. */
  switchStandalone(): void {
    if (this.#closed || this.#running) return;
    const isStandalone = this.#deps.isStandalone();
    if (isStandalone && this.#connected) this.#disconnect();
    if (isStandalone || this.#connected) return;
    this.#connected = true;
    this.report({ kind: 'connected', profile: this.#deps.profile });
  }

  #disconnect(): void {
    this.#connected = false;
    this.report({ kind: 'disconnected' });
    this.#waiter?.onDisconnected();
  }

  /** Whether the running transaction is a payment at a table. */
  get #isAtTable(): boolean {
    return this.#running instanceof TransactionRun && this.#running.order.table !== undefined;
  }

  #runOf(order: string): TransactionRun | undefined {
    return this.#running instanceof TransactionRun && this.#running.order.id === order
      ? this.#running
      : undefined;
  }

  #begin(running: Running, then: (memory: Memory) => void): void {
    if (this.#closed) throw new Error('The handle of this card machine is closed.');
    if (this.#running) {
      const { id } = this.#running.order;
      throw new Error(`Cannot start ${running.order.id}: ${id} is still running.`);
    }
    this.#running = running;
    this.#loadMemory(running, then);
  }

  #loadMemory(running: Running, then: (memory: Memory) => void): void {
    this.#deps.memory.load().then(
      (memory) => {
        if (this.#running === running) then(memory);
      },
      () => this.schedule(RELOAD_MS, () => this.#loadMemory(running, then)),
    );
  }

  #finishReport(memory: Memory, order: ReportOrder): void {
    const after = withReport(memory, order, this.localTime());
    this.saveMemory(after, () => {
      this.#running = undefined;
      if (after.last?.kind !== 'report') return;
      const result = machineReport(after.last.report, this.#deps.letterhead);
      this.report({ kind: 'reported', order: order.id, result });
      this.switchStandalone();
    });
  }
}
