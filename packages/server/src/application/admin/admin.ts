// The admin API as use cases: for each declared route what it does, who may have it done, and what it
// answers. Knows no HTTP: what a request brings has been checked against its declaration.

import type { api } from '@tillgate/protocol';
import type { ApiDeps, Handlers } from './handlers/deps.ts';
import { operatorHandlers } from './handlers/operators.ts';
import { sessionHandlers } from './handlers/sessions.ts';
import { siteHandlers } from './handlers/sites.ts';
import { terminalHandlers } from './handlers/terminals.ts';
import { trafficHandlers } from './handlers/traffic.ts';
import { transactionHandlers } from './handlers/transactions.ts';
import type { Credentials, Identity } from './operator-access.ts';

export type { EventStream, Reply } from './handlers/deps.ts';
export type { Credentials, Identity } from './operator-access.ts';
export { AdminRefusal } from './refusal.ts';

export interface AdminApi {
  /** Who asks; refuses with `notSignedIn`, `wrongKey` or `tooManyAttempts`. */
  identify(credentials: Credentials): Promise<Identity>;
  readonly handlers: Handlers;
}

export function adminApi(world: ApiDeps): AdminApi {
  return {
    identify: (credentials) => world.operators.identify(credentials),
    handlers: {
      ...sessionHandlers(world),
      ...siteHandlers(world),
      ...terminalHandlers(world),
      ...operatorHandlers(world),
      ...transactionHandlers(world),
      ...trafficHandlers(world),
    } satisfies Record<Exclude<api.RouteName, 'readOpenApi'>, unknown>,
  };
}
