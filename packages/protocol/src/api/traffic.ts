// The messages on all connections, for watching: frames as they were sent, with secrets masked.

import type { Static } from '../schema/type.ts';
import { Type } from '../schema/type.ts';
import {
  closed,
  Limit,
  ListOf,
  SiteName,
  SiteParams,
  Timestamp,
  UrlSafeTid,
} from './common-schemas.ts';
import { route } from './route.ts';

const endpoint = {
  connection: Type.String({
    description: 'Identifies the connection, such as c12, while it is open.',
  }),
  integration: Type.String({ description: 'pac, pat, waiter, or terminal for a card machine.' }),
  version: Type.String({ description: 'Version of the wire spoken on it.' }),
  eposId: Type.Optional(Type.String({ description: 'Of the till, if it has one.' })),
  tid: Type.Optional(UrlSafeTid),
};
const line = { at: Timestamp('When.'), site: SiteName, ...endpoint };

export const Connection = Type.Object(
  {
    ...endpoint,
    openedAt: Timestamp('When it opened.'),
    returnsPingPayload: Type.Boolean({
      description:
        'false: the WebSocket library of the other end is known to answer pings without their payload, so that ' +
        'other evidence proves the delivery of messages (C-3.49).',
    }),
  },
  { ...closed, title: 'Connection', description: 'One open connection of a site.' },
);
export type Connection = Static<typeof Connection>;

export const Frame = Type.Object(
  {
    event: Type.Literal('frame'),
    number: Type.Integer({ minimum: 1, description: 'Counts all frames of this gateway.' }),
    ...line,
    direction: Type.Enum(['received', 'sent'], { description: 'As the gateway sees it.' }),
    text: Type.String({
      description: 'The message. Tokens and card numbers in it are masked.',
    }),
  },
  { ...closed, title: 'Frame', description: 'One message on a connection.' },
);
export type Frame = Static<typeof Frame>;

const Opened = Type.Object({ event: Type.Literal('opened'), ...line }, closed);
const Closed = Type.Object(
  { event: Type.Literal('closed'), ...line, code: Type.Integer({ description: 'RFC 6455 7.4.' }) },
  closed,
);
const Noted = Type.Object(
  {
    event: Type.Literal('noted'),
    ...line,
    text: Type.String({ description: 'A note for the developer of the other end.' }),
  },
  closed,
);
const Missed = Type.Object(
  {
    event: Type.Literal('missed'),
    count: Type.Integer({
      minimum: 1,
      description: 'Number of skipped events: the client was too slow.',
    }),
  },
  closed,
);

export const TrafficEvent = Type.Union([Frame, Opened, Closed, Noted, Missed], {
  title: 'TrafficEvent',
  description: 'An event on a connection.',
});
export type TrafficEvent = Static<typeof TrafficEvent>;

const tag = 'traffic';

export const trafficRoutes = {
  listConnections: route({
    method: 'GET',
    path: '/sites/{site}/connections',
    tag,
    access: 'operator',
    summary: 'List the open connections of a site.',
    params: SiteParams,
    answer: {
      status: 200,
      description: 'Of tills, waiters and card machines, the oldest first.',
      body: ListOf('connections', Connection),
    },
    problems: ['notFound', 'moving'],
  }),
  followTraffic: route({
    method: 'GET',
    path: '/traffic',
    tag,
    access: 'operator',
    summary: 'Follow the messages of all connections, as server-sent events.',
    query: Type.Object(
      {
        site: Type.Optional(SiteName),
        tid: Type.Optional(UrlSafeTid),
        backlog: Type.Optional(Limit(5000, 200)),
      },
      closed,
    ),
    answer: {
      status: 200,
      description:
        'First the last `backlog` frames in memory, then each new frame. The id of an event is ' +
        'its frame number: a client that reconnects with Last-Event-ID gets the frames it missed, ' +
        'as far as they are still in memory. A comment every 15 seconds keeps the connection alive.',
      events: TrafficEvent,
    },
    problems: ['notFound', 'tooManyListeners', 'moving'],
  }),
} as const;
