// The waiter's menu at the machine [C-9]: which screen is on, what each press leads to and what is wished
// of the till by it. Pure; the card payment itself is played elsewhere.

import type { Currency, WaiterAnswer, WaiterRequest } from '@tillgate/protocol';
import { amountAfterKey } from '../../kit/money.ts';
import type { Press } from '../payment/card-flow.ts';

/** A table that this machine holds. */
export interface AtTable {
  readonly tableId: string;
  /** Minor units. */
  readonly left: number;
  readonly currency: Currency;
  /** A bill is printed before the first payment only. */
  readonly paidSome: boolean;
}

export type Hall =
  | { readonly at: 'off' }
  /** Who is it? May be left blank. */
  | { readonly at: 'who'; readonly typed: string }
  | { readonly at: 'tables'; readonly waiterId: string; readonly tables: readonly string[] }
  | { readonly at: 'bill'; readonly table: AtTable }
  | {
      readonly at: 'part';
      readonly table: AtTable;
      readonly by: 'card' | 'other';
      readonly typed: number;
    }
  | {
      readonly at: 'gratuity';
      readonly table: AtTable;
      readonly amount: number;
      readonly typed: number;
    }
  /** The till, or the card, has the word. */
  | { readonly at: 'asking'; readonly wish: WaiterRequest; readonly from: Hall }
  | { readonly at: 'message'; readonly text: string; readonly back: Hall };

export type HallPress =
  | Press
  | { readonly press: 'open' | 'bill' | 'leave' }
  | { readonly press: 'table'; readonly tableId: string }
  | { readonly press: 'pay'; readonly by: 'card' | 'other' };

export interface Step {
  readonly hall: Hall;
  /** To be put to the till now. */
  readonly wish?: WaiterRequest;
}

const MOST_LETTERS = 6;
const nothingMore = { amountCashback: 0, amountGratuity: 0 };
const OFF: Hall = { at: 'off' };

export function walk(hall: Hall, press: HallPress): Step {
  switch (hall.at) {
    case 'off':
      return press.press === 'open' ? { hall: { at: 'who', typed: '' } } : { hall };
    case 'who':
      return who(hall, press);
    case 'tables':
      if (press.press === 'cancel' || press.press === 'leave') return ask({ kind: 'leave' }, hall);
      return press.press === 'table' ? lock(hall, press.tableId) : { hall };
    case 'bill':
      return atBill(hall, press);
    case 'part':
      return part(hall, press);
    case 'gratuity':
      return gratuity(hall, press);
    case 'message':
      return press.press === 'enter' || press.press === 'cancel' ? { hall: hall.back } : { hall };
    case 'asking':
      return { hall };
  }
}

/** What the answer to the open wish leads to. */
export function answered(hall: Hall, answer: WaiterAnswer): Step {
  if (hall.at !== 'asking') return { hall };
  const { wish, from } = hall;
  switch (answer.answer) {
    case 'no':
    case 'unknown':
      return { hall: { at: 'message', text: answer.message, back: backFrom(wish, from) } };
    case 'tables': {
      const waiterId = ('waiterId' in wish && wish.waiterId) || '';
      return { hall: { at: 'tables', waiterId, tables: answer.tables } };
    }
    case 'locked': {
      const { amount: left, currency } = answer;
      const tableId = 'tableId' in wish ? wish.tableId : '';
      return { hall: { at: 'bill', table: { tableId, left, currency, paidSome: false } } };
    }
    case 'bill':
      return { hall: from };
    case 'payment':
      return afterPayment(from, answer);
    case 'left':
      return { hall: OFF };
  }
}

/** One of `heads` equal parts; who pays last takes what a division leaves over. */
export function share(left: number, heads: number): number {
  return Math.floor(left / heads);
}

function ask(wish: WaiterRequest, from: Hall): Step {
  return { hall: { at: 'asking', wish, from }, wish };
}

function who(hall: Extract<Hall, { at: 'who' }>, press: HallPress): Step {
  const { typed } = hall;
  switch (press.press) {
    case 'digit':
      return { hall: { at: 'who', typed: (typed + press.key).slice(0, MOST_LETTERS) } };
    case 'clear':
      return { hall: { at: 'who', typed: '' } };
    case 'cancel':
      return { hall: OFF };
    case 'enter':
      return ask({ kind: 'tables', ...(typed && { waiterId: typed }) }, hall);
    default:
      return { hall };
  }
}

function lock(hall: Extract<Hall, { at: 'tables' }>, tableId: string): Step {
  const { waiterId } = hall;
  return ask({ kind: 'lock', tableId, ...(waiterId && { waiterId }) }, hall);
}

function atBill(hall: Extract<Hall, { at: 'bill' }>, press: HallPress): Step {
  const { table } = hall;
  switch (press.press) {
    case 'bill':
      return table.paidSome ? { hall } : ask({ kind: 'bill' }, hall);
    case 'pay':
      if (table.left === 0) return { hall };
      return { hall: { at: 'part', table, by: press.by, typed: 0 } };
    case 'leave':
    case 'cancel':
      return ask({ kind: 'leave' }, hall);
    default:
      return { hall };
  }
}

function part(hall: Extract<Hall, { at: 'part' }>, press: HallPress): Step {
  const { table, by, typed } = hall;
  switch (press.press) {
    case 'digit':
      return { hall: { ...hall, typed: amountAfterKey(typed, press.key, table.left) } };
    case 'clear':
      return { hall: { ...hall, typed: 0 } };
    case 'cancel':
      return { hall: { at: 'bill', table } };
    case 'enter':
    case 'amount': {
      const amount = press.press === 'amount' ? press.amount : typed;
      if (amount < 1 || amount > table.left) return { hall };
      if (by === 'other')
        return ask({ kind: 'pay', by, amount, ...nothingMore }, { at: 'bill', table });
      return { hall: { at: 'gratuity', table, amount, typed: 0 } };
    }
    default:
      return { hall };
  }
}

function gratuity(hall: Extract<Hall, { at: 'gratuity' }>, press: HallPress): Step {
  const { table, amount, typed } = hall;
  switch (press.press) {
    case 'digit':
      return { hall: { ...hall, typed: amountAfterKey(typed, press.key, amount) } };
    case 'clear':
      return { hall: { ...hall, typed: 0 } };
    case 'cancel':
      return { hall: { at: 'part', table, by: 'card', typed: 0 } };
    case 'enter':
    case 'amount': {
      const amountGratuity = press.press === 'amount' ? press.amount : typed;
      return ask(
        { kind: 'pay', by: 'card', amount, amountCashback: 0, amountGratuity },
        { at: 'bill', table },
      );
    }
    default:
      return { hall };
  }
}

/** Where a waiter stands after a no: a table that could not be left is given up here all the same. */
function backFrom(wish: WaiterRequest, from: Hall): Hall {
  return wish.kind === 'leave' || wish.kind === 'tables' ? OFF : from;
}

function afterPayment(
  from: Hall,
  { paid, left }: Extract<WaiterAnswer, { answer: 'payment' }>,
): Step {
  if (from.at !== 'bill') return { hall: from };
  const table = { ...from.table, left, paidSome: from.table.paidSome || paid };
  const hall: Hall = { at: 'bill', table };
  return left === 0 ? ask({ kind: 'leave' }, hall) : { hall };
}
