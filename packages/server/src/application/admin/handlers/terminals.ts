// Card machines, as the API has them.

import { enrolTerminal, revokeTerminal } from '../linked-terminals.ts';
import { changeTerminal, listTerminals } from '../terminals.ts';
import type { ApiDeps, Handlers } from './deps.ts';
import { moment } from './deps.ts';

type Names = 'listTerminals' | 'addTerminal' | 'changeTerminal' | 'removeTerminal';

export function terminalHandlers(world: ApiDeps): Pick<Handlers, Names> {
  const { turns } = world;
  return {
    listTerminals: async ({ actor, params }) => ({
      body: { terminals: await listTerminals(world, actor, params.site) },
    }),
    addTerminal: async ({ actor, params, body }) => {
      const wish = { ...body, site: params.site };
      const { code, terminal } = await turns.runExclusive(() => enrolTerminal(world, actor, wish));
      const { tid, pairing } = terminal;
      return { body: { tid, pairingCode: code, expiresAt: moment(pairing.expiresAt) } };
    },
    changeTerminal: async ({ actor, params, body }) => ({
      body: await turns.runExclusive(() => changeTerminal(world, actor, { ...body, ...params })),
    }),
    removeTerminal: async ({ actor, params }) => {
      await turns.runExclusive(() => revokeTerminal(world, actor, params));
      return { body: undefined };
    },
  };
}
