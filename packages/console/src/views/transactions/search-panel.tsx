// The search: what is wanted as a form, and what was found, page by page.

import { api } from '@tillgate/protocol';
import { useEffect, useState } from 'preact/hooks';
import { call } from '../../api/call.ts';
import { FailureNotice } from '../../api/query-state.tsx';
import { useSites } from '../../api/site-choice.tsx';
import type { Mutation } from '../../api/use-query.ts';
import { useMutation } from '../../api/use-query.ts';
import { hrefOf, navigate } from '../../app/route.ts';
import { Button } from '../../kit/button.tsx';
import { Check, Select, TextField } from '../../kit/field.tsx';
import { EmptyState, Panel } from '../../kit/panel.tsx';
import type { Search } from './search-query.ts';
import { apiQueryOf, queryOf, searchOf, sinceChoices } from './search-query.ts';
import { SearchResults } from './search-results.tsx';
import { resultChoices } from './transaction-text.ts';

const PAGE = 50;

interface SearchPanelProps {
  readonly query: Readonly<Record<string, string>>;
}

interface Page {
  readonly rows: readonly api.TransactionSummary[];
  readonly next?: string | undefined;
}

export function SearchPanel({ query }: SearchPanelProps) {
  const search = searchOf(query, api.transactionResults);
  const key = JSON.stringify(search);
  const [page, setPage] = useState<Page | undefined>(undefined);
  const doing = useMutation();
  const ask = async (before: Page | undefined) => {
    const more = before?.next === undefined ? {} : { before: before.next };
    const wanted = { ...apiQueryOf(search, Date.now()), limit: PAGE, ...more };
    const { transactions, next } = await call('listTransactions', { query: wanted });
    setPage({ rows: [...(before?.rows ?? []), ...transactions], next });
  };
  useEffect(() => {
    setPage(undefined);
    void doing.run(() => ask(undefined));
  }, [key]);
  return (
    <>
      <Form key={key} search={search} />
      {doing.failure && <FailureNotice failure={doing.failure} />}
      <Panel
        title="Found"
        actions={
          <Button
            size="s"
            disabled={doing.busy}
            onClick={() => void doing.run(() => ask(undefined))}
          >
            Look again
          </Button>
        }
      >
        <List page={page} search={search} doing={doing} onMore={() => doing.run(() => ask(page))} />
      </Panel>
    </>
  );
}

interface ListProps {
  readonly page: Page | undefined;
  readonly search: Search;
  readonly doing: Mutation;
  readonly onMore: () => Promise<boolean>;
}

function List({ page, search, doing, onMore }: ListProps) {
  if (!page) {
    const text = doing.failure ? 'Nothing could be asked.' : 'Asking the gateway …';
    return (
      <p class="quiet" role="status">
        {text}
      </p>
    );
  }
  const isAny = Object.keys(queryOf(search)).length === 0;
  if (page.rows.length === 0 && page.next === undefined) {
    return (
      <EmptyState icon="list" title={isAny ? 'No transaction yet' : 'Nothing fits the search'}>
        <p>
          {isAny
            ? 'Take a payment in Till; it stands here from its first moment.'
            : 'Ask for less, or for a longer time. Ended ones are forgotten after a while.'}
        </p>
        <a class="btn" href={hrefOf(isAny ? 'till' : 'transactions')}>
          {isAny ? 'Go to Till' : 'Search for all'}
        </a>
      </EmptyState>
    );
  }
  return (
    <>
      <SearchResults rows={page.rows} query={queryOf(search)} />
      <div class="tx-more">
        <span class="quiet" role="status">
          {page.rows.length} shown{page.next === undefined ? ', these are all.' : '.'}
        </span>
        {page.next !== undefined && (
          <Button size="s" disabled={doing.busy} onClick={() => void onMore()}>
            Show earlier ones
          </Button>
        )}
      </div>
    </>
  );
}

function Form({ search }: { readonly search: Search }) {
  const sites = useSites();
  const [tid, setTid] = useState(search.tid);
  const set = (part: Partial<Search>) =>
    navigate('transactions', queryOf({ ...search, tid, ...part }));
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    set({});
  };
  const names = (sites.data ?? []).map(({ name }) => ({ value: name, label: name }));
  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers know the element search only of late.
    <form class="tx-search" role="search" onSubmit={submit}>
      <Select
        label="Site"
        value={search.site}
        options={[{ value: '', label: 'All' }, ...names]}
        onChange={(site) => set({ site })}
      />
      <TextField
        label="Card machine (TID)"
        name="tid"
        mono
        type="search"
        value={tid}
        onInput={setTid}
        after={
          <Button type="submit" icon="search">
            Search
          </Button>
        }
      />
      <Select
        label="Begun in"
        value={search.since}
        options={sinceChoices}
        onChange={(since) => set({ since })}
      />
      <Select
        label="Result"
        value={search.result}
        options={resultChoices}
        onChange={(result) => set({ result })}
      />
      <Check label="Reports too" checked={search.reports} onChange={(on) => set({ reports: on })} />
    </form>
  );
}
