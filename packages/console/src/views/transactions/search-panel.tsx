// The search: what is wanted as a form, and what was found, page by page.

import { api } from '@tillgate/protocol';
import { useState } from 'preact/hooks';
import { call } from '../../api/call.ts';
import { FailureNotice } from '../../api/query-state.tsx';
import { useSites } from '../../api/site-choice.tsx';
import type { Mutation } from '../../api/use-query.ts';
import { useMutation, useQuery } from '../../api/use-query.ts';
import { hrefOf, navigate } from '../../app/route.ts';
import { Button } from '../../kit/button.tsx';
import { Check, Select, TextField } from '../../kit/field.tsx';
import { EmptyState, Panel } from '../../kit/panel.tsx';
import type { Page } from './search-page.ts';
import { withEarlier, withNewest } from './search-page.ts';
import type { Search, Typed } from './search-query.ts';
import { apiQueryOf, queryOf, searchOf, sinceChoices, typedFaults } from './search-query.ts';
import { SearchResults } from './search-results.tsx';
import { resultChoices } from './transaction-text.ts';

const PAGE = 50;
/** Between two looks at the newest ones. */
const POLL_MS = 2_000;

interface SearchPanelProps {
  readonly query: Readonly<Record<string, string>>;
}

export function SearchPanel({ query }: SearchPanelProps) {
  const search = searchOf(query, api.transactionResults);
  const key = JSON.stringify(search);
  const [found, setFound] = useState<{ readonly key: string; readonly page: Page } | undefined>();
  const page = found?.key === key ? found.page : undefined;
  const join = (change: (shown: Page | undefined) => Page) =>
    setFound((last) => ({ key, page: change(last?.key === key ? last.page : undefined) }));
  const newest = useQuery(
    key,
    async () => {
      const read = await readPage(search);
      join((shown) => withNewest(shown, read));
    },
    POLL_MS,
  );
  const more = useMutation();
  const showEarlier = async () => {
    if (page?.next === undefined) return;
    const read = await readPage(search, page.next);
    join((shown) => (shown ? withEarlier(shown, read) : read));
  };
  const failure = newest.failure ?? more.failure;
  return (
    <>
      <Form key={key} search={search} />
      {failure && <FailureNotice failure={failure} />}
      <Panel title="Found">
        <List page={page} search={search} more={more} onMore={() => more.run(showEarlier)} />
      </Panel>
    </>
  );
}

async function readPage(search: Search, before?: string): Promise<Page> {
  const query = { ...apiQueryOf(search, Date.now()), limit: PAGE, ...(before && { before }) };
  const { transactions, next } = await call('listTransactions', { query });
  return { rows: transactions, next };
}

interface ListProps {
  readonly page: Page | undefined;
  readonly search: Search;
  readonly more: Mutation;
  readonly onMore: () => Promise<boolean>;
}

function List({ page, search, more, onMore }: ListProps) {
  if (!page) {
    return (
      <p class="quiet" role="status">
        Asking the gateway …
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
          <Button size="s" disabled={more.busy} onClick={() => void onMore()}>
            Show earlier ones
          </Button>
        )}
      </div>
    </>
  );
}

function Form({ search }: { readonly search: Search }) {
  const sites = useSites();
  const [typed, setTyped] = useState({
    ...{ tid: search.tid, amount: search.amount },
    ...{ card: search.card, authCode: search.authCode },
  });
  const type = (part: Partial<typeof typed>) => setTyped({ ...typed, ...part });
  const faults = typedFaults(typed);
  const set = (part: Partial<Search>) => {
    if (Object.keys(faults).length > 0) return;
    navigate('transactions', queryOf({ ...search, ...typed, ...part }));
  };
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
        placeholder="Whole, or its beginning"
        value={typed.tid}
        fault={faults.tid}
        onInput={(tid) => type({ tid })}
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
      <TypedFields typed={typed} type={type} />
      <Check label="Reports too" checked={search.reports} onChange={(on) => set({ reports: on })} />
    </form>
  );
}

interface TypedFieldsProps {
  readonly typed: Typed;
  readonly type: (part: Partial<Typed>) => void;
}

function TypedFields({ typed, type }: TypedFieldsProps) {
  const faults = typedFaults(typed);
  return (
    <>
      <TextField
        label="Amount"
        mono
        inputMode="decimal"
        value={typed.amount}
        fault={faults.amount}
        onInput={(amount) => type({ amount })}
      />
      <TextField
        label="Card ends in"
        mono
        inputMode="numeric"
        value={typed.card}
        fault={faults.card}
        onInput={(card) => type({ card })}
      />
      <TextField
        label="Authorisation code"
        mono
        value={typed.authCode}
        fault={faults.authCode}
        onInput={(authCode) => type({ authCode })}
      />
    </>
  );
}
