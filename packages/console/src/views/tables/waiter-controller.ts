// A waiter with a virtual card machine: takes it up, sees the tables, locks one, prints, takes payments
// and leaves. Holds what the screen of the machine shows.

import { signal } from '@preact/signals';
import type { TillReceiptLine } from '@tillgate/client';
import { progressText } from '@tillgate/client';
import type { WaiterAnswer, WaiterRequest } from '@tillgate/protocol';
import { moneyText } from '../../kit/money.ts';
import { explainRefusal } from '../../socket/explanation.ts';
import type { GatewayAddress } from '../../socket/gateway-address.ts';
import type { WaiterConnection } from './waiter-connection.ts';
import { openWaiterConnection, WaiterRefusal } from './waiter-connection.ts';

type Currency = Extract<WaiterAnswer, { answer: 'locked' }>['currency'];

/** A table that is locked. */
export interface LockedTable {
  readonly tableId: string;
  readonly amountDue: number;
  readonly currency: Currency;
  /** The bill is printed before the first payment only [C-9.15]. */
  readonly canPrintBill: boolean;
}

export interface WaiterMessage {
  readonly tone: 'good' | 'bad' | 'wait';
  readonly text: string;
}

export type Screen =
  | { readonly kind: 'off' }
  | { readonly kind: 'busy'; readonly text: string }
  | { readonly kind: 'tables'; readonly tables: readonly string[] }
  | { readonly kind: 'locked'; readonly locked: LockedTable }
  | {
      readonly kind: 'paying';
      readonly locked: LockedTable;
      readonly amount: number;
      readonly text: string;
    }
  /** Nobody knows whether the card was charged: only leaving is left. */
  | { readonly kind: 'unknown'; readonly locked: LockedTable }
  | { readonly kind: 'done'; readonly tableId: string };

export interface Printed {
  readonly key: number;
  readonly title: string;
  readonly lines: readonly TillReceiptLine[];
}

export interface WaiterPayment {
  readonly by: 'card' | 'other';
  readonly amount: number;
  readonly amountGratuity: number;
}

export const screen = signal<Screen>({ kind: 'off' });
/** The last news, until the next. */
export const message = signal<WaiterMessage | undefined>(undefined);
/** What came out of the printer, newest first. */
export const papers = signal<readonly Printed[]>([]);

let line: WaiterConnection | undefined;
/** Tells one taking up of a machine from the next. */
let visits = 0;
let waiter: { readonly waiterId?: string } = {};

const MAX_PAPERS = 3;
const BROKEN = 'The line to the gateway broke. What is under way ends, then the table is left.';

/** Takes up a card machine and asks for the tables. */
export async function openTerminal(
  parts: GatewayAddress,
  tid: string,
  waiterId: string,
): Promise<void> {
  closeTerminal();
  const mine = visits;
  waiter = waiterId === '' ? {} : { waiterId };
  papers.value = [];
  message.value = undefined;
  screen.value = { kind: 'busy', text: 'Switching on' };
  try {
    const closed = () => {
      if (mine === visits) ended({ tone: 'bad', text: BROKEN });
    };
    const taken = await openWaiterConnection(parts, tid, {
      onNotification: showing,
      onClosed: closed,
    });
    if (mine !== visits) {
      taken.close();
      return;
    }
    line = taken;
  } catch (cause) {
    const { happened, todo } = explainRefusal(cause);
    if (mine === visits) ended({ tone: 'bad', text: `${happened} ${todo}` });
    return;
  }
  await listTables();
}

/** Puts the machine down: a table that is locked is left [C-10.20]. */
export function closeTerminal(): void {
  visits += 1;
  const open = line;
  line = undefined;
  open?.close();
  screen.value = { kind: 'off' };
}

export async function listTables(): Promise<void> {
  screen.value = { kind: 'busy', text: 'Asking the till for its tables' };
  const answer = await ask('tables', waiter);
  if (answer?.answer === 'tables') screen.value = { kind: 'tables', tables: answer.tables };
  else if (answer) {
    closeTerminal();
    tell(answer);
  }
}

export async function lockTable(tableId: string): Promise<void> {
  const before = screen.peek();
  message.value = undefined;
  screen.value = { kind: 'busy', text: `Asking the till for table ${tableId}` };
  const answer = await ask('lock', { tableId, ...waiter });
  if (!answer) return;
  if (answer.answer === 'locked') {
    const { amount, currency } = answer;
    screen.value = {
      kind: 'locked',
      locked: { tableId, amountDue: amount, currency, canPrintBill: true },
    };
    return;
  }
  screen.value = before;
  tell(answer);
}

export async function printBill(locked: LockedTable): Promise<void> {
  screen.value = { kind: 'busy', text: 'Asking the till for the bill' };
  const answer = await ask('bill');
  if (!answer) return;
  screen.value = { kind: 'locked', locked };
  if (answer.answer === 'bill') print(`Bill of table ${locked.tableId}`, answer.receiptLines);
  else tell(answer);
}

export async function pay(locked: LockedTable, part: WaiterPayment): Promise<void> {
  const amount = part.amount + part.amountGratuity;
  message.value = undefined;
  const text = part.by === 'card' ? 'Starting' : 'Noting it';
  screen.value = { kind: 'paying', locked, amount, text };
  const answer = await ask('pay', part.amountGratuity > 0 ? part : withoutGratuity(part));
  if (!answer) return;
  if (answer.answer === 'payment') {
    await settled(locked, amount, answer);
    return;
  }
  const unknown = answer.answer === 'unknown';
  screen.value = unknown ? { kind: 'unknown', locked } : { kind: 'locked', locked };
  tell(answer);
}

function withoutGratuity({ by, amount }: WaiterPayment): object {
  return { by, amount };
}

async function settled(
  locked: LockedTable,
  amount: number,
  { paid, left }: Extract<WaiterAnswer, { answer: 'payment' }>,
): Promise<void> {
  const money = moneyText(amount, locked.currency);
  message.value = paid
    ? { tone: 'good', text: `${money} paid.` }
    : { tone: 'bad', text: 'Not paid. Another card, another way, or leave the table.' };
  screen.value = {
    kind: 'locked',
    locked: { ...locked, amountDue: left, canPrintBill: locked.canPrintBill && !paid },
  };
  if (left === 0) await leaveTable(locked);
}

/** Ends the visit; the final receipt comes with the answer, if the till gives one [C-10.19]. */
export async function leaveTable({ tableId }: LockedTable): Promise<void> {
  screen.value = { kind: 'busy', text: 'Leaving the table' };
  const answer = await ask('leave');
  if (!answer) return;
  if (answer.answer === 'left' && answer.receiptLines?.length) {
    print(`Receipt of table ${tableId}`, answer.receiptLines);
  }
  if (answer.answer === 'no') tell(answer);
  screen.value = { kind: 'done', tableId };
}

/** Undefined if the line is gone, which is told. */
async function ask(
  method: WaiterRequest['kind'],
  params?: object,
): Promise<WaiterAnswer | undefined> {
  const asked = line;
  try {
    return await asked?.ask(method, params);
  } catch (cause) {
    if (cause instanceof WaiterRefusal) return { answer: 'no', message: cause.message };
    if (asked === line) ended({ tone: 'bad', text: BROKEN });
    return undefined;
  }
}

function showing(value: string): void {
  const now = screen.peek();
  if (now.kind === 'paying') screen.value = { ...now, text: progressText(value) };
}

function tell(answer: WaiterAnswer): void {
  if (!('message' in answer)) return;
  message.value = { tone: answer.answer === 'unknown' ? 'wait' : 'bad', text: answer.message };
}

function print(title: string, lines: readonly TillReceiptLine[]): void {
  const key = (papers.peek()[0]?.key ?? 0) + 1;
  papers.value = [{ key, title, lines }, ...papers.peek()].slice(0, MAX_PAPERS);
}

function ended(news: WaiterMessage): void {
  closeTerminal();
  message.value = news;
}
