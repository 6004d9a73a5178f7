// `tillgate refund`: gives money back.

import { command as define } from '../command.ts';
import { runTransaction } from './run-transaction.ts';
import {
  notPresent,
  notPresentOption,
  outcomeHelp,
  readTransactionAmount,
  transactionOptions,
} from './transaction-options.ts';

export const command = define({
  usage: 'refund AMOUNT [options]',
  about: ['Gives back AMOUNT, such as 4.99.', ...outcomeHelp],
  words: ['AMOUNT'],
  options: { ...notPresentOption, ...transactionOptions },
  run: (values, [text = '']) => {
    const amount = readTransactionAmount(text);
    return runTransaction(values, (till, basics, options) =>
      till.refund({ ...basics, amount, ...notPresent(values) }, options),
    );
  },
});
