// What every command that starts a transaction has in common.

import type { Currency, PacTill } from '@tillgate/client';
import { MAX_AMOUNT } from '@tillgate/client';
import { currencies, readCurrency } from '../admin/site-args.ts';
import { readAmount } from '../amount.ts';
import { UsageError } from '../exit-code.ts';
import type { ConnectionValues } from './till-options.ts';
import { connectionOptions, tidFor, tidOption } from './till-options.ts';

export const transactionOptions = {
  ...tidOption,
  currency: { type: 'string', choices: currencies, about: "[the card machine's]" },
  'accept-signature': { type: 'boolean', about: 'Accept a signature without asking.' },
  'reject-signature': { type: 'boolean', about: 'Reject a signature without asking.' },
  ...connectionOptions,
} as const;

export const notPresentOption = {
  cnp: { type: 'boolean', about: 'The cardholder is not present: the card number is keyed.' },
} as const;

/** What `--cnp` asks of the gateway. */
export function notPresent({ cnp }: { readonly cnp?: boolean }): {
  readonly cardholderNotPresent?: boolean;
} {
  return cnp === undefined ? {} : { cardholderNotPresent: cnp };
}

/** For help texts of these commands. */
export const outcomeHelp: readonly string[] = [
  'Shows what the card machine shows, asks about a signature, and prints the receipts.',
  'Ctrl-C asks the card machine to cancel; a second one leaves without waiting.',
  'Exit code: approved 0, not approved 1, wrong use 2, outcome unknown 3, not connected 4.',
];

export interface TransactionValues extends ConnectionValues {
  readonly currency?: string;
  readonly json?: boolean;
  readonly 'accept-signature'?: boolean;
  readonly 'reject-signature'?: boolean;
}

export interface TransactionTarget {
  readonly tid: string;
  readonly currency: Currency;
}

/** Invalid options are refused before connecting. */
export function checkTransactionValues(values: TransactionValues): void {
  if (values.currency !== undefined) readCurrency(values.currency);
  if (values['accept-signature'] && values['reject-signature']) {
    throw new UsageError('--accept-signature and --reject-signature exclude each other.');
  }
}

/** Which card machine, in which currency. */
export async function transactionTarget(
  till: PacTill,
  values: TransactionValues,
): Promise<TransactionTarget> {
  const tid = await tidFor(till, values);
  if (values.currency !== undefined) return { tid, currency: readCurrency(values.currency) };
  const { currency } = await till.terminal({ tid });
  return { tid, currency };
}

export function readTransactionAmount(text: string, name = 'AMOUNT'): number {
  return readAmount(name, text, { most: MAX_AMOUNT });
}
