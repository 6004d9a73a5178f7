// Payments, reports and table sessions of the journal.

import { Currency } from '../schema/money.ts';
import { Report } from '../schema/report.ts';
import { MAX_IDENTIFIER } from '../schema/terminal.ts';
import { Payment } from '../schema/transaction.ts';
import type { Static } from '../schema/type.ts';
import { Type } from '../schema/type.ts';
import {
  Cursor,
  closed,
  Limit,
  ListOf,
  SiteName,
  TerminalParams,
  Timestamp,
  UrlSafeTid,
} from './common-schemas.ts';
import { route } from './route.ts';
import { Frame } from './traffic.ts';

/** Card machines that one search by `tidPrefix` looks through. */
export const MAX_SEARCHED_TERMINALS = 20;

/** The status of a payment, a report or a table session. */
export const transactionResults = [
  'OPEN',
  'SUCCESSFUL',
  'DECLINED',
  'VOID',
  'UNSUCCESSFUL',
  'CANCELLED',
  'TIMED_OUT',
  'COMPLETE',
  'PAID',
  'PART_PAID',
  'NOT_PAID',
] as const;

const Result = Type.Enum([...transactionResults], {
  description:
    'OPEN, or the true outcome; of a report COMPLETE or TIMED_OUT, of a table PAID, PART_PAID ' +
    'or NOT_PAID.',
});

export const TransactionSummary = Type.Object(
  {
    id: Type.String({ description: 'site/tid/number.' }),
    site: SiteName,
    tid: Type.String({ description: 'The card machine.' }),
    number: Type.Integer({ minimum: 1, description: 'Of the card machine; with gaps.' }),
    type: Type.String({ description: 'Such as SALE, END_OF_DAY or TABLE.' }),
    startedAt: Timestamp('When it was asked for.'),
    endedAt: Type.Optional(Timestamp('When its end came.')),
    result: Result,
    told: Type.Optional(
      Type.String({
        description: 'The result that the till got, if the true outcome became known later.',
      }),
    ),
    currency: Type.Optional(Currency),
    amountTotal: Type.Optional(
      Type.Integer({ description: 'Minor units: taken, or asked for while it is open.' }),
    ),
    delivered: Type.Boolean({
      description: 'Whether delivery of the result to the till is confirmed.',
    }),
    eposId: Type.Optional(Type.String({ description: 'Of the till that asked.' })),
    softwareHouseId: Type.Optional(Type.String({ description: 'Maker of its software.' })),
    tableId: Type.Optional(Type.String({ description: 'Of a table.' })),
  },
  {
    ...closed,
    title: 'TransactionSummary',
    description: 'Summary of one payment, report or table session.',
  },
);
export type TransactionSummary = Static<typeof TransactionSummary>;

export const StoryEvent = Type.Object(
  {
    at: Timestamp('When.'),
    event: Type.String({ description: 'Its name in the journal, such as signatureAsked.' }),
    by: Type.Enum(['till', 'terminal', 'waiter', 'gateway'], {
      description: 'The cause.',
    }),
    text: Type.String({ description: 'A sentence for people.' }),
    entry: Type.Integer({ minimum: 1, description: 'The journal entry it was written in.' }),
    data: Type.Unknown({ description: 'The event as the journal has it; any object.' }),
  },
  { ...closed, title: 'StoryEvent', description: 'One thing that happened.' },
);
export type StoryEvent = Static<typeof StoryEvent>;

const JournalEntry = Type.Object(
  {
    entry: Type.Integer({ minimum: 1, description: 'Counts the writes of this card machine.' }),
    writtenAt: Timestamp('When it was handed to the disk.'),
  },
  { ...closed, title: 'JournalEntry', description: 'One write to the journal: all or nothing.' },
);

export const TransactionStory = Type.Object(
  {
    summary: TransactionSummary,
    events: Type.Array(StoryEvent, { description: 'In the order in which they happened.' }),
    entries: Type.Array(JournalEntry, { description: 'The writes that hold them.' }),
    results: Type.Array(Type.Union([Payment, Report]), {
      description: 'Payments and reports in it with their receipts; none while it is open.',
    }),
    frames: Type.Array(Frame, {
      description:
        'The related messages of tills, waiters and the card machine that are in memory or kept in the journal. ' +
        'Texts of receipts are * once they come from the journal.',
    }),
  },
  { ...closed, title: 'TransactionStory', description: 'All that happened to one transaction.' },
);
export type TransactionStory = Static<typeof TransactionStory>;

const tag = 'transactions';

export const transactionRoutes = {
  listTransactions: route({
    method: 'GET',
    path: '/transactions',
    tag,
    access: 'operator',
    summary: 'Search the journal, newest first.',
    query: Type.Object(
      {
        site: Type.Optional(SiteName),
        tid: Type.Optional(UrlSafeTid),
        tidPrefix: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: MAX_IDENTIFIER,
            pattern: '^[A-Za-z0-9._-]+$',
            description:
              'Only card machines whose TID begins so; case counts. Refused if more than ' +
              `${MAX_SEARCHED_TERMINALS} that have transactions do.`,
          }),
        ),
        since: Type.Optional(Timestamp('Begun then or later.')),
        until: Type.Optional(Timestamp('Begun before then.')),
        result: Type.Optional(Result),
        reports: Type.Optional(
          Type.Boolean({ description: 'Whether to include reports; false if absent.' }),
        ),
        amount: Type.Optional(
          Type.Integer({
            minimum: 0,
            maximum: Number.MAX_SAFE_INTEGER,
            description:
              'What was asked for or taken with cashback and gratuity, or one payment at a table; pence or cents.',
          }),
        ),
        card: Type.Optional(
          Type.String({
            pattern: '^[0-9]{4}$',
            description: 'The last four digits of the card number.',
          }),
        ),
        authCode: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: 32,
            description: 'The authorisation code.',
          }),
        ),
        limit: Type.Optional(Limit(200, 50)),
        before: Type.Optional(Cursor('Only earlier transactions: the value of `next`.')),
      },
      closed,
    ),
    answer: {
      status: 200,
      description: 'One page of results.',
      body: Type.Object(
        {
          ...ListOf('transactions', TransactionSummary).properties,
          damaged: Type.Optional(
            Type.Array(Type.String(), {
              description:
                'Entries of the journal that cannot be read and are left out, as `site/tid/version`; absent if there are none.',
            }),
          ),
          next: Type.Optional(
            Cursor('Send it as `before` to get the next page; absent at the end.'),
          ),
        },
        closed,
      ),
    },
    problems: ['notFound'],
  }),
  readTransaction: route({
    method: 'GET',
    path: '/transactions/{site}/{tid}/{number}',
    tag,
    access: 'operator',
    summary: 'Read all that happened to one transaction, report or table.',
    params: Type.Object(
      {
        ...TerminalParams.properties,
        number: Type.Integer({ minimum: 1, description: 'As in its summary.' }),
      },
      closed,
    ),
    answer: { status: 200, description: 'Its story.', body: TransactionStory },
    problems: ['notFound', 'moving'],
  }),
} as const;
