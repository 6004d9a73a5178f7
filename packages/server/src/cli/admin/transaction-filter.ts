// The filters of `tillgate transactions` and `tillgate logs`.

import { api } from '@tillgate/protocol';
import { readAmount } from '../amount.ts';
import { readSince } from '../date-time.ts';
import { UsageError } from '../exit-code.ts';
import { resultNamed } from '../outcome-text.ts';

const RESULTS: readonly string[] = api.transactionResults;

export const filterOptions = {
  site: { type: 'string', value: 'NAME', about: 'Of this site only.' },
  tid: { type: 'string', value: 'TID', about: 'Of this card machine only.' },
  since: { type: 'string', value: 'WHEN', about: 'Begun since 2h ago, or since 2026-03-14.' },
  result: {
    type: 'string',
    value: 'RESULT',
    choices: RESULTS,
    about: `One of ${RESULTS.join(', ')}, or its word.`,
  },
  amount: { type: 'string', value: 'AMOUNT', about: 'Asked for or taken, such as 12.50.' },
  card: { type: 'string', value: 'DIGITS', about: 'With these last four digits of the card.' },
  auth: { type: 'string', value: 'CODE', about: 'With this authorisation code.' },
  reports: { type: 'boolean', about: 'Reports too, such as end of day.' },
} as const;

export interface FilterValues {
  readonly site?: string;
  readonly tid?: string;
  readonly since?: string;
  readonly result?: string;
  readonly amount?: string;
  readonly card?: string;
  readonly auth?: string;
  readonly reports?: boolean;
}

/** What is wanted, in the terms of the journal; throws `UsageError`. */
export function readFilter({ since, amount, auth, reports = false, ...values }: FilterValues) {
  const { site, tid, result, card } = values;
  const wanted = resultNamed(result ?? '');
  if (result !== undefined && wanted === undefined) {
    throw new UsageError(`--result: expected one of ${RESULTS.join(', ')}.`);
  }
  if (card !== undefined && !/^[0-9]{4}$/.test(card)) {
    throw new UsageError(`--card: expected the last four digits, got ${card.length} characters.`);
  }
  return {
    ...(site === undefined ? {} : { site }),
    ...(tid === undefined ? {} : { tid }),
    ...(since === undefined ? {} : { since: readSince(since, Date.now()) }),
    ...(wanted === undefined ? {} : { result: wanted }),
    ...(amount === undefined
      ? {}
      : { amount: readAmount('--amount', amount, { least: 0, most: Number.MAX_SAFE_INTEGER }) }),
    ...(card === undefined ? {} : { card }),
    ...(auth === undefined ? {} : { authCode: auth }),
    reports,
  };
}
