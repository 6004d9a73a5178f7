// Control of a gateway by a program that tests a till: its clock, and clearing up between two tests. Faults and
// transactions have routes of their own.

import type { Static } from '../schema/type.ts';
import { Type } from '../schema/type.ts';
import { closed, Timestamp } from './common-schemas.ts';
import { route } from './route.ts';

/** The clock is moved by so many seconds at a time: 7 days. */
const MAX_ADVANCE_SECONDS = 604_800;

export const TestTime = Type.Object(
  { now: Timestamp('The time of the gateway from now on.') },
  { ...closed, title: 'TestTime', description: 'What the clock of the gateway says.' },
);
export type TestTime = Static<typeof TestTime>;

const tag = 'test';
const answer = { status: 200, description: 'The time.', body: TestTime } as const;

export const testControlRoutes = {
  advanceClock: route({
    method: 'POST',
    path: '/test/clock',
    tag,
    access: 'operator of all sites',
    summary:
      'Move the clock on, in a gateway with --test-control: what is due happens at once, in order. Limits of sockets, such ' +
      'as pings, go on by real time.',
    body: Type.Object(
      {
        advance: Type.Number({
          minimum: 0,
          maximum: MAX_ADVANCE_SECONDS,
          description: 'By so many seconds, to the millisecond; 0 only asks for the time.',
        }),
      },
      closed,
    ),
    answer,
    problems: ['notPossible'],
  }),
  resetAfterTest: route({
    method: 'POST',
    path: '/test/reset',
    tag,
    access: 'operator of all sites',
    summary:
      'Clear up between two tests, in a gateway with --test-control: faults are removed, virtual card machines behave as ' +
      'usual, the clock is moved on until no card machine has anything in progress, and what no till has got yet is ' +
      'dropped.',
    answer,
    problems: ['notPossible'],
  }),
} as const;
