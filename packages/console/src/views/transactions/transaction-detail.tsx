// One transaction in full: what it is, its steps, its receipts, and a text for a bug report.

import type { api } from '@tillgate/protocol';
import { outcomeWords } from '@tillgate/protocol';
import { call } from '../../api/call.ts';
import { QueryState } from '../../api/query-state.tsx';
import { useQuery } from '../../api/use-query.ts';
import { hrefOf } from '../../app/route.ts';
import { Badge } from '../../kit/badge.tsx';
import { CopyButton } from '../../kit/copy-button.tsx';
import type { Description } from '../../kit/description-list.tsx';
import { DescriptionList } from '../../kit/description-list.tsx';
import { Icon } from '../../kit/icon.tsx';
import { totalText } from '../../kit/money.ts';
import { EmptyState, Notice, Panel } from '../../kit/panel.tsx';
import { ReceiptView } from '../../kit/receipt-view.tsx';
import { dateTimeText } from '../../kit/time-format.ts';
import { bugReport } from './bug-report.ts';
import { receiptsOf } from './receipts.ts';
import { paramsOf } from './search-query.ts';
import { deliveryText, typeText } from './transaction-text.ts';
import { WhatHappened } from './what-happened.tsx';

/** Between two looks at one that is not over. */
const POLL_MS = 2_000;

interface TransactionDetailProps {
  /** `site/tid/number`. */
  readonly id: string;
  /** Query of the search to go back to. */
  readonly search: Readonly<Record<string, string>>;
}

interface Read {
  readonly story: api.TransactionStory;
  readonly version: string;
}

export function TransactionDetail({ id, search }: TransactionDetailProps) {
  const params = paramsOf(id);
  return (
    <>
      <a class="tx-back" href={hrefOf('transactions', search)}>
        <Icon name="left" size={16} />
        Back to the search
      </a>
      {params ? (
        <Asked params={params} />
      ) : (
        <Notice tone="bad" title="This address names no transaction.">
          It should end with site/tid/number.
        </Notice>
      )}
    </>
  );
}

function Asked({ params }: { readonly params: api.ParamsOf<'readTransaction'> }) {
  const asked = useQuery<Read>(
    JSON.stringify(params),
    async () => ({
      story: await call('readTransaction', { params }),
      version: (await call('readGateway', {})).version,
    }),
    POLL_MS,
  );
  return (
    <>
      <QueryState query={asked} what="the transaction" />
      {asked.data && <Parts {...asked.data} />}
    </>
  );
}

function Parts({ story, version }: Read) {
  const sheets = receiptsOf(story);
  return (
    <>
      <About story={story} version={version} />
      <div class="tx-story columns">
        <WhatHappened story={story} />
        <Panel title="Receipts">
          {sheets.length === 0 ? (
            <EmptyState icon="list" title="No receipt">
              <p>Receipts come with the result of a payment or a report.</p>
            </EmptyState>
          ) : (
            <div class="tx-papers">
              {sheets.map(({ key, title, lines }) => (
                <ReceiptView key={key} title={title} lines={lines} />
              ))}
            </div>
          )}
        </Panel>
      </div>
    </>
  );
}

function About({ story, version }: Read) {
  const { summary } = story;
  const { tone, word } = outcomeWords(summary.result, summary.type);
  const facts: readonly Description[] = [
    ['Begun', dateTimeText(summary.startedAt)],
    ['Ended', summary.endedAt && dateTimeText(summary.endedAt)],
    ['Site', summary.site],
    ['Card machine', `${summary.tid} #${summary.number}`],
    ['Table', summary.tableId],
    ['Till', [summary.softwareHouseId, summary.eposId].filter(Boolean).join(' / ') || undefined],
    ['The till received', summary.told],
    ['Delivery', deliveryText(summary)],
  ];
  return (
    <Panel
      title={`${typeText(summary.type)} ${summary.id}`}
      actions={
        <CopyButton
          what="Bug report"
          label="Copy as bug report"
          text={() => bugReport(story, version)}
        />
      }
    >
      <div class="tx-facts">
        <p class="tx-big">
          <b>{totalText(summary)}</b>
          <Badge tone={tone}>{word}</Badge>
        </p>
        <DescriptionList entries={facts} stacked />
      </div>
    </Panel>
  );
}
