// What the palette knows: pages, messages and the documentation of this build; sites, card machines and transactions of
// the gateway where this page may ask for them.

import type { api } from '@tillgate/protocol';
import {
  dialects,
  exchangesOf,
  integrations,
  isOperatedByHand,
  outcomeWords,
  terminalStates,
} from '@tillgate/protocol';
import { call, readSession } from '../../api/call.ts';
import { session } from '../../api/session.ts';
import { selectedSiteOf, selectSite } from '../../api/site-choice.tsx';
import { amountFault, amountIn, totalText } from '../../kit/money.ts';
import { dateTimeText } from '../../kit/time-format.ts';
import { hrefOf } from '../route.ts';
import { routes } from '../routes.ts';
import type { Target } from './target.ts';

/** Sites whose card machines are listed, the selected one first: each must be opened for it. */
const MOST_SITES = 5;
/** Transactions of one search. */
const MOST_TRANSACTIONS = 6;

const pages: readonly Target[] = routes.map(({ name, title }) => ({
  ...{ group: 'Pages', title, about: '' },
  href: hrefOf(name),
}));

const messages: readonly Target[] = Object.values(dialects).flatMap((dialect) =>
  exchangesOf(dialect).map(({ integration, name }) => ({
    ...{ group: 'Messages', title: name },
    about: `${integrations[integration].title}, ${dialect.version}`,
    href: `../docs/messages/${dialect.version}/${integration}/${name}`,
  })),
);

/** Known at once. */
export const builtIn: readonly Target[] = [...pages, ...messages];

/** The guides and other pages of the documentation, from the contents on its front page. */
export async function docsPages(): Promise<readonly Target[]> {
  const front = new URL('../docs/', document.baseURI);
  const response = await fetch(front);
  if (!response.ok) return [];
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  const links = [...page.querySelectorAll<HTMLAnchorElement>('.nav a[href]')];
  return links
    .map((link) => ({ title: link.text.trim(), path: link.getAttribute('href') ?? '' }))
    .filter(({ path }) => !/^\.?\/?messages\/|^[a-z]+:/.test(path))
    .map(({ title, path }) => ({
      ...{ group: 'Documentation', title, about: '', href: new URL(path, front).href },
    }));
}

export async function sitesAndMachines(): Promise<readonly Target[]> {
  if (!(await mayAsk())) return [];
  const { sites } = await call('listSites', {});
  const selected = selectedSiteOf(sites);
  const listed = [selected, ...sites.filter((one) => one !== selected)].filter((one) => !!one);
  const machines = await Promise.all(listed.slice(0, MOST_SITES).map(machinesOf));
  return [...machines.flat(), ...sites.map(siteTarget)];
}

function siteTarget({ name, title }: api.Site): Target {
  return {
    ...{ group: 'Sites', title: name, about: title === name ? '' : title },
    ...{ href: hrefOf('sites'), before: () => selectSite(name) },
  };
}

async function machinesOf({ name: site }: api.Site): Promise<readonly Target[]> {
  const { terminals } = await call('listTerminals', { params: { site } });
  return terminals.map((terminal) => ({
    ...{ group: 'Card machines', title: terminal.tid },
    about: [site, terminal.label, ...stateWords(terminal)].filter(Boolean).join(', '),
    ...{ href: hrefOf('machines'), before: () => selectSite(site) },
  }));
}

function stateWords(terminal: api.Terminal): readonly string[] {
  const { connected, status } = terminal;
  const { word } = terminalStates[connected ? (status ?? 'AVAILABLE') : 'notConnected'];
  return isOperatedByHand(terminal) ? [word, terminalStates.byHand.word] : [word];
}

/** The newest, and those that a text may mean: an id, an amount, the last digits of a card, the beginning of a TID. */
export async function transactionsFor(text: string): Promise<readonly Target[]> {
  if (!(await mayAsk())) return [];
  const lists = await Promise.all(queriesFor(text.trim()).map(listed));
  const found = new Map(lists.flat().map((one) => [one.id, one]));
  return [...found.values()].map((one) => transactionTarget(one, text));
}

type Query = api.QueryOf<'listTransactions'>;

function queriesFor(text: string): readonly Query[] {
  const [, site, tid] = /^([^/\s]+)\/([\w.-]+)\/\d*$/.exec(text) ?? [];
  if (site !== undefined && tid !== undefined) return [{ site, tid }];
  const isAmount = text !== '' && amountFault(text, Number.MAX_SAFE_INTEGER) === undefined;
  return [
    {},
    ...(isAmount ? [{ amount: amountIn(text) ?? 0 }] : []),
    ...(/^\d{4}$/.test(text) ? [{ card: text }] : []),
    ...(/^[\w.-]{2,32}$/.test(text) ? [{ tidPrefix: text }] : []),
  ];
}

/** Too many card machines may begin so: then nothing. */
async function listed(query: Query): Promise<readonly api.TransactionSummary[]> {
  try {
    const wanted = { ...query, limit: MOST_TRANSACTIONS };
    return (await call('listTransactions', { query: wanted })).transactions;
  } catch {
    return [];
  }
}

/** What it was found by stands in its words, too. */
function transactionTarget(one: api.TransactionSummary, text: string): Target {
  const { word } = outcomeWords(one.result, one.type);
  const about = [totalText(one), word, dateTimeText(one.startedAt)].filter(Boolean).join(', ');
  const isCard = /^\d{4}$/.test(text.trim()) && !`${one.id} ${about}`.includes(text.trim());
  return {
    ...{ group: 'Transactions', title: one.id },
    about: isCard ? `${about}, found by ${text.trim()}` : about,
    href: hrefOf('transactions', { open: one.id }),
  };
}

/** Without a key only on loopback. */
async function mayAsk(): Promise<boolean> {
  try {
    if (session.peek().state === 'unknown') await readSession();
  } catch {
    return false;
  }
  return session.peek().state === 'open';
}
