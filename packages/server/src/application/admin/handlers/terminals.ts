// Card machines, as the API has them.

import { enrolTerminal, revokeTerminal } from '../linked-terminals.ts';
import { moment } from '../moment.ts';
import { changeTerminal, listTerminals } from '../terminals.ts';
import type { ApiDeps, Handlers } from './deps.ts';

type Names = 'listTerminals' | 'addTerminal' | 'changeTerminal' | 'removeTerminal';

export function terminalHandlers(deps: ApiDeps): Pick<Handlers, Names> {
  return {
    listTerminals: async ({ actor, params }) => ({
      body: { terminals: await listTerminals(deps, actor, params.site) },
    }),
    addTerminal: async ({ actor, params, body }) => {
      const request = { ...body, site: params.site };
      const { code, terminal } = await enrolTerminal(deps, actor, request);
      const { tid, pairing } = terminal;
      return { body: { tid, pairingCode: code, expiresAt: moment(pairing.expiresAt) } };
    },
    changeTerminal: async ({ actor, params, body }) => ({
      body: await changeTerminal(deps, actor, { ...body, ...params }),
    }),
    removeTerminal: async ({ actor, params }) => {
      await revokeTerminal(deps, actor, params);
      return { body: undefined };
    },
  };
}
