// Linked card machines with their banks, and the check that bank, machine and journal have the same payments.

import assert from 'node:assert/strict';
import type { KeptOrder, LinkBehaviour, TerminalLink } from '@tillgate/client';
import { linkTerminal, orderInMemory } from '@tillgate/client';
import { Bank, bankMachine } from '../terminal/bank-machine.ts';
import { pause } from '../wait.ts';
import { acceleratedTiming, openIntercepted } from './client-options.ts';
import type { JournalledJob } from './journal-reader.ts';
import { paymentOf } from './journal-reader.ts';
import type { Fault } from './pac-till.ts';

/** To connect, and for a signature. */
const isLimit = (ms: number): boolean => ms === 15_000 || ms >= 60_000;

/** One card machine and its bank; it never loses its power. */
export interface LinkedTerminal {
  readonly tid: string;
  readonly bank: Bank;
  /** How often each order came from a gateway, and how often it was begun. */
  readonly handedOver: ReadonlyMap<string, number>;
  readonly begun: ReadonlyMap<string, number>;
  readonly link: TerminalLink;
  readonly kept: () => Promise<KeptOrder | undefined | null>;
}

interface Where {
  /** The whole address. */
  readonly uri: string;
  readonly tid: string;
  /** Customers sign. */
  readonly signs: boolean;
  readonly stepMs: number;
}

/** Comes back soon after a drop, unless `more` has other times; `bank` may be that of another terminal. */
export async function startLinkedTerminal(
  { uri, tid, signs, stepMs }: Where,
  more: Pick<LinkBehaviour, 'retryFirst' | 'timing'> = {},
  bank = new Bank(),
): Promise<LinkedTerminal> {
  const memory = orderInMemory();
  const handedOver = new Map<string, number>();
  const begun = new Map<string, number>();
  const machine = bankMachine({
    ...{ bank, memory, signs },
    tick: () => pause(stepMs),
    onStep: (step, order) => {
      if (step === 'read') count(begun, order);
    },
  });
  const open = openIntercepted((text) => {
    const { method, params } = JSON.parse(text);
    if (method === 'start') count(handedOver, params.order.id);
  });
  const timing = acceleratedTiming(isLimit);
  const link = await linkTerminal({ uri, timing, open, ...more }, machine);
  return { tid, bank, handedOver, begun, link, kept: async () => memory.load() };
}

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

/** What the machine and its bank did otherwise than the journal has it. */
export function machineFaults(
  { tid, bank, handedOver, begun }: LinkedTerminal,
  jobs: readonly JournalledJob[],
): readonly Fault[] {
  const own = jobs.filter((job) => job.tid === tid);
  const ids = new Set(own.map(({ job }) => job.order.order.id));
  const faults: Fault[] = [];
  const counts = { 'handed over': handedOver, begun, charged: bank.charges };
  for (const [what, orders] of Object.entries(counts)) {
    for (const [id, times] of orders) {
      if (times > 1) faults.push({ kind: 'doubled', text: `${id} was ${what} ${times} times` });
      if (!ids.has(id)) faults.push({ kind: 'lost', text: `${id} was ${what}, not journalled` });
    }
  }
  for (const written of own) {
    const { transactionResult, amountTotal } = paymentOf(written);
    const { id } = written.job.order.order;
    const expected = transactionResult === 'SUCCESSFUL' ? amountTotal : 0;
    const taken = bank.taken(id);
    if (taken === expected) continue;
    const text = `${id} ended ${transactionResult}, and the bank has ${taken}`;
    faults.push({ kind: 'contradiction', text });
  }
  return faults;
}

/** Every order was begun once at most and charged once at most; the journal has what the bank has. */
export async function assertBankAgrees(
  place: LinkedTerminal,
  jobs: readonly JournalledJob[],
): Promise<void> {
  assert.deepEqual(machineFaults(place, jobs), []);
  const kept = await place.kept();
  if (!kept) return;
  const last = jobs.find(({ job }) => job.order.order.id === kept.order.id);
  assert.ok(
    last && kept.kind === 'transaction' && kept.state === 'ended',
    `the memory of ${place.tid}`,
  );
  assert.equal(kept.outcome.transactionResult, paymentOf(last).transactionResult, kept.order.id);
}
