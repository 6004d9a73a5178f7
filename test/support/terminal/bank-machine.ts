// A card machine made with `linkTerminal` of the SDK, and the bank behind it. The bank's book is a second
// record of the same payments and outlives the machine.

import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type {
  CardMachine,
  OrderMemory,
  OrderScreen,
  PlayedOutcome,
  TransactionOrder,
} from '@tillgate/client';

/** One payment in the bank's book, or one taken back. */
interface Charge {
  readonly order: string;
  /** All that was taken, minor units; less than 0 where it was taken back. */
  readonly amount: number;
}

/** Records the charges that were really made. */
export class Bank {
  readonly #book: Charge[] = [];
  readonly #file: string | undefined;

  /** Kept in a file, if one is named. */
  constructor(file?: string) {
    this.#file = file;
    if (file === undefined || !existsSync(file)) return;
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    this.#book.push(...lines.map((line) => JSON.parse(line) as Charge));
  }

  charge(order: TransactionOrder): void {
    const gratuity = order.table?.amountGratuity ?? 0;
    this.#write({ order: order.id, amount: order.amount + order.amountCashback + gratuity });
  }

  reverse(order: string): void {
    this.#write({ order, amount: -this.taken(order) });
  }

  /** The money of one order, 0 if there is none. */
  taken(order: string): number {
    const own = this.#book.filter((charge) => charge.order === order);
    return own.reduce((total, { amount }) => total + amount, 0);
  }

  isKnown(order: string): boolean {
    return this.#book.some((charge) => charge.order === order);
  }

  /** Counts from 1 in the order of charges. */
  numberOf(order: string): string {
    const orders = [...new Set(this.#book.map((charge) => charge.order))];
    return String(orders.indexOf(order) + 1).padStart(4, '0');
  }

  /** How often each order was charged. */
  get charges(): ReadonlyMap<string, number> {
    const taken = this.#book.filter(({ amount }) => amount > 0);
    return new Map(
      [...Map.groupBy(taken, (one) => one.order)].map(([id, own]) => [id, own.length]),
    );
  }

  #write(charge: Charge): void {
    this.#book.push(charge);
    if (this.#file !== undefined) appendFileSync(this.#file, `${JSON.stringify(charge)}\n`);
  }
}

export interface BankMachineOptions {
  readonly bank: Bank;
  readonly memory: OrderMemory;
  /** Waits a moment; `signal` ends the wait. */
  readonly tick: (signal?: AbortSignal) => Promise<void>;
  /** Customers sign, in place of typing a PIN. */
  readonly signs?: boolean;
  /** Called before each step; an error that it throws breaks the machine at that step. */
  readonly onStep?: (step: Step, order: string) => void;
}

export const steps = ['read', 'verify', 'commit', 'call', 'charge', 'answer', 'end'] as const;
export type Step = (typeof steps)[number];

const card = {
  paymentMethod: 'ICC_CHIP',
  cardSchemeName: 'VISA',
  primaryAccountNumber: '************4821',
} as const;

/** Reads a chip card, has the cardholder verified, and asks the bank. */
export function bankMachine(parts: BankMachineOptions): CardMachine {
  const { memory, bank } = parts;
  return {
    profile: {
      currency: 'GBP',
      cashback: true,
      transactions: ['SALE', 'REFUND'],
      reports: ['X_BALANCE'],
    },
    memory,
    start: (order, screen) => play(parts, order, screen),
    recall: ({ id }) =>
      bank.isKnown(id) ? ended(parts, id) : { transactionResult: 'UNSUCCESSFUL' },
    report: async () => {
      await parts.tick();
      return { reportLines: [{ value: 'REPORT COMPLETE' }] };
    },
  };
}

async function play(
  parts: BankMachineOptions,
  order: TransactionOrder,
  screen: OrderScreen,
): Promise<PlayedOutcome> {
  const { bank, tick, signs = false, onStep } = parts;
  const step = (name: Step) => onStep?.(name, order.id);
  step('read');
  screen.show('PRESENT_CARD');
  await tick(screen.cancel);
  screen.show('PLEASE_WAIT');
  step('verify');
  if (!signs) screen.show('PIN_ENTRY');
  await tick(screen.cancel);
  step('commit');
  await screen.commit();
  step('call');
  screen.show('CONNECTING');
  await tick();
  step('charge');
  bank.charge(order);
  screen.show('CONNECTION_MADE');
  step('answer');
  await tick();
  if (signs && !order.table) await sign(parts, order, screen);
  if (bank.taken(order.id) > 0) screen.show('APPROVED');
  step('end');
  await tick();
  return ended(parts, order.id);
}

async function sign({ bank }: BankMachineOptions, { id }: TransactionOrder, screen: OrderScreen) {
  const verdict = await screen.askSignature({
    merchantReceipt: [{ value: 'PLEASE SIGN BELOW' }],
    card: { ...card, cardholderVerificationMethod: 'SIGNATURE' },
  });
  if (!verdict.accepted) bank.reverse(id);
  screen.show('SIGNATURE_VERIFICATION_PROCESS_COMPLETED');
}

function ended({ bank, signs = false }: BankMachineOptions, order: string): PlayedOutcome {
  const paid = [{ value: `PAID ${(bank.taken(order) / 100).toFixed(2)}` }];
  return {
    transactionResult: bank.taken(order) > 0 ? 'SUCCESSFUL' : 'VOID',
    transactionNumber: bank.numberOf(order),
    card: {
      ...card,
      cardholderVerificationMethod: signs ? 'SIGNATURE' : 'PIN',
      authCode: 'Q7M2K4',
    },
    receiptLines: { MERCHANT: paid, CUSTOMER: paid },
  };
}
