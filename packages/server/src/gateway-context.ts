// What every component of a gateway works with: its settings, clock, log and journal, who may connect,
// and how far its shutdown is. `startGateway` opens one context and closes its store in the end.

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Dialects } from '@tillgate/protocol';
import { dialects as allDialects } from '@tillgate/protocol';
import { MovableClock } from './adapters/clock/movable-clock.ts';
import { systemClock } from './adapters/clock/system-clock.ts';
import type { Membership } from './adapters/http/cluster/membership.ts';
import { membershipOf } from './adapters/http/cluster/membership.ts';
import type { ConsoleFiles } from './adapters/http/pages/console-files.ts';
import { consoleFiles, embeddedConsoleFiles } from './adapters/http/pages/console-files.ts';
import type { TlsPair } from './adapters/http/tls.ts';
import { tlsFromFiles } from './adapters/http/tls.ts';
import { Log } from './adapters/observe/log.ts';
import { Metrics } from './adapters/observe/metrics.ts';
import { combinedObserver, withoutAmounts } from './adapters/observe/observers.ts';
import type { Telemetry } from './adapters/observe/open-telemetry/telemetry.ts';
import { openTelemetry } from './adapters/observe/open-telemetry/telemetry.ts';
import { RefusalWarnings } from './adapters/observe/refusal-warnings.ts';
import { MemoryStore } from './adapters/store/memory-store.ts';
import { soleOwnership } from './adapters/store/sole-ownership.ts';
import { copyJournal } from './adapters/store/sqlite/backup.ts';
import { openSqliteStore } from './adapters/store/sqlite/sqlite-store.ts';
import { pairingEntry } from './application/admin/linked-terminals.ts';
import { OperatorAccess } from './application/admin/operator-access.ts';
import type { GatewayState } from './application/admin/overview.ts';
import { PaymentCounts } from './application/admin/payment-counts.ts';
import type { TestSite } from './application/admin/test-site.ts';
import { makeTestSite } from './application/admin/test-site.ts';
import type { PairingDeps } from './application/handshake/pairing.ts';
import { JournalDamage } from './application/journal/entries.ts';
import { INCOMPLETE } from './application/journal/journal.ts';
import { isExecutable } from './embedded-files.ts';
import { isPrivate } from './exposure.ts';
import { failedAttemptsOf } from './limits.ts';
import { packageVersion } from './package-version.ts';
import type { Clock, ClockMover } from './ports/clock.ts';
import type { Observer } from './ports/observer.ts';
import type { Ownership } from './ports/ownership.ts';
import type { Store } from './ports/store.ts';
import type { TerminalDriver } from './ports/terminal-driver.ts';
import type { Settings } from './settings.ts';

const JOURNAL_FILE = 'tillgate.db';
/** Built by `npm run build:console`. */
const CONSOLE_FOLDER = join(import.meta.dirname, '../console');

/** Replaces parts of a gateway; everything absent is made from the settings. */
export interface GatewayOptions {
  /** The system's clock if absent; with the setting `testControl` one that goes like it and can be moved. */
  readonly clock?: Clock;
  /** Of pings and of sockets that are too slow; `clock` if absent. */
  readonly socketClock?: Clock;
  /** Used instead of the store that the settings name; the gateway closes it. */
  readonly store?: Store;
  /** Which sites this process may run where it shares `store` with other nodes; every site if absent. */
  readonly ownership?: Ownership;
  /** Writes JSON lines to `logTo` if absent. */
  readonly log?: Log;
  /** Takes the lines of the log, stderr if absent. */
  readonly logTo?: {
    /** Takes one line, with its line break. */
    write(line: string): void;
  };
  /** Card machines used instead of the virtual ones. */
  readonly driver?: TerminalDriver;
  /** The versions of the wire that are served, v0 and v1 if absent. */
  readonly dialects?: Dialects;
  /** Called when a fault of a test site stops or restarts the gateway; no fault can, if absent. */
  readonly control?: (how: 'restart' | 'stop') => void;
  /** Whether traces and metrics are sent as the variables OTEL_* of the process say; not if absent. */
  readonly openTelemetry?: boolean;
  /** Folder with the built pages of the console, if they do not lie beside this package. */
  readonly consoleFolder?: string;
  /** How its command line is called, such as `npx tillgate`: what the console copies begins with it. */
  readonly command?: string;
}

export interface GatewayContext {
  readonly settings: Settings;
  readonly clock: Clock;
  /** Of pings and of sockets that are too slow: a network takes its time, also when the clock is moved. */
  readonly socketClock: Clock;
  /** Moves the clock; only with the setting `testControl`. */
  readonly clockMover: ClockMover | undefined;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Log and metrics as one. */
  readonly observer: Observer;
  /** About what is refused. */
  readonly warnings: RefusalWarnings;
  /** Entries of the journal that could not be read. */
  readonly damage: JournalDamage;
  readonly store: Store;
  /** Where it is, in words without a secret. */
  readonly journal: string;
  /** Which sites this process may run. */
  readonly ownership: Ownership;
  /** Id of this node among several, new when it had to go on as another; empty if there are no others. */
  readonly nodeId: () => string;
  /** The nodes that share the database; absent where there is no other. */
  readonly cluster: GatewayState['cluster'];
  /** Payments that ended, for the overview. */
  readonly counts: PaymentCounts;
  /** What nodes prove to each other; absent where there is no other node. */
  readonly membership: Membership | undefined;
  readonly dialects: Dialects;
  /** Card machines used instead of the virtual ones. */
  readonly customDriver: TerminalDriver | undefined;
  readonly control: GatewayOptions['control'];
  readonly command: GatewayOptions['command'];
  readonly consoleFiles: ConsoleFiles;
  /** Exchanges pairing codes of card machines. */
  readonly pairing: PairingDeps;
  readonly operators: OperatorAccess;
  /** The test site and its token, if the gateway has one that it may show. */
  readonly testSite: TestSite | undefined;
  /** The certificate that the gateway starts with; absent where it serves plain ws. */
  readonly tls: TlsPair | undefined;
  /** Absent where nothing is sent to a collector. */
  readonly telemetry: Telemetry | undefined;
  readonly shutdown: Shutdown;
}

/** `draining`: no new transaction is accepted, those that run may end [C-3.46]. */
export interface Shutdown {
  phase: 'running' | 'draining' | 'closed';
}

/** Opens the store and the records of who may connect. Closes the store again if that fails. */
export async function openContext(
  settings: Settings,
  options: GatewayOptions,
): Promise<GatewayContext> {
  const { clock, ...clocks } = clocksOf(settings, options);
  const log = options.log ?? new Log(settings.logLevel, options.logTo);
  const metrics = new Metrics();
  const membership = membershipIn(settings);
  const { store, journal, ownership, nodeId, cluster } = options.store
    ? {
        ...alone(options.store, settings),
        ...(options.ownership && { ownership: options.ownership }),
      }
    : await openStorage(settings, { clock, metrics, log });
  try {
    const loopback = isPrivate(settings);
    const warnings = new RefusalWarnings(clock, (message, details) => log.warn(message, details));
    const counts = new PaymentCounts(clock);
    const observer = counts.around(
      warnings.around(combinedObserver(metrics, settings.logAmounts ? log : withoutAmounts(log))),
    );
    const testSite = settings.testSite ? await makeTestSite({ store, clock }, loopback) : undefined;
    return {
      settings,
      ...{ clock, ...clocks },
      log,
      metrics,
      observer,
      warnings,
      damage: new JournalDamage((damaged) => observer.fault('journal', damaged)),
      store,
      journal,
      ownership,
      nodeId,
      cluster,
      counts,
      membership,
      dialects: options.dialects ?? allDialects,
      customDriver: options.driver,
      control: options.control,
      command: options.command,
      consoleFiles: filesOfConsole(options.consoleFolder),
      pairing: { store, clock, auditEntryOf: (event) => pairingEntry(event, clock.now()) },
      operators: await OperatorAccess.open({
        store,
        clock,
        observer,
        sessionMs: settings.operatorSession * 1000,
        failedAttempts: failedAttemptsOf(settings),
        localSecret: settings.clusterSecret ?? randomUUID(),
      }),
      testSite,
      tls: await readTls(settings),
      telemetry: options.openTelemetry ? await telemetryOf(settings, { metrics, log }) : undefined,
      shutdown: { phase: 'running' },
    };
  } catch (cause) {
    await ownership.close();
    await store.close();
    throw cause;
  }
}

function filesOfConsole(folder: string | undefined): ConsoleFiles {
  if (folder === undefined && isExecutable) return embeddedConsoleFiles();
  return consoleFiles(folder ?? CONSOLE_FOLDER);
}

/** By the variables of the process. */
function telemetryOf(
  settings: Settings,
  { metrics, log }: Pick<GatewayContext, 'metrics' | 'log'>,
) {
  return openTelemetry(process.env, {
    instance: nodeNameOf(settings),
    version: packageVersion(),
    metrics: metrics.all,
    warn: (message, details) => log.warn(message, details),
  });
}

type Clocks = Pick<GatewayContext, 'clock' | 'socketClock' | 'clockMover'>;

function clocksOf({ testControl }: Settings, options: GatewayOptions): Clocks {
  const { clock = systemClock, socketClock = clock } = options;
  if (!testControl) return { clock, socketClock, clockMover: undefined };
  const movable = clock instanceof MovableClock ? clock : new MovableClock(clock);
  return { clock: movable, socketClock, clockMover: movable };
}

/** Throws if the secret that other nodes prove themselves by is missing or too short. */
function membershipIn({
  store,
  clusterSecret,
  otherClusterSecret,
}: Settings): Membership | undefined {
  if (store === undefined) return undefined;
  if (clusterSecret !== undefined)
    return membershipOf({ secret: clusterSecret, otherSecret: otherClusterSecret });
  throw new Error(
    'A database that nodes share needs --cluster-secret, the same for all of them: at least 32 characters.',
  );
}

/** The file of the journal; "memory" if nothing is kept. */
export function journalFile({ data }: Pick<Settings, 'data'>): string {
  return data === 'memory' ? data : join(data, JOURNAL_FILE);
}

/**
 * The journal of several gateways of these settings one after another in this process, if it is in memory: call it for
 * the `store` of each; undefined if each opens it by itself.
 */
export function memoryJournal({
  data,
  store: url,
}: Pick<Settings, 'data' | 'store'>): (() => Store) | undefined {
  if (data !== 'memory' || url !== undefined) return undefined;
  const store = new MemoryStore();
  return () => {
    store.reopen();
    return store;
  };
}

/** The clocks of several gateways of these settings one after another in this process, where a test may move them. */
export function movableClocks({
  testControl,
}: Pick<Settings, 'testControl'>): Pick<GatewayOptions, 'clock' | 'socketClock'> {
  return testControl ? { clock: new MovableClock(), socketClock: systemClock } : {};
}

type Storage = Pick<GatewayContext, 'store' | 'journal' | 'ownership' | 'nodeId' | 'cluster'>;

/** Of a process that shares its store with no other gateway. */
function alone(store: Store, settings: Settings): Storage {
  const ownership = soleOwnership(store, INCOMPLETE);
  const journal = journalFile(settings);
  return { store, journal, ownership, nodeId: () => '', cluster: undefined };
}

async function openStorage(
  settings: Settings,
  deps: Pick<GatewayContext, 'clock' | 'metrics' | 'log'>,
): Promise<Storage> {
  if (settings.store === undefined) return alone(await openStore(settings, deps), settings);
  const { joinCluster } = await import('./postgres-storage.ts');
  return joinCluster(
    { settings, url: settings.store, node: nodeNameOf(settings), incomplete: INCOMPLETE },
    deps,
  );
}

/** Tells this gateway from others, also where there are no nodes. */
function nodeNameOf({ nodeName, store, nodePort, port }: Settings): string {
  return nodeName ?? `${hostname()}:${store === undefined ? port : nodePort}`;
}

async function openStore(
  settings: Settings,
  { clock, metrics, log }: Pick<GatewayContext, 'clock' | 'metrics' | 'log'>,
): Promise<Store> {
  if (settings.data === 'memory') return new MemoryStore();
  const store = await openSqliteStore({
    file: journalFile(settings),
    clock,
    lock: true,
    onWarning: (message) => log.warn(message),
    onCommitted: metrics.observeCommit,
  });
  // The writer's thread starts with the first write, which should not be the first sale.
  await store.write({});
  return store;
}

/**
 * Opens the journal in the database or in the folder `data`, without locking it, beside a running gateway: to
 * read it, or to change its records. The caller closes it.
 */
export async function openJournal(settings: Pick<Settings, 'data' | 'store'>): Promise<Store> {
  const { store: url } = settings;
  if (url !== undefined) {
    const { openPostgresStore } = await import('./postgres-storage.ts');
    return openPostgresStore({ url, clock: systemClock });
  }
  return openSqliteStore({ file: journalFile(settings), clock: systemClock, lock: false });
}

/** Copies the journal in the folder `data` to the new file `file`, also while a gateway runs. */
export function backUp(settings: Pick<Settings, 'data'>, file: string): Promise<void> {
  return copyJournal(journalFile(settings), file);
}

/** Makes the journal in the folder `data` from a backup; rejects if there is one. Returns its file. */
export async function restore(settings: Pick<Settings, 'data'>, file: string): Promise<string> {
  await copyJournal(file, journalFile(settings));
  return journalFile(settings);
}

/** Reads the certificate files, or takes the self-signed certificate of the folder `data`; undefined without TLS. */
export async function readTls(settings: Settings): Promise<TlsPair | undefined> {
  const { tls, tlsCert, tlsKey, data } = settings;
  if (tlsCert && tlsKey) return tlsFromFiles(tlsCert, tlsKey);
  if (tls !== 'self-signed') return undefined;
  // Loaded for local work alone.
  const { keptCertificate, newCertificate } = await import('./adapters/http/self-signed.ts');
  return data === 'memory' ? newCertificate() : keptCertificate(data);
}
