// `tillgate logs`: follows the payments of a running gateway, one line each.

import type { api } from '@tillgate/protocol';
import { moneyText } from '../../application/journal/money-text.ts';
import { command as define } from '../command.ts';
import { dateTimeText, secondsText } from '../date-time.ts';
import { exitCode, UsageError } from '../exit-code.ts';
import type { Line } from '../layout.ts';
import { outcomeSpan } from '../outcome-text.ts';
import { print, printJson } from '../output.ts';
import { onInterrupt } from '../signals.ts';
import { followTransactions } from './follow-transactions.ts';
import { gatewayOptions } from './gateway-api.ts';
import { filterOptions, readFilter } from './transaction-filter.ts';

const USUAL_BACKLOG = 10;
/** As many as one answer of the gateway has. */
const MOST_BACKLOG = 200;

export const command = define({
  usage: 'logs [options]',
  about: [
    'Follows the payments, tables and reports of a running gateway over its admin API: a line when one begins,',
    'and a line when it has ended. Begins with the last ones. One of them in full: tillgate transaction ID',
    'Ctrl-C ends it with exit code 0; a gateway that no longer answers, with 4.',
  ],
  options: {
    ...filterOptions,
    backlog: { type: 'string', value: 'N', about: `Begin with the last N [${USUAL_BACKLOG}].` },
    ...gatewayOptions,
    json: { type: 'boolean', about: 'Print JSON, one object on a line.' },
  },
  run: async (values) => {
    const filter = readFilter(values);
    const backlog = readBacklog(values.backlog);
    const left = new AbortController();
    const unsubscribe = onInterrupt(() => left.abort());
    const following = { gateway: values, filter, backlog, signal: left.signal };
    try {
      for await (const one of followTransactions(following)) {
        if (values.json) printJson(one);
        else print(transactionLine(one));
      }
    } catch (cause) {
      if (!left.signal.aborted) throw cause;
    } finally {
      unsubscribe();
    }
    return exitCode.done;
  },
});

function readBacklog(text: string | undefined): number {
  if (text === undefined) return USUAL_BACKLOG;
  if (/^\d{1,3}$/.test(text) && Number(text) <= MOST_BACKLOG) return Number(text);
  throw new UsageError(`--backlog: expected a whole number from 0 to ${MOST_BACKLOG}.`);
}

/** One line; control characters are still in it. */
export function transactionLine(one: api.TransactionSummary): Line {
  const { id, type, result, told, currency, amountTotal, tableId, startedAt, endedAt } = one;
  const outcome = outcomeSpan(result, type);
  const money = currency === undefined ? '' : ` ${moneyText(currency, amountTotal ?? 0)}`;
  const began = Date.parse(startedAt);
  const end = endedAt === undefined ? undefined : Date.parse(endedAt);
  const about = [
    `${type}${tableId === undefined ? '' : ` ${tableId}`}${money}`,
    ...(end === undefined ? [] : [secondsText(end - began)]),
    ...(told === undefined ? [] : [`the till was told: ${outcomeSpan(told, type).text}`]),
  ];
  const at = dateTimeText(end ?? began);
  return [{ text: `${at}  ` }, outcome, { text: `  ${about.join(', ')}  ${id}` }];
}
