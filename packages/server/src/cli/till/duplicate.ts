// `tillgate duplicate`: the last payment that ended on a card machine.

import { command as define } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { printJson } from '../output.ts';
import { printPayment, printReceipts } from '../payment-text.ts';
import { connectionOptions, tidFor, tidOption, withTill } from './till-options.ts';

export const command = define({
  usage: 'duplicate [options]',
  about: [
    'Shows the last payment that ended on a card machine, whoever started it, with the copy for',
    'the customer.',
  ],
  options: { ...tidOption, ...connectionOptions },
  run: async (values) => {
    const payment = await withTill(values, async (till) =>
      till.duplicate({ tid: await tidFor(till, values) }),
    );
    if (values.json) {
      printJson(payment);
      return exitCode.done;
    }
    printPayment(payment);
    printReceipts(payment);
    return exitCode.done;
  },
});
