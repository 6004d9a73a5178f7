// A whole gateway for tests: real sockets, a journal in memory, machines without waiting, no log.

import { MemoryStore } from '../adapters/store/memory-store.ts';
import type { Gateway } from '../gateway.ts';
import { startGateway } from '../gateway.ts';
import type { GatewayOptions } from '../gateway-context.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { Settings } from '../settings.ts';
import { defaultSettings } from '../settings.ts';
import type { TestTill, TestTillOptions } from './test-till.ts';
import { connectTill } from './test-till.ts';

export interface TestGatewayOptions {
  readonly settings?: Partial<Settings>;
  readonly clock?: Clock;
  readonly store?: Store;
  readonly log?: GatewayOptions['log'];
  readonly driver?: GatewayOptions['driver'];
  readonly dialects?: GatewayOptions['dialects'];
}

export interface TestGateway {
  readonly gateway: Gateway;
  readonly store: Store;
  /** The address of a socket at the test site; parameters set to undefined are left out. */
  uri(
    integration?: 'pac' | 'pat' | 'waiter' | 'terminal',
    parameters?: Readonly<Record<string, string | undefined>>,
  ): string;
  /** Connects a counter till with these parameters more. */
  till(
    parameters?: Record<string, string | undefined>,
    options?: TestTillOptions,
  ): Promise<TestTill>;
  stop(): Promise<void>;
}

/** Starts a gateway on a free port of loopback with the test site. */
export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const store = options.store ?? new MemoryStore();
  const settings: Settings = {
    ...defaultSettings(),
    port: 0,
    logLevel: 'silent',
    pace: 'instant',
    ...options.settings,
  };
  const { clock, log, driver, dialects } = options;
  const gateway = await startGateway(settings, {
    store,
    ...(clock && { clock }),
    ...(log && { log }),
    ...(driver && { driver }),
    ...(dialects && { dialects }),
  });
  const uri: TestGateway['uri'] = (integration = 'pac', parameters = {}) => {
    const query = new URLSearchParams();
    const all = {
      token: gateway.testSite?.token,
      'api-version': 'v1',
      'software-house-id': 'SH1001',
      'installer-id': 'IN2002',
      ...parameters,
    };
    for (const [name, value] of Object.entries(all)) {
      if (value !== undefined) query.append(name, value);
    }
    return `${gateway.url}/${integration}?${query}`;
  };
  return {
    gateway,
    store,
    uri,
    till: (parameters, socket) => connectTill(uri('pac', parameters), socket),
    stop: () => gateway.stopNow(),
  };
}
