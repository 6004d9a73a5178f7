// What was found, a row each; the row leads to the story.

import type { api } from '@tillgate/protocol';
import { outcomeWords } from '@tillgate/protocol';
import { hrefOf } from '../../app/route.ts';
import { Badge } from '../../kit/badge.tsx';
import { totalText } from '../../kit/money.ts';
import { dateTimeText } from '../../kit/time-format.ts';
import { deliveryText, typeText } from './transaction-text.ts';

interface SearchResultsProps {
  readonly rows: readonly api.TransactionSummary[];
  /** The search, to come back to. */
  readonly query: Readonly<Record<string, string>>;
}

export function SearchResults({ rows, query }: SearchResultsProps) {
  return (
    <div class="tx-list">
      <div class="tx-row" data-head aria-hidden="true">
        <span>Begun</span>
        <span>Kind</span>
        <span>Site and card machine</span>
        <span class="tx-sum">Amount</span>
        <span>Result</span>
        <span>Delivery</span>
      </div>
      <ol>
        {rows.map((row) => (
          <li key={row.id}>
            <a class="tx-row" href={hrefOf('transactions', { ...query, open: row.id })}>
              <time dateTime={row.startedAt}>{dateTimeText(row.startedAt)}</time>
              <b>{row.tableId ? `${typeText(row.type)} ${row.tableId}` : typeText(row.type)}</b>
              <span class="mono tx-where">
                {row.site} <wbr />
                {row.tid} #{row.number}
              </span>
              <b class="tx-sum">{totalText(row)}</b>
              <Result row={row} />
              <span class="quiet tx-delivery">{deliveryText(row)}</span>
            </a>
          </li>
        ))}
      </ol>
    </div>
  );
}

function Result({ row }: { readonly row: api.TransactionSummary }) {
  const { tone, word } = outcomeWords(row.result, row.type);
  return (
    <span>
      <Badge tone={tone}>{word}</Badge>
    </span>
  );
}
