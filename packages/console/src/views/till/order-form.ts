// The order that is being made: what stands in the form, and where the keypad types.

import { computed, effect, signal } from '@preact/signals';
import { read, write } from '../../kit/storage.ts';
import type { Order } from './order.ts';
import { faultsOf, noOrder } from './order.ts';
import { machines } from './till-connection.ts';

export const draft = signal<Order>(noOrder);
export type MoneyPart = 'amount' | 'cashback';
/** Where the keypad types. */
export const active = signal<MoneyPart>('amount');
/** Faults are told once somebody has tried to take a payment. */
export const tried = signal(false);
export const faults = computed(() => (tried.value ? faultsOf(draft.value) : {}));

export function set(change: Partial<Order>): void {
  draft.value = { ...draft.peek(), ...change };
}

/** Ready for the next customer; the card machine stays chosen. */
export function clear(change: Partial<Order> = {}): void {
  const { tid, currency } = draft.value;
  draft.value = { ...noOrder, tid, currency, ...change };
  active.value = 'amount';
  tried.value = false;
}

/** Takes the currency of the card machine with it, and chooses it again next time. */
export function choose(tid: string): void {
  const currency = machines.value.find((machine) => machine.tid === tid)?.currency;
  set({ tid, ...(currency && { currency }) });
  write('till.machine', tid);
}

/** The one that was used last is chosen by itself; at first one that says yes, if there is one. */
effect(() => {
  const found = machines.value;
  const { tid } = draft.peek();
  const wanted = tid === '' ? [read('till.machine'), 'VCMINVLSIP0', found[0]?.tid] : [tid];
  const next = wanted.map((one) => found.find((machine) => machine.tid === one)).find(Boolean);
  if (next) set({ tid: next.tid, currency: next.currency });
});
