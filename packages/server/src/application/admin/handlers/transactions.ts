// The journal, as the API has it.

import { api } from '@tillgate/protocol';
import type { Place } from '../../../ports/store.ts';
import type { EntryName } from '../../journal/entries.ts';
import { nameOf } from '../../journal/entries.ts';
import type { TransactionFilter } from '../../journal/transactions.ts';
import { readTransaction, searchTransactions, tidsWith } from '../../journal/transactions.ts';
import { mustSee, sees } from '../actor.ts';
import { framesOfStory } from '../kept-frames.ts';
import { AdminRefusal } from '../refusal.ts';
import { shownStory, shownSummary } from '../story.ts';
import type { ApiDeps, Handlers } from './deps.ts';

/** Transactions of one answer by default. */
const USUAL_LIMIT = 50;

export function transactionHandlers({
  store,
  traffic,
  onDamaged,
}: ApiDeps): Pick<Handlers, 'listTransactions' | 'readTransaction'> {
  const tidsFrom = async (prefix: string) => {
    const most = api.MAX_SEARCHED_TERMINALS;
    const tids = await tidsWith({ store }, prefix, most + 1);
    if (tids.length <= most) return tids;
    const expected = `the beginning of at most ${most} TIDs`;
    const errors = [{ in: 'query', path: '/tidPrefix', expected, got: 'one of more' } as const];
    throw new AdminRefusal('unfit', undefined, { errors });
  };
  return {
    listTransactions: async ({ actor, query }) => {
      const { limit = USUAL_LIMIT, before } = query;
      if (query.site !== undefined) mustSee(actor, query.site);
      const tids = query.tidPrefix === undefined ? {} : { tids: await tidsFrom(query.tidPrefix) };
      const filter = { ...filterOf(query), ...tids, sites: actor.sites };
      const damaged: string[] = [];
      const note = (entry: EntryName) => {
        damaged.push(nameOf(entry));
        onDamaged(entry);
      };
      const search = { store, onDamaged: note };
      const { transactions, next } = await searchTransactions(search, filter, {
        limit,
        ...(before !== undefined && { before: placeOf(before) }),
      });
      return {
        body: {
          transactions: transactions.map(shownSummary),
          ...(damaged.length > 0 && { damaged }),
          ...(next !== undefined && { next: `${next.at}-${next.position}` }),
        },
      };
    },
    readTransaction: async ({ actor, params }) => {
      const { site, tid, number } = params;
      const found =
        sees(actor, site) &&
        (await readTransaction({ store, onDamaged }, `${site}/${tid}/${number}`));
      if (!found) throw new AdminRefusal('notFound', 'There is no such transaction (any more).');
      return { body: shownStory(found, await framesOfStory({ store, traffic }, found)) };
    },
  };
}

/** From the cursor of an answer: the time and the position of the last activity of its page. */
function placeOf(cursor: string): Place {
  const [at = 0, position = 0] = cursor.split('-').map(Number);
  return { at, position };
}

function filterOf({ since, until, ...rest }: Query): TransactionFilter {
  const { site, tid, result, reports, amount, card, authCode } = rest;
  return {
    ...(site === undefined ? {} : { site }),
    ...(tid === undefined ? {} : { tid }),
    ...(since === undefined ? {} : { since: Date.parse(since) }),
    ...(until === undefined ? {} : { until: Date.parse(until) }),
    ...(result === undefined ? {} : { result }),
    ...(reports === undefined ? {} : { reports }),
    ...(amount === undefined ? {} : { amount }),
    ...(card === undefined ? {} : { card }),
    ...(authCode === undefined ? {} : { authCode }),
  };
}

type Query = api.QueryOf<'listTransactions'>;
