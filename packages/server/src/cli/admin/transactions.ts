// `tillgate transactions`: the journal as a list.

import type { EntryName } from '../../application/journal/entries.ts';
import { DamagedEntry } from '../../application/journal/entries.ts';
import { moneyText } from '../../application/journal/money-text.ts';
import type { TransactionSummary } from '../../application/journal/transactions.ts';
import { searchTransactions } from '../../application/journal/transactions.ts';
import { command as define } from '../command.ts';
import { dateTimeText } from '../date-time.ts';
import { exitCode } from '../exit-code.ts';
import type { Span } from '../layout.ts';
import { outcomeSpan } from '../outcome-text.ts';
import { hint, note, printJson, printTable } from '../output.ts';
import { readLimit } from './limit.ts';
import { journalOptions, siteNamed, withJournal } from './open-journal.ts';
import { filterOptions, readFilter } from './transaction-filter.ts';

const DEFAULT_LIMIT = 50;

export const command = define({
  usage: 'transactions [options]',
  about: [
    'Lists transactions, oldest first. How long they are kept is the setting --retention of serve.',
    'One of them in full: tillgate transaction ID',
  ],
  options: {
    ...filterOptions,
    limit: { type: 'string', value: 'N', about: `Only the last N [${DEFAULT_LIMIT}].` },
    ...journalOptions,
  },
  run: async (values) => {
    const limit = readLimit(values.limit, DEFAULT_LIMIT);
    const filter = readFilter(values);
    const { transactions, next } = await withJournal(values, async (journal) => {
      if (filter.site !== undefined) await mustExist(journal, filter.site);
      const search = { store: journal, onDamaged: noteDamaged };
      return searchTransactions(search, filter, { limit });
    });
    const shown = transactions.toReversed();
    if (values.json) for (const summary of shown) printJson(transactionJson(summary));
    else printTable(HEADS, shown.map(rowOf), 'No such transaction in the journal.');
    if (next !== undefined) hint(`There may be older ones; --limit ${limit * 10} shows more.`);
    return exitCode.done;
  },
});

/** Says on stderr which entry is left out. */
export function noteDamaged(entry: EntryName): void {
  note(new DamagedEntry(entry).message);
}

/** A removed site may still have transactions; an unknown name is an error. */
async function mustExist(journal: Parameters<typeof siteNamed>[0], site: string): Promise<void> {
  const { transactions } = await searchTransactions(
    { store: journal, onDamaged: () => {} },
    { site, reports: true },
    { limit: 1 },
  );
  if (transactions.length === 0) await siteNamed(journal, site);
}

const HEADS = ['ID', 'STARTED', 'TYPE', 'AMOUNT', 'RESULT', 'DELIVERED'];

function rowOf(summary: TransactionSummary): readonly (string | Span)[] {
  const { id, startedAt, type, currency, amountTotal, result, told, delivered } = summary;
  const outcome = outcomeSpan(result, type);
  const toldText = outcomeSpan(told ?? '', type).text;
  return [
    ...[id, dateTimeText(startedAt), type],
    currency === undefined ? '-' : moneyText(currency, amountTotal ?? 0),
    told === undefined ? outcome : { ...outcome, text: `${outcome.text} (told ${toldText})` },
    delivered ? 'yes' : 'no',
  ];
}

/** Times as text, for programs and people alike. */
export function transactionJson({ startedAt, endedAt, ...summary }: TransactionSummary) {
  return {
    ...summary,
    startedAt: new Date(startedAt).toISOString(),
    ...(endedAt === undefined ? {} : { endedAt: new Date(endedAt).toISOString() }),
  };
}
