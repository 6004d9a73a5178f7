// Linked card machines with their banks, and the check that bank, machine and journal have the same payments.

import assert from 'node:assert/strict';
import type { KeptOrder, TerminalLink } from '@tillgate/client';
import { linkTerminal, orderInMemory } from '@tillgate/client';
import { Bank, bankMachine } from '../terminal/bank-machine.ts';
import { pause } from '../wait.ts';
import { acceleratedTiming } from './client-options.ts';
import type { JournalledJob } from './journal-reader.ts';
import { paymentOf } from './journal-reader.ts';

/** To connect, and for a signature. */
const isLimit = (ms: number): boolean => ms === 15_000 || ms >= 60_000;

/** One card machine and its bank; it never loses its power. */
export interface LinkedTerminal {
  readonly tid: string;
  readonly bank: Bank;
  /** How often each order was begun. */
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

/** Comes back soon after a drop. */
export async function startLinkedTerminal({
  uri,
  tid,
  signs,
  stepMs,
}: Where): Promise<LinkedTerminal> {
  const bank = new Bank();
  const memory = orderInMemory();
  const begun = new Map<string, number>();
  const machine = bankMachine({
    ...{ bank, memory, signs },
    tick: () => pause(stepMs),
    onStep: (step, order) => {
      if (step === 'read') begun.set(order, (begun.get(order) ?? 0) + 1);
    },
  });
  const link = await linkTerminal({ uri, timing: acceleratedTiming(isLimit) }, machine);
  return { tid, bank, begun, link, kept: async () => memory.load() };
}

/** Every order was begun once at most and charged once at most; the journal has what the bank has. */
export async function assertBankAgrees(
  place: LinkedTerminal,
  jobs: readonly JournalledJob[],
): Promise<void> {
  const { tid, bank, begun } = place;
  const own = jobs.filter((job) => job.tid === tid);
  const ids = new Set(own.map(({ job }) => job.order.order.id));
  for (const [id, count] of [...begun, ...bank.charges]) {
    assert.equal(count, 1, `${id} was begun or charged ${count} times`);
    assert.ok(ids.has(id), `${id} is not in the journal`);
  }
  for (const written of own) {
    const { transactionResult, amountTotal } = paymentOf(written);
    const { id } = written.job.order.order;
    const expected = transactionResult === 'SUCCESSFUL' ? amountTotal : 0;
    assert.equal(bank.taken(id), expected, `${id}, which ended ${transactionResult}`);
  }
  const kept = await place.kept();
  if (!kept) return;
  const last = own.find(({ job }) => job.order.order.id === kept.order.id);
  assert.ok(last && kept.kind === 'transaction' && kept.state === 'ended', `the memory of ${tid}`);
  assert.equal(kept.outcome.transactionResult, paymentOf(last).transactionResult, kept.order.id);
}
