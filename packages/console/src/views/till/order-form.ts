// The order that is being made: what stands in the form, and where the keypad types.

import { computed, effect, signal } from '@preact/signals';
import { read, write } from '../../kit/storage.ts';
import type { Order, OrderDraft } from './order.ts';
import { draftOf, emptyDraft, faultsOf, orderOf } from './order.ts';
import { terminals } from './till-connection.ts';
import { startPayment } from './till-controller.ts';

export const orderForm = signal<OrderDraft>(emptyDraft);
export type AmountName = 'amount' | 'cashback';
/** Where the keypad types. */
export const keypadTarget = signal<AmountName>('amount');
/** Faults are shown only after the form has been submitted. */
export const isSubmitted = signal(false);
export const formFaults = computed(() => (isSubmitted.value ? faultsOf(orderForm.value) : {}));

export function changeOrder(change: Partial<OrderDraft>): void {
  orderForm.value = { ...orderForm.peek(), ...change };
}

/** Ready for the next customer; the card machine stays chosen. */
export function clearOrder(change: Partial<OrderDraft> = {}): void {
  const { tid, currency } = orderForm.value;
  orderForm.value = { ...emptyDraft, tid, currency, ...change };
  keypadTarget.value = 'amount';
  isSubmitted.value = false;
}

/** Sends an order; the form is free for the next one, unless nothing came of it. */
export async function submitOrder(order: Order): Promise<void> {
  const { tid, currency } = orderForm.peek();
  const draft = draftOf(order);
  if (isDraft(draft)) clearOrder();
  const end = await startPayment(order);
  const isFree = isDraft({ ...emptyDraft, tid, currency });
  if (end === 'refused' && isFree && tid === order.tid) orderForm.value = draft;
}

function isDraft(draft: OrderDraft): boolean {
  return JSON.stringify(orderOf(draft)) === JSON.stringify(orderOf(orderForm.peek()));
}

/** Takes the currency of the card machine with it, and chooses it again next time. */
export function chooseTerminal(tid: string): void {
  const currency = terminals.value.find((machine) => machine.tid === tid)?.currency;
  changeOrder({ tid, ...(currency && { currency }) });
  write('till.machine', tid);
}

/** The one that was used last is chosen by itself; at first one that says yes, if there is one. */
effect(() => {
  const found = terminals.value;
  const { tid } = orderForm.peek();
  const wanted = tid === '' ? [read('till.machine'), 'VCMINVLSIP0', found[0]?.tid] : [tid];
  const next = wanted.map((one) => found.find((machine) => machine.tid === one)).find(Boolean);
  if (next) changeOrder({ tid: next.tid, currency: next.currency });
});
