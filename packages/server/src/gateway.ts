// Puts a gateway together and runs it: opens the context, creates the components from the card machines
// up to the HTTP server, recovers what was open, listens, and on shutdown drains and closes.

import { CloseCode } from '@tillgate/protocol';
import { Heartbeat } from './adapters/http/heartbeat.ts';
import { HttpServer } from './adapters/http/http-server.ts';
import { pages } from './adapters/http/pages/pages.ts';
import { ReceiveScheduler } from './adapters/http/receive-scheduler.ts';
import { SendBuffers } from './adapters/http/send-buffers.ts';
import type { CertificateFacts, TlsPair } from './adapters/http/tls.ts';
import { describeCertificate } from './adapters/http/tls.ts';
import type { Log } from './adapters/observe/log.ts';
import { undeclaredMachines } from './adapters/terminal/virtual/undeclared-machines.ts';
import { adminListener } from './admin-setup.ts';
import { KeptFrames } from './application/admin/kept-frames.ts';
import { startRetention } from './application/admin/retention.ts';
import type { TestSite } from './application/admin/test-site.ts';
import { Traffic } from './application/connection/traffic.ts';
import { readSite } from './application/handshake/access.ts';
import { HandshakeAuthorizer } from './application/handshake/handshake.ts';
import { SiteChanges } from './application/handshake/site-changes.ts';
import { INCOMPLETE } from './application/journal/journal.ts';
import { startTrialWrites } from './application/journal/trial-writes.ts';
import { clusterOf } from './cluster-setup.ts';
import { addressesOf, checkExposure, checkTestControl, isPrivate } from './exposure.ts';
import type { GatewayContext, GatewayOptions } from './gateway-context.ts';
import { openContext, readTls } from './gateway-context.ts';
import {
  failedAttemptsOf,
  heartbeatLimits,
  httpLimits,
  messageBudgetsOf,
  publishedTimings,
  refusalLinesOf,
  retentionOf,
  sendLimitsOf,
} from './limits.ts';
import { OpenSite } from './open-site.ts';
import { OpenSites } from './open-sites.ts';
import { packageVersion } from './package-version.ts';
import { sitesWith } from './ports/store.ts';
import { readingsOf } from './readings.ts';
import type { Settings } from './settings.ts';
import { forEachInPages, once, SITES_AT_ONCE, untilTrue } from './waiting.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

export interface SelfSigned extends CertificateFacts {
  /** The certificate, for clients that are to trust it; absent if it is not kept. */
  readonly file?: string;
}

/** A running gateway; end it with `stop`. */
export interface Gateway {
  /** Address of the WebSocket endpoints without a path, such as `ws://127.0.0.1:8765`. */
  readonly url: string;
  /** Address of the pages, such as `http://127.0.0.1:8765`. */
  readonly httpUrl: string;
  /** The test site and its token, if the gateway has one that it may show. */
  readonly testSite: TestSite | undefined;
  /** Where the journal is: a file, or the name of a database, without a secret. */
  readonly journal: string;
  /** The certificate that the gateway made itself at its start; absent if it has none, or one of the settings. */
  readonly selfSigned: SelfSigned | undefined;
  /** Whether traces or metrics are sent to a collector: `stop()` does not wait for one that does not answer. */
  readonly sendsTelemetry: boolean;
  /** The log of the gateway. */
  readonly log: Log;
  /** The card machines with a transaction or report in progress in this process. */
  readonly workingTerminals: readonly {
    /** The name of its site. */
    readonly site: string;
    /** Its identifier. */
    readonly tid: string;
  }[];
  /**
   * Reads the certificate files again; open sockets keep the old certificate. Rejects, and logs why, if the
   * files cannot be used; the old certificate stays.
   */
  renewTls(): Promise<void>;
  /**
   * Lets running transactions end, up to the setting `drain`, then closes everything [C-3.46]. Cuts the
   * sockets that their clients do not close within `closeTimeout`, and logs how many.
   */
  stop(): Promise<void>;
  /** Closes everything at once, also after `stop()`. */
  stopNow(): Promise<void>;
}

/**
 * Opens the journal, recovers what was open in it, and accepts connections. Rejects if the settings are
 * unsafe, the journal cannot be opened, or the port cannot be listened on; nothing is left open then.
 */
export async function startGateway(
  settings: Settings,
  options: GatewayOptions = {},
): Promise<Gateway> {
  checkExposure(settings);
  checkTestControl(settings);
  const context = await openContext(settings, options);
  try {
    const core = createCore(context);
    return await run(context, core, createHttp(context, core));
  } catch (cause) {
    await context.ownership.close();
    await context.store.close();
    throw cause;
  }
}

/** Creates what lies behind the HTTP server; nothing runs yet. */
function createCore(context: GatewayContext) {
  const { settings, clock, store, ownership, observer } = context;
  const isDraining = (): boolean => context.shutdown.phase !== 'running';
  const traffic = new Traffic(clock, settings.trafficMemory * MIB);
  const keptFrames = new KeptFrames({
    ...{ traffic, clock, observer },
    mostBytes: settings.trafficMemory > 0 ? settings.transactionFrames * KIB : 0,
  });
  const changes = new SiteChanges(store);
  const hasSite = async (name: string) => (await readSite(store, name)) !== undefined;
  const sites = new OpenSites<OpenSite>({
    clock,
    ownership,
    exists: hasSite,
    open: (lease) => OpenSite.open(lease, { context, changes, traffic, keptFrames, isDraining }),
  });
  /** Opens a site where something was left open, which takes it up; closes it if nothing is in progress. Gives whether it is here. */
  const takeUp = async (name: string): Promise<boolean> => {
    const isHere = await sites
      .use(name, async (site) => {
        site?.tills.expireOld();
        return site !== undefined;
      })
      .catch((cause) => observer.fault('site', cause));
    sites.closeIfIdle(name);
    return isHere === true;
  };
  return { sites, hasSite, takeUp, changes, traffic, keptFrames, isDraining };
}

type Core = ReturnType<typeof createCore>;

/** Creates the HTTP server and what it calls: the handshake, the admin API and the pages. */
function createHttp(context: GatewayContext, core: Core) {
  const { settings, clock, socketClock, observer, metrics, dialects, tls } = context;
  const { sites, takeUp, traffic, isDraining } = core;
  const { behindProxy } = settings;
  const cluster = clusterOf(context, { sites, takeUp });
  const readiness = () => readinessOf(context);
  metrics.read(readingsOf(context, sites, () => readiness().ok));
  const heartbeat = new Heartbeat(socketClock, heartbeatLimits(settings), metrics.observeRoundTrip);
  const sending = new SendBuffers(socketClock, sendLimitsOf(settings));
  const receiving = new ReceiveScheduler({
    budgets: messageBudgetsOf(settings),
    onBudgetSpent: (budget, { site, network }) =>
      observer.refused(`${budget}Budget`, budget === 'address' ? network : site),
  });
  const authorizer = new HandshakeAuthorizer<OpenSite>({
    findSite: (name) => sites.find(name),
    pairing: context.pairing,
    clock,
    dialects,
    defaultSite: settings.defaultSite,
    loopbackOnly: isPrivate(settings),
    maxPacConnections: settings.maxConnectionsPerSite,
    failedAttempts: failedAttemptsOf(settings),
    refusalLines: refusalLinesOf(settings),
    observer,
    isDraining,
  });
  const server = new HttpServer({
    authorizer,
    ...{ heartbeat, receiving, sending },
    pages: pages({
      authorizer,
      behindProxy,
      dialects,
      timings: publishedTimings(settings),
      readiness,
      damagedEntries: () => context.damage.count,
      metrics: () => metrics.page(),
      files: context.consoleFiles,
      api: adminListener(context, {
        ...{ traffic, readiness },
        useSite: (name, use) => sites.use(name, use),
        openedSite: (name) => sites.opened(name),
      }),
    }),
    ...(tls && { tls }),
    behindProxy,
    onOwnHost: hostAdvice(context),
    router: cluster?.router,
    clock: socketClock,
    limits: httpLimits(settings),
    observer,
  });
  return { heartbeat, receiving, sending, server, cluster };
}

function readinessOf({ store, ownership, shutdown }: GatewayContext) {
  if (shutdown.phase !== 'running') return { ok: false, reason: 'shutting down' };
  const health = store.health();
  return health.ok ? ownership.health() : health;
}

/** Logs once what to change in a proxy that does not pass on the client's Host. */
function hostAdvice({ log }: GatewayContext): (host: string) => void {
  let given = false;
  return (host) => {
    if (given) return;
    given = true;
    log.warn(
      'A handshake names the address of the gateway itself as its Host, so it belongs to the default site. ' +
        'If a proxy passed it on, make the proxy keep the Host of the client: in nginx ' +
        '"proxy_set_header Host $host", in Apache "ProxyPreserveHost On".',
      { host },
    );
  };
}

type Http = ReturnType<typeof createHttp>;

/** Starts the components: background work, recovery, then the port. Closes them all if that fails. */
async function run(context: GatewayContext, core: Core, http: Http): Promise<Gateway> {
  const { settings, clock, log, observer, store, shutdown } = context;
  const { sites, hasSite } = core;
  const { retentionMs, auditRetentionMs } = retentionOf(settings);
  const cancelRetention = startRetention({
    store,
    clock,
    observer: log,
    useSite: (name, use) => sites.use(name, use),
    hasSite,
    undeclared: () => undeclaredMachines(store, (site) => readSite(store, site)),
    expireResults: () => visitUnfinished(context, core),
    retentionMs,
    auditRetentionMs,
  });
  const stopTrialWrites = startTrialWrites(store, clock);
  const close = once(async () => {
    shutdown.phase = 'closed';
    cancelRetention();
    stopTrialWrites();
    await closeComponents(context, core, http);
  });
  try {
    const port = await listen(http.server, settings);
    await http.cluster?.listen(http.server);
    visitUnfinished(context, core).catch((cause) => observer.fault('site', cause));
    return gatewayOf(context, { core, http, port, close });
  } catch (cause) {
    await close();
    throw cause;
  }
}

/** Takes up what was left open at each site, and has results expire that nobody has fetched in time [C-11.11]. */
async function visitUnfinished({ store }: GatewayContext, core: Core): Promise<void> {
  const names = sitesWith(store, INCOMPLETE);
  await forEachInPages(names, SITES_AT_ONCE, async (name) => {
    if (core.isDraining()) {
      await names.return(undefined);
      return;
    }
    await core.takeUp(name);
  });
}

/** Sockets are closed before the card machines, and the store after everything that writes to it. */
async function closeComponents(context: GatewayContext, core: Core, http: Http): Promise<void> {
  context.operators.close();
  // Its timer begins before those of the WebSockets, so that all that do not close are counted.
  const graceMs = context.settings.closeTimeout * 1000;
  const closing = http.server.close(graceMs);
  const closingCluster = http.cluster?.close(graceMs);
  for (const { connections } of core.sites.all) {
    connections.closeAll(CloseCode.goingAway, 'Going down');
  }
  const cut = await closing;
  await closingCluster;
  if (Object.keys(cut).length > 0) context.log.warn('sockets were cut', cut);
  http.heartbeat.close();
  http.receiving.close();
  http.sending.close();
  await core.keptFrames.close();
  await core.sites.close();
  await context.ownership.close();
  core.changes.close();
  context.warnings.close();
  await context.store.close();
  await sendTelemetry(context, graceMs);
}

/** Waits for a collector only so long. */
async function sendTelemetry({ telemetry, socketClock }: GatewayContext, graceMs: number) {
  if (!telemetry) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = socketClock.after(graceMs, resolve);
  await Promise.race([telemetry.close(), promise]);
  cancel();
}

/** Returns the port. */
async function listen(server: HttpServer, { host, port }: Settings): Promise<number> {
  try {
    return await server.listen(host, port);
  } catch (cause) {
    const inUse = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
    const problem = inUse ? 'it is in use' : (cause as Error).message;
    throw new Error(`Cannot listen on port ${port} of ${host}: ${problem}. Try another --port.`, {
      cause,
    });
  }
}

interface Running {
  readonly core: Core;
  readonly http: Http;
  readonly port: number;
  /** Closes everything at once. */
  readonly close: () => Promise<void>;
}

function gatewayOf(context: GatewayContext, { core, http, port, close }: Running): Gateway {
  const { settings, clock, log, observer, journal, testSite, tls, telemetry, shutdown } = context;
  const { sites } = core;
  const allIdle = (): boolean => sites.all.every(({ terminals }) => terminals.allIdle);
  const { url, httpUrl } = addressesOf(settings.host, port, tls !== undefined);
  const closeAll = once(async () => {
    const transactionsLeftOpen = !allIdle();
    await close();
    log.info('the gateway has stopped', { transactionsLeftOpen });
  });
  log.info('the gateway has started', {
    version: packageVersion(),
    node: process.version,
    url,
    httpUrl,
    journal,
    ...(tls && describeCertificate(tls)),
  });
  return {
    url,
    httpUrl,
    testSite,
    journal,
    sendsTelemetry: telemetry !== undefined,
    selfSigned: tls && settings.tls && selfSignedOf(tls),
    log,
    get workingTerminals() {
      const sessions = sites.all.flatMap(({ terminals }) => terminals.allOpened);
      return sessions.filter(({ isWorking }) => isWorking).map(({ site, tid }) => ({ site, tid }));
    },
    renewTls: async () => {
      try {
        const pair = await readTls(settings);
        if (!pair) return;
        http.server.renewTls(pair);
        log.info('the certificate was renewed', describeCertificate(pair));
      } catch (cause) {
        observer.fault('tls', cause);
        throw cause;
      }
    },
    stop: async () => {
      if (shutdown.phase === 'running') {
        shutdown.phase = 'draining';
        log.info('the gateway is draining', { limitSeconds: settings.drain });
      }
      for (const { terminals } of sites.all) terminals.leaveTables();
      // Before other nodes have the sites.
      if (http.cluster) await core.keptFrames.keepAll();
      const isDrained = (): boolean => {
        // Other nodes need not wait for the last payment of all sites.
        if (http.cluster) sites.leave(({ terminals }) => terminals.allAtRest);
        return allIdle() || shutdown.phase === 'closed';
      };
      await untilTrue(isDrained, { clock, limitMs: settings.drain * 1000 });
      await closeAll();
    },
    stopNow: () => {
      const closed = closeAll();
      http.server.cut();
      http.cluster?.cut();
      return closed;
    },
  };
}

function selfSignedOf(tls: TlsPair): SelfSigned {
  return { ...describeCertificate(tls), ...(tls.file !== undefined && { file: tls.file }) };
}
