// Moving the clock and clearing up between two tests of a till, as the API has them.

import { moment } from '../moment.ts';
import { advanceClock, resetAfterTest } from '../test-control.ts';
import type { ApiDeps, Handlers } from './deps.ts';

export function testControlHandlers(
  deps: ApiDeps,
): Pick<Handlers, 'advanceClock' | 'resetAfterTest'> {
  const now = () => ({ body: { now: moment(deps.clock.now()) } });
  return {
    advanceClock: async ({ actor, body }) => {
      await advanceClock(deps, actor, body.advance);
      return now();
    },
    resetAfterTest: async ({ actor }) => {
      await resetAfterTest(deps, actor);
      return now();
    },
  };
}
