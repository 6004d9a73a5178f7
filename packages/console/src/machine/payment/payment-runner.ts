// Runs the payments of the machine: gives events and timeouts to the pure flow, and carries out its side effects. The
// till gets the notifications, money is committed before the bank is asked, the record is stored before anything shows
// the result.

import type { ReadonlySignal, Signal } from '@preact/signals';
import { signal } from '@preact/signals';
import type { OrderScreen, PlayedOutcome } from '@tillgate/client';
import type { LinkOrder } from '@tillgate/protocol';
import { addRecord, isCovered } from '../books/books.ts';
import type { Identity, MachineMemory } from '../books/memory.ts';
import type { BankResponse, TransactionRecord } from '../books/transaction-record.ts';
import { localTime, recordOf } from '../books/transaction-record.ts';
import type { Printer } from '../paper/printer.ts';
import { copyForSignature, receipts } from '../paper/printouts.ts';
import type { Signature } from '../paper/signature.tsx';
import type { CardFlow, FlowEvent, SimulationSettings } from './card-flow.ts';
import { next, resultOf, screenDurationMs, startFlow } from './card-flow.ts';
import { notificationsFor } from './notifications.ts';

interface PaymentRunnerDeps {
  readonly memory: MachineMemory;
  readonly printer: Printer;
  readonly settings: ReadonlySignal<SimulationSettings>;
  /** The sentence on the idle screen. */
  readonly remark: Signal<string>;
}

/** What one order needs until it ends. */
interface OrderContext {
  readonly till: OrderScreen;
  readonly machine: Identity;
  /** The response of the bank; the same at each call, because a signature changes only the result. */
  readonly bank: () => BankResponse;
}

const timeout: FlowEvent = { kind: 'timeout' };

export class PaymentRunner {
  /** The signature of the running payment. */
  readonly signature = signal<Signature | undefined>(undefined);
  readonly #deps: PaymentRunnerDeps;
  readonly #flow = signal<CardFlow | undefined>(undefined);
  /** Set while the flow waits for an event. */
  #onEvent: ((event: FlowEvent) => void) | undefined;

  constructor(deps: PaymentRunnerDeps) {
    this.#deps = deps;
  }

  /** The running payment; undefined if there is none. */
  get flow(): ReadonlySignal<CardFlow | undefined> {
    return this.#flow;
  }

  /** A key of the keypad or a button of the screen; ignored while the flow waits for no event. */
  dispatch(event: FlowEvent): void {
    this.#onEvent?.(event);
  }

  /** Runs an order of the gateway to its end. Rejects if it could not be committed or stored. */
  async run(order: LinkOrder, till: OrderScreen, machine: Identity): Promise<PlayedOutcome> {
    const { memory, printer, settings, remark } = this.#deps;
    remark.value = '';
    this.signature.value = undefined;
    printer.tearOff();
    till.cancel.addEventListener('abort', () => this.dispatch({ kind: 'tillCancel' }));
    try {
      const books = memory.loadBooks(machine.currency);
      const bank = this.#bankFor(machine);
      const first = startFlow(order, settings.value, isCovered(books, order));
      const record = await this.#runFlow(first, { till, machine, bank });
      if (!record) remark.value = 'Cancelled. No money was taken.';
      return record ? outcomeOf(record, machine) : { transactionResult: 'CANCELLED' };
    } finally {
      this.#flow.value = undefined;
    }
  }

  /** How an order ended that was running when the page was closed; without a record no money was taken. */
  recall(order: LinkOrder, machine: Identity): PlayedOutcome {
    const { last } = this.#deps.memory.loadBooks(machine.currency);
    if (last?.order.id === order.id) return outcomeOf(last, machine);
    return { transactionResult: 'UNSUCCESSFUL' };
  }

  #bankFor(machine: Identity): () => BankResponse {
    let response: BankResponse | undefined;
    return () => {
      response ??= {
        number: this.#deps.memory.loadBooks(machine.currency).count + 1,
        authCode: newAuthCode(),
        time: localTime(),
      };
      return response;
    };
  }

  /** Undefined if the payment was cancelled before the bank was asked. */
  async #runFlow(first: CardFlow, context: OrderContext): Promise<TransactionRecord | undefined> {
    const { till, machine, bank } = context;
    let flow = first;
    let record: TransactionRecord | undefined;
    let shown = '';
    while (flow.screen.kind !== 'end') {
      const result = resultOf(flow);
      // Also a result without the bank is stored only for an order that is still this window's.
      if (flow.screen.kind === 'connecting' || (result && !record)) await till.commit();
      if (result && !record) {
        record = recordOf(flow, result, bank());
        await this.#store(record, machine);
      }
      this.#flow.value = flow;
      if (flow.screen.kind !== shown) for (const value of notificationsFor(flow)) till.show(value);
      shown = flow.screen.kind;
      flow = next(flow, await this.#nextEvent(flow, context), this.#deps.settings.value);
    }
    if (record) this.#printCopies(record, machine);
    return record;
  }

  /** Stores the record before a screen, or the till, shows its result [C-13.11]. */
  async #store(record: TransactionRecord, machine: Identity): Promise<void> {
    const { memory } = this.#deps;
    const stored = await memory.orders().load();
    // Another window of this machine may have superseded this one and reported that no money was taken.
    if (stored?.order.id !== record.order.id || stored.state !== 'committed') {
      throw new Error('Another window has ended this order.');
    }
    memory.saveBooks(addRecord(memory.loadBooks(machine.currency), record));
  }

  #nextEvent(flow: CardFlow, context: OrderContext): Promise<FlowEvent> {
    if (flow.screen.kind === 'tillVerdict') return this.#askTill(flow, context);
    const { settings } = this.#deps;
    const { cancel } = context.till;
    const { promise, resolve } = Promise.withResolvers<FlowEvent>();
    const onEvent = (event: FlowEvent) => {
      // An event that changes nothing must not restart the duration of the screen.
      if (event !== timeout && next(flow, event, settings.value) === flow) return;
      clearTimeout(timer);
      this.#onEvent = undefined;
      resolve(event);
    };
    const durationMs = screenDurationMs(flow, settings.value);
    const timer = durationMs === undefined ? undefined : setTimeout(onEvent, durationMs, timeout);
    this.#onEvent = onEvent;
    if (cancel.aborted) onEvent({ kind: 'tillCancel' });
    return promise;
  }

  async #askTill(flow: CardFlow, { till, machine, bank }: OrderContext): Promise<FlowEvent> {
    const record = recordOf(flow, 'SUCCESSFUL', bank());
    const merchantReceipt = copyForSignature(record, machine);
    this.#deps.printer.print('Merchant copy, to judge', merchantReceipt, this.signature.value);
    const verdict = await till.askSignature({ merchantReceipt, card: record.card });
    return { kind: 'verdict', ...verdict };
  }

  #printCopies(record: TransactionRecord, machine: Identity): void {
    const { printer } = this.#deps;
    const { MERCHANT, CUSTOMER } = receipts(record, machine);
    printer.tearOff();
    if (CUSTOMER) printer.print('Customer copy', CUSTOMER);
    const signed =
      record.card.cardholderVerificationMethod === 'SIGNATURE' && record.result === 'SUCCESSFUL';
    if (MERCHANT) {
      printer.print('Merchant copy', MERCHANT, signed ? this.signature.value : undefined);
    }
  }
}

function outcomeOf(record: TransactionRecord, machine: Identity): PlayedOutcome {
  return {
    transactionResult: record.result,
    transactionId: record.transactionId,
    transactionNumber: record.transactionNumber,
    transactionTime: record.transactionTime,
    amountCashback: record.cashback,
    amountGratuity: record.gratuity,
    card: record.card,
    receiptLines: receipts(record, machine),
  };
}

/** Six letters and digits. */
function newAuthCode(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  return [...bytes].map((byte) => (byte % 36).toString(36).toUpperCase()).join('');
}
