// Signing in with an operator key, and facts about the gateway.

import type { Static } from '../schema/type.ts';
import { Type } from '../schema/type.ts';
import { closed, OperatorName, SiteName, Timestamp } from './common-schemas.ts';
import { route } from './route.ts';

export const Session = Type.Object(
  {
    operator: Type.Object(
      {
        name: OperatorName,
        sites: Type.Union([Type.Null(), Type.Array(SiteName)], {
          description: "The operator's sites; null for all, also future ones.",
        }),
      },
      { ...closed, description: 'Who asks; "local" where no key is needed.' },
    ),
    via: Type.Enum(['loopback', 'session', 'key'], {
      description:
        'loopback: only this machine can reach the gateway, so no key is needed. ' +
        'session: a cookie. key: a key in Authorization.',
    }),
    csrf: Type.String({ description: 'To be sent as X-CSRF-Token with every change.' }),
    expiresAt: Type.Optional(Timestamp('When to sign in again.')),
  },
  { ...closed, title: 'Session', description: 'The operator of the request.' },
);
export type Session = Static<typeof Session>;

export const Gateway = Type.Object(
  {
    version: Type.String({ description: 'Of the gateway, such as 0.1.0.' }),
    defaultSite: Type.String({ description: 'Site of localhost and IP addresses.' }),
    pace: Type.String({
      description: 'Of its virtual card machines: realistic, instant, or a factor such as 10.',
    }),
    pingInterval: Type.Number({ description: 'How often it pings a till, in seconds [C-3.47].' }),
    command: Type.Optional(
      Type.String({
        description:
          'How its command line is called where it was installed, such as `tillgate` or `npx tillgate`; absent if a program started it.',
      }),
    ),
    testSite: Type.Optional(
      Type.Object(
        { name: SiteName, token: Type.String({ description: 'The public token.' }) },
        {
          ...closed,
          description: 'The test site; present only where its token is public.',
        },
      ),
    ),
  },
  { ...closed, title: 'Gateway', description: 'What a console needs from the gateway.' },
);
export type Gateway = Static<typeof Gateway>;

const tag = 'session';

export const sessionRoutes = {
  readSession: route({
    method: 'GET',
    path: '/session',
    tag,
    access: 'operator',
    summary: 'Who am I?',
    answer: { status: 200, description: 'Who asks, and the token for changes.', body: Session },
  }),
  openSession: route({
    method: 'POST',
    path: '/session',
    tag,
    access: 'anybody',
    summary: 'Sign in: exchange an operator key for a session cookie.',
    body: Type.Object(
      { key: Type.String({ minLength: 1, maxLength: 128, description: 'The operator key.' }) },
      closed,
    ),
    answer: { status: 201, description: 'Signed in; the cookie is set.', body: Session },
    problems: ['wrongKey', 'tooManyAttempts', 'notSecure'],
  }),
  closeSession: route({
    method: 'DELETE',
    path: '/session',
    tag,
    access: 'operator',
    summary: 'Sign out.',
    answer: { status: 204, description: 'The session has ended and its cookie is removed.' },
  }),
  readGateway: route({
    method: 'GET',
    path: '/gateway',
    tag,
    access: 'operator',
    summary: 'What this gateway is.',
    answer: { status: 200, description: 'Its version and where tills connect.', body: Gateway },
  }),
} as const;
