// Operators and the trail of changes, as the API has them.

import type { api } from '@tillgate/protocol';
import { mustSee } from '../actor.ts';
import { listAudit } from '../audit.ts';
import { moment } from '../moment.ts';
import type { UsedOperator } from '../operators.ts';
import { addOperator, listOperators, removeOperator } from '../operators.ts';
import type { ApiDeps, Handlers } from './deps.ts';

type Names = 'listOperators' | 'addOperator' | 'removeOperator' | 'listAudit';

/** Entries of one answer by default. */
const USUAL_LIMIT = 50;

export function operatorHandlers(deps: ApiDeps): Pick<Handlers, Names> {
  return {
    listOperators: async ({ actor }) => {
      const operators = await listOperators(deps, actor);
      return { body: { operators: operators.map(shown) } };
    },
    addOperator: async ({ actor, body }) => {
      const { key, operator } = await addOperator(deps, actor, body);
      return { body: { ...shown(operator), key } };
    },
    removeOperator: async ({ actor, params }) => {
      await removeOperator(deps, actor, params.name);
      return { body: undefined };
    },
    listAudit: async ({ actor, query }) => {
      if (query.site !== undefined) mustSee(actor, query.site);
      const { entries, ...rest } = await listAudit(deps, actor, { limit: USUAL_LIMIT, ...query });
      return { body: { entries: [...entries], ...rest } };
    },
  };
}

function shown({ name, sites, createdAt, lastUsedAt }: UsedOperator): api.Operator {
  return {
    name,
    sites: sites && [...sites],
    createdAt: moment(createdAt),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt: moment(lastUsedAt) }),
  };
}
