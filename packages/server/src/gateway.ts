// The whole gateway put together: the only file that knows every adapter.

import { join } from 'node:path';
import type { Dialects } from '@tillgate/protocol';
import { dialects as allDialects } from '@tillgate/protocol';
import { systemClock } from './adapters/clock/system-clock.ts';
import { Heartbeat } from './adapters/http/heartbeat.ts';
import type { HttpServerDeps } from './adapters/http/http-server.ts';
import { HttpServer } from './adapters/http/http-server.ts';
import type { ConsoleFiles } from './adapters/http/pages/console-files.ts';
import { consoleFiles } from './adapters/http/pages/console-files.ts';
import { pages } from './adapters/http/pages/pages.ts';
import type { TlsPair } from './adapters/http/tls.ts';
import { selfSignedTls, tlsFromFiles } from './adapters/http/tls.ts';
import { Log } from './adapters/observe/log.ts';
import { Metrics } from './adapters/observe/metrics.ts';
import { combinedObserver } from './adapters/observe/observers.ts';
import { MemoryStore } from './adapters/store/memory-store.ts';
import { openSqliteStore } from './adapters/store/sqlite-store.ts';
import { timingsOf } from './adapters/terminal/virtual/scenario/timings.ts';
import { adminListener, openOperators, trafficOf } from './admin-setup.ts';
import type { OperatorAccess } from './application/admin/operator-access.ts';
import { startRetention } from './application/admin/retention.ts';
import type { TestSite } from './application/admin/test-site.ts';
import { makeTestSite } from './application/admin/test-site.ts';
import { Connections } from './application/connection/connections.ts';
import { Access } from './application/handshake/access.ts';
import { Enrolment } from './application/handshake/enrolment.ts';
import type { HandshakeDeps } from './application/handshake/handshake.ts';
import { HandshakeAuthorizer } from './application/handshake/handshake.ts';
import { Tills } from './application/pac/tills.ts';
import { PatOutboxes } from './application/pat/pat-outbox.ts';
import { Terminals } from './application/terminal/terminal.ts';
import { cardMachines } from './card-machines.ts';
import { addressesOf, checkExposure, isPrivate } from './exposure.ts';
import {
  connectionLimits,
  heartbeatLimits,
  paceOf,
  publishedTimings,
  retentionOf,
  tableRulesOf,
  virtualTimings,
} from './limits.ts';
import type { Clock } from './ports/clock.ts';
import type { Store } from './ports/store.ts';
import type { TerminalDriver } from './ports/terminal-driver.ts';
import type { Settings } from './settings.ts';
import { once, untilTrue } from './waiting.ts';

const GOING_DOWN = 1001;
const MOST_BAD_MESSAGES = 20;
const MINUTE_MS = 60_000;
/** Built by `npm run build:console`. */
const CONSOLE_FOLDER = join(import.meta.dirname, '../console');
const JOURNAL_FILE = 'tillgate.db';

export interface GatewayOptions {
  readonly clock?: Clock;
  /** Instead of the one the settings name. */
  readonly store?: Store;
  readonly log?: Log;
  /** Card machines instead of the virtual ones. */
  readonly driver?: TerminalDriver;
  /** The versions in another spelling. */
  readonly dialects?: Dialects;
  /** Where the built pages of the console lie, if not beside this package. */
  readonly consoleFolder?: string;
}

export interface Gateway {
  /** Such as `ws://127.0.0.1:8765`. */
  readonly url: string;
  readonly httpUrl: string;
  /** The test site and its token, if the gateway has one that it may tell. */
  readonly testSite: TestSite | undefined;
  readonly log: Log;
  /** Reads the certificate files again; open sockets stay. */
  renewTls(): Promise<void>;
  /** Lets what is open finish, up to the drain limit, then closes everything [C-3.46]. */
  stop(): Promise<void>;
  /** Closes everything at once. */
  stopNow(): Promise<void>;
}

/** Opens the journal, takes up what was open, and accepts connections. */
export async function startGateway(
  settings: Settings,
  parts: GatewayOptions = {},
): Promise<Gateway> {
  checkExposure(settings);
  const clock = parts.clock ?? systemClock;
  const log = parts.log ?? new Log(settings.logLevel);
  const metrics = new Metrics();
  const store = parts.store ?? (await openStore(settings, { clock, metrics }));
  try {
    const { driver, dialects = allDialects } = parts;
    const files = consoleFiles(parts.consoleFolder ?? CONSOLE_FOLDER);
    return await run(settings, { clock, log, metrics, store, driver, dialects, files });
  } catch (cause) {
    await store.close();
    throw cause;
  }
}

interface Basics {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly store: Store;
  readonly driver: TerminalDriver | undefined;
  readonly dialects: Dialects;
  readonly files: ConsoleFiles;
}

async function run(settings: Settings, basics: Basics): Promise<Gateway> {
  const { store, clock, log } = basics;
  const loopback = isPrivate(settings);
  const testSite = settings.testSite ? await makeTestSite(store, clock, loopback) : undefined;
  const access = await Access.open(store, clock);
  const enrolment = await Enrolment.open(store, clock);
  const operators = await openOperators(settings, basics);
  const tls = await tlsOf(settings);
  const house = assemble(settings, basics, { access, enrolment, operators, testSite, tls });
  const { terminals, tills, connections, server, drain } = house;
  access.onChange(() => connections.closeRevoked(access, enrolment));
  enrolment.onChange(() => connections.closeRevoked(access, enrolment));
  const stopTidying = startRetention({
    store,
    clock,
    observer: log,
    tills,
    ...retentionOf(settings),
  });
  const close = once(async () => {
    drain.phase = 'over';
    stopTidying();
    for (const follower of [access, enrolment, operators]) follower.close();
    connections.closeAll(GOING_DOWN, 'Going down');
    await server.close(settings.closeTimeout * 1000);
    house.heartbeat.close();
    terminals.close();
    await store.close();
  });
  const port = await open(house, settings).catch(async (cause: unknown) => {
    await close();
    throw cause;
  });
  return {
    ...addressesOf(settings.host, port, tls !== undefined),
    testSite,
    log,
    renewTls: async () => {
      const pair = await tlsOf(settings);
      if (pair) server.renewTls(pair);
    },
    stop: async () => {
      if (drain.phase === 'none') drain.phase = 'waiting';
      terminals.leaveTables();
      const limitMs = settings.drain * 1000;
      await untilTrue(() => terminals.allIdle || drain.phase === 'over', { clock, limitMs });
      await close();
    },
    stopNow: close,
  };
}

/** Takes up what was open, then lets tills in; gives the port. */
async function open(house: ReturnType<typeof assemble>, settings: Settings): Promise<number> {
  const { host, port } = settings;
  await house.terminals.recover();
  try {
    return await house.server.listen(host, port);
  } catch (cause) {
    const inUse = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
    const problem = inUse ? 'it is in use' : (cause as Error).message;
    throw new Error(`Cannot listen on port ${port} of ${host}: ${problem}. Try another --port.`, {
      cause,
    });
  }
}

/** Whether the gateway is going down, and how far it is. */
interface Drain {
  phase: 'none' | 'waiting' | 'over';
}

interface Entrance {
  readonly access: Access;
  readonly enrolment: Enrolment;
  readonly operators: OperatorAccess;
  readonly testSite: TestSite | undefined;
  readonly tls: TlsPair | undefined;
}

/** Joins the rooms; nothing runs yet. */
function assemble(settings: Settings, basics: Basics, entrance: Entrance) {
  const { access, enrolment, tls } = entrance;
  const { clock, log, metrics, store, dialects, files } = basics;
  const observer = combinedObserver(metrics, log);
  const tills = new Tills(clock, settings.resultHold * 1000);
  const { siteNamed } = access;
  const timings = timingsOf(paceOf(settings.pace), virtualTimings(settings));
  const { seed, behindProxy } = settings;
  const machines = cardMachines({ ...basics, siteNamed, enrolment, timings, seed });
  const { driver, hall, links } = machines;
  const drain: Drain = { phase: 'none' };
  const isDraining = () => drain.phase !== 'none';
  const patOutboxes = new PatOutboxes();
  const rules = tableRulesOf(settings);
  const terminals = new Terminals({
    ...{ store, clock, observer, driver, tills, patOutboxes, siteNamed, isDraining },
    ...{ tableRules: () => rules, lastHeardAt: enrolment.lastHeardAt },
  });
  const traffic = trafficOf(settings, clock);
  const connections = new Connections({
    ...{
      terminals,
      tills,
      patOutboxes,
      waiters: hall,
      links,
      clock,
      observer,
      siteNamed,
      isDraining,
    },
    ...{ traffic, terminalHeard: enrolment.markHeard },
    limits: connectionLimits(settings),
    badMessages: { most: MOST_BAD_MESSAGES, withinMs: settings.badMessages * 1000 },
  });
  const heartbeat = new Heartbeat(clock, heartbeatLimits(settings), metrics.observeRoundTrip);
  const { countPac } = connections;
  const hasWaiters = (site: string, tid: string) => hall?.serves(site, tid) ?? false;
  const authorizer = doorOf(settings, {
    ...{ access, enrolment, clock, dialects, isDraining, countPac, hasWaiters },
  });
  const readiness = () => (isDraining() ? { ok: false, reason: 'shutting down' } : store.health());
  const api = adminListener(settings, {
    ...{ ...entrance, store, clock, observer, traffic, terminals, virtual: hall },
    ...{ known: (site) => driver.known(site), lastHeardAt: enrolment.lastHeardAt },
  });
  const shown = { readiness, timings: publishedTimings(settings, timings), api };
  const server = serverOf(settings, tls, {
    ...{ authorizer, connections, heartbeat },
    pages: pages({
      authorizer,
      behindProxy,
      dialects,
      files,
      ...shown,
      metrics: () => metrics.page(),
    }),
  });
  return { terminals, tills, connections, heartbeat, server, drain };
}

type ServerParts = Pick<HttpServerDeps, 'authorizer' | 'connections' | 'heartbeat' | 'pages'>;

function serverOf(settings: Settings, tls: TlsPair | undefined, parts: ServerParts): HttpServer {
  return new HttpServer({
    ...parts,
    ...(tls ? { tls } : {}),
    behindProxy: settings.behindProxy,
    handshakeTimeoutMs: settings.handshakeTimeout * 1000,
    closeTimeoutMs: settings.closeTimeout * 1000,
  });
}

type DoorParts = Omit<
  HandshakeDeps,
  'defaultSite' | 'loopbackOnly' | 'maxPacConnections' | 'failedAttempts'
>;

function doorOf(settings: Settings, parts: DoorParts): HandshakeAuthorizer {
  return new HandshakeAuthorizer({
    ...parts,
    defaultSite: settings.defaultSite,
    loopbackOnly: isPrivate(settings),
    maxPacConnections: settings.maxConnectionsPerSite,
    failedAttempts: { most: settings.failedAttempts, withinMs: MINUTE_MS },
  });
}

/** The journal of a gateway, for looking into it or changing its records beside the gateway. */
export function openJournal({ data }: Pick<Settings, 'data'>): Promise<Store> {
  return openSqliteStore({ file: join(data, JOURNAL_FILE), clock: systemClock, lock: false });
}

async function openStore(
  { data }: Settings,
  { clock, metrics }: Pick<Basics, 'clock' | 'metrics'>,
): Promise<Store> {
  if (data === 'memory') return new MemoryStore();
  const file = join(data, JOURNAL_FILE);
  const store = await openSqliteStore({
    file,
    clock,
    lock: true,
    onCommitted: metrics.observeCommit,
  });
  // The writer's thread starts with the first write: better now than with the first sale.
  await store.write({});
  return store;
}

async function tlsOf({ tls, tlsCert, tlsKey }: Settings): Promise<TlsPair | undefined> {
  if (tlsCert && tlsKey) return tlsFromFiles(tlsCert, tlsKey);
  return tls === 'self-signed' ? selfSignedTls() : undefined;
}
