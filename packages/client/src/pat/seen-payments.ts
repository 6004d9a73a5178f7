// Which payments a till has booked: what keeps one that is sent twice from being booked twice [C-9.23].

import type { KeyValueStorage } from '../connection/storage.ts';

/** Remembers booked payments by `paymentId`. */
export interface SeenPayments {
  /** Whether this payment was booked before. */
  has(paymentId: string): boolean | Promise<boolean>;
  /**
   * Called after `recordPayments` has succeeded. Leave it out where `has` looks among the booked
   * payments themselves.
   */
  add?(paymentIds: readonly string[]): void | Promise<void>;
}

interface SeenInMemory {
  /** Whether this payment was booked before. */
  has(paymentId: string): boolean;
  /** Called after `recordPayments` has succeeded. */
  add(paymentIds: readonly string[]): void;
}

/** A payment is sent again on the next connection or never: the latest are enough by far. */
const KEPT = 10_000;
const KEY = 'tillgate-payments';

/**
 * Remembers the latest `most` payments, by default 10000, as long as the program runs: for tests.
 *
 * @example
 * const seen = seenInMemory();
 */
export function seenInMemory(most: number = KEPT): SeenInMemory {
  const ids = new Set<string>();
  return {
    has: (paymentId) => ids.has(paymentId),
    add: (paymentIds) => {
      for (const id of paymentIds) ids.add(id);
      dropOldest(ids, most);
    },
  };
}

/**
 * Remembers the latest `most` payments, by default 1000, under one key, by default `tillgate-payments`,
 * across restarts. It is written after the booking and not with it: a program that ends between the two
 * books a payment twice. If the bookings are in a database, look there instead: see `SeenPayments.add`.
 * If the storage throws or rejects, or has another value under the key, the booking is tried again.
 *
 * @example
 * const seen = seenInStorage(localStorage);
 */
export function seenInStorage(
  storage: KeyValueStorage,
  {
    key = KEY,
    most = 1_000,
  }: {
    /** Under which the ids are kept. Default: `tillgate-payments`. */
    readonly key?: string;
    /** How many of the latest ids are kept. Default: 1000. */
    readonly most?: number;
  } = {},
): Required<SeenPayments> {
  // One after another, for each writes the whole list.
  let last: Promise<unknown> = Promise.resolve();
  const load = async () => readIds(await storage.getItem(key));
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    has: (paymentId) => inTurn(async () => (await load()).has(paymentId)),
    add: (paymentIds) =>
      inTurn(async () => {
        const ids = await load();
        for (const id of paymentIds) ids.add(id);
        dropOldest(ids, most);
        await storage.setItem(key, JSON.stringify([...ids]));
      }),
  };
}

/** Throws if something else was stored there: without what was booked, payments are booked twice. */
function readIds(text: string | null | undefined): Set<string> {
  if (text === null || text === undefined) return new Set();
  const ids: unknown = JSON.parse(text);
  if (Array.isArray(ids) && ids.every((id) => typeof id === 'string')) return new Set(ids);
  throw new TypeError('What is kept is not a list of payments.');
}

function dropOldest(ids: Set<string>, most: number): void {
  for (const id of ids) {
    if (ids.size <= most) return;
    ids.delete(id);
  }
}
