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

/** The table that this card machine has locked. */
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
  /** It is not known whether the card was charged: the waiter can only leave the table. */
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
/** The last message to the waiter; it stays until the next. */
export const message = signal<WaiterMessage | undefined>(undefined);
/** What came out of the printer, newest first. */
export const papers = signal<readonly Printed[]>([]);

/** The use of one card machine, from switching it on to putting it down. */
interface WaiterSession {
  readonly waiter: { readonly waiterId?: string };
  /** Undefined while it is opened. */
  connection?: WaiterConnection;
}

/** At most one session at a time. */
const current: { session: WaiterSession | undefined } = { session: undefined };

const MAX_PAPERS = 3;
const BROKEN = 'The line to the gateway broke. What is under way ends, then the table is left.';

/** Connects as a card machine and asks for the tables. */
export async function openTerminal(
  parts: GatewayAddress,
  tid: string,
  waiterId: string,
): Promise<void> {
  closeTerminal();
  const session: WaiterSession = { waiter: waiterId === '' ? {} : { waiterId } };
  current.session = session;
  papers.value = [];
  message.value = undefined;
  screen.value = { kind: 'busy', text: 'Switching on' };
  const end = (text: string) => {
    if (session === current.session) endSession({ tone: 'bad', text });
  };
  try {
    const connection = await openWaiterConnection(parts, tid, {
      onNotification: showProgress,
      onClosed: () => end(BROKEN),
    });
    if (session !== current.session) {
      connection.close();
      return;
    }
    session.connection = connection;
  } catch (cause) {
    const { happened, todo } = explainRefusal(cause);
    end(`${happened} ${todo}`);
    return;
  }
  await listTables();
}

/** Ends the session; a table that is locked is left [C-10.20]. */
export function closeTerminal(): void {
  const { session } = current;
  current.session = undefined;
  session?.connection?.close();
  screen.value = { kind: 'off' };
}

export async function listTables(): Promise<void> {
  screen.value = { kind: 'busy', text: 'Asking the till for its tables' };
  const answer = await request('tables', current.session?.waiter);
  if (answer?.answer === 'tables') screen.value = { kind: 'tables', tables: answer.tables };
  else if (answer) {
    closeTerminal();
    showMessage(answer);
  }
}

export async function lockTable(tableId: string): Promise<void> {
  const before = screen.peek();
  message.value = undefined;
  screen.value = { kind: 'busy', text: `Asking the till for table ${tableId}` };
  const answer = await request('lock', { tableId, ...current.session?.waiter });
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
  showMessage(answer);
}

export async function printBill(locked: LockedTable): Promise<void> {
  screen.value = { kind: 'busy', text: 'Asking the till for the bill' };
  const answer = await request('bill');
  if (!answer) return;
  screen.value = { kind: 'locked', locked };
  if (answer.answer === 'bill') print(`Bill of table ${locked.tableId}`, answer.receiptLines);
  else showMessage(answer);
}

export async function pay(locked: LockedTable, part: WaiterPayment): Promise<void> {
  const amount = part.amount + part.amountGratuity;
  message.value = undefined;
  const text = part.by === 'card' ? 'Starting' : 'Noting it';
  screen.value = { kind: 'paying', locked, amount, text };
  const answer = await request('pay', part.amountGratuity > 0 ? part : withoutGratuity(part));
  if (!answer) return;
  if (answer.answer === 'payment') {
    await settled(locked, amount, answer);
    return;
  }
  const unknown = answer.answer === 'unknown';
  screen.value = unknown ? { kind: 'unknown', locked } : { kind: 'locked', locked };
  showMessage(answer);
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
  const answer = await request('leave');
  if (!answer) return;
  if (answer.answer === 'left' && answer.receiptLines?.length) {
    print(`Receipt of table ${tableId}`, answer.receiptLines);
  }
  if (answer.answer === 'no') showMessage(answer);
  screen.value = { kind: 'done', tableId };
}

/** Undefined if the connection broke; the message then says so. */
async function request(
  method: WaiterRequest['kind'],
  params?: object,
): Promise<WaiterAnswer | undefined> {
  const { session } = current;
  try {
    return await session?.connection?.request(method, params);
  } catch (cause) {
    if (cause instanceof WaiterRefusal) return { answer: 'no', message: cause.message };
    if (session && session === current.session) endSession({ tone: 'bad', text: BROKEN });
    return undefined;
  }
}

function showProgress(value: string): void {
  const now = screen.peek();
  if (now.kind === 'paying') screen.value = { ...now, text: progressText(value) };
}

function showMessage(answer: WaiterAnswer): void {
  if (!('message' in answer)) return;
  message.value = { tone: answer.answer === 'unknown' ? 'wait' : 'bad', text: answer.message };
}

function print(title: string, lines: readonly TillReceiptLine[]): void {
  const key = (papers.peek()[0]?.key ?? 0) + 1;
  papers.value = [{ key, title, lines }, ...papers.peek()].slice(0, MAX_PAPERS);
}

function endSession(news: WaiterMessage): void {
  closeTerminal();
  message.value = news;
}
