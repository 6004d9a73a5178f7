// A search of the journal as it stands in the address, so that it can be bookmarked and passed on. Pure.

import type { api } from '@tillgate/protocol';
import { amountFault, amountIn } from '../../kit/money.ts';

export interface Search {
  readonly site: string;
  /** The whole TID or its beginning. */
  readonly tid: string;
  /** As typed, such as `12.50`. */
  readonly amount: string;
  /** The last four digits of the card number. */
  readonly card: string;
  readonly authCode: string;
  readonly since: Since;
  readonly result: api.TransactionSummary['result'] | '';
  readonly reports: boolean;
}

export const sinceChoices = [
  { value: '', label: 'Any time' },
  { value: '1h', label: 'The last hour' },
  { value: '24h', label: 'The last 24 hours' },
  { value: '7d', label: 'The last 7 days' },
] as const;
export type Since = (typeof sinceChoices)[number]['value'];

const HOUR_MS = 3_600_000;
const sinceMs: Readonly<Record<Exclude<Since, ''>, number>> = {
  '1h': HOUR_MS,
  '24h': 24 * HOUR_MS,
  '7d': 7 * 24 * HOUR_MS,
};

type Query = Readonly<Record<string, string>>;

export type Typed = Pick<Search, 'tid' | 'amount' | 'card' | 'authCode'>;

const MAX_AUTH_CODE = 32;

/** What is wrong with what was typed, as sentences; all of them may be empty. */
export function typedFaults({ tid, amount, card, authCode }: Typed): Partial<Typed> {
  const wrong = amountFault(amount, Number.MAX_SAFE_INTEGER);
  return {
    ...(!/^[\w.-]{0,32}$/.test(tid.trim()) && { tid: 'Letters, digits, dots, dashes and _.' }),
    ...(wrong !== undefined && { amount: wrong }),
    ...(!/^(\d{4})?$/.test(card.trim()) && { card: 'The last four digits.' }),
    ...(authCode.trim().length > MAX_AUTH_CODE && { authCode: `At most ${MAX_AUTH_CODE}.` }),
  };
}

/** From the address; what it does not know is left out. */
export function searchOf(query: Query, results: readonly string[]): Search {
  const { site = '', since = '', result = '', reports } = query;
  const typed = {
    tid: query.tid ?? '',
    amount: query.amount ?? '',
    card: query.card ?? '',
    authCode: query.authCode ?? '',
  };
  const faults = typedFaults(typed);
  return {
    site,
    tid: faults.tid === undefined ? typed.tid : '',
    amount: faults.amount === undefined ? typed.amount : '',
    card: faults.card === undefined ? typed.card : '',
    authCode: faults.authCode === undefined ? typed.authCode : '',
    since: sinceChoices.find(({ value }) => value === since)?.value ?? '',
    result: results.includes(result) ? (result as Search['result']) : '',
    reports: reports === 'yes',
  };
}

/** For the address: only what is set. */
export function queryOf({ reports, ...rest }: Search): Query {
  const all = { ...rest, reports: reports ? 'yes' : '' };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

/** For the gateway; `now` in ms since 1970. */
export function apiQueryOf(
  { site, tid, amount, card, authCode, since, result, reports }: Search,
  now: number,
): api.QueryOf<'listTransactions'> {
  return {
    ...(site && { site }),
    ...(tid && { tidPrefix: tid.trim() }),
    ...(amount && { amount: amountIn(amount) ?? 0 }),
    ...(card && { card: card.trim() }),
    ...(authCode && { authCode: authCode.trim() }),
    ...(since && { since: new Date(now - sinceMs[since]).toISOString() }),
    ...(result && { result }),
    ...(reports && { reports }),
  };
}

/** Parts of `site/tid/number`; undefined for anything else. */
export function paramsOf(id: string): api.ParamsOf<'readTransaction'> | undefined {
  const [, site, tid, number] = /^([^/]+)\/([^/]+)\/([1-9]\d{0,14})$/.exec(id) ?? [];
  return site && tid ? { site, tid, number: Number(number) } : undefined;
}
