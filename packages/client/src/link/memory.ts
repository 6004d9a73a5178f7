// What a card machine saves across loss of power: its last order and its state [C-13.11]; and two storages
// for it.

import type { LinkOrder, LinkOutcome, LinkReportOrder, LinkReportResult } from '@tillgate/protocol';
import type { KeyValueStorage } from '../connection/storage.ts';

/**
 * The last order, as plain data for JSON. `taken`: no money has moved. `committed`: it may have.
 * `forgotten`: the outcome is unknown for good.
 */
export type KeptOrder =
  | {
      /** A payment, refund or the like. */
      readonly kind: 'transaction';
      /** As the gateway has handed it over. */
      readonly order: LinkOrder;
      /** How far it has come. */
      readonly state: 'taken' | 'committed' | 'forgotten';
    }
  | {
      /** A payment, refund or the like. */
      readonly kind: 'transaction';
      /** As the gateway has handed it over. */
      readonly order: LinkOrder;
      /** How far it has come. */
      readonly state: 'ended';
      /** What the gateway is told. */
      readonly outcome: LinkOutcome;
    }
  | {
      /** A report. */
      readonly kind: 'report';
      /** As the gateway has handed it over. */
      readonly order: LinkReportOrder;
      /** How far it has come. */
      readonly state: 'taken' | 'forgotten';
    }
  | {
      /** A report. */
      readonly kind: 'report';
      /** As the gateway has handed it over. */
      readonly order: LinkReportOrder;
      /** How far it has come. */
      readonly state: 'ended';
      /** What the gateway is told. */
      readonly result: LinkReportResult;
    };

/** Storage for one order of one card machine. What a throw means: see `orderInStorage`. */
export interface OrderMemory {
  /** What was saved last; undefined or null if nothing ever was. */
  load(): KeptOrder | undefined | null | Promise<KeptOrder | undefined | null>;
  /** When it returns or resolves, the order must survive loss of power: a file must be synced. */
  save(kept: KeptOrder): void | Promise<void>;
}

const KEY = 'tillgate-order';
const states: ReadonlySet<unknown> = new Set(['taken', 'committed', 'ended', 'forgotten']);

/**
 * Remembers the order as long as the object exists: for tests, and for simulated machines.
 *
 * @example
 * const memory = orderInMemory();
 */
export function orderInMemory(): OrderMemory {
  let kept: KeptOrder | undefined;
  return {
    load: () => kept,
    save: (next) => {
      kept = next;
    },
  };
}

/**
 * Remembers the order under one key, by default `tillgate-order`; each machine needs a key of its own. If
 * the storage throws or rejects while an order starts, the order is refused; later it is tried again.
 *
 * @example
 * const memory = orderInStorage(localStorage, { key: 'order-12345678' });
 */
export function orderInStorage(
  storage: KeyValueStorage,
  {
    key = KEY,
  }: {
    /** Under which the order is kept; each card machine needs its own. Default: `tillgate-order`. */
    readonly key?: string;
  } = {},
): OrderMemory {
  return {
    load: async () => {
      const text = await storage.getItem(key);
      return text === null || text === undefined ? undefined : (JSON.parse(text) as KeptOrder);
    },
    save: async (kept) => {
      await storage.setItem(key, JSON.stringify(kept));
    },
  };
}

/** Throws TypeError on anything else: a lost order could be a payment that is denied. */
export function parseKept(value: unknown): KeptOrder | undefined {
  if (value === undefined || value === null) return undefined;
  const { kind, order, state, outcome, result } = Object(value);
  const isOrder = kind === 'transaction' || kind === 'report';
  const end = kind === 'report' ? result : outcome;
  const isWhole = state !== 'ended' || typeof Object(end) === typeof end;
  if (isOrder && typeof Object(order).id === 'string' && states.has(state) && isWhole) {
    return value as KeptOrder;
  }
  throw new TypeError('machine.memory.load: what is kept is not an order.');
}
