// The waiter's menu [C-9] as a state machine: `next(screen, event)` and `afterAnswer(screen, answer)` give the next
// screen and, if there is one, the request to the till. Pure; waiter-controller.ts sends the requests.

import type { Currency, WaiterAnswer, WaiterRequest } from '@tillgate/protocol';
import { amountAfterKey } from '../../kit/money.ts';
import type { FlowEvent } from '../payment/card-flow.ts';

/** A table that this machine has locked. */
export interface HeldTable {
  readonly tableId: string;
  /** Amount to pay, in minor units. */
  readonly due: number;
  readonly currency: Currency;
  /** The bill is printed before the first payment only. */
  readonly partlyPaid: boolean;
}

export type WaiterScreen =
  | { readonly kind: 'closed' }
  /** Asks for the number of the waiter, which may stay empty. */
  | { readonly kind: 'waiterNumber'; readonly typed: string }
  | {
      readonly kind: 'tables';
      readonly waiterId: string;
      readonly tables: readonly string[];
      /** The beginning of a table id. */
      readonly typed: string;
    }
  | { readonly kind: 'bill'; readonly table: HeldTable }
  | {
      readonly kind: 'paymentAmount';
      readonly table: HeldTable;
      readonly by: 'card' | 'other';
      readonly typed: number;
    }
  | {
      readonly kind: 'gratuity';
      readonly table: HeldTable;
      readonly amount: number;
      readonly typed: number;
    }
  /** Waits for the answer to the request. */
  | { readonly kind: 'pending'; readonly request: WaiterRequest; readonly from: WaiterScreen }
  | { readonly kind: 'message'; readonly text: string; readonly back: WaiterScreen };

export type WaiterEvent =
  | FlowEvent
  | { readonly kind: 'open' | 'bill' | 'leave' }
  /** A payment of the till begins. */
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'table'; readonly tableId: string }
  | { readonly kind: 'pay'; readonly by: 'card' | 'other' };

export interface Transition {
  readonly screen: WaiterScreen;
  /** The request to send to the till now. */
  readonly request?: WaiterRequest;
}

/** Of the number of a waiter, and of what is typed of a table id. */
const MAX_TYPED_LENGTH = 6;
const noExtras = { amountCashback: 0, amountGratuity: 0 };
const CLOSED: WaiterScreen = { kind: 'closed' };

export function next(screen: WaiterScreen, event: WaiterEvent): Transition {
  switch (screen.kind) {
    case 'closed':
      return event.kind === 'open' ? { screen: { kind: 'waiterNumber', typed: '' } } : { screen };
    case 'waiterNumber':
      return waiterNumber(screen, event);
    case 'tables':
      return chooseTable(screen, event);
    case 'bill':
      return bill(screen, event);
    case 'paymentAmount':
      return paymentAmount(screen, event);
    case 'gratuity':
      return gratuity(screen, event);
    case 'message':
      if (event.kind === 'interrupted' && screen.back.kind === 'closed') return { screen: CLOSED };
      return event.kind === 'enter' || event.kind === 'cancel'
        ? { screen: screen.back }
        : { screen };
    case 'pending':
      return { screen };
  }
}

/** The screen after the answer to the pending request. */
export function afterAnswer(screen: WaiterScreen, answer: WaiterAnswer): Transition {
  if (screen.kind !== 'pending') return { screen };
  const { request, from } = screen;
  switch (answer.answer) {
    case 'no':
    case 'unknown':
      return {
        screen: { kind: 'message', text: answer.message, back: screenAfterRefusal(request, from) },
      };
    case 'tables': {
      const waiterId = ('waiterId' in request && request.waiterId) || '';
      return { screen: { kind: 'tables', waiterId, tables: answer.tables, typed: '' } };
    }
    case 'locked': {
      const { amount: due, currency } = answer;
      const tableId = 'tableId' in request ? request.tableId : '';
      return { screen: { kind: 'bill', table: { tableId, due, currency, partlyPaid: false } } };
    }
    case 'bill':
      return { screen: from };
    case 'payment':
      return afterPayment(from, answer);
    case 'left':
      return { screen: CLOSED };
  }
}

/** One of `heads` equal parts of `due`, rounded down: whoever pays last pays the remainder. */
export function share(due: number, heads: number): number {
  return Math.floor(due / heads);
}

function ask(request: WaiterRequest, from: WaiterScreen): Transition {
  return { screen: { kind: 'pending', request, from }, request };
}

function waiterNumber(
  screen: Extract<WaiterScreen, { kind: 'waiterNumber' }>,
  event: WaiterEvent,
): Transition {
  const { typed } = screen;
  switch (event.kind) {
    case 'digit':
      return {
        screen: { kind: 'waiterNumber', typed: (typed + event.key).slice(0, MAX_TYPED_LENGTH) },
      };
    case 'clear':
      return { screen: { kind: 'waiterNumber', typed: '' } };
    case 'cancel':
      return { screen: CLOSED };
    case 'enter':
      return ask({ kind: 'tables', ...(typed && { waiterId: typed }) }, screen);
    default:
      return { screen };
  }
}

/** The tables whose ids begin with what was typed. */
export function matchingTables({
  tables,
  typed,
}: Pick<Extract<WaiterScreen, { kind: 'tables' }>, 'tables' | 'typed'>): readonly string[] {
  return tables.filter((tableId) => tableId.startsWith(typed));
}

function chooseTable(
  screen: Extract<WaiterScreen, { kind: 'tables' }>,
  event: WaiterEvent,
): Transition {
  const { typed } = screen;
  switch (event.kind) {
    case 'cancel':
    case 'leave':
      return ask({ kind: 'leave' }, screen);
    case 'table':
      return lock(screen, event.tableId);
    case 'digit':
      return { screen: { ...screen, typed: (typed + event.key).slice(0, MAX_TYPED_LENGTH) } };
    case 'clear':
      return { screen: { ...screen, typed: '' } };
    case 'enter': {
      const matching = matchingTables(screen);
      const tableId = matching.find((one) => one === typed) ?? matching[0];
      const isMeant = tableId !== undefined && (tableId === typed || matching.length === 1);
      return isMeant ? lock(screen, tableId) : { screen };
    }
    default:
      return { screen };
  }
}

function lock(screen: Extract<WaiterScreen, { kind: 'tables' }>, tableId: string): Transition {
  const { waiterId } = screen;
  return ask({ kind: 'lock', tableId, ...(waiterId && { waiterId }) }, screen);
}

function bill(screen: Extract<WaiterScreen, { kind: 'bill' }>, event: WaiterEvent): Transition {
  const { table } = screen;
  switch (event.kind) {
    case 'bill':
      return table.partlyPaid ? { screen } : ask({ kind: 'bill' }, screen);
    case 'pay':
      if (table.due === 0) return { screen };
      return { screen: { kind: 'paymentAmount', table, by: event.by, typed: 0 } };
    case 'leave':
    case 'cancel':
      return ask({ kind: 'leave' }, screen);
    default:
      return { screen };
  }
}

function paymentAmount(
  screen: Extract<WaiterScreen, { kind: 'paymentAmount' }>,
  event: WaiterEvent,
): Transition {
  const { table, by, typed } = screen;
  switch (event.kind) {
    case 'digit':
      return { screen: { ...screen, typed: amountAfterKey(typed, event.key, table.due) } };
    case 'clear':
      return { screen: { ...screen, typed: 0 } };
    case 'cancel':
      return { screen: { kind: 'bill', table } };
    case 'enter':
    case 'amount': {
      const amount = event.kind === 'amount' ? event.amount : typed;
      if (amount < 1 || amount > table.due) return { screen };
      if (by === 'other')
        return ask({ kind: 'pay', by, amount, ...noExtras }, { kind: 'bill', table });
      return { screen: { kind: 'gratuity', table, amount, typed: 0 } };
    }
    default:
      return { screen };
  }
}

function gratuity(
  screen: Extract<WaiterScreen, { kind: 'gratuity' }>,
  event: WaiterEvent,
): Transition {
  const { table, amount, typed } = screen;
  switch (event.kind) {
    case 'digit':
      return { screen: { ...screen, typed: amountAfterKey(typed, event.key, amount) } };
    case 'clear':
      return { screen: { ...screen, typed: 0 } };
    case 'cancel':
      return { screen: { kind: 'paymentAmount', table, by: 'card', typed: 0 } };
    case 'enter':
    case 'amount': {
      const amountGratuity = event.kind === 'amount' ? event.amount : typed;
      return ask(
        { kind: 'pay', by: 'card', amount, amountCashback: 0, amountGratuity },
        { kind: 'bill', table },
      );
    }
    default:
      return { screen };
  }
}

/** The screen after a refusal: if a table could not be unlocked, the menu closes all the same. */
function screenAfterRefusal(request: WaiterRequest, from: WaiterScreen): WaiterScreen {
  return request.kind === 'leave' || request.kind === 'tables' ? CLOSED : from;
}

function afterPayment(
  from: WaiterScreen,
  { paid, left }: Extract<WaiterAnswer, { answer: 'payment' }>,
): Transition {
  if (from.kind !== 'bill') return { screen: from };
  const table: HeldTable = { ...from.table, due: left, partlyPaid: from.table.partlyPaid || paid };
  const screen: WaiterScreen = { kind: 'bill', table };
  return left === 0 ? ask({ kind: 'leave' }, screen) : { screen };
}
