// Which wishes of the waiter still wait for an answer: one at a time, and any number of goodbyes. Each is
// answered once.

import type { TableAnswer } from '../../ports/terminal-driver.ts';

type Left = Extract<TableAnswer, { answer: 'left' }>;

export class WaiterAnswers {
  readonly #tell: (number: number, answer: TableAnswer) => void;
  #asked: number | undefined;
  readonly #leaving: number[] = [];
  #receipt: Left['receiptLines'];

  constructor(tell: (number: number, answer: TableAnswer) => void) {
    this.#tell = tell;
  }

  /** Whether a wish is under way. */
  get isWaiting(): boolean {
    return this.#asked !== undefined;
  }

  wait(number: number): void {
    this.#asked = number;
  }

  waitForTheEnd(number: number): void {
    this.#leaving.push(number);
  }

  /** Answers the wish under way, if the waiter still waits. */
  answer(answer: TableAnswer): void {
    const number = this.#asked;
    this.#asked = undefined;
    if (number !== undefined) this.#tell(number, answer);
  }

  refuse(message: string): void {
    this.answer({ answer: 'no', message });
  }

  /** What the waiter gets with the goodbye; none from a session before. */
  keepReceipt(lines: Left['receiptLines']): void {
    this.#receipt = lines;
  }

  /** The final receipt is printed once. */
  sayGoodbye(): void {
    for (const number of this.#leaving.splice(0)) {
      const lines = this.#receipt;
      this.#receipt = undefined;
      this.#tell(number, { answer: 'left', ...(lines ? { receiptLines: lines } : {}) });
    }
  }

  /** The machine is out of reach and waits no more. */
  forget(): void {
    this.#asked = undefined;
    this.#leaving.length = 0;
  }
}
