// What a terminal driver promises about tables: a waiter's wishes, and card payments at a table.

import assert from 'node:assert/strict';
import type {
  TableAnswer,
  TablePart,
  TableRequest,
  TransactionOrder,
} from '../ports/terminal-driver.ts';
import type { ContractTests, RecordedTerminal } from './terminal-driver-contract-kit.ts';
import { hasEnded, hasReported, openRecorded, saleOrder } from './terminal-driver-contract-kit.ts';

export function tableOrder(
  id: string,
  part: Partial<TablePart> = {},
  more: Partial<TransactionOrder> = {},
): TransactionOrder {
  return saleOrder(id, { table: { tableId: '12', amountGratuity: 0, ...part }, ...more });
}

interface ReportedWish {
  readonly number: number;
  readonly request: TableRequest;
}

/** The wishes that were told, in order. */
const wishes = ({ reports }: RecordedTerminal): readonly ReportedWish[] =>
  reports.flatMap((told) => (told.kind === 'tableWish' ? [told] : []));
const wished = (watched: RecordedTerminal, count: number) => () => wishes(watched).length === count;

const tables: TableAnswer = { answer: 'tables', tables: ['1', '12'] };
const locked: TableAnswer = { answer: 'locked', amount: 4820, currency: 'GBP' };

export const tableTests: ContractTests = {
  'a wish is told once, under a number that no other wish had': async (bench) => {
    const watched = openRecorded(bench, bench.approving);
    await bench.until(hasReported(watched, 'connected'));
    const list = { kind: 'tables', waiterId: '007' } as const;
    const lock = { kind: 'lock', tableId: '12', waiterId: '007' } as const;
    const first = bench.wish(bench.approving, list);
    assert.ok(await bench.until(wished(watched, 1)));
    assert.equal(await bench.until(wished(watched, 2)), false, 'it waits for the answer');
    watched.terminal.answerTable(wishes(watched)[0]?.number ?? 0, tables);
    await first;
    const second = bench.wish(bench.approving, lock);
    assert.ok(await bench.until(wished(watched, 2)));
    watched.terminal.answerTable(wishes(watched)[1]?.number ?? 0, locked);
    await second;
    const told = wishes(watched);
    assert.deepEqual(
      told.map(({ request }) => request),
      [list, lock],
    );
    assert.notEqual(told[0]?.number, told[1]?.number);
  },

  'the answer to a wish reaches the waiter, the first one and only that': async (bench) => {
    const watched = openRecorded(bench, bench.approving);
    await bench.until(hasReported(watched, 'connected'));
    const answered = bench.wish(bench.approving, { kind: 'tables' });
    assert.ok(await bench.until(wished(watched, 1)));
    const number = wishes(watched)[0]?.number ?? 0;
    watched.terminal.answerTable(number + 1, { answer: 'no', message: 'of another wish' });
    watched.terminal.answerTable(number, tables);
    watched.terminal.answerTable(number, locked);
    assert.deepEqual(await answered, tables);
  },

  'a payment that is wished for may be started, and is answered when it has ended': async (
    bench,
  ) => {
    const watched = openRecorded(bench, bench.approving);
    await bench.until(hasReported(watched, 'connected'));
    const extras = { amountCashback: 0, amountGratuity: 0 };
    const paid = bench.wish(bench.approving, { kind: 'pay', by: 'card', amount: 1250, ...extras });
    assert.ok(await bench.until(wished(watched, 1)));
    watched.terminal.start(tableOrder('a'));
    assert.ok(await bench.until(hasEnded(watched)));
    const answer: TableAnswer = { answer: 'payment', paid: true, left: 0 };
    watched.terminal.answerTable(wishes(watched)[0]?.number ?? 0, answer);
    assert.deepEqual(await paid, answer);
  },

  'a card payment at a table ends with exactly one outcome, and is remembered': async (bench) => {
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

  'at a table nobody but the waiter judges a signature [C-9.9]': async (bench) => {
    const watched = openRecorded(bench, bench.asking);
    watched.terminal.start(tableOrder('a'));
    assert.ok(await bench.until(hasEnded(watched)));
    assert.ok(!hasReported(watched, 'signatureWanted')());
    const [outcome] = watched.outcomes();
    assert.equal(outcome?.transactionResult, 'SUCCESSFUL');
    assert.equal(outcome?.card.cardholderVerificationMethod, 'SIGNATURE');
  },

  'gratuity and cashback of a payment at a table are in its outcome': async (bench) => {
    const watched = openRecorded(bench, bench.approving);
    watched.terminal.start(tableOrder('a', { amountGratuity: 300 }, { amountCashback: 1000 }));
    assert.ok(await bench.until(hasEnded(watched)));
    const [outcome] = watched.outcomes();
    assert.equal(outcome?.amountGratuity, 300);
    assert.equal(outcome?.amountCashback, 1000);
  },

  'with the line a wish under way ends: the waiter is told no': async (bench) => {
    const watched = openRecorded(bench, bench.approving);
    await bench.until(hasReported(watched, 'connected'));
    const answered = bench.wish(bench.approving, { kind: 'tables' });
    assert.ok(await bench.until(wished(watched, 1)));
    watched.terminal.close();
    assert.equal((await answered).answer, 'no');
  },
};
