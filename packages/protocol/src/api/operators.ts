// Operators, and the audit trail of what they changed.

import type { Static } from '../schema/type.ts';
import { Type } from '../schema/type.ts';
import {
  Cursor,
  closed,
  Limit,
  ListOf,
  OperatorName,
  PathParam,
  SiteName,
  Timestamp,
} from './common-schemas.ts';
import { route } from './route.ts';

const Sites = Type.Union([Type.Null(), Type.Array(SiteName, { minItems: 1, maxItems: 1000 })], {
  description: "The operator's sites; null for all, also future ones.",
});

export const Operator = Type.Object(
  {
    name: OperatorName,
    sites: Sites,
    createdAt: Timestamp('When it was added.'),
    lastUsedAt: Type.Optional(Timestamp('When the key was last used, to the minute.')),
  },
  { ...closed, title: 'Operator', description: 'A person who may use the console and this API.' },
);
export type Operator = Static<typeof Operator>;

export const NewOperator = Type.Object(
  { name: OperatorName, sites: Type.Optional(Sites) },
  { ...closed, description: 'An operator of all sites if absent.' },
);
export type NewOperator = Static<typeof NewOperator>;

export const AddedOperator = Type.Object(
  {
    ...Operator.properties,
    key: Type.String({
      description: 'The key itself, returned only once: only its SHA-256 is stored.',
    }),
  },
  { ...closed, title: 'AddedOperator' },
);
/** A new operator, with the key that is shown once. */
export type AddedOperator = Static<typeof AddedOperator>;

/** Everything that can be changed, and who signs in. */
export const auditActions = [
  'session.open',
  'session.close',
  'site.add',
  'site.change',
  'site.remove',
  'token.add',
  'token.revoke',
  'terminal.add',
  'terminal.pair',
  'terminal.voidCode',
  'terminal.change',
  'terminal.revoke',
  'fault.add',
  'fault.remove',
  'operator.add',
  'operator.remove',
] as const;
/** What an entry of the audit trail is about. */
export type AuditAction = (typeof auditActions)[number];

export const Change = Type.Object(
  {
    field: Type.String({ description: 'What was changed, such as title.' }),
    before: Type.Optional(Type.Unknown({ description: 'Absent if there was no value.' })),
    after: Type.Optional(Type.Unknown({ description: 'Absent if there is no value now.' })),
  },
  { ...closed, title: 'Change' },
);
/** One value before and after. */
export type Change = Static<typeof Change>;

export const AuditEntry = Type.Object(
  {
    id: Cursor('Later entries have smaller ones.'),
    at: Timestamp('When.'),
    by: Type.String({
      description:
        'Name of the operator, "local", "command-line" or "gateway", or the tid of a card machine that paired.',
    }),
    via: Type.Enum(
      ['loopback', 'session', 'key', 'command-line', 'start', 'pairing-code', 'wrong-codes'],
      {
        description:
          'How the operator was known; of the gateway itself "start", and "wrong-codes" when they made a pairing code void.',
      },
    ),
    from: Type.Optional(Type.String({ description: 'Network address it came from.' })),
    action: Type.Enum([...auditActions], { description: 'What was done.' }),
    site: Type.Optional(SiteName),
    subject: Type.Optional(
      Type.String({ description: 'Which one: id of a token or fault, tid, name of an operator.' }),
    ),
    changes: Type.Optional(Type.Array(Change, { description: 'The changed values.' })),
  },
  { ...closed, title: 'AuditEntry', description: 'One change, without any secret.' },
);
export type AuditEntry = Static<typeof AuditEntry>;

const tag = 'operators';
const all = 'operator of all sites';

export const operatorRoutes = {
  listOperators: route({
    method: 'GET',
    path: '/operators',
    tag,
    access: all,
    summary: 'List the operators.',
    answer: { status: 200, description: 'By name.', body: ListOf('operators', Operator) },
  }),
  addOperator: route({
    method: 'POST',
    path: '/operators',
    tag,
    access: all,
    summary: 'Add an operator; only this response contains the key.',
    body: NewOperator,
    answer: { status: 201, description: 'The new operator and the key.', body: AddedOperator },
    problems: ['alreadyThere'],
  }),
  removeOperator: route({
    method: 'DELETE',
    path: '/operators/{name}',
    tag,
    access: all,
    summary: 'Remove an operator; the key and its sessions are no longer valid.',
    params: Type.Object({ name: PathParam('Name of the operator.') }, closed),
    answer: { status: 204, description: 'Removed.' },
    problems: ['notFound'],
  }),
  listAudit: route({
    method: 'GET',
    path: '/audit',
    tag,
    access: 'operator',
    summary: 'Read the audit trail, newest first.',
    query: Type.Object(
      {
        site: Type.Optional(SiteName),
        limit: Type.Optional(Limit(500, 50)),
        before: Type.Optional(Cursor('Only older entries: the value of `next`.')),
      },
      closed,
    ),
    answer: {
      status: 200,
      description: 'Who changed what. An operator of some sites reads what concerns those.',
      body: Type.Object(
        {
          ...ListOf('entries', AuditEntry).properties,
          next: Type.Optional(
            Cursor('Send it as `before` to get the next page; absent at the end.'),
          ),
        },
        closed,
      ),
    },
    problems: ['notFound'],
  }),
} as const;
