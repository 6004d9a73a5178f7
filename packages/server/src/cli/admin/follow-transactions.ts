// Follows the transactions of a running gateway over its admin API: those that begin, and each once more when it has ended.
// The journal is asked again and again, since with several nodes no gateway hears of all payments.

import type { api } from '@tillgate/protocol';
import { CommandError, exitCode } from '../exit-code.ts';
import type { GatewayValues } from './gateway-api.ts';
import { requestRoute } from './gateway-api.ts';
import type { readFilter } from './transaction-filter.ts';

/** Filters of the journal that a summary does not show. */
type Filter = ReturnType<typeof readFilter>;
type Summary = api.TransactionSummary;

/** From one question to the next. */
const INTERVAL_MS = 1_000;
/** Clocks of nodes may differ so much: a transaction may be written after one that began later, in ms. */
const OVERLAP_MS = 2_000;
/** The most transactions of one answer. */
const PAGE = 200;

export interface Following {
  readonly gateway: GatewayValues;
  readonly filter: Filter;
  /** Begin with the last so many. */
  readonly backlog: number;
  readonly signal: AbortSignal;
}

/** The last transactions, then each that begins or ends, until the signal is aborted. */
export async function* followTransactions(following: Following): AsyncGenerator<Summary> {
  const { filter, backlog, signal } = following;
  const journal = new Journal(following);
  const follower = await Follower.start(journal, filter);
  if (backlog > 0) yield* (await journal.page({ ...filter, limit: backlog })).toReversed();
  while (await pause(signal)) {
    for (const one of await follower.changed()) if (await journal.matches(one)) yield one;
  }
}

/** Knows which transactions were reported, whatever the filter says of their end. */
class Follower {
  readonly #journal: Journal;
  /** Of the site and card machine that are followed. */
  readonly #all: Query;
  /** Begun lately, by id. */
  readonly #known = new Map<string, Summary>();
  /** Not ended when they were last seen, by id. */
  readonly #open = new Map<string, Summary>();
  #newest: Summary | undefined;

  static async start(journal: Journal, { site, tid, reports }: Filter): Promise<Follower> {
    const place = {
      ...(site === undefined ? {} : { site }),
      ...(tid === undefined ? {} : { tid }),
    };
    const follower = new Follower(journal, { ...place, reports });
    [follower.#newest] = await journal.page({ ...follower.#all, limit: 1 });
    await follower.#begun();
    for (const one of await follower.#stillOpen()) follower.#open.set(one.id, one);
    return follower;
  }

  private constructor(journal: Journal, all: Query) {
    this.#journal = journal;
    this.#all = all;
  }

  /** Those that have begun or ended since the last call. */
  async changed(): Promise<readonly Summary[]> {
    const begun = await this.#begun();
    return [...begun, ...(await this.#ended())];
  }

  async #begun(): Promise<readonly Summary[]> {
    const since = this.#newest ? { since: overlap(this.#newest) } : {};
    const lately = await this.#journal.list({ ...this.#all, ...since });
    const begun = lately.filter(({ id }) => !this.#known.has(id));
    for (const one of begun) {
      this.#known.set(one.id, one);
      if (one.result === 'OPEN') this.#open.set(one.id, one);
      if (!this.#newest || one.startedAt > this.#newest.startedAt) this.#newest = one;
    }
    if (this.#newest) forgetBefore(this.#known, overlap(this.#newest));
    return begun;
  }

  async #ended(): Promise<readonly Summary[]> {
    if (this.#open.size === 0) return [];
    const still = new Set((await this.#stillOpen()).map(({ id }) => id));
    const ended = [...this.#open.values()].filter(({ id }) => !still.has(id));
    for (const { id } of ended) this.#open.delete(id);
    const found = await Promise.all(ended.map((one) => this.#journal.find(one)));
    return found.filter((one) => one !== undefined);
  }

  #stillOpen(): Promise<readonly Summary[]> {
    return this.#journal.list({ ...this.#all, result: 'OPEN' });
  }
}

/** The journal of a gateway, by its admin API. */
class Journal {
  readonly #following: Following;

  constructor(following: Following) {
    this.#following = following;
  }

  /** All that match, oldest first. */
  async list(query: Query): Promise<readonly Summary[]> {
    const found: Summary[] = [];
    let before: string | undefined;
    do {
      const { transactions, next } = await this.#ask({ ...query, limit: PAGE, before });
      found.push(...transactions);
      before = next;
    } while (before !== undefined);
    return found.reverse();
  }

  /** The newest that match, newest first. */
  async page(query: Query): Promise<readonly Summary[]> {
    return (await this.#ask(query)).transactions;
  }

  /** A transaction as it is now, if it passes the query; undefined once it is removed. */
  async find({ id, site, tid, startedAt }: Summary, query: Query = { reports: true }) {
    const at = Date.parse(startedAt);
    const found = await this.list({ ...query, site, tid, since: at, until: at + 1 });
    return found.find((one) => one.id === id);
  }

  /** Whether the filter, as the gateway understands it, lets a transaction through. */
  async matches(one: Summary): Promise<boolean> {
    const { filter } = this.#following;
    const { amount, card, authCode, since = 0 } = filter;
    if (filter.result !== undefined && filter.result !== one.result) return false;
    if (Date.parse(one.startedAt) < since) return false;
    if (amount === undefined && card === undefined && authCode === undefined) return true;
    return (await this.find(one, filter)) !== undefined;
  }

  async #ask({ since, until, ...query }: Query): Promise<api.AnswerOf<'listTransactions'>> {
    const { gateway, signal } = this.#following;
    const times = { since: momentOf(since), until: momentOf(until) };
    const request = { query: { ...query, ...times }, signal };
    const answer = await requestRoute(gateway, 'listTransactions', request);
    const body = answer.json() as Promise<api.AnswerOf<'listTransactions'>>;
    return body.catch((cause: unknown) => {
      throw new CommandError(exitCode.notConnected, 'The gateway broke off its answer.', { cause });
    });
  }
}

interface Query extends Partial<Filter> {
  readonly until?: number;
  readonly limit?: number;
  readonly before?: string | undefined;
}

function momentOf(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString();
}

function overlap({ startedAt }: Summary): number {
  return Date.parse(startedAt) - OVERLAP_MS;
}

/** What no answer can contain any more. */
function forgetBefore(known: Map<string, Summary>, from: number): void {
  for (const [id, { startedAt }] of known) if (Date.parse(startedAt) < from) known.delete(id);
}

/** Fulfilled with true after a while, or with false at once when the signal is aborted. */
function pause(signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const leave = (): void => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', leave);
      resolve(true);
    }, INTERVAL_MS);
    signal.addEventListener('abort', leave, { once: true });
  });
}
