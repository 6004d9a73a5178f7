// `tillgate table list`: the open tables of the till, as a waiter sees them at a card machine.

import { command as define } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { clean, hint, print, printJson } from '../output.ts';
import { tableOutput } from './table-output.ts';
import { withWaiter } from './waiter-client.ts';
import { waiterOf, waiterOptions } from './waiter-options.ts';

export const command = define({
  usage: 'table list [options]',
  about: [
    'Lists the open tables of the till at the table, as a waiter sees them on a virtual card machine.',
    'Exit code: listed 0, refused 1, wrong use 2, not connected 4.',
  ],
  options: waiterOptions,
  run: async (values) => {
    const asking = waiterOf(values);
    const answer = await withWaiter(values, async (waiter) => {
      const listed = await waiter.ask('tables', asking);
      await waiter.ask('leave');
      return listed;
    });
    if (answer.answer !== 'tables') {
      if (answer.answer === 'no') tableOutput(values.json ?? false).refused(answer);
      return exitCode.refused;
    }
    const { tables } = answer;
    if (values.json) printJson({ tables });
    else for (const table of tables) print(clean(table));
    if (tables.length === 0 && !values.json) hint('There are no open tables.');
    return exitCode.done;
  },
});
