// A whole gateway for tests: real WebSockets, a journal in memory, card machines that take no time, no log; with faults,
// a clock that can be moved, and its journal to look into.

import type { api } from '@tillgate/protocol';
import { MovableClock } from '../adapters/clock/movable-clock.ts';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { MemoryStore } from '../adapters/store/memory-store.ts';
import type { Gateway } from '../gateway.ts';
import { startGateway } from '../gateway.ts';
import type { GatewayOptions } from '../gateway-context.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { Settings } from '../settings.ts';
import { defaultSettings } from '../settings.ts';
import { adminRequest } from './admin-request.ts';
import type { TestTill, TestTillOptions } from './test-till.ts';
import { connectTill } from './test-till.ts';

/** A fault of the test site. */
export type Fault = api.Fault;
/** A fault to add. */
export type NewFault = api.NewFault;
/** A transaction in a list. */
export type TransactionSummary = api.TransactionSummary;
/** All that happened to one transaction. */
export type TransactionStory = api.TransactionStory;
/** What `journal.list` can search by, such as `tid`, `result` and `amount`. */
export type TransactionFilter = api.QueryOf<'listTransactions'>;

/** Options of `startTestGateway`. */
export interface TestGatewayOptions {
  /** Replace the test defaults: a free port, no log, pace `instant`. */
  readonly settings?: Partial<Settings>;
  /**
   * By default a clock that goes like the system's and can be moved, while pings and other limits of sockets keep to real
   * time. With a clock that is given here, such as a `TestClock`, they follow it.
   */
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

/** The faults of the test site. Each function rejects with `RefusedByGateway`. */
export interface TestFaults {
  /**
   * Adds a fault: when something happens, something goes wrong, once or, with `standing`, each time. 100 at most. Refused
   * with `unfit`, and the path of what does not fit, or `notPossible`.
   */
  add(fault: NewFault): Promise<Fault>;
  /** All faults in the order they were added, with how often each has happened; also those that are over. */
  list(): Promise<readonly Fault[]>;
  /** Removes a fault by its id, such as `f1`, and ends what it changed. Refused with `notFound`. */
  remove(id: string): Promise<void>;
}

/** The journal of the gateway. Each function rejects with `RefusedByGateway`. */
export interface TestJournal {
  /** The last 50 transactions, or up to 200 with `limit`, that `filter` fits; the newest first. Amounts in pence or cents. */
  list(filter?: TransactionFilter): Promise<readonly TransactionSummary[]>;
  /**
   * All that happened to one transaction, by the id of its summary, `SITE/TID/NUMBER`: each event with its time, results
   * with their receipts, and the messages of the tills. Refused with `notFound`.
   */
  story(id: string): Promise<TransactionStory>;
}

/** A running gateway; end it with `stop`. */
export interface TestGateway {
  /** The gateway itself. */
  readonly gateway: Gateway;
  /** The store with the journal. */
  readonly store: Store;
  /** Moves on by `advance` (ms): what is due happens at once, in order, each at its time. */
  readonly clock: MovableClock;
  /** The faults of the test site. */
  readonly faults: TestFaults;
  /** The journal of the gateway. */
  readonly journal: TestJournal;
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

/**
 * Starts a gateway with the test site on a free port of the loopback interface.
 * @example
 * const shop = await startTestGateway();
 * await shop.faults.add({
 *   when: { kind: 'message', direction: 'sent', method: 'terminalNotification', value: 'PRESENT_CARD' },
 *   action: { kind: 'cut' },
 * });
 * await shop.clock.advance(80_000); // the time limit of a signature
 * const [last] = await shop.journal.list({ tid: 'VCMINVLSIP0' });
 * await shop.stop();
 */
export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const store = options.store ?? new MemoryStore();
  const settings: Settings = {
    ...defaultSettings(),
    port: 0,
    logLevel: 'silent',
    pace: 'instant',
    ...options.settings,
  };
  const { log, driver, dialects } = options;
  const clocks = clocksOf(options);
  const gateway = await startGateway(settings, {
    store,
    ...clocks,
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
    clock: clocks.clock,
    faults: faultsOf(gateway, settings.defaultSite),
    journal: journalOf(gateway),
    uri,
    till: (parameters, tillOptions) => connectTill(uri('pac', parameters), tillOptions),
    stop: () => gateway.stopNow(),
  };
}

function clocksOf({ clock }: TestGatewayOptions) {
  if (clock instanceof MovableClock) return { clock };
  if (clock) return { clock: new MovableClock(clock), socketClock: clock };
  return { clock: new MovableClock(), socketClock: systemClock };
}

function faultsOf({ httpUrl }: Gateway, site: string): TestFaults {
  return {
    add: (fault) => adminRequest(httpUrl, 'addFault', { params: { site }, body: fault }),
    list: async () => (await adminRequest(httpUrl, 'listFaults', { params: { site } })).faults,
    remove: (id) => adminRequest(httpUrl, 'removeFault', { params: { site, id } }),
  };
}

function journalOf({ httpUrl }: Gateway): TestJournal {
  return {
    list: async (query = {}) =>
      (await adminRequest(httpUrl, 'listTransactions', { query })).transactions,
    story: (id) => {
      const [site = '', tid = '', number] = id.split('/');
      const params = { site, tid, number: Number(number) };
      return adminRequest(httpUrl, 'readTransaction', { params });
    },
  };
}
