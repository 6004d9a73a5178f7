// Puts the admin API together and returns its listener for the HTTP server.

import type { RequestListener } from 'node:http';
import { apiListener } from './adapters/http/api/api.ts';
import { adminApi } from './application/admin/admin.ts';
import type { GatewayState } from './application/admin/overview.ts';
import type { AdminSite, UseSite } from './application/admin/site-access.ts';
import type { Traffic } from './application/connection/traffic.ts';
import { EXAMPLE_TOKEN } from './application/handshake/handshake.ts';
import { isPrivate } from './exposure.ts';
import type { GatewayContext } from './gateway-context.ts';
import { packageVersion } from './package-version.ts';

interface AdminComponents {
  readonly useSite: UseSite;
  readonly openedSite: (name: string) => AdminSite | undefined;
  readonly readiness: GatewayState['readiness'];
  readonly traffic: Traffic;
}

export function adminListener(
  context: GatewayContext,
  { useSite, openedSite, readiness, traffic }: AdminComponents,
): RequestListener {
  const { settings, store, clock, observer, operators, counts, testSite } = context;
  const { behindProxy, openOnLoopback, defaultSite, pace, pingInterval } = settings;
  // Any other token was shown once, and not to whoever opens the console.
  const isPublic = testSite?.token === EXAMPLE_TOKEN;
  return apiListener({
    admin: adminApi({
      store,
      clock,
      operators,
      onDamaged: context.damage.note,
      traffic,
      ...{ useSite, openedSite, counts, clockMover: context.clockMover },
      state: stateOf(context, readiness),
      gateway: {
        ...{ version: packageVersion(), defaultSite, pace, pingInterval },
        ...(context.command && { command: context.command }),
        ...(isPublic && { testSite }),
      },
    }),
    clock,
    behindProxy,
    openOnLoopback: openOnLoopback && isPrivate(settings),
    onForeignOrigin: ({ network }) => observer.refused('origin', network),
    onFault: (where, cause) => observer.fault(where, cause),
  });
}

function stateOf(
  { settings, clock, cluster }: GatewayContext,
  readiness: GatewayState['readiness'],
): GatewayState {
  const { store, data } = settings;
  const unshared = data === 'memory' ? 'memory' : 'file';
  return {
    version: packageVersion(),
    startedAt: clock.now(),
    journal: store === undefined ? unshared : 'database',
    readiness,
    ...(cluster && { cluster }),
  };
}
