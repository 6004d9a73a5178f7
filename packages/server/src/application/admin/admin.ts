// What operators ask and change: one handler for each route of the admin API. The HTTP adapter
// calls them with requests that it has checked against the route's declaration.

import type { api } from '@tillgate/protocol';
import type { ApiDeps, Handlers } from './handlers/deps.ts';
import { faultHandlers } from './handlers/faults.ts';
import { operatorHandlers } from './handlers/operators.ts';
import { overviewHandlers } from './handlers/overview.ts';
import { sessionHandlers } from './handlers/sessions.ts';
import { siteHandlers } from './handlers/sites.ts';
import { OpenStreams } from './handlers/streams.ts';
import { terminalHandlers } from './handlers/terminals.ts';
import { testControlHandlers } from './handlers/test-control.ts';
import { trafficHandlers } from './handlers/traffic.ts';
import { transactionHandlers } from './handlers/transactions.ts';
import type { Credentials, Identity } from './operator-access.ts';

export type {
  Ask,
  AskName,
  EventStream,
  JsonHandlers,
  Reply,
  StreamHandlers,
} from './handlers/deps.ts';
export { streamNames } from './handlers/deps.ts';
export type { Credentials, Identity } from './operator-access.ts';
export { AdminRefusal, siteMoving } from './refusal.ts';

export interface AdminApi {
  /** Who asks; refuses with `notSignedIn`, `wrongKey` or `tooManyAttempts`. */
  identify(credentials: Credentials): Promise<Identity>;
  readonly handlers: Handlers;
}

export function adminApi(deps: ApiDeps): AdminApi {
  const streams = new OpenStreams();
  return {
    identify: (credentials) => deps.operators.identify(credentials),
    handlers: {
      ...sessionHandlers(deps),
      ...siteHandlers(deps),
      ...terminalHandlers(deps),
      ...operatorHandlers(deps),
      ...transactionHandlers(deps),
      ...trafficHandlers(deps, streams),
      ...overviewHandlers(deps, streams),
      ...faultHandlers(deps),
      ...testControlHandlers(deps),
    } satisfies Record<Exclude<api.RouteName, 'readOpenApi'>, unknown>,
  };
}
