// One transaction on a virtual card machine: runs the steps of its scenario by the clock, and saves the outcome
// to the machine's memory before it reports anything of it. VirtualTerminal is its host.

import type { NotificationValue } from '@tillgate/protocol';
import type { TerminalReport, TransactionOrder } from '../../../ports/terminal-driver.ts';
import type { Authorisation, CompletedTransaction } from './memory/completed-transaction.ts';
import { authorisedTransaction, cancelledTransaction } from './memory/completed-transaction.ts';
import type { Memory } from './memory/memory.ts';
import { coveredBy, withTransaction } from './memory/memory.ts';
import type { Scenario, Step } from './scenario/scenario.ts';
import {
  stepsAfterCancel,
  stepsAfterSignature,
  stepsOf,
  withSignatureAnswer,
} from './scenario/scenario.ts';
import type { VirtualTimings } from './scenario/timings.ts';

/** What the machine provides to the transaction it runs. */
export interface TransactionRunHost {
  /** Read at each step, as they may change during the transaction. */
  readonly timings: VirtualTimings;
  report(report: TerminalReport): void;
  /** Calls `then` after `ms` milliseconds; one timer at a time. */
  schedule(ms: number, then: () => void): void;
  cancelTimer(): void;
  /** Calls `then` when the memory is stored. */
  saveMemory(memory: Memory, then: () => void): void;
  /** The bank's answer for the next transaction number. */
  authorise(memory: Memory, order: TransactionOrder): Authorisation;
  /** The local time at the site, YYYY-MM-DDThh:mm:ss. */
  localTime(): string;
  requestSignature(transaction: CompletedTransaction): void;
  finish(transaction: CompletedTransaction): void;
  /** Ends the silence: the machine reconnects without the transaction [C-10.7]. */
  loseTransaction(): void;
}

type Waiting = 'memory' | 'timer' | 'signature' | 'card' | 'nothing';

export class TransactionRun {
  readonly order: TransactionOrder;
  readonly #host: TransactionRunHost;
  #scenario: Scenario;
  #steps: readonly Step[] = [];
  #next = 0;
  #waitingFor: Waiting = 'memory';
  #cancellable = true;
  #memory: Memory | undefined;
  #authorisation: Authorisation | undefined;
  /** The outcome that was saved to the memory. */
  #recorded: CompletedTransaction | undefined;

  constructor(order: TransactionOrder, scenario: Scenario, host: TransactionRunHost) {
    this.order = order;
    this.#scenario = scenario;
    this.#host = host;
  }

  /** Whether no further report of the run comes: it reached its `silence` step. */
  get isSilent(): boolean {
    return this.#waitingFor === 'nothing';
  }

  /** The card that was left in is taken out after a while, and the run ends; does nothing if none was. */
  takeOutCard(): void {
    if (this.#waitingFor === 'card') this.#schedule(this.#host.timings.virtualSilenceMs);
  }

  /** Called once, when the memory of the machine is loaded. */
  begin(memory: Memory): void {
    this.#memory = memory;
    if (this.#steps === stepsAfterCancel) {
      this.#runNextStep();
      return;
    }
    if (this.#scenario.result === 'SUCCESSFUL' && !this.#isCovered(memory)) {
      this.#scenario = { ...this.#scenario, result: 'DECLINED' };
    }
    this.#steps = stepsOf(this.#scenario);
    this.#schedule(this.#host.timings.virtualStartMs);
  }

  /** Cancels the run if it still can be; returns whether it does, in which case the run reports `cancelDecided`. */
  cancel(): boolean {
    if (this.#steps === stepsAfterCancel) return true;
    if (!this.#cancellable) return false;
    this.#scenario = { ...this.#scenario, result: 'CANCELLED' };
    this.#steps = stepsAfterCancel;
    this.#next = 0;
    if (this.#waitingFor === 'timer') {
      this.#host.cancelTimer();
      this.#runNextStep();
    }
    return true;
  }

  /** Continues with the signature's result; ignored unless a signature is awaited. */
  answerSignature(accepted: boolean, unanswered: boolean): void {
    if (this.#waitingFor !== 'signature') return;
    this.#scenario = withSignatureAnswer(this.#scenario, accepted);
    this.#steps = stepsAfterSignature(this.#scenario, unanswered);
    this.#next = 0;
    this.#runNextStep();
  }

  #runNextStep(): void {
    const step = this.#steps[this.#next];
    this.#next += 1;
    switch (step?.kind) {
      case 'show':
        this.#show(step.value, step.cancellable);
        break;
      case 'record':
        this.#record();
        break;
      case 'signature':
        this.#waitingFor = 'signature';
        this.#host.requestSignature(this.#completed());
        break;
      case 'cancelled':
        this.#schedule(this.#host.timings.virtualStepMs);
        this.#host.report({ kind: 'cancelDecided', order: this.order.id, cancelled: true });
        break;
      case 'silence':
        this.#goSilent();
        break;
      case 'cardLeftIn':
        this.#waitingFor = 'card';
        break;
      case 'pause':
        this.#schedule(this.#host.timings[step.time]);
        break;
      case 'end':
        this.#host.finish(this.#recorded ?? this.#completed());
        break;
      case undefined:
        throw new Error(`The scenario of order ${this.order.id} has no end step.`);
    }
  }

  /** Reports last, because the listener may cancel the run while it is called. */
  #show(value: NotificationValue, cancellable: boolean): void {
    this.#cancellable = cancellable;
    // A silence or a pause counts from the last value shown [C-10.7].
    const next = this.#steps[this.#next]?.kind;
    const isWaitNext = next === 'silence' || next === 'pause' || next === 'cardLeftIn';
    this.#schedule(isWaitNext ? 0 : this.#displayMs(value));
    this.#host.report({ kind: 'showing', order: this.order.id, value });
  }

  #schedule(ms: number): void {
    this.#waitingFor = 'timer';
    this.#host.schedule(ms, () => this.#runNextStep());
  }

  #displayMs(value: NotificationValue): number {
    const { timings } = this.#host;
    switch (value) {
      case 'PRESENT_CARD':
        return timings.virtualCardMs;
      case 'PIN_ENTRY':
        return timings.virtualPinMs;
      case 'REMOVE_CARD':
        return timings.virtualRemoveMs;
      default:
        return timings.virtualStepMs;
    }
  }

  #record(): void {
    this.#cancellable = false;
    this.#waitingFor = 'memory';
    this.#recorded = this.#completed();
    const memory = withTransaction(this.#loadedMemory(), this.#recorded);
    this.#host.saveMemory(memory, () => this.#runNextStep());
  }

  #goSilent(): void {
    const { virtualSilenceMs } = this.#host.timings;
    this.#cancellable = false;
    this.#waitingFor = 'nothing';
    if (virtualSilenceMs > 0)
      this.#host.schedule(virtualSilenceMs, () => this.#host.loseTransaction());
  }

  /** Authorises once; a signature changes only the result. */
  #completed(): CompletedTransaction {
    if (this.#scenario.result === 'CANCELLED') {
      return cancelledTransaction(this.order, this.#host.localTime());
    }
    this.#authorisation ??= this.#host.authorise(this.#loadedMemory(), this.order);
    return authorisedTransaction(this.order, this.#scenario, this.#authorisation);
  }

  #isCovered(memory: Memory): boolean {
    return (
      this.order.transactionType !== 'COMPLETION' || coveredBy(memory, this.order) !== undefined
    );
  }

  #loadedMemory(): Memory {
    if (!this.#memory) throw new Error(`Order ${this.order.id} ran before its memory was loaded.`);
    return this.#memory;
  }
}
