// `tillgate sale`: takes a payment.

import { MAX_CASHBACK } from '@tillgate/client';
import { readAmount } from '../amount.ts';
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
  usage: 'sale AMOUNT [options]',
  about: ['Takes a payment of AMOUNT, such as 12.34.', ...outcomeHelp],
  words: ['AMOUNT'],
  options: {
    cashback: { type: 'string', value: 'AMOUNT', about: 'Cash to hand out on top, to 100.00.' },
    ...notPresentOption,
    ...transactionOptions,
  },
  run: (values, [text = '']) => {
    const { cashback } = values;
    const amount = readTransactionAmount(text);
    const extras = {
      ...(cashback === undefined ? {} : { amountCashback: readCashback(cashback) }),
      ...notPresent(values),
    };
    return runTransaction(values, (till, basics, options) =>
      till.sale({ ...basics, amount, ...extras }, options),
    );
  },
});

function readCashback(text: string): number {
  return readAmount('--cashback', text, { least: 0, most: MAX_CASHBACK });
}
