// The part of the terminal driver contract about tables: requests of a waiter, and card payments at a table.

import assert from 'node:assert/strict';
import type {
  TableAnswer,
  TablePart,
  TerminalReport,
  TransactionOrder,
} from '../ports/terminal-driver.ts';
import type { ContractTests, RecordedTerminal } from './terminal-driver-contract-kit.ts';
import { hasEnded, hasReported, openRecorded, saleOrder } from './terminal-driver-contract-kit.ts';

/** A sale of GBP 12.50 at table 12, without gratuity. */
export function tableOrder(
  id: string,
  part: Partial<TablePart> = {},
  more: Partial<TransactionOrder> = {},
): TransactionOrder {
  return saleOrder(id, { table: { tableId: '12', amountGratuity: 0, ...part }, ...more });
}

type TableReport = TerminalReport & { readonly kind: 'tableRequest' };

/** The table requests that were reported, in order. */
const requests = ({ reports }: RecordedTerminal): readonly TableReport[] =>
  reports.flatMap((report) => (report.kind === 'tableRequest' ? [report] : []));
const requested = (watched: RecordedTerminal, count: number) => () =>
  requests(watched).length === count;

const tables: TableAnswer = { answer: 'tables', tables: ['1', '12'] };
const locked: TableAnswer = { answer: 'locked', amount: 4820, currency: 'GBP' };

export const tableTests: ContractTests = {
  'a request is reported once, and its answer does not answer a later request': async (bench) => {
    const watched = openRecorded(bench, bench.approving);
    await bench.until(hasReported(watched, 'connected'));
    const list = { kind: 'tables', waiterId: '007' } as const;
    const lock = { kind: 'lock', tableId: '12', waiterId: '007' } as const;
    const first = bench.wish(bench.approving, list);
    assert.ok(await bench.until(requested(watched, 1)));
    assert.equal(await bench.until(requested(watched, 2)), false, 'it waits for the answer');
    requests(watched)[0]?.answer(tables);
    assert.deepEqual(await first, tables);
    const second = bench.wish(bench.approving, lock);
    assert.ok(await bench.until(requested(watched, 2)));
    requests(watched)[0]?.answer({ answer: 'no', message: 'to the first request' });
    requests(watched)[1]?.answer(locked);
    assert.deepEqual(await second, locked);
    assert.deepEqual(
      requests(watched).map(({ request }) => request),
      [list, lock],
    );
  },

  'only the first answer to a request reaches the waiter': async (bench) => {
    const watched = openRecorded(bench, bench.approving);
    await bench.until(hasReported(watched, 'connected'));
    const answered = bench.wish(bench.approving, { kind: 'tables' });
    assert.ok(await bench.until(requested(watched, 1)));
    requests(watched)[0]?.answer(tables);
    requests(watched)[0]?.answer(locked);
    assert.deepEqual(await answered, tables);
  },

  'a requested payment can be started, and its request is answered after it has ended': async (
    bench,
  ) => {
    const watched = openRecorded(bench, bench.approving);
    await bench.until(hasReported(watched, 'connected'));
    const paid = bench.wish(bench.approving, {
      kind: 'pay',
      by: 'card',
      amount: 1250,
      amountCashback: 0,
      amountGratuity: 0,
    });
    assert.ok(await bench.until(requested(watched, 1)));
    watched.terminal.start(tableOrder('a'));
    assert.ok(await bench.until(hasEnded(watched)));
    const answer: TableAnswer = { answer: 'payment', paid: true, left: 0 };
    requests(watched)[0]?.answer(answer);
    assert.deepEqual(await paid, answer);
  },

  'a card payment at a table ends with exactly one outcome, which lastOrder returns': async (
    bench,
  ) => {
    const watched = openRecorded(bench, bench.approving);
    await bench.until(hasReported(watched, 'connected'));
    const before = watched.reports.length;
    watched.terminal.start(tableOrder('a'));
    assert.equal(watched.reports.length, before, 'no report before start has returned');
    assert.ok(await bench.until(hasEnded(watched)));
    assert.equal(await bench.until(() => watched.outcomes().length > 1), false);
    const [outcome] = watched.outcomes();
    assert.equal(outcome?.transactionResult, 'SUCCESSFUL');
    assert.deepEqual(await watched.terminal.lastOrder('a'), { status: 'outcome', outcome });
  },

  'a signature at a table is verified by the waiter, not by the till [C-9.9]': async (bench) => {
    const watched = openRecorded(bench, bench.asking);
    watched.terminal.start(tableOrder('a'));
    assert.ok(await bench.until(hasEnded(watched)));
    assert.ok(!hasReported(watched, 'signatureWanted')());
    const [outcome] = watched.outcomes();
    assert.equal(outcome?.transactionResult, 'SUCCESSFUL');
    assert.equal(outcome?.card.cardholderVerificationMethod, 'SIGNATURE');
  },

  'the outcome of a payment at a table has its gratuity and cashback': async (bench) => {
    const watched = openRecorded(bench, bench.approving);
    watched.terminal.start(tableOrder('a', { amountGratuity: 300 }, { amountCashback: 1000 }));
    assert.ok(await bench.until(hasEnded(watched)));
    const [outcome] = watched.outcomes();
    assert.equal(outcome?.amountGratuity, 300);
    assert.equal(outcome?.amountCashback, 1000);
  },

  'an open request is answered no when the handle is closed': async (bench) => {
    const watched = openRecorded(bench, bench.approving);
    await bench.until(hasReported(watched, 'connected'));
    const answered = bench.wish(bench.approving, { kind: 'tables' });
    assert.ok(await bench.until(requested(watched, 1)));
    watched.terminal.close();
    assert.equal((await answered).answer, 'no');
  },
};
