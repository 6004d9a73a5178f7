// The orders of one card machine: accepts one at a time, runs it, saves how it ended and sends the end once;
// answers `lastOrder` [C-13.9 - C-13.11].

import type {
  LinkCommands,
  LinkEvent,
  LinkLastOrder,
  LinkOrder,
  LinkOutcome,
  LinkReportOrder,
  LinkReportResult,
} from '@tillgate/protocol';
import { refuse } from '@tillgate/protocol';
import { RetryQueue } from '../connection/retry-queue.ts';
import type { Timing } from '../connection/timing.ts';
import type { Warn, WarningName } from '../connection/warning.ts';
import type { CardMachine } from './machine.ts';
import type { KeptOrder } from './memory.ts';
import { OrderRun, omittedText } from './order-run.ts';
import { OrderSaver } from './order-saver.ts';
import { blankOutcome, outcomeOf, reportOf } from './outcome.ts';

export interface OrderProcessorDeps {
  readonly machine: CardMachine;
  readonly tid: string;
  /** Sends an event to the gateway; false if there is no connection. */
  readonly send: (event: LinkEvent) => boolean;
  /** Has the gateway ask for the last order, as after a drop. */
  readonly reannounce: () => void;
  readonly signatureWithinMs: number;
  readonly timing: Timing;
  readonly warn: Warn;
}

/** Starts an accepted order; `answered`: the gateway was still connected to get the answer. */
export type StartOrder = (answered: boolean) => void;

export class OrderProcessor {
  readonly #deps: OrderProcessorDeps;
  readonly #retries: RetryQueue;
  readonly #saver: OrderSaver;
  /** Id of the current order. */
  #currentId: string | undefined;
  #currentRun: OrderRun | undefined;
  readonly #idleListeners = new Set<() => void>();

  constructor(deps: OrderProcessorDeps) {
    this.#deps = deps;
    this.#retries = new RetryQueue(deps.timing);
    this.#saver = new OrderSaver(deps.machine.memory, this.#retries);
  }

  /** Continues the order of the earlier run of the program; rejects if it cannot be read. */
  async load(): Promise<void> {
    const kept = await this.#saver.load();
    if (!kept || kept.state === 'ended' || kept.state === 'forgotten') return;
    this.#currentId = kept.order.id;
    if (kept.kind === 'report') void this.#endUnknown(kept);
    else if (kept.state === 'committed') void this.#recall(kept.order);
    else void this.#endUnstarted(kept.order);
  }

  /** Saves an order and returns what starts it; undefined if it was accepted before. Rejects with a `Refusal`. */
  async accept(order: LinkOrder): Promise<StartOrder | undefined> {
    if (this.#isKnown(order.id)) return undefined;
    this.#requireIdle();
    const run = this.#createRun(order);
    this.#currentRun = run;
    await this.#saveAccepted({ kind: 'transaction', order, state: 'taken' });
    return (answered) => void (answered ? this.#run(run) : this.#endUnstarted(order));
  }

  /** Like `accept`, for a report. */
  async acceptReport(order: LinkReportOrder): Promise<StartOrder | undefined> {
    if (this.#isKnown(order.id)) return undefined;
    this.#requireIdle();
    const taken = { kind: 'report', order, state: 'taken' } as const;
    await this.#saveAccepted(taken);
    return (answered) => void (answered ? this.#report(order) : this.#endUnknown(taken));
  }

  lastOrder(order: string): LinkLastOrder {
    if (this.#currentId === order) return { knows: 'running' };
    const { last } = this.#saver;
    if (last?.order.id !== order || last.state !== 'ended') return { knows: 'nothing' };
    return last.kind === 'report'
      ? { knows: 'report', result: last.result }
      : { knows: 'outcome', outcome: last.outcome };
  }

  /** The gateway knows that an order is running, and may have missed its events. */
  resend(): void {
    this.#currentRun?.resend();
  }

  cancel({ order }: LinkCommands['cancel']): void {
    const run = this.#runFor(order);
    if (run) run.requestCancel();
    else this.#deps.send({ method: 'cancelDecided', params: { order, cancelled: false } });
  }

  resolveSignature({ order, accepted, unanswered }: LinkCommands['answerSignature']): void {
    this.#runFor(order)?.resolveSignature({ accepted, unanswered });
  }

  /** There is no connection and will be none; with a cause if the gateway ended it for good. */
  connectionEnded(cause?: Error): void {
    this.#currentRun?.connectionEnded(cause);
  }

  /** What fails from now on is left to the next run. */
  close(): void {
    this.#retries.close();
  }

  /** Fulfilled when there is no current order. */
  async whenIdle(): Promise<void> {
    if (this.#currentId !== undefined) {
      await new Promise<void>((resolve) => this.#idleListeners.add(resolve));
    }
  }

  #isKnown(order: string): boolean {
    return this.#currentId === order || this.#saver.last?.order.id === order;
  }

  #requireIdle(): void {
    const { tid } = this.#deps;
    if (this.#currentId !== undefined) throw refuse('terminalBusy', { tid });
  }

  #runFor(order: string): OrderRun | undefined {
    return this.#currentRun?.order.id === order ? this.#currentRun : undefined;
  }

  #createRun(order: LinkOrder): OrderRun {
    const { send, signatureWithinMs, timing } = this.#deps;
    return new OrderRun({
      order,
      send,
      signatureWithinMs,
      timing,
      saveCommitted: () => this.#saver.save({ kind: 'transaction', order, state: 'committed' }),
      warn: (text, cause) => this.#warn('machineFailed', text, cause),
    });
  }

  /** An order that cannot be saved is not started [C-13.9]. */
  async #saveAccepted(taken: KeptOrder): Promise<void> {
    this.#currentId = taken.order.id;
    try {
      await this.#saver.save(taken);
    } catch (cause) {
      this.#warn('memoryFailed', 'memory.save failed. The order was not taken.', cause);
      this.#setIdle();
      throw refuse('internal');
    }
  }

  async #run(run: OrderRun): Promise<void> {
    const { machine } = this.#deps;
    const outcome = await run.run((order, screen) => machine.start(order, screen));
    if (outcome) {
      await this.#end(run.order, outcome);
    } else {
      run.resolveCancel();
      await this.#recall(run.order);
    }
  }

  async #report(order: LinkReportOrder): Promise<void> {
    const { machine, timing } = this.#deps;
    try {
      const made = await machine.report?.(order);
      if (!made) throw new TypeError('expected a report.');
      const result = reportOf(made, order.id, {
        now: timing.now(),
        onOmitted: (faults) => this.#warn('machineFailed', `report: ${omittedText(faults)}`),
      });
      await this.#endReport(order, result);
    } catch (cause) {
      this.#warn('machineFailed', 'report failed.', cause);
      await this.#endUnknown({ kind: 'report', order, state: 'taken' });
    }
  }

  /** Asks the machine's own journal until it answers [C-13.11]. */
  async #recall(order: LinkOrder): Promise<void> {
    const { machine, timing } = this.#deps;
    const found: { outcome?: LinkOutcome } = {};
    const look = async () => {
      const given = await machine.recall?.(order);
      if (given === undefined) return;
      found.outcome = outcomeOf(given, order, {
        now: timing.now(),
        onOmitted: (faults) => this.#warn('machineFailed', `recall: ${omittedText(faults)}`),
      });
    };
    const known = await this.#saver.retryUntilDone(
      look,
      this.#onFailure('machineFailed', 'recall'),
    );
    if (!known) this.#setIdle();
    else if (found.outcome) await this.#end(order, found.outcome);
    else await this.#endUnknown({ kind: 'transaction', order, state: 'forgotten' });
  }

  /** No money has moved, and none will. */
  #endUnstarted(order: LinkOrder): Promise<void> {
    return this.#end(order, blankOutcome('UNSUCCESSFUL', order, this.#deps.timing.now()));
  }

  async #end(order: LinkOrder, outcome: LinkOutcome): Promise<void> {
    if (!(await this.#saveEnd({ kind: 'transaction', order, state: 'ended', outcome }))) return;
    this.#currentRun?.resolveCancel(outcome);
    this.#setIdle();
    this.#deps.send({ method: 'finished', params: { order: order.id, outcome } });
  }

  async #endReport(order: LinkReportOrder, result: LinkReportResult): Promise<void> {
    if (!(await this.#saveEnd({ kind: 'report', order, state: 'ended', result }))) return;
    this.#setIdle();
    this.#deps.send({ method: 'reported', params: { order: order.id, result } });
  }

  /** The outcome is unknown for good: makes the gateway ask, so that it does not wait [C-4.45]. */
  async #endUnknown(kept: KeptOrder): Promise<void> {
    if (!(await this.#saveEnd({ ...kept, state: 'forgotten' } as KeptOrder))) return;
    this.#setIdle();
    this.#deps.reannounce();
  }

  /** Saves how the current order ended; false if that is left to the next run. */
  async #saveEnd(kept: KeptOrder): Promise<boolean> {
    const failed = this.#onFailure('memoryFailed', 'memory.save');
    const done = await this.#saver.saveUntilDone(kept, failed);
    if (!done) this.#setIdle();
    return done;
  }

  #setIdle(): void {
    this.#currentId = undefined;
    this.#currentRun = undefined;
    for (const wake of this.#idleListeners) wake();
    this.#idleListeners.clear();
  }

  #onFailure(warning: WarningName, name: string) {
    return (cause: unknown, retryInMs?: number) => {
      const next =
        retryInMs === undefined ? 'It is left to the next run.' : `Again in ${retryInMs / 1000} s.`;
      this.#warn(warning, `${name} failed. ${next}`, cause);
    };
  }

  #warn(warning: WarningName, message: string, cause?: unknown): void {
    const { tid, warn } = this.#deps;
    warn({ warning, message, tid, ...(cause !== undefined && { cause }) });
  }
}
