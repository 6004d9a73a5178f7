// `tillgate pre-auth`: reserves an amount.

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
  usage: 'pre-auth AMOUNT [options]',
  about: [
    'Reserves AMOUNT, such as 200.00. Its auth code is needed to complete it.',
    ...outcomeHelp,
  ],
  words: ['AMOUNT'],
  options: { ...notPresentOption, ...transactionOptions },
  run: (values, [text = '']) => {
    const amount = readTransactionAmount(text);
    return runTransaction(values, (till, basics, options) =>
      till.preAuth({ ...basics, amount, ...notPresent(values) }, options),
    );
  },
});
