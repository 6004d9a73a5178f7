// What activities are found by in the journal: each search begins with the key that fewest have. The state
// machine writes the keys, `transactions.ts` searches by them.

import type { Activity } from '../../domain/activity.ts';
import { isTable } from '../../domain/activity.ts';
import type { Job } from '../../domain/job.ts';
import type { TableSession } from '../../domain/table.ts';
import { siteAndTid, tableResult } from './transaction-summary.ts';

/** Each key as it stands in the journal. */
export const keyOf = {
  site: (site: string) => `site ${site}`,
  tid: (tid: string) => `tid ${tid}`,
  result: (result: string) => `result ${result}`,
  resultAt: (site: string, result: string) => `result ${site} ${result}`,
  /** Pence or cents. */
  amount: (amount: number) => `amount ${amount}`,
  /** The last four digits of the card number. */
  card: (lastFour: string) => `card ${lastFour}`,
  authCode: (authCode: string) => `auth ${authCode}`,
};

/** What an activity is found by as it is now. */
export function searchKeys(stream: string, activity: Activity): readonly string[] {
  const { site, tid } = siteAndTid(stream);
  const { result, amounts, cards, authCodes } = isTable(activity)
    ? ofTable(activity)
    : ofJob(activity);
  const keys = [
    ...[keyOf.site(site), keyOf.tid(tid), keyOf.result(result), keyOf.resultAt(site, result)],
    ...amounts.map(keyOf.amount),
    ...cards.filter((number) => number !== '').map((number) => keyOf.card(number.slice(-4))),
    ...authCodes.filter((code) => code !== '').map(keyOf.authCode),
  ];
  return [...new Set(keys)];
}

interface Searchable {
  readonly result: string;
  /** Asked for or taken; pence or cents. */
  readonly amounts: readonly number[];
  /** Card numbers, masked but for the last four digits, or "". */
  readonly cards: readonly string[];
  readonly authCodes: readonly string[];
}

const nothing = { amounts: [], cards: [], authCodes: [] };

function ofJob(job: Job): Searchable {
  const { order } = job;
  if (job.phase === 'open') {
    if (order.kind === 'report') return { ...nothing, result: 'OPEN' };
    const { amount, amountCashback } = order.order;
    return { ...nothing, result: 'OPEN', amounts: [amount + amountCashback] };
  }
  const result = job.reconciledResult;
  if ('reportResult' in result) return { ...nothing, result: result.reportResult };
  const { transactionResult, amountTotal, primaryAccountNumber = '', authCode = '' } = result;
  return {
    result: transactionResult,
    amounts: [amountTotal],
    cards: [primaryAccountNumber],
    authCodes: [authCode],
  };
}

function ofTable(session: TableSession): Searchable {
  const { phase, payments, cards } = session;
  return {
    result: phase === 'closed' ? tableResult(session) : 'OPEN',
    amounts: payments.map(({ amountPaid, amountGratuity }) => amountPaid + amountGratuity),
    cards,
    authCodes: payments.map(({ authCode }) => authCode),
  };
}
