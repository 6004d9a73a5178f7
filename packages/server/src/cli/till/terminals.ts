// `tillgate terminals`: the card machines connected to the site.

import type { TerminalFilter } from '@tillgate/client';
import { currencies, readCurrency } from '../admin/site-args.ts';
import { command as define } from '../command.ts';
import { exitCode, UsageError } from '../exit-code.ts';
import { stateSpan } from '../outcome-text.ts';
import { printJson, printTable } from '../output.ts';
import { connectionOptions, withTill } from './till-options.ts';

export const command = define({
  usage: 'terminals [options]',
  about: ['Lists the card machines connected to the site.'],
  options: {
    status: { type: 'string', choices: ['AVAILABLE', 'BUSY'], about: 'With this status only.' },
    currency: { type: 'string', choices: currencies, about: 'With this currency only.' },
    ...connectionOptions,
  },
  run: async (values) => {
    const { status, currency } = values;
    const filter = {
      ...(status === undefined ? {} : { status: readStatus(status) }),
      ...(currency === undefined ? {} : { currency: readCurrency(currency) }),
    };
    const terminals = await withTill(values, (till) => till.terminals(filter));
    if (values.json) for (const terminal of terminals) printJson(terminal);
    else {
      const rows = terminals.map((one) => [one.tid, stateSpan(one.status), one.currency]);
      printTable(['TID', 'STATUS', 'CURRENCY'], rows, 'No such card machine is connected.');
    }
    return exitCode.done;
  },
});

function readStatus(word: string): NonNullable<TerminalFilter['status']> {
  const status = word.toUpperCase();
  if (status === 'AVAILABLE' || status === 'BUSY') return status;
  throw new UsageError('--status: expected AVAILABLE or BUSY.');
}
