// The payments of this till, newest first: how each goes on and how it ended. Pure; kept as text by
// whoever wants to.

import type { Outcome, Payment, TransactionResult } from '@tillgate/client';
import type { Why } from '../../socket/explanation.ts';
import type { Order } from './order.ts';

/** What the card machine showed, and when, in ms after the start. */
export interface Step {
  readonly value: string;
  readonly afterMs: number;
}

export type End =
  | { readonly ended: Exclude<Outcome['outcome'], 'unknown'>; readonly payment: Payment }
  | { readonly ended: 'unknown'; readonly advice: string; readonly mayBeAtWork: boolean }
  /** Nothing was handed to a card machine. */
  | { readonly ended: 'refused'; readonly why: Why };

export interface Entry {
  /** Counts from 1; the greatest is the newest. */
  readonly key: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly order: Order;
  /** The number its request went out under. */
  readonly requestId?: number;
  readonly steps: readonly Step[];
  /** Absent while it runs. */
  readonly end?: End;
}

type Entries = readonly Entry[];

const MOST = 20;
const RELOADED =
  'This page was loaded anew while the payment ran. Look at card machine {tid} before you try again.';

export function begun(entries: Entries, order: Order, at: number): Entries {
  const key = (entries[0]?.key ?? 0) + 1;
  return [{ key, at, order, steps: [] }, ...entries].slice(0, MOST);
}

export function sent(entries: Entries, key: number, requestId: number): Entries {
  return changed(entries, key, (entry) => ({ ...entry, requestId }));
}

export function stepped(entries: Entries, key: number, step: Step): Entries {
  return changed(entries, key, (entry) => ({ ...entry, steps: [...entry.steps, step] }));
}

export function ended(entries: Entries, key: number, end: End): Entries {
  return changed(entries, key, (entry) => ({ ...entry, end }));
}

function changed(entries: Entries, key: number, change: (entry: Entry) => Entry): Entries {
  return entries.map((entry) => (entry.key === key ? change(entry) : entry));
}

export function endOf(outcome: Outcome): End {
  if (outcome.outcome !== 'unknown') return { ended: outcome.outcome, payment: outcome.payment };
  const { advice, machineMayBeAtWork } = outcome;
  return { ended: 'unknown', advice, mayBeAtWork: machineMayBeAtWork };
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

/** Undefined where the payment says that nobody knows. */
export function endOfPayment(payment: Payment): End | undefined {
  const result = results[payment.transactionResult];
  return result && { ended: result, payment };
}

/** The one a result belongs to that came for an earlier run of the page [C-4.40]. */
export function ownerOf(entries: Entries, requestId: number, { tid }: Payment): Entry | undefined {
  return entries.find(
    (entry) =>
      entry.requestId === requestId && entry.order.tid === tid && entry.end?.ended === 'unknown',
  );
}

/** What was kept; what ran then has lost whoever waited for it. Empty if it cannot be read. */
export function revived(kept: unknown): Entries {
  if (!Array.isArray(kept)) return [];
  return kept.filter(isEntry).map((entry) => (entry.end ? entry : { ...entry, end: lost(entry) }));
}

function lost({ order }: Entry): End {
  return { ended: 'unknown', advice: RELOADED.replace('{tid}', order.tid), mayBeAtWork: true };
}

function isEntry(value: unknown): value is Entry {
  const { key, at, order, steps } = Object(value) as Partial<Entry>;
  return typeof key === 'number' && typeof at === 'number' && !!order && Array.isArray(steps);
}
