// Signing in and out, and what the gateway says about itself.

import type { api } from '@tillgate/protocol';
import { sees } from '../actor.ts';
import { moment } from '../moment.ts';
import type { Identity } from '../operator-access.ts';
import type { ApiDeps, Handlers } from './deps.ts';

type Names = 'readSession' | 'openSession' | 'closeSession' | 'readGateway';

export function sessionHandlers({ operators, gateway }: ApiDeps): Pick<Handlers, Names> {
  return {
    readSession: async ({ identity }) => ({ body: shown(identity) }),
    openSession: async ({ body, from }) => {
      const identity = await operators.signIn(body.key, from);
      const { secret, expiresAt } = identity;
      return { body: shown(identity), session: { secret, expiresAt } };
    },
    closeSession: async ({ identity }) => {
      await operators.signOut(identity);
      return { body: undefined, session: 'over' };
    },
    readGateway: async ({ actor }) => {
      const { testSite, ...rest } = gateway;
      return { body: testSite && sees(actor, testSite.name) ? gateway : rest };
    },
  };
}

function shown({ actor, csrf, expiresAt }: Identity): api.Session {
  const { name, sites, via } = actor;
  return {
    operator: { name, sites: sites && [...sites] },
    via: via as api.Session['via'],
    csrf,
    ...(expiresAt === undefined ? {} : { expiresAt: moment(expiresAt) }),
  };
}
