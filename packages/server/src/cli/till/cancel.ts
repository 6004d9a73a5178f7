// `tillgate cancel`: asks a card machine to cancel its transaction, whoever started it.

import { command as define } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { clean, print, printJson } from '../output.ts';
import { connectionOptions, tidFor, tidOption, withTill } from './till-options.ts';

export const command = define({
  usage: 'cancel [options]',
  about: [
    'Asks a card machine to cancel its transaction. It can until the card has been presented; the',
    'till that started the transaction gets the result.',
  ],
  options: { ...tidOption, ...connectionOptions },
  run: async (values) => {
    const { tid, answer } = await withTill(values, async (till) => {
      const machine = { tid: await tidFor(till, values) };
      return { ...machine, answer: await till.cancel(machine) };
    });
    if (values.json) printJson({ tid, ...answer });
    else print(`Card machine ${clean(tid)} was asked to cancel.`);
    return exitCode.done;
  },
});
