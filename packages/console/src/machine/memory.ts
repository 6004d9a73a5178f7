// What the machine keeps over loss of power, in this browser: its key, its books, the order in hand and how
// it is set. Knows no meaning of any of it.

import type { Currency } from '@tillgate/protocol';
import type { Books } from './books.ts';
import { newBooks } from './books.ts';

/** Who this machine is, with its own key from the pairing. */
export interface Identity {
  readonly host: string;
  readonly site: string;
  readonly tid: string;
  readonly token: string;
  /** Heads the receipts. */
  readonly shop: string;
  readonly currency: Currency;
}

const PREFIX = 'tillgate-machine.';
export const ORDER_KEY = `${PREFIX}order`;

export function loadIdentity(): Identity | undefined {
  return load<Identity>('identity');
}

/** Undefined forgets it. */
export function keepIdentity(identity: Identity | undefined): void {
  keep('identity', identity);
}

export function loadBooks(currency: Currency): Books {
  const kept = load<Books>('books');
  return kept?.currency === currency ? kept : newBooks(currency);
}

/** Throws where the browser has no room: a payment that cannot be kept may not be told. */
export function keepBooks(books: Books): void {
  keep('books', books);
}

export interface Habits {
  readonly asksGratuity: boolean;
  readonly asksCashback: boolean;
}

export function loadHabits(): Habits {
  return load<Habits>('habits') ?? { asksGratuity: false, asksCashback: false };
}

export function keepHabits(habits: Habits): void {
  keep('habits', habits);
}

/** As when the memory of the machine is lost: all but who it is. */
export function forgetOrders(): void {
  localStorage.removeItem(ORDER_KEY);
  keep('books', undefined);
}

function load<Kept>(name: string): Kept | undefined {
  try {
    return (JSON.parse(localStorage.getItem(PREFIX + name) ?? 'null') as Kept | null) ?? undefined;
  } catch {
    return undefined;
  }
}

function keep(name: string, value: unknown): void {
  if (value === undefined) localStorage.removeItem(PREFIX + name);
  else localStorage.setItem(PREFIX + name, JSON.stringify(value));
}
