// `tillgate verify`: checks a card without taking money.

import { command as define } from '../command.ts';
import { runTransaction } from './run-transaction.ts';
import { outcomeHelp, transactionOptions } from './transaction-options.ts';

export const command = define({
  usage: 'verify [options]',
  about: ['Checks a card without taking money.', ...outcomeHelp],
  options: transactionOptions,
  run: (values) =>
    runTransaction(values, (till, basics, options) =>
      till.accountVerification({ ...basics, amount: 0 }, options),
    ),
});
