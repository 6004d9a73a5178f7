// A restaurant till made with `serveTables` of the SDK, and the check that its book, the journal and the
// memory of the card machines have the same payments.

import assert from 'node:assert/strict';
import type { TableTill } from '@tillgate/client';
import { serveTables } from '@tillgate/client';
import type { Store } from '../../../packages/server/src/ports/store.ts';
import { pause } from '../wait.ts';
import type { Bills } from './bills.ts';
import { acceleratedTiming, openIntercepted } from './client-options.ts';
import { machineMemory, readTables, untilSettled } from './journal-reader.ts';

const ANSWER_WITHIN_MS = 5_000;
/** To connect, and to answer a waiter. */
const isLimit = (ms: number): boolean => ms === 15_000 || ms === ANSWER_WITHIN_MS;

interface Received {
  readonly method: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever came.
  readonly params: any;
}

export interface WatchedPatTill {
  readonly till: TableTill;
  /** Called with each message as it arrives, before the SDK reads it. */
  onMessage: (received: Received) => void;
  /** How often a transactionResponse came that had come before. */
  readonly resent: number;
}

export interface HandlerBehaviour {
  /** How long every handler takes. */
  readonly delayMs?: number;
  /** Whether the next booking fails; it is then tried again. */
  readonly failsToBook?: () => boolean;
}

export async function startPatTill(
  uri: string,
  bills: Bills,
  { delayMs = 0, failsToBook = () => false }: HandlerBehaviour = {},
): Promise<WatchedPatTill> {
  const checker = new MessageChecker(bills);
  const slowly = async <T>(work: () => T): Promise<T> => {
    if (delayMs > 0) await pause(delayMs);
    return work();
  };
  const till = await serveTables(
    {
      uri,
      currency: 'GBP',
      answerWithinMs: ANSWER_WITHIN_MS,
      timing: acceleratedTiming(isLimit),
      open: openIntercepted((text) => checker.receive(text)),
    },
    {
      listTables: () => slowly(() => bills.list()),
      lockTable: (at) => slowly(() => bills.lock(at)),
      bill: ({ tableId }) => slowly(() => [{ value: `Table ${tableId}` }]),
      recordPayments: (paid) =>
        slowly(() => {
          if (failsToBook()) throw new Error('The database is locked.');
          bills.book(paid);
        }),
      finalReceipt: ({ tableId }) => slowly(() => [{ value: `Table ${tableId} PAID` }]),
      unlock: (at) => bills.unlock(at),
    },
  );
  return Object.assign(checker, { till });
}

/** Checks that no payment is sent again with other contents [C-12.18]. */
class MessageChecker {
  readonly #bills: Bills;
  readonly #first = new Map<string, string>();
  resent = 0;
  onMessage: (received: Received) => void = () => undefined;

  constructor(bills: Bills) {
    this.#bills = bills;
  }

  receive(text: string): void {
    const received = JSON.parse(text) as Received;
    if (received.method === 'transactionResponse') this.#compare(received, text);
    this.onMessage(received);
  }

  #compare({ params }: Received, text: string): void {
    const ids: readonly string[] = params.payments.map(
      (one: { paymentId: string }) => one.paymentId,
    );
    const known = ids.filter((id) => this.#first.has(id));
    if (known.length > 0) this.resent += 1;
    for (const id of known) {
      if (this.#first.get(id) !== text)
        this.#bills.faults.push(`${id} was sent again with other contents`);
    }
    for (const id of ids) this.#first.set(id, text);
  }
}

/** How often each thing was met. */
export interface Tally {
  readonly sessions: number;
  readonly payments: number;
  readonly byCard: number;
}

/**
 * Waits until the gateway owes nothing; then the till's book = the journal = what the card machines
 * took, every bill is paid to the penny, and no table is locked.
 */
export async function assertBooksAgree(
  store: Store,
  bills: Bills,
  tids: readonly string[],
): Promise<Tally> {
  await untilSettled(store);
  const sessions = await readTables(store);
  for (const { phase, notices, amount, payments, tableId } of sessions) {
    const received = notices.map(({ kind, delivered }) => (delivered ? kind : `${kind} due`));
    const unlocks = amount > 0 || received.length > 0 ? ['unlock'] : [];
    const due = payments.length > 0 ? ['paid', 'unlock'] : unlocks;
    assert.deepEqual([phase, ...received], ['closed', ...due], `a session at ${tableId}`);
  }
  const journalled = sessions.flatMap(({ tid, tableId, payments }) =>
    payments.map(({ at: _, ...paid }) => ({ tid, tableId, ...paid })),
  );
  const booked = [...bills.booked.values()].map(({ tid, tableId, payment }) => {
    const { currency: _, time: __, ...paid } = payment;
    return { tid, tableId, ...paid };
  });
  assert.deepEqual(booked.sort(byId), journalled.sort(byId), 'the book is the journal');
  for (const tid of tids) await machineAgrees(store, tid, booked);
  assert.deepEqual(bills.faults, []);
  assert.deepEqual(bills.locked, [], 'tables still locked');
  const byCard = booked.filter(isCard).length;
  return { sessions: sessions.length, payments: booked.length, byCard };
}

interface Paid {
  readonly tid: string;
  readonly paymentId: string;
  readonly paymentMethod: string;
  readonly amountPaid: number;
  readonly amountCashback: number;
  readonly amountGratuity: number;
}

const byId = (a: Paid, b: Paid) => (a.paymentId < b.paymentId ? -1 : 1);
const isCard = ({ paymentMethod }: Paid) => paymentMethod !== 'UNKNOWN';

/** What the machine took by its own count is what is booked. */
async function machineAgrees(store: Store, tid: string, booked: readonly Paid[]): Promise<void> {
  const cards = booked.filter((paid) => paid.tid === tid && isCard(paid));
  const sum = (of: (paid: Paid) => number) => cards.reduce((total, one) => total + of(one), 0);
  const memory = await machineMemory(store, 'testhost', tid);
  const {
    totalSalesCount = 0,
    totalSalesAmount = 0,
    totalCashbackAmount = 0,
  } = memory?.balances ?? {};
  const { totalGratuityAmount = 0, totalGratuityCount = 0 } = memory?.balances ?? {};
  assert.deepEqual(
    {
      ...{ totalSalesCount, totalSalesAmount, totalCashbackAmount },
      ...{ totalGratuityAmount, totalGratuityCount },
    },
    {
      totalSalesCount: cards.length,
      totalSalesAmount: sum(({ amountPaid, amountCashback }) => amountPaid - amountCashback),
      totalCashbackAmount: sum(({ amountCashback }) => amountCashback),
      totalGratuityAmount: sum(({ amountGratuity }) => amountGratuity),
      totalGratuityCount: cards.filter(({ amountGratuity }) => amountGratuity > 0).length,
    },
    `what ${tid} has taken`,
  );
}
