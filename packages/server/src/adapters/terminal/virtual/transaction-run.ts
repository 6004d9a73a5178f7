// One transaction on a virtual card machine: plays its script by the clock and remembers the
// outcome before it says a word of it. Knows its machine only as a stage.

import type { NotificationValue } from '@tillgate/protocol';
import type { TerminalReport, TransactionOrder } from '../../../ports/terminal-driver.ts';
import type { BankAnswer, Slip } from './memory/completed-transaction.ts';
import { bankedSlip, cancelledSlip } from './memory/completed-transaction.ts';
import type { Memory } from './memory/memory.ts';
import { coveredBy, withSlip } from './memory/memory.ts';
import type { Part, Play } from './scenario/scenario.ts';
import { afterSignature, givingUp, judged, script } from './scenario/scenario.ts';
import type { VirtualTimings } from './scenario/timings.ts';

/** What a machine does for the transaction it plays. */
export interface Stage {
  readonly timings: VirtualTimings;
  tell(report: TerminalReport): void;
  /** One at a time. */
  wait(ms: number, then: () => void): void;
  callOff(): void;
  /** Fulfilled when it is durable, or as durable as it can be. */
  keep(memory: Memory): Promise<void>;
  askBank(memory: Memory, order: TransactionOrder): BankAnswer;
  localTime(): string;
  askSignature(slip: Slip): void;
  finish(slip: Slip): void;
  /** It came back from its silence without the transaction [C-10.7]. */
  forget(): void;
}

type Waiting = 'for memory' | 'for time' | 'for the signature' | 'for ever';

export class Performance {
  readonly order: TransactionOrder;
  readonly #stage: Stage;
  #play: Play;
  #parts: readonly Part[] = [];
  #next = 0;
  #waits: Waiting = 'for memory';
  #cancellable = true;
  #memory: Memory | undefined;
  #answer: BankAnswer | undefined;
  /** As it was put into the memory. */
  #settled: Slip | undefined;

  constructor(order: TransactionOrder, play: Play, stage: Stage) {
    this.order = order;
    this.#play = play;
    this.#stage = stage;
  }

  /** Whether it will never say anything again. */
  get silent(): boolean {
    return this.#waits === 'for ever';
  }

  begin(memory: Memory): void {
    this.#memory = memory;
    if (this.#parts === givingUp) {
      this.#perform();
      return;
    }
    if (this.#play.result === 'SUCCESSFUL' && !this.#covered(memory)) {
      this.#play = { ...this.#play, result: 'DECLINED' };
    }
    this.#parts = script(this.#play);
    this.#wait(this.#stage.timings.virtualStepMs);
  }

  /** Whether it gives up; the word on it is told here only if it does. */
  cancel(): boolean {
    if (this.#parts === givingUp) return true;
    if (!this.#cancellable) return false;
    this.#play = { ...this.#play, result: 'CANCELLED' };
    this.#parts = givingUp;
    this.#next = 0;
    if (this.#waits === 'for time') {
      this.#stage.callOff();
      this.#perform();
    }
    return true;
  }

  judge(accepted: boolean, unanswered: boolean): void {
    if (this.#waits !== 'for the signature') return;
    this.#play = judged(this.#play, accepted);
    this.#parts = afterSignature(this.#play, unanswered);
    this.#next = 0;
    this.#perform();
  }

  #perform(): void {
    const part = this.#parts[this.#next];
    this.#next += 1;
    switch (part?.part) {
      case 'show':
        this.#show(part.value, part.cancellable);
        break;
      case 'settle':
        this.#settle();
        break;
      case 'signature':
        this.#waits = 'for the signature';
        this.#stage.askSignature(this.#slip());
        break;
      case 'givenUp':
        this.#wait(this.#stage.timings.virtualStepMs);
        this.#stage.tell({ kind: 'cancelDecided', order: this.order.id, cancelled: true });
        break;
      case 'silence':
        this.#fallSilent();
        break;
      case 'end':
        this.#stage.finish(this.#settled ?? this.#slip());
        break;
      case undefined:
        throw new Error(`The script of order ${this.order.id} has no end.`);
    }
  }

  /** Told last, for whoever hears it may call off what comes next. */
  #show(value: NotificationValue, cancellable: boolean): void {
    this.#cancellable = cancellable;
    // A silence counts from the last value shown [C-10.7].
    const falls = this.#parts[this.#next]?.part === 'silence';
    this.#wait(falls ? 0 : this.#stayMs(value));
    this.#stage.tell({ kind: 'showing', order: this.order.id, value });
  }

  #wait(ms: number): void {
    this.#waits = 'for time';
    this.#stage.wait(ms, () => this.#perform());
  }

  #stayMs(value: NotificationValue): number {
    const { timings } = this.#stage;
    if (value === 'PRESENT_CARD') return timings.virtualCardMs;
    return value === 'PIN_ENTRY' ? timings.virtualPinMs : timings.virtualStepMs;
  }

  #settle(): void {
    this.#cancellable = false;
    this.#waits = 'for memory';
    this.#settled = this.#slip();
    const memory = withSlip(this.#known(), this.#settled);
    void this.#stage.keep(memory).then(() => this.#perform());
  }

  #fallSilent(): void {
    const { virtualSilenceMs } = this.#stage.timings;
    this.#cancellable = false;
    this.#waits = 'for ever';
    if (virtualSilenceMs > 0) this.#stage.wait(virtualSilenceMs, () => this.#stage.forget());
  }

  /** The bank is asked once; a signature changes only the result. */
  #slip(): Slip {
    if (this.#play.result === 'CANCELLED') {
      return cancelledSlip(this.order, this.#stage.localTime());
    }
    this.#answer ??= this.#stage.askBank(this.#known(), this.order);
    return bankedSlip(this.order, this.#play, this.#answer);
  }

  #covered(memory: Memory): boolean {
    return (
      this.order.transactionType !== 'COMPLETION' || coveredBy(memory, this.order) !== undefined
    );
  }

  #known(): Memory {
    if (!this.#memory) throw new Error(`Order ${this.order.id} was played before it began.`);
    return this.#memory;
  }
}
