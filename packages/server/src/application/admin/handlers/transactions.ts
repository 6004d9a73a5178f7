// The journal, as the API has it.

import type { api } from '@tillgate/protocol';
import type { EntryName } from '../../journal/entries.ts';
import { nameOf } from '../../journal/entries.ts';
import type { TransactionFilter } from '../../journal/transactions.ts';
import { readTransaction, searchTransactions } from '../../journal/transactions.ts';
import { mustSee, sees } from '../actor.ts';
import { AdminRefusal } from '../refusal.ts';
import { shownStory, shownSummary } from '../story.ts';
import { framesOf } from '../transaction-frames.ts';
import type { ApiDeps, Handlers } from './deps.ts';

/** Transactions of one answer by default. */
const USUAL_LIMIT = 50;
/** Looked at for one answer: payments are made in the same process. */
const MOST_LOOKED_AT = 2000;

export function transactionHandlers({
  store,
  traffic,
  onDamaged,
}: ApiDeps): Pick<Handlers, 'listTransactions' | 'readTransaction'> {
  return {
    listTransactions: async ({ actor, query }) => {
      const { limit = USUAL_LIMIT, before } = query;
      if (query.site !== undefined) mustSee(actor, query.site);
      const filter = { ...filterOf(query), sites: actor.sites };
      const page = { limit, most: MOST_LOOKED_AT };
      const damaged: string[] = [];
      const note = (entry: EntryName) => {
        damaged.push(nameOf(entry));
        onDamaged(entry);
      };
      const search = { store, onDamaged: note };
      const { transactions, next } = await searchTransactions(search, filter, {
        ...page,
        ...(before === undefined ? {} : { before: Number(before) }),
      });
      return {
        body: {
          transactions: transactions.map(shownSummary),
          ...(damaged.length > 0 && { damaged }),
          ...(next !== undefined && { next: String(next) }),
        },
      };
    },
    readTransaction: async ({ actor, params }) => {
      const { site, tid, number } = params;
      const found =
        sees(actor, site) &&
        (await readTransaction({ store, onDamaged }, `${site}/${tid}/${number}`));
      if (!found) throw new AdminRefusal('notFound', 'There is no such transaction (any more).');
      return { body: shownStory(found, framesOf(traffic, found)) };
    },
  };
}

function filterOf({ site, tid, since, until, result, reports }: Query): TransactionFilter {
  return {
    ...(site === undefined ? {} : { site }),
    ...(tid === undefined ? {} : { tid }),
    ...(since === undefined ? {} : { since: Date.parse(since) }),
    ...(until === undefined ? {} : { until: Date.parse(until) }),
    ...(result === undefined ? {} : { result }),
    ...(reports === undefined ? {} : { reports }),
  };
}

type Query = api.QueryOf<'listTransactions'>;
