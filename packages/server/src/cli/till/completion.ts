// `tillgate completion`: takes a reserved amount.

import { command as define } from '../command.ts';
import { UsageError } from '../exit-code.ts';
import { runTransaction } from './run-transaction.ts';
import {
  notPresent,
  notPresentOption,
  outcomeHelp,
  readTransactionAmount,
  transactionOptions,
} from './transaction-options.ts';

export const command = define({
  usage: 'completion AMOUNT --auth-code CODE [options]',
  about: ['Takes AMOUNT of what was reserved by pre-auth.', ...outcomeHelp],
  words: ['AMOUNT'],
  options: {
    'auth-code': { type: 'string', value: 'CODE', about: 'Of the first pre-auth on the card.' },
    'pre-auth-total': {
      type: 'string',
      value: 'AMOUNT',
      about: 'Sum of the pre-auths on the card.',
    },
    ...notPresentOption,
    ...transactionOptions,
  },
  run: (values, [text = '']) => {
    const { 'auth-code': authCode, 'pre-auth-total': total } = values;
    if (!authCode) throw new UsageError('--auth-code is missing: the code of the pre-auth.');
    const params = {
      amount: readTransactionAmount(text),
      authCode,
      ...(total === undefined
        ? {}
        : { amountPreAuthorisedTotal: readTransactionAmount(total, '--pre-auth-total') }),
      ...notPresent(values),
    };
    return runTransaction(values, (till, basics, options) =>
      till.completion({ ...basics, ...params }, options),
    );
  },
});
