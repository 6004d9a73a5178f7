// Faults of test sites, as the API has them.

import { addFault, listFaults, removeFault } from '../faults.ts';
import type { ApiDeps, Handlers } from './deps.ts';

type Names = 'listFaults' | 'addFault' | 'removeFault';

export function faultHandlers(deps: ApiDeps): Pick<Handlers, Names> {
  return {
    listFaults: async ({ actor, params }) => ({
      body: { faults: await listFaults(deps, { actor, name: params.site }) },
    }),
    addFault: async ({ actor, params, body }) => ({
      body: await addFault(deps, { actor, name: params.site }, body),
    }),
    removeFault: async ({ actor, params }) => {
      await removeFault(deps, { actor, name: params.site }, params.id);
      return { body: undefined };
    },
  };
}
