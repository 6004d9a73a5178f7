// A whole gateway for tests: real WebSockets, a journal in memory, card machines that take no time, no log.

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

/** Options of `startTestGateway`. */
export interface TestGatewayOptions {
  /** Replace the test defaults: a free port, no log, pace `instant`. */
  readonly settings?: Partial<Settings>;
  /** The system clock by default. */
  readonly clock?: Clock;
  /** A new `MemoryStore` by default. */
  readonly store?: Store;
  /** Receives the log; nothing is logged by default. */
  readonly log?: GatewayOptions['log'];
  /** A driver for further card machines. */
  readonly driver?: GatewayOptions['driver'];
  /** The protocol versions served. */
  readonly dialects?: GatewayOptions['dialects'];
}

/** A running gateway; end it with `stop`. */
export interface TestGateway {
  readonly gateway: Gateway;
  readonly store: Store;
  /** The address of a WebSocket at the test site, `pac` by default; parameters set to undefined are omitted. */
  uri(
    integration?: 'pac' | 'pat' | 'waiter' | 'terminal',
    parameters?: Readonly<Record<string, string | undefined>>,
  ): string;
  /** Connects a PAC till with additional `parameters` of the address; rejects with `Refused`. */
  till(
    parameters?: Record<string, string | undefined>,
    options?: TestTillOptions,
  ): Promise<TestTill>;
  /** Ends the gateway at once, without draining. */
  stop(): Promise<void>;
}

/** Starts a gateway with the test site on a free port of the loopback interface. */
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
    const search = new URLSearchParams();
    const query = {
      token: gateway.testSite?.token,
      'api-version': 'v1',
      'software-house-id': 'SH1001',
      'installer-id': 'IN2002',
      ...parameters,
    };
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) search.append(name, value);
    }
    return `${gateway.url}/${integration}?${search}`;
  };
  return {
    gateway,
    store,
    uri,
    till: (parameters, tillOptions) => connectTill(uri('pac', parameters), tillOptions),
    stop: () => gateway.stopNow(),
  };
}
