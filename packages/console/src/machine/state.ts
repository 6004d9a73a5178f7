// What the page shows: one signal per concern. Others change it, the screens read it.

import { computed, signal } from '@preact/signals';
import type { ConnectionState, TillReceiptLine } from '@tillgate/client';
import type { Habits } from './books/memory.ts';
import { loadHabits, loadIdentity, takeReason } from './books/memory.ts';
import { addressed } from './link/page-address.ts';
import type { Play, Switches } from './payment/card-flow.ts';
import type { Hall } from './waiter/waiter-flow.ts';

/** A signature: strokes of points in 0..1 of the glass, or a name that was typed. */
export type Ink =
  | { readonly kind: 'drawn'; readonly strokes: readonly (readonly Point[])[] }
  | { readonly kind: 'typed'; readonly name: string };
export type Point = readonly [x: number, y: number];

export interface Sheet {
  readonly id: number;
  readonly title: string;
  readonly lines: readonly TillReceiptLine[];
  readonly ink: Ink | undefined;
}

export const identity = signal(loadIdentity(addressed()));
/** Why the pairing screen is shown again. */
export const unpairedBecause = signal(takeReason());
export const lineState = signal<ConnectionState>({ state: 'closed' });
/** Pulled from the network by hand. */
export const offNetwork = signal(false);
export const play = signal<Play | undefined>(undefined);
export const hall = signal<Hall>({ at: 'off' });
export const ink = signal<Ink | undefined>(undefined);
/** What was printed and not yet torn off; newest first. */
export const sheets = signal<readonly Sheet[]>([]);
/** A sentence on the idle screen. */
export const remark = signal('');

export const bank = signal<Switches['bank']>('approves');
export const slow = signal(false);
export const paper = signal(true);
export const habits = signal<Habits>(loadHabits());

export const switches = computed<Switches>(() => ({
  bank: bank.value,
  slow: slow.value,
  paper: paper.value,
  ...habits.value,
}));

const MOST_SHEETS = 6;
let printed = 0;

/** False if there is no paper. */
export function print(title: string, lines: readonly TillReceiptLine[], signature?: Ink): boolean {
  if (!paper.value) return false;
  printed += 1;
  const sheet: Sheet = { id: printed, title, lines, ink: signature };
  sheets.value = [sheet, ...sheets.value].slice(0, MOST_SHEETS);
  return true;
}

export function tearOff(id?: number): void {
  sheets.value = id === undefined ? [] : sheets.value.filter((sheet) => sheet.id !== id);
}
