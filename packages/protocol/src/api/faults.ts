// Faults that a test site produces on purpose, so that the developer of a till sees what it does: when something
// happens, something goes wrong. The card machines, the network and the gateway can each be at fault.

import type { Static } from '../schema/type.ts';
import { Type } from '../schema/type.ts';
import {
  closed,
  ListOf,
  PathParam,
  SiteParams,
  schemaFile,
  Timestamp,
  UrlSafeTid,
} from './common-schemas.ts';
import { route } from './route.ts';

/** Longest delay of anything, in seconds: one hour. */
const MAX_SECONDS = 3_600;
/** Most faults of a site at a time. */
export const MAX_FAULTS = 100;

const Seconds = (description: string) =>
  Type.Number({ minimum: 0, maximum: MAX_SECONDS, description: `${description} In seconds.` });

const TillFilter = Type.Object(
  {
    eposId: Type.Optional(
      Type.String({ minLength: 1, maxLength: 128, description: 'Its epos-id.' }),
    ),
    address: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description:
          'Its IPv4 address; of an IPv6 address the first 64 bits, such as 2001:db8:0:1::/64.',
      }),
    ),
    integration: Type.Optional(
      Type.Enum(['pac', 'pat', 'waiter', 'terminal'], { description: 'What it is connected for.' }),
    ),
  },
  { ...closed, description: 'Of connections with all of these; of every connection if absent.' },
);

const OnMessage = Type.Object(
  {
    kind: Type.Literal('message'),
    direction: Type.Enum(['received', 'sent'], { description: 'As the gateway sees it.' }),
    method: Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'Its method; of a response or an error the method of its request.',
    }),
    part: Type.Optional(
      Type.Enum(['request', 'notification', 'response', 'error'], {
        description: 'A request, or the only kind that the method has, if absent.',
      }),
    ),
    value: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'Its notificationValue, transactionResult or type of table notification.',
      }),
    ),
    tid: Type.Optional(UrlSafeTid),
    nth: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_000,
        default: 1,
        description:
          'The how manieth of these messages since the fault was added; the first if absent.',
      }),
    ),
    till: Type.Optional(TillFilter),
  },
  { ...closed, title: 'OnMessage', description: 'A message goes over a connection.' },
);

const OnTerminal = Type.Object(
  {
    kind: Type.Literal('terminal'),
    tid: UrlSafeTid,
    state: Type.Enum(['started', 'ended'], {
      description: 'It is given an order, or the order has ended.',
    }),
    till: Type.Optional(TillFilter),
  },
  { ...closed, title: 'OnTerminal', description: 'A card machine begins or ends an order.' },
);

const OnTime = Type.Object(
  {
    kind: Type.Literal('time'),
    at: Type.Optional(Timestamp('At this moment.')),
    seconds: Type.Optional(Seconds('So long after the fault was added; at once if 0.')),
    till: Type.Optional(TillFilter),
  },
  { ...closed, title: 'OnTime', description: 'A moment on the clock: one of at and seconds.' },
);

/** What happens to a connection. */
const connectionActions = [
  Type.Object(
    {
      kind: Type.Literal('cut'),
      place: Type.Optional(
        Type.Enum(['before', 'after'], {
          default: 'after',
          description: 'Whether the message still goes through. after, if absent.',
        }),
      ),
      code: Type.Optional(
        Type.Integer({
          minimum: 1000,
          maximum: 4999,
          description:
            'Close code of RFC 6455 7.4; without a close frame, as a network drops it, if absent.',
        }),
      ),
    },
    { ...closed, title: 'Cut', description: 'End the connection.' },
  ),
  Type.Object(
    {
      kind: Type.Literal('hold'),
      seconds: Seconds('The message, and all after it in its direction, wait so long.'),
    },
    {
      ...closed,
      title: 'Hold',
      description: 'Hold the message back. What is held when the connection ends is lost.',
    },
  ),
  Type.Object(
    { kind: Type.Literal('drop') },
    {
      ...closed,
      title: 'Drop',
      description: 'Lose the message, where a till must live with that.',
    },
  ),
  Type.Object(
    { kind: Type.Literal('double') },
    { ...closed, title: 'Double', description: 'Send the message twice, where it may come twice.' },
  ),
  Type.Object(
    { kind: Type.Literal('swap') },
    {
      ...closed,
      title: 'Swap',
      description:
        'Send the message after the next one, or after 10 seconds, where the order may not matter.',
    },
  ),
  Type.Object(
    { kind: Type.Literal('unknown-value') },
    {
      ...closed,
      title: 'UnknownValue',
      description: 'Send the notification with a value that no version has.',
    },
  ),
  Type.Object(
    { kind: Type.Literal('ignore-pings'), seconds: Type.Optional(Seconds('For ever if absent.')) },
    { ...closed, title: 'IgnorePings', description: 'Answer no ping of the till.' },
  ),
  Type.Object(
    { kind: Type.Literal('stop-reading'), seconds: Type.Optional(Seconds('For ever if absent.')) },
    { ...closed, title: 'StopReading', description: 'Read nothing from the connection.' },
  ),
  Type.Object(
    { kind: Type.Literal('revoke-token') },
    {
      ...closed,
      title: 'RevokeToken',
      description: 'Revoke the token that opened the connection.',
    },
  ),
] as const;

const TerminalAction = Type.Object(
  {
    kind: Type.Literal('terminal'),
    tid: UrlSafeTid,
    state: Type.Enum(
      [
        'busy',
        'gone',
        'out-of-paper',
        'silent',
        'slow',
        'forgets',
        'answers-late',
        'long-receipt',
        'wide-receipt',
      ],
      {
        description:
          'busy: another till uses it. gone: out of reach. out-of-paper: it asks for paper and goes on when ' +
          'there is some. silent: it tells nothing more of its order. slow: each of its reports is late. ' +
          'forgets: it loses its order. answers-late: it tells the outcome when nobody waits for it any more. ' +
          'long-receipt: its receipts have 300 lines more. wide-receipt: they have wide signs, other scripts and every format.',
      },
    ),
    seconds: Type.Optional(
      Seconds(
        'How long, or of slow how late each report is. Until the fault is removed if absent.',
      ),
    ),
  },
  { ...closed, title: 'TerminalFault', description: 'A card machine is at fault.' },
);

const ResultAction = Type.Object(
  {
    kind: Type.Literal('result'),
    tid: UrlSafeTid,
    letters: Type.String({
      pattern: '^[SDUTCV][SCIK][SDPN]$',
      description: 'Of a TID: the result, reading and verification of the next transaction.',
    }),
  },
  { ...closed, title: 'NextResult', description: 'How the next transaction ends.' },
);

const GatewayAction = Type.Object(
  {
    kind: Type.Literal('gateway'),
    how: Type.Enum(['restart', 'stop'], {
      description:
        'restart: at once; what is open stays open in the journal, as after a crash, and all faults are lost. ' +
        'stop: it drains, and does not come back.',
    }),
  },
  { ...closed, title: 'GatewayFault', description: 'The gateway goes away.' },
);

const properties = {
  when: Type.Union([OnMessage, OnTerminal, OnTime], { description: 'What it waits for.' }),
  action: Type.Union([...connectionActions, TerminalAction, ResultAction, GatewayAction], {
    description: 'What then goes wrong.',
  }),
  standing: Type.Optional(
    Type.Boolean({
      default: false,
      description:
        'Each time, with nth that time and each one after it; not once. Not at a moment.',
    }),
  ),
};

/** Messages of the gateway that may be lost or come in another order: a till depends on neither [C-6.1]. */
export const losableMethods: readonly string[] = ['terminalNotification'];
/** Messages of the gateway that may come twice [C-6.1, C-9.23]. */
export const repeatableMethods: readonly string[] = [
  ...losableMethods,
  ...['transactionResponse', 'tableUnlock'],
];
/** Values of them that come once and in their place [C-6.1]. */
export const orderedValues: readonly string[] = ['TRANSACTION_STARTED', 'TRANSACTION_FINISHED'];

export const NewFault = Type.Object(properties, {
  ...closed,
  title: 'NewFault',
  description: 'When something happens, something goes wrong.',
});
/** File name of its raw JSON Schema. */
export const FAULT_SCHEMA_FILE = 'fault.json';
/** The schema as text, as it is stored and served. */
export function faultSchema(): string {
  return schemaFile('fault', NewFault);
}
export type NewFault = Static<typeof NewFault>;
/** When a fault happens. */
export type FaultTrigger = NewFault['when'];
/** What then goes wrong. */
export type FaultAction = NewFault['action'];

export const Fault = Type.Object(
  {
    id: Type.String({ description: 'Such as f3.' }),
    ...properties,
    fired: Type.Integer({ minimum: 0, description: 'How often it happened.' }),
    firedAt: Type.Optional(Timestamp('When it last happened.')),
  },
  { ...closed, title: 'Fault', description: 'A fault of a test site.' },
);
export type Fault = Static<typeof Fault>;

const tag = 'faults';

export const faultRoutes = {
  listFaults: route({
    method: 'GET',
    path: '/sites/{site}/faults',
    tag,
    access: 'operator',
    summary: 'List the faults of a test site.',
    params: SiteParams,
    answer: {
      status: 200,
      description: 'In the order they were added. One that happened once and is over stays listed.',
      body: ListOf('faults', Fault),
    },
    problems: ['notFound', 'moving'],
  }),
  addFault: route({
    method: 'POST',
    path: '/sites/{site}/faults',
    tag,
    access: 'operator',
    summary: 'Add a fault to a test site. Lost when the gateway restarts.',
    params: SiteParams,
    body: NewFault,
    answer: { status: 201, description: 'The fault, waiting.', body: Fault },
    problems: ['notFound', 'notPossible', 'notAllowed', 'moving'],
  }),
  removeFault: route({
    method: 'DELETE',
    path: '/sites/{site}/faults/{id}',
    tag,
    access: 'operator',
    summary: 'Remove a fault; what it changed of a card machine or connection ends.',
    params: Type.Object(
      { site: PathParam('Name of the site.'), id: PathParam('Id of the fault.') },
      closed,
    ),
    answer: { status: 204, description: 'Removed.' },
    problems: ['notFound', 'moving'],
  }),
} as const;
