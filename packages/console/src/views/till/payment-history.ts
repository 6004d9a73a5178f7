// The payments of this till, newest first, with their steps and their ends. Pure.

import type { Outcome, Payment, TransactionResult } from '@tillgate/client';
import type { Explanation } from '../../socket/explanation.ts';
import type { Order } from './order.ts';

/** What the card machine showed, and when, in ms after the start. */
export interface Step {
  readonly value: string;
  readonly afterMs: number;
}

export type PaymentEnd =
  | { readonly kind: Exclude<Outcome['outcome'], 'unknown'>; readonly payment: Payment }
  | { readonly kind: 'unknown'; readonly advice: string; readonly mayBeAtWork: boolean }
  /** Nothing was handed to a card machine. */
  | { readonly kind: 'refused'; readonly why: Explanation };

export interface PaymentEntry {
  /** Counts from 1; the greatest is the newest. */
  readonly key: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly order: Order;
  /** The number its request went out under. */
  readonly requestId?: number;
  readonly steps: readonly Step[];
  /** Absent while it runs. */
  readonly end?: PaymentEnd;
}

type PaymentEntries = readonly PaymentEntry[];

const MAX_PAYMENTS = 20;
const RELOADED =
  'This page was loaded anew while the payment ran. Look at card machine {tid} before you try again.';

export function addPayment(entries: PaymentEntries, order: Order, at: number): PaymentEntries {
  const key = (entries[0]?.key ?? 0) + 1;
  return [{ key, at, order, steps: [] }, ...entries].slice(0, MAX_PAYMENTS);
}

export function setRequestId(
  entries: PaymentEntries,
  key: number,
  requestId: number,
): PaymentEntries {
  return changed(entries, key, (entry) => ({ ...entry, requestId }));
}

export function addStep(entries: PaymentEntries, key: number, step: Step): PaymentEntries {
  return changed(entries, key, (entry) => ({ ...entry, steps: [...entry.steps, step] }));
}

export function setEnd(entries: PaymentEntries, key: number, end: PaymentEnd): PaymentEntries {
  return changed(entries, key, (entry) => ({ ...entry, end }));
}

function changed(
  entries: PaymentEntries,
  key: number,
  change: (entry: PaymentEntry) => PaymentEntry,
): PaymentEntries {
  return entries.map((entry) => (entry.key === key ? change(entry) : entry));
}

export function endOfOutcome(outcome: Outcome): PaymentEnd {
  if (outcome.outcome !== 'unknown') return { kind: outcome.outcome, payment: outcome.payment };
  const { advice, machineMayBeAtWork } = outcome;
  return { kind: 'unknown', advice, mayBeAtWork: machineMayBeAtWork };
}

const results: Readonly<
  Partial<Record<TransactionResult, Exclude<Outcome['outcome'], 'unknown'>>>
> = {
  SUCCESSFUL: 'approved',
  DECLINED: 'declined',
  CANCELLED: 'cancelled',
  VOID: 'void',
  UNSUCCESSFUL: 'unsuccessful',
};

/** Undefined if the payment has timed out: its outcome is not known. */
export function endOfPayment(payment: Payment): PaymentEnd | undefined {
  const result = results[payment.transactionResult];
  return result && { kind: result, payment };
}

/** The one a result belongs to that came for an earlier run of the page [C-4.40]. */
export function findUnclaimed(
  entries: PaymentEntries,
  requestId: number,
  { tid }: Payment,
): PaymentEntry | undefined {
  return entries.find(
    (entry) =>
      entry.requestId === requestId && entry.order.tid === tid && entry.end?.kind === 'unknown',
  );
}

/** Stored payments; one that was running gets an unknown end. Empty if the value cannot be read. */
export function restorePayments(kept: unknown): PaymentEntries {
  if (!Array.isArray(kept)) return [];
  return kept
    .filter(isEntry)
    .map((entry) => (entry.end ? entry : { ...entry, end: unknownEnd(entry) }));
}

function unknownEnd({ order }: PaymentEntry): PaymentEnd {
  return { kind: 'unknown', advice: RELOADED.replace('{tid}', order.tid), mayBeAtWork: true };
}

function isEntry(value: unknown): value is PaymentEntry {
  const { key, at, order, steps } = Object(value) as Partial<PaymentEntry>;
  return typeof key === 'number' && typeof at === 'number' && !!order && Array.isArray(steps);
}
