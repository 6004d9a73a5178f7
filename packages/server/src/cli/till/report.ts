// `tillgate report`: totals, banking, end of day.

import type { PacTill, Report } from '@tillgate/client';
import { command as define } from '../command.ts';
import { exitCode, UsageError } from '../exit-code.ts';
import { clean, hint, note, printJson } from '../output.ts';
import { printReport } from '../payment-text.ts';
import { connectionOptions, tidFor, tidOption, withTill } from './till-options.ts';

type Ask = (till: PacTill, machine: { readonly tid: string }) => Promise<Report>;

const kinds: Readonly<Record<string, Ask>> = {
  'x-balance': (till, machine) => till.reportXBalance(machine),
  'z-balance': (till, machine) => till.reportZBalance(machine),
  'end-of-day': (till, machine) => till.reportEndOfDay(machine),
  banking: (till, machine) => till.reportBanking(machine),
};

export const command = define({
  usage: 'report KIND [options]',
  about: [
    'KIND is one of',
    '  x-balance   reads the totals and resets nothing',
    '  z-balance   reads the totals, then resets them',
    '  banking     sends pending payments to the acquirers',
    '  end-of-day  banks what is pending and closes the session',
  ],
  words: ['KIND'],
  choices: Object.keys(kinds),
  options: { ...tidOption, ...connectionOptions },
  run: async (values, [kind = '']) => {
    const ask = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    if (!ask) {
      const known = Object.keys(kinds).join(', ');
      throw new UsageError(`Unknown report "${clean(kind)}". Kinds: ${known}.`);
    }
    const report = await withTill(values, async (till) => {
      const tid = await tidFor(till, values);
      if (!values.json) hint(`Waiting for card machine ${clean(tid)} ...`);
      return ask(till, { tid });
    });
    if (values.json) printJson(report);
    else printReport(report);
    if (report.reportResult === 'COMPLETE') return exitCode.done;
    note('It is not known whether the report was made. Look at the card machine.');
    return exitCode.unknown;
  },
});
