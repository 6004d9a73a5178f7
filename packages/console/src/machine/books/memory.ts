// What a machine keeps over loss of power, in this browser: its key, its books, the order in hand; and how
// machines are set here. A browser holds several, each with its own. Knows no meaning of any of it.

import type { OrderMemory } from '@tillgate/client';
import { orderInStorage } from '@tillgate/client';
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

type MachineName = Pick<Identity, 'site' | 'tid'>;

const PREFIX = 'tillgate-machine.';
/** The machine that the page is; before anything of it is kept. */
let own = '';

/** Makes the page this machine, or the one that was used last; undefined if it has no key here. */
export function loadIdentity({ site, tid }: MachineName): Identity | undefined {
  own = site && tid ? `${site}/${tid}.` : (load<string>('last') ?? '');
  const identity = load<Identity>(`${own}identity`);
  if (identity) keep('last', own);
  return identity;
}

export function keepIdentity(identity: Identity): void {
  own = `${identity.site}/${identity.tid}.`;
  keep(`${own}identity`, identity);
  keep('last', own);
}

/** And why, for who pairs it again; empty if that need not be said. */
export function forgetIdentity(because: string): void {
  keep(`${own}identity`, undefined);
  keep('because', because);
}

/** Why it was forgotten, told once. */
export function takeReason(): string {
  const because = load<string>('because') ?? '';
  keep('because', undefined);
  return because;
}

/** Where its order in hand is kept. */
export function orderMemory(): OrderMemory {
  return orderInStorage(localStorage, { key: `${PREFIX}${own}order` });
}

export function loadBooks(currency: Currency): Books {
  const kept = load<Books>(`${own}books`);
  return kept?.currency === currency ? { ...newBooks(currency), ...kept } : newBooks(currency);
}

/** Throws where the browser has no room: a payment that cannot be kept may not be told. */
export function keepBooks(books: Books): void {
  keep(`${own}books`, books);
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
  keep(`${own}order`, undefined);
  keep(`${own}books`, undefined);
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
