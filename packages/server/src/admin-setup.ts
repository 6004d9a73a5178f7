// The admin API put together: who may ask, what can be asked, and its listener.

import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { apiListener } from './adapters/http/api/api.ts';
import { adminApi } from './application/admin/admin.ts';
import { Mutex } from './application/admin/mutex.ts';
import { OperatorAccess } from './application/admin/operator-access.ts';
import type { TerminalAdminDeps } from './application/admin/terminals.ts';
import type { TestSite } from './application/admin/test-site.ts';
import { Traffic } from './application/connection/traffic.ts';
import { EXAMPLE_TOKEN } from './application/handshake/handshake.ts';
import { isPrivate } from './exposure.ts';
import type { Clock } from './ports/clock.ts';
import type { Observer } from './ports/observer.ts';
import type { Store } from './ports/store.ts';
import type { Settings } from './settings.ts';

const MINUTE_MS = 60_000;
const MIB = 1024 * 1024;

interface Grounds {
  readonly store: Store;
  readonly clock: Clock;
}

export function openOperators(
  { operatorSession, failedAttempts }: Settings,
  { store, clock }: Grounds,
): Promise<OperatorAccess> {
  return OperatorAccess.open({
    ...{ store, clock, sessionMs: operatorSession * 1000 },
    failedAttempts: { most: failedAttempts, withinMs: MINUTE_MS },
  });
}

export function trafficOf({ trafficMemory }: Settings, clock: Clock): Traffic {
  return new Traffic(clock, trafficMemory * MIB);
}

interface AdminParts extends Omit<TerminalAdminDeps, 'clock'>, Grounds {
  readonly operators: OperatorAccess;
  readonly traffic: Traffic;
  readonly testSite: TestSite | undefined;
  readonly observer: Pick<Observer, 'fault'>;
}

export function adminListener(
  settings: Settings,
  { testSite, observer, ...parts }: AdminParts,
): RequestListener {
  const { behindProxy, openOnLoopback, defaultSite, pace } = settings;
  // Any other token was told once, and not to whoever opens the console.
  const isPublic = testSite?.token === EXAMPLE_TOKEN;
  return apiListener({
    admin: adminApi({
      ...parts,
      mutex: new Mutex(),
      gateway: { version: version(), defaultSite, pace, ...(isPublic && { testSite }) },
    }),
    clock: parts.clock,
    behindProxy,
    openOnLoopback: openOnLoopback && isPrivate(settings),
    onFault: (where, cause) => observer.fault(where, cause),
  });
}

function version(): string {
  const file = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}
