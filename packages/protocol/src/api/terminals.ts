// The card machines of a site: virtual and linked ones.

import { Currency } from '../schema/money.ts';
import { TerminalStatus } from '../schema/terminal.ts';
import type { Static } from '../schema/type.ts';
import { Type } from '../schema/type.ts';
import {
  closed,
  ListOf,
  SingleLineText,
  SiteParams,
  TerminalParams,
  Timestamp,
  UrlSafeTid,
} from './common-schemas.ts';
import { route } from './route.ts';

const Pace = Type.Union(
  [Type.Enum(['realistic', 'instant']), Type.Number({ minimum: 0.01, maximum: 1000 })],
  { description: 'As fast as people, at once, or so many times as fast as people.' },
);

/** The last letters of a virtual card machine's name [C-10.3]. */
const Outcome = Type.String({
  pattern: '^[SDUTCV][SCIK][SDPN]$',
  description:
    'Result, reading and verification by the letters of a TID: DIP is ' + 'declined, chip, PIN.',
});

/** What real card machines do beside the letters of a TID, and what each means [C-10.24]. */
export const virtualScenarios = {
  'card-left-in': 'The chip card stays in after the outcome; the till gets TIMED_OUT.',
  'early-remove-card': 'REMOVE_CARD comes before the outcome.',
  'newer-machine': 'Only the eleven values of newer machines are shown.',
  'merchant-copy-only': 'Only the copy for the merchant is printed.',
  'no-card': 'Nobody presents a card for a minute; the machine cancels.',
  standalone: 'The machine is in standalone mode and cannot be reached.',
  'gratuity-first': 'The customer is asked for a gratuity before the card, without a notification.',
  'no-cashback': 'The card does not allow cashback.',
} as const;
/** What a virtual card machine plays, by name. */
export type VirtualScenario = keyof typeof virtualScenarios;

const Scenario = Type.Enum(Object.keys(virtualScenarios) as VirtualScenario[], {
  description: Object.entries(virtualScenarios)
    .map(([name, meaning]) => `${name}: ${meaning}`)
    .join(' '),
});

export const Terminal = Type.Object(
  {
    tid: UrlSafeTid,
    kind: Type.Enum(['virtual', 'link'], {
      description:
        'virtual: simulated by the gateway. link: a machine that connects to the gateway.',
    }),
    connected: Type.Boolean({ description: 'Whether tills can use it now.' }),
    status: Type.Optional(TerminalStatus),
    currency: Type.Optional(Currency),
    lastHeardAt: Type.Optional(Timestamp('When a linked one last said anything.')),
    label: Type.Optional(Type.String({ description: 'Label of a linked machine.' })),
    paired: Type.Optional(Type.Boolean({ description: 'Whether a linked one has its key.' })),
    pairedAt: Type.Optional(Timestamp('When a linked one got its key.')),
    pairingUntil: Type.Optional(
      Timestamp('Until when a linked one may use its pairing code; absent if the code is void.'),
    ),
    pace: Type.Optional(Pace),
    nextOutcome: Type.Optional(Outcome),
    scenario: Type.Optional(Scenario),
  },
  {
    ...closed,
    title: 'ManagedTerminal',
    description:
      'A card machine of a site. status and currency are present while it is connected; pace, ' +
      'nextOutcome and scenario only for a virtual one.',
  },
);
export type Terminal = Static<typeof Terminal>;

export const TerminalChange = Type.Object(
  {
    pace: Type.Optional(
      Type.Union([Pace, Type.Null()], { description: 'From its next step on; null: as all.' }),
    ),
    nextOutcome: Type.Optional(
      Type.Union([Outcome, Type.Null()], {
        description: 'For the next transaction only; null: by the letters of its TID.',
      }),
    ),
    scenario: Type.Optional(
      Type.Union([Scenario, Type.Null()], {
        description: 'From its next transaction on; null: none.',
      }),
    ),
  },
  { ...closed, description: 'Absent keys stay as they are. Lost when the gateway restarts.' },
);
export type TerminalChange = Static<typeof TerminalChange>;

export const NewTerminal = Type.Object(
  { tid: UrlSafeTid, label: Type.Optional(SingleLineText('A label, such as "bar".')) },
  closed,
);
/** A card machine to add. */
export type NewTerminal = Static<typeof NewTerminal>;

export const Pairing = Type.Object(
  {
    tid: UrlSafeTid,
    pairingCode: Type.String({ description: 'To be entered on the machine, once.' }),
    expiresAt: Timestamp('The code is no good from then on.'),
  },
  { ...closed, title: 'Pairing' },
);
/** The code by which a card machine gets its key. */
export type Pairing = Static<typeof Pairing>;

const tag = 'terminals';

export const terminalRoutes = {
  listTerminals: route({
    method: 'GET',
    path: '/sites/{site}/terminals',
    tag,
    access: 'operator',
    summary: 'List the card machines of a site.',
    params: SiteParams,
    answer: {
      status: 200,
      description:
        'By tid. Of a test site: the documented virtual ones, and those used or named lately.',
      body: ListOf('terminals', Terminal),
    },
    problems: ['notFound', 'moving'],
  }),
  addTerminal: route({
    method: 'POST',
    path: '/sites/{site}/terminals',
    tag,
    access: 'operator',
    summary: 'Enrol a machine that connects over the wire, or give it a new pairing code.',
    params: SiteParams,
    body: NewTerminal,
    answer: { status: 201, description: 'The code for the machine.', body: Pairing },
    problems: ['notFound', 'notPossible', 'moving'],
  }),
  changeTerminal: route({
    method: 'PATCH',
    path: '/sites/{site}/terminals/{tid}',
    tag,
    access: 'operator',
    summary: 'Change how a virtual card machine behaves.',
    params: TerminalParams,
    body: TerminalChange,
    answer: { status: 200, description: 'The machine as it is now.', body: Terminal },
    problems: ['notFound', 'notPossible', 'moving'],
  }),
  removeTerminal: route({
    method: 'DELETE',
    path: '/sites/{site}/terminals/{tid}',
    tag,
    access: 'operator',
    summary: 'Revoke the key of a linked machine.',
    params: TerminalParams,
    answer: { status: 204, description: 'Revoked; its connection is closed within a second.' },
    problems: ['notFound', 'notPossible', 'moving'],
  }),
} as const;
