// Sends the requests of the waiter to the till and gives the answers to the menu; prints bills and final receipts.

import type { ReadonlySignal, Signal } from '@preact/signals';
import { signal } from '@preact/signals';
import type { WaiterAnswer, WaiterRequest } from '@tillgate/protocol';
import type { Link } from '../link/link.ts';
import type { Printer } from '../paper/printer.ts';
import type { Transition, WaiterEvent, WaiterScreen } from './waiter-flow.ts';
import { afterAnswer, next } from './waiter-flow.ts';

interface WaiterDeps {
  readonly link: Link;
  readonly printer: Printer;
  /** The sentence on the idle screen. */
  readonly remark: Signal<string>;
}

export class WaiterController {
  readonly #deps: WaiterDeps;
  readonly #screen = signal<WaiterScreen>({ kind: 'closed' });

  constructor(deps: WaiterDeps) {
    this.#deps = deps;
  }

  get screen(): ReadonlySignal<WaiterScreen> {
    return this.#screen;
  }

  dispatch(event: WaiterEvent): void {
    this.#apply(next(this.#screen.value, event));
  }

  #apply({ screen, request }: Transition): void {
    this.#screen.value = screen;
    if (request) void this.#send(request);
  }

  async #send(request: WaiterRequest): Promise<void> {
    const { printer, remark, link } = this.#deps;
    remark.value = '';
    if (request.kind !== 'leave') printer.tearOff();
    const answer = await ask(link, request);
    if (answer.answer === 'bill') printer.print('Bill', answer.receiptLines);
    if (answer.answer === 'left') {
      if (answer.receiptLines) printer.print('Final receipt', answer.receiptLines);
      remark.value = 'The table is left.';
    }
    this.#apply(afterAnswer(this.#screen.value, answer));
  }
}

async function ask({ terminal }: Link, request: WaiterRequest): Promise<WaiterAnswer> {
  if (!terminal) return { answer: 'no', message: 'There is no line to the gateway.' };
  switch (request.kind) {
    case 'tables': {
      const { kind: _, ...waiter } = request;
      return terminal.tables(waiter);
    }
    case 'lock': {
      const { kind: _, ...table } = request;
      return terminal.lock(table);
    }
    case 'bill':
      return terminal.bill();
    case 'pay': {
      const { kind: _, ...payment } = request;
      return terminal.pay(payment);
    }
    case 'leave':
      return terminal.leave();
  }
}
