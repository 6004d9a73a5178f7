// The orders of one card machine: takes one at a time, has it played, keeps how it ended and tells it once;
// says what became of the last one when asked. Knows no sockets.

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
import { Backlog } from '../connection/retry-queue.ts';
import type { Timing } from '../connection/timing.ts';
import type { Warn, WarningName } from '../connection/warning.ts';
import type { CardMachine } from './machine.ts';
import type { KeptOrder } from './memory.ts';
import { leftOut, Play } from './order-run.ts';
import { OrderKeeper } from './order-saver.ts';
import { blankOutcome, outcomeOf, reportOf } from './outcome.ts';

export interface OrderDeskParts {
  readonly machine: CardMachine;
  readonly tid: string;
  /** False if there is no line. */
  readonly tell: (telling: LinkEvent) => boolean;
  /** Has the gateway ask for the last order, as after a drop. */
  readonly comeAnew: () => void;
  readonly signatureWithinMs: number;
  readonly timing: Timing;
  readonly warn: Warn;
}

/** Begins what was taken, if the gateway could be told that it was. */
export type Begin = (told: boolean) => void;

export class OrderDesk {
  readonly #parts: OrderDeskParts;
  readonly #backlog: Backlog;
  readonly #keeper: OrderKeeper;
  /** Id of the order in hand. */
  #inHand: string | undefined;
  #play: Play | undefined;
  readonly #waiting = new Set<() => void>();

  constructor(parts: OrderDeskParts) {
    this.#parts = parts;
    this.#backlog = new Backlog(parts.timing);
    this.#keeper = new OrderKeeper(parts.machine.memory, this.#backlog);
  }

  /** Takes up what the run before has left; rejects if that cannot be read. */
  async load(): Promise<void> {
    const kept = await this.#keeper.load();
    if (!kept || kept.state === 'ended' || kept.state === 'forgotten') return;
    this.#inHand = kept.order.id;
    if (kept.kind === 'report') void this.#forget(kept);
    else if (kept.state === 'committed') void this.#recall(kept.order);
    else void this.#endWithout(kept.order);
  }

  /** Keeps an order, then it may begin; undefined if it was taken before. Rejects with a `Refusal`. */
  async take(order: LinkOrder): Promise<Begin | undefined> {
    if (this.#isKnown(order.id)) return undefined;
    this.#needFree();
    const play = this.#playOf(order);
    this.#play = play;
    await this.#keepNew({ kind: 'transaction', order, state: 'taken' });
    return (told) => void (told ? this.#run(play) : this.#endWithout(order));
  }

  /** As `take`. */
  async takeReport(order: LinkReportOrder): Promise<Begin | undefined> {
    if (this.#isKnown(order.id)) return undefined;
    this.#needFree();
    const taken = { kind: 'report', order, state: 'taken' } as const;
    await this.#keepNew(taken);
    return (told) => void (told ? this.#report(order) : this.#forget(taken));
  }

  last(order: string): LinkLastOrder {
    if (this.#inHand === order) return { knows: 'running' };
    const { last } = this.#keeper;
    if (last?.order.id !== order || last.state !== 'ended') return { knows: 'nothing' };
    return last.kind === 'report'
      ? { knows: 'report', result: last.result }
      : { knows: 'outcome', outcome: last.outcome };
  }

  /** The gateway has heard that an order is running, and may have missed the rest. */
  tellAgain(): void {
    this.#play?.tellAgain();
  }

  cancel({ order }: LinkCommands['cancel']): void {
    const play = this.#playFor(order);
    if (play) play.askCancel();
    else this.#parts.tell({ method: 'cancelDecided', params: { order, cancelled: false } });
  }

  judged({ order, accepted, unanswered }: LinkCommands['answerSignature']): void {
    this.#playFor(order)?.judged({ accepted, unanswered });
  }

  /** There is no line and will be none, with a cause because the gateway has ended it. */
  cutOff(cause?: Error): void {
    this.#play?.cutOff(cause);
  }

  /** What fails from now on is left to the next run. */
  close(): void {
    this.#backlog.close();
  }

  /** Fulfilled when no order is in hand. */
  async idle(): Promise<void> {
    if (this.#inHand !== undefined) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  #isKnown(order: string): boolean {
    return this.#inHand === order || this.#keeper.last?.order.id === order;
  }

  #needFree(): void {
    const { tid } = this.#parts;
    if (this.#inHand !== undefined) throw refuse('terminalBusy', { tid });
  }

  #playFor(order: string): Play | undefined {
    return this.#play?.order.id === order ? this.#play : undefined;
  }

  #playOf(order: LinkOrder): Play {
    const { tell, signatureWithinMs, timing } = this.#parts;
    return new Play({
      ...{ order, tell, signatureWithinMs, timing },
      keepCommitted: () => this.#keeper.save({ kind: 'transaction', order, state: 'committed' }),
      warn: (text, cause) => this.#warn('machineFailed', text, cause),
    });
  }

  /** What cannot be kept is not begun [C-13.9]. */
  async #keepNew(taken: KeptOrder): Promise<void> {
    this.#inHand = taken.order.id;
    try {
      await this.#keeper.save(taken);
    } catch (cause) {
      this.#warn('memoryFailed', 'memory.save failed. The order was not taken.', cause);
      this.#free();
      throw refuse('internal');
    }
  }

  async #run(play: Play): Promise<void> {
    const { machine } = this.#parts;
    const outcome = await play.run((order, screen) => machine.start(order, screen));
    if (outcome) {
      await this.#end(play.order, outcome);
    } else {
      play.endCancel();
      await this.#recall(play.order);
    }
  }

  async #report(order: LinkReportOrder): Promise<void> {
    const { machine, timing } = this.#parts;
    try {
      const made = await machine.report?.(order);
      if (!made) throw new TypeError('expected a report.');
      const result = reportOf(made, order.id, {
        now: timing.now(),
        leftOut: (faults) => this.#warn('machineFailed', `report: ${leftOut(faults)}`),
      });
      await this.#endReport(order, result);
    } catch (cause) {
      this.#warn('machineFailed', 'report failed.', cause);
      await this.#forget({ kind: 'report', order, state: 'taken' });
    }
  }

  /** Asks the machine's own journal until it answers [C-13.11]. */
  async #recall(order: LinkOrder): Promise<void> {
    const { machine, timing } = this.#parts;
    const found: { outcome?: LinkOutcome } = {};
    const look = async () => {
      const given = await machine.recall?.(order);
      if (given === undefined) return;
      found.outcome = outcomeOf(given, order, {
        now: timing.now(),
        leftOut: (faults) => this.#warn('machineFailed', `recall: ${leftOut(faults)}`),
      });
    };
    const known = await this.#keeper.untilDone(look, this.#failed('machineFailed', 'recall'));
    if (!known) this.#free();
    else if (found.outcome) await this.#end(order, found.outcome);
    else await this.#forget({ kind: 'transaction', order, state: 'forgotten' });
  }

  /** No money has moved, and none will. */
  #endWithout(order: LinkOrder): Promise<void> {
    return this.#end(order, blankOutcome('UNSUCCESSFUL', order, this.#parts.timing.now()));
  }

  async #end(order: LinkOrder, outcome: LinkOutcome): Promise<void> {
    if (!(await this.#keep({ kind: 'transaction', order, state: 'ended', outcome }))) return;
    this.#play?.endCancel(outcome);
    this.#free();
    this.#parts.tell({ method: 'finished', params: { order: order.id, outcome } });
  }

  async #endReport(order: LinkReportOrder, result: LinkReportResult): Promise<void> {
    if (!(await this.#keep({ kind: 'report', order, state: 'ended', result }))) return;
    this.#free();
    this.#parts.tell({ method: 'reported', params: { order: order.id, result } });
  }

  /** Nobody will ever know: the gateway is to ask, so that it does not wait [C-4.45]. */
  async #forget(kept: KeptOrder): Promise<void> {
    if (!(await this.#keep({ ...kept, state: 'forgotten' } as KeptOrder))) return;
    this.#free();
    this.#parts.comeAnew();
  }

  /** Keeps how the order in hand ended; false if the next run has to. */
  async #keep(kept: KeptOrder): Promise<boolean> {
    const failed = this.#failed('memoryFailed', 'memory.save');
    const done = await this.#keeper.saveSurely(kept, failed);
    if (!done) this.#free();
    return done;
  }

  #free(): void {
    this.#inHand = undefined;
    this.#play = undefined;
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  #failed(warning: WarningName, name: string) {
    return (cause: unknown, retryInMs?: number) => {
      const next =
        retryInMs === undefined ? 'It is left to the next run.' : `Again in ${retryInMs / 1000} s.`;
      this.#warn(warning, `${name} failed. ${next}`, cause);
    };
  }

  #warn(warning: WarningName, message: string, cause?: unknown): void {
    const { tid, warn } = this.#parts;
    warn({ warning, message, tid, ...(cause !== undefined && { cause }) });
  }
}
