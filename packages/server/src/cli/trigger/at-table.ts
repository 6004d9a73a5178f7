// Payments at the table of `tillgate trigger`: connects as a waiter at a virtual card machine, so that the till at the
// table gets the requests.

import { CommandError, exitCode } from '../exit-code.ts';
import { clean, print, printJson } from '../output.ts';
import { payTable } from '../waiter/pay-table.ts';
import type { BillSplit } from '../waiter/split-bill.ts';
import { readGratuity } from '../waiter/split-bill.ts';
import { tableOutput } from '../waiter/table-output.ts';
import type { WaiterClient } from '../waiter/waiter-client.ts';
import { withWaiter } from '../waiter/waiter-client.ts';
import { waiterOf } from '../waiter/waiter-options.ts';
import type { Kind, Triggered } from './kind.ts';

export interface TableKind extends Omit<Kind, 'run'> {
  /** Only list the tables, or lock one and look at its bill, or pay it. */
  readonly visit: 'list' | 'look' | Paying;
}

interface Paying {
  /** How many cards pay the bill. */
  readonly cards: number;
  /** Of each card's share. */
  readonly gratuity: string;
  /** Whether the payment is to be declined. */
  readonly isDeclined?: boolean;
}

export function atTable({ visit, ...kind }: TableKind): Kind {
  return {
    ...kind,
    run: (asked) =>
      withWaiter({ ...asked.values, tid: asked.tid }, async (waiter) => {
        const tableId = await chooseTable(waiter, asked);
        if (visit !== 'list') return visitTable({ waiter, tableId, visit }, asked);
        await waiter.ask('leave');
        return exitCode.done;
      }),
  };
}

interface Visit {
  readonly waiter: WaiterClient;
  readonly tableId: string | undefined;
  readonly visit: 'look' | Paying;
}

async function visitTable({ waiter, tableId, visit }: Visit, asked: Triggered): Promise<number> {
  const { values, tid, part } = asked;
  if (tableId === undefined) throw noTable();
  const output = tableOutput(values.json ?? false);
  let isDeclined = false;
  const code = await payTable({
    ...{ waiter, tid, tableId, ...waiterOf(values), printBill: true },
    ...(visit === 'look' ? {} : { split: splitOf(visit, part) }),
    output: {
      ...output,
      payment: (locked, paid, answer) => {
        isDeclined = !answer.paid;
        output.payment(locked, paid, answer);
      },
    },
  });
  if (visit === 'look' || !visit.isDeclined) return code;
  return isDeclined ? exitCode.done : code || exitCode.notApproved;
}

function splitOf({ cards, gratuity }: Paying, part: number | undefined): BillSplit {
  return {
    ...(part === undefined ? {} : { amount: part }),
    ...{ cards, cash: 0, cashback: 0, gratuityOf: readGratuity(gratuity) },
  };
}

/** Asks the till for its tables and shows them; the one that was asked for, else the first. */
async function chooseTable(waiter: WaiterClient, { values, tid }: Triggered) {
  const answer = await waiter.ask('tables', waiterOf(values));
  if (answer.answer !== 'tables') {
    const why = answer.answer === 'no' ? clean(answer.message) : 'The till did not answer.';
    throw new CommandError(exitCode.refused, why);
  }
  const { tables } = answer;
  if (values.json) printJson({ event: 'tables', tid, tables });
  else print(`Card machine ${tid} lists the tables: ${tables.join(', ') || '-'}`);
  return values.table ?? tables[0];
}

function noTable(): CommandError {
  return new CommandError(
    exitCode.refused,
    'The till has no open table. Open one, or name one with --table.',
  );
}
