// A waiter with a virtual card machine: takes it up, sees the tables, locks one, prints, takes payments
// and leaves. Holds what the screen of the machine shows.

import { signal } from '@preact/signals';
import type { TillReceiptLine } from '@tillgate/client';
import { progressText } from '@tillgate/client';
import type { WaiterAnswer, WaiterRequest } from '@tillgate/protocol';
import { moneyText } from '../../kit/money.ts';
import { whyRefused } from '../../socket/explanation.ts';
import type { AddressParts } from '../../socket/gateway-address.ts';
import type { WaiterLine } from './waiter-connection.ts';
import { NotDone, takeUp } from './waiter-connection.ts';

type Currency = Extract<WaiterAnswer, { answer: 'locked' }>['currency'];

/** A table that is locked. */
export interface Locked {
  readonly tableId: string;
  readonly left: number;
  readonly currency: Currency;
  /** The bill is printed before the first payment only [C-9.15]. */
  readonly fresh: boolean;
}

export interface Said {
  readonly tone: 'good' | 'bad' | 'wait';
  readonly text: string;
}

export type Screen =
  | { readonly on: 'away' }
  | { readonly on: 'busy'; readonly text: string }
  | { readonly on: 'tables'; readonly tables: readonly string[] }
  | { readonly on: 'table'; readonly locked: Locked }
  | {
      readonly on: 'paying';
      readonly locked: Locked;
      readonly amount: number;
      readonly text: string;
    }
  /** Nobody knows whether the card was charged: only leaving is left. */
  | { readonly on: 'unknown'; readonly locked: Locked }
  | { readonly on: 'left'; readonly tableId: string };

export interface Printed {
  readonly key: number;
  readonly title: string;
  readonly lines: readonly TillReceiptLine[];
}

export interface Part {
  readonly by: 'card' | 'other';
  readonly amount: number;
  readonly amountGratuity: number;
}

export const screen = signal<Screen>({ on: 'away' });
/** The last news, until the next. */
export const said = signal<Said | undefined>(undefined);
/** What came out of the printer, newest first. */
export const papers = signal<readonly Printed[]>([]);

let line: WaiterLine | undefined;
/** Tells one taking up of a machine from the next. */
let visits = 0;
let waiter: { readonly waiterId?: string } = {};

const MOST_PAPERS = 3;
const BROKEN = 'The line to the gateway broke. What is under way ends, then the table is left.';

/** Takes up a card machine and asks for the tables. */
export async function begin(parts: AddressParts, tid: string, waiterId: string): Promise<void> {
  hangUp();
  const mine = visits;
  waiter = waiterId === '' ? {} : { waiterId };
  papers.value = [];
  said.value = undefined;
  screen.value = { on: 'busy', text: 'Switching on' };
  try {
    const closed = () => {
      if (mine === visits) ended({ tone: 'bad', text: BROKEN });
    };
    const taken = await takeUp(parts, tid, { showing, closed });
    if (mine !== visits) {
      taken.close();
      return;
    }
    line = taken;
  } catch (cause) {
    const { happened, todo } = whyRefused(cause);
    if (mine === visits) ended({ tone: 'bad', text: `${happened} ${todo}` });
    return;
  }
  await seeTables();
}

/** Puts the machine down: a table that is locked is left [C-10.20]. */
export function hangUp(): void {
  visits += 1;
  const open = line;
  line = undefined;
  open?.close();
  screen.value = { on: 'away' };
}

export async function seeTables(): Promise<void> {
  screen.value = { on: 'busy', text: 'Asking the till for its tables' };
  const answer = await ask('tables', waiter);
  if (answer?.answer === 'tables') screen.value = { on: 'tables', tables: answer.tables };
  else if (answer) {
    hangUp();
    tell(answer);
  }
}

export async function lock(tableId: string): Promise<void> {
  const before = screen.peek();
  said.value = undefined;
  screen.value = { on: 'busy', text: `Asking the till for table ${tableId}` };
  const answer = await ask('lock', { tableId, ...waiter });
  if (!answer) return;
  if (answer.answer === 'locked') {
    const { amount, currency } = answer;
    screen.value = { on: 'table', locked: { tableId, left: amount, currency, fresh: true } };
    return;
  }
  screen.value = before;
  tell(answer);
}

export async function printBill(locked: Locked): Promise<void> {
  screen.value = { on: 'busy', text: 'Asking the till for the bill' };
  const answer = await ask('bill');
  if (!answer) return;
  screen.value = { on: 'table', locked };
  if (answer.answer === 'bill') print(`Bill of table ${locked.tableId}`, answer.receiptLines);
  else tell(answer);
}

export async function pay(locked: Locked, part: Part): Promise<void> {
  const amount = part.amount + part.amountGratuity;
  said.value = undefined;
  const text = part.by === 'card' ? 'Starting' : 'Noting it';
  screen.value = { on: 'paying', locked, amount, text };
  const answer = await ask('pay', part.amountGratuity > 0 ? part : withoutGratuity(part));
  if (!answer) return;
  if (answer.answer === 'payment') {
    await settled(locked, amount, answer);
    return;
  }
  const unknown = answer.answer === 'unknown';
  screen.value = unknown ? { on: 'unknown', locked } : { on: 'table', locked };
  tell(answer);
}

function withoutGratuity({ by, amount }: Part): object {
  return { by, amount };
}

async function settled(
  locked: Locked,
  amount: number,
  { paid, left }: Extract<WaiterAnswer, { answer: 'payment' }>,
): Promise<void> {
  const money = moneyText(amount, locked.currency);
  said.value = paid
    ? { tone: 'good', text: `${money} paid.` }
    : { tone: 'bad', text: 'Not paid. Another card, another way, or leave the table.' };
  screen.value = { on: 'table', locked: { ...locked, left, fresh: locked.fresh && !paid } };
  if (left === 0) await leave(locked);
}

/** Ends the visit; the final receipt comes with the answer, if the till gives one [C-10.19]. */
export async function leave({ tableId }: Locked): Promise<void> {
  screen.value = { on: 'busy', text: 'Leaving the table' };
  const answer = await ask('leave');
  if (!answer) return;
  if (answer.answer === 'left' && answer.receiptLines?.length) {
    print(`Receipt of table ${tableId}`, answer.receiptLines);
  }
  if (answer.answer === 'no') tell(answer);
  screen.value = { on: 'left', tableId };
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
    if (cause instanceof NotDone) return { answer: 'no', message: cause.message };
    if (asked === line) ended({ tone: 'bad', text: BROKEN });
    return undefined;
  }
}

function showing(value: string): void {
  const now = screen.peek();
  if (now.on === 'paying') screen.value = { ...now, text: progressText(value) };
}

function tell(answer: WaiterAnswer): void {
  if (!('message' in answer)) return;
  said.value = { tone: answer.answer === 'unknown' ? 'wait' : 'bad', text: answer.message };
}

function print(title: string, lines: readonly TillReceiptLine[]): void {
  const key = (papers.peek()[0]?.key ?? 0) + 1;
  papers.value = [{ key, title, lines }, ...papers.peek()].slice(0, MOST_PAPERS);
}

function ended(news: Said): void {
  hangUp();
  said.value = news;
}
