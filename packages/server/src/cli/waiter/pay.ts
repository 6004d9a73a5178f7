// `tillgate table pay`: a waiter takes the payment of a table at a virtual card machine.

import { MAX_AMOUNT, MAX_CASHBACK } from '@tillgate/client';
import { MAX_IDENTIFIER } from '@tillgate/protocol';
import { readAmount } from '../amount.ts';
import { command as define } from '../command.ts';
import { UsageError } from '../exit-code.ts';
import { payTable } from './pay-table.ts';
import type { BillSplit } from './split-bill.ts';
import { readGratuity, readSplit } from './split-bill.ts';
import { tableOutput } from './table-output.ts';
import { withWaiter } from './waiter-client.ts';
import { waiterOf, waiterOptions, waiterUri } from './waiter-options.ts';

export const command = define({
  usage: 'table pay --table ID [options]',
  about: [
    'Locks a table of the till, takes what is to pay by card, and leaves the table.',
    'A payment that is not taken ends the visit. Ctrl-C leaves the table; a payment under way ends',
    'first.',
    'Exit code: all that was asked is paid 0, not paid 1, wrong use 2, outcome unknown 3, not',
    'connected 4.',
  ],
  options: {
    table: { type: 'string', value: 'ID', about: 'The table, as the till lists it.' },
    amount: { type: 'string', value: 'AMOUNT', about: 'Pay this part only [all that is to pay].' },
    split: { type: 'string', value: 'N', about: 'Pay in equal shares with N cards.' },
    cash: { type: 'string', value: 'AMOUNT', about: 'Note this much as cash, the rest by card.' },
    gratuity: { type: 'string', value: 'N%|AMOUNT', about: 'On top of what each card pays.' },
    cashback: {
      type: 'string',
      value: 'AMOUNT',
      about: 'Cash to hand out with the first card, to 100.00.',
    },
    'print-bill': { type: 'boolean', about: 'Print the bill before the first payment.' },
    ...waiterOptions,
  },
  run: (values) => {
    const tableId = readTable(values.table);
    const split = readBillSplit(values);
    const asking = waiterOf(values);
    const tid = new URL(waiterUri(values)).searchParams.get('tid') ?? '';
    return withWaiter(values, (waiter) =>
      payTable({
        waiter,
        tid,
        tableId,
        ...asking,
        split,
        output: tableOutput(values.json ?? false),
        printBill: values['print-bill'] ?? false,
      }),
    );
  },
});

interface SplitValues {
  readonly amount?: string;
  readonly split?: string;
  readonly cash?: string;
  readonly gratuity?: string;
  readonly cashback?: string;
}

/** Invalid options are refused before connecting. Throws `UsageError`. */
export function readBillSplit(values: SplitValues): BillSplit {
  const { amount, split, cash, gratuity, cashback } = values;
  if (amount !== undefined && split !== undefined) {
    throw new UsageError('--amount and --split exclude each other.');
  }
  const money = (name: string, text: string | undefined, most: number) =>
    text === undefined ? 0 : readAmount(name, text, { most });
  return {
    ...(amount === undefined ? {} : { amount: money('--amount', amount, MAX_AMOUNT) }),
    cards: split === undefined ? 1 : readSplit(split),
    cash: money('--cash', cash, MAX_AMOUNT),
    cashback: money('--cashback', cashback, MAX_CASHBACK),
    gratuityOf: gratuity === undefined ? () => 0 : readGratuity(gratuity),
  };
}

function readTable(table = ''): string {
  if (table === '') throw new UsageError('--table is missing: the table, as the till lists it.');
  if ([...table].length <= MAX_IDENTIFIER) return table;
  throw new UsageError(`--table: expected 1 to ${MAX_IDENTIFIER} characters.`);
}
