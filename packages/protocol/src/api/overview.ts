// What runs and how it goes, on one page: the gateway, the payments of the last day, and each site.

import { paymentResults } from '../schema/transaction.ts';
import type { Static } from '../schema/type.ts';
import { Type } from '../schema/type.ts';
import { closed, Limit, SiteName, Timestamp } from './common-schemas.ts';
import { route } from './route.ts';
import { TransactionSummary } from './transactions.ts';

function Count(description: string) {
  return Type.Integer({ minimum: 0, description });
}

const Milliseconds = (description: string) => Type.Number({ minimum: 0, description });

export const PaymentCounts = Type.Object(
  {
    results: Type.Object(
      Object.fromEntries(
        paymentResults.map((result) => [result, Count(`Payments that ended ${result}.`)]),
      ) as Record<(typeof paymentResults)[number], ReturnType<typeof Count>>,
      { ...closed, description: 'By result, as it was told when the payment ended.' },
    ),
    p50Ms: Type.Optional(
      Milliseconds(
        'Half of them took at most so long from request to result, to a tenth; absent if there are none.',
      ),
    ),
    p95Ms: Type.Optional(Milliseconds('19 of 20 took at most so long.')),
  },
  { ...closed, title: 'PaymentCounts', description: 'Payments that ended in some time.' },
);
export type PaymentCounts = Static<typeof PaymentCounts>;

const CountedHour = Type.Object(
  { startsAt: Timestamp('When the hour starts.'), ...PaymentCounts.properties },
  { ...closed, title: 'CountedHour' },
);

const Health = {
  ok: Type.Boolean({ description: 'Whether new payments are accepted.' }),
  reason: Type.Optional(Type.String({ description: 'Why not.' })),
};

export const AttentionItem = Type.Object(
  {
    why: Type.Enum(['unknown', 'undelivered'], {
      description:
        'unknown: the payment timed out, and its card machine has not said how it ended. ' +
        'undelivered: it has ended, and delivery of its result to the till is not confirmed.',
    }),
    transaction: TransactionSummary,
  },
  { ...closed, title: 'AttentionItem', description: 'A payment that somebody should look at.' },
);
export type AttentionItem = Static<typeof AttentionItem>;

export const SiteOverview = Type.Object(
  {
    name: SiteName,
    title: Type.String({ description: 'What heads its receipts.' }),
    here: Type.Boolean({
      description:
        'Whether the node that answers runs the site; only then terminals, tills and oldestOpen are known.',
    }),
    terminals: Type.Optional(
      Type.Object(
        {
          available: Count('Connected and free.'),
          busy: Count('Connected and at work, or operated by hand.'),
          notConnected: Count('Out of reach.'),
          notPaired: Count('Enrolled, not paired yet.'),
          byHand: Count(
            'Virtual ones that are operated by hand; each is in one of the others, too.',
          ),
        },
        { ...closed, description: 'Its card machines by state.' },
      ),
    ),
    tills: Type.Optional(Count('Open connections of tills.')),
    lastPayment: Type.Optional(TransactionSummary),
    oldestOpen: Type.Optional(TransactionSummary),
    unknown: Count('How many of `attention` are unknown.'),
    undelivered: Count('How many of `attention` are undelivered.'),
  },
  { ...closed, title: 'SiteOverview', description: 'How one site is.' },
);
export type SiteOverview = Static<typeof SiteOverview>;

export const Overview = Type.Object(
  {
    at: Timestamp('When this was true.'),
    version: Type.String({ description: 'Of the gateway, such as 0.1.0.' }),
    startedAt: Timestamp('When this node started.'),
    ready: Type.Object(Health, { ...closed, description: 'Readiness of this node, as /readyz.' }),
    journal: Type.Enum(['memory', 'file', 'database'], {
      description: 'Where payments are kept; in memory they are lost with the process.',
    }),
    node: Type.Optional(
      Type.String({
        description: 'Name of the node that answers, where several share a database.',
      }),
    ),
    nodes: Type.Optional(
      Type.Array(Type.String(), { description: 'Names of the living nodes, at most 100.' }),
    ),
    countedSince: Timestamp('What ended on this node before then is not in the counts.'),
    lastDay: PaymentCounts,
    hours: Type.Array(CountedHour, {
      description: 'Payments that ended on this node in the last 24 hours, the oldest hour first.',
    }),
    attention: Type.Array(AttentionItem, {
      description:
        'Of the last 24 hours: unknown ones, the newest first, then undelivered ones that ended 10 seconds ago or earlier.',
    }),
    moreAttention: Type.Boolean({ description: 'Whether there may be more of them.' }),
    sites: Type.Array(SiteOverview, {
      description: 'Those with something in `attention` first, then by name.',
    }),
    moreSites: Type.Boolean({ description: 'Whether there are more sites than `limit`.' }),
  },
  { ...closed, title: 'Overview', description: 'What runs, and how it goes.' },
);
export type Overview = Static<typeof Overview>;

const tag = 'overview';
const query = Type.Object({ limit: Type.Optional(Limit(100, 20)) }, closed);

export const overviewRoutes = {
  readOverview: route({
    method: 'GET',
    path: '/overview',
    tag,
    access: 'operator',
    summary: 'What runs, the payments of the last 24 hours, and how each site is.',
    query,
    answer: {
      status: 200,
      description:
        'Of the sites that the operator sees, at most `limit`. Counts are kept in memory by each node. ' +
        'Reading it opens these sites on this node, unless another node runs them.',
      body: Overview,
    },
  }),
  followOverview: route({
    method: 'GET',
    path: '/overview/events',
    tag,
    access: 'operator',
    summary: 'Follow the overview, as server-sent events.',
    query,
    answer: {
      status: 200,
      description:
        'The overview at once, within a second after something was said on a connection, and every 10 seconds. ' +
        'A comment every 15 seconds keeps the connection alive.',
      events: Overview,
    },
    problems: ['tooManyListeners'],
  }),
} as const;
