// Payments that somebody should look at: unknown and undelivered ones, each leading to its story.

import type { api } from '@tillgate/protocol';
import { hrefOf } from '../../app/route.ts';
import { Badge } from '../../kit/badge.tsx';
import { Icon } from '../../kit/icon.tsx';
import { totalText } from '../../kit/money.ts';
import { agoText } from '../../kit/time-format.ts';
import { attentionWords } from './overview-text.ts';

/** Payments that are listed; the others are found by the search. */
const MAX_LISTED = 6;

export function AttentionPanel({ overview }: { readonly overview: api.Overview | undefined }) {
  const { attention = [], moreAttention = false, at = '' } = overview ?? {};
  if (attention.length === 0) return <Calm overview={overview} />;
  const isMore = moreAttention || attention.length > MAX_LISTED;
  const unknown = hrefOf('transactions', { result: 'TIMED_OUT', since: '24h' });
  return (
    <section class="ovw-attention" data-tone="wait" aria-label="To look at">
      <h2>
        <Icon name="warn" />
        {attention.length === 1
          ? 'One payment to look at'
          : `${attention.length}${moreAttention ? ' or more' : ''} payments to look at`}
      </h2>
      <ol>
        {attention.slice(0, MAX_LISTED).map((item) => (
          <li key={item.transaction.id}>
            <Item item={item} now={Date.parse(at)} />
          </li>
        ))}
      </ol>
      {isMore && (
        <p>
          <a href={unknown}>See all of the last day whose end is not known</a>
        </p>
      )}
    </section>
  );
}

function Calm({ overview }: { readonly overview: api.Overview | undefined }) {
  // What cannot be read cannot be said.
  if (!overview || overview.moreAttention) return null;
  return (
    <p class="ovw-calm">
      <Icon name="check" />
      Nothing to look at: every payment of the last day has a known end, and every result is
      delivered.
    </p>
  );
}

interface ItemProps {
  readonly item: api.AttentionItem;
  readonly now: number;
}

function Item({ item: { why, transaction }, now }: ItemProps) {
  const { id, site, tid, startedAt } = transaction;
  const { word, tone, about } = attentionWords[why];
  return (
    <a class="ovw-item" href={hrefOf('transactions', { open: id })}>
      <Badge tone={tone}>{word}</Badge>
      <b>{totalText(transaction)}</b>
      <span class="mono">
        {site} <wbr />
        {tid}
      </span>
      <span class="quiet">
        {agoText(startedAt, now)}. {about}
      </span>
    </a>
  );
}
