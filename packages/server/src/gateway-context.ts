// What every component of a gateway works with: its settings, clock, log and journal, who may connect,
// and how far its shutdown is. `startGateway` opens one context and closes its store in the end.

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Dialects } from '@tillgate/protocol';
import { dialects as allDialects } from '@tillgate/protocol';
import { systemClock } from './adapters/clock/system-clock.ts';
import type { Membership } from './adapters/http/cluster/membership.ts';
import { membershipOf } from './adapters/http/cluster/membership.ts';
import type { ConsoleFiles } from './adapters/http/pages/console-files.ts';
import { consoleFiles } from './adapters/http/pages/console-files.ts';
import type { TlsPair } from './adapters/http/tls.ts';
import { selfSignedTls, tlsFromFiles } from './adapters/http/tls.ts';
import { Log } from './adapters/observe/log.ts';
import { Metrics } from './adapters/observe/metrics.ts';
import { combinedObserver, withoutAmounts } from './adapters/observe/observers.ts';
import { RefusalWarnings } from './adapters/observe/refusal-warnings.ts';
import { MemoryStore } from './adapters/store/memory-store.ts';
import { configOf, nameOf } from './adapters/store/postgres/client.ts';
import { NameTaken } from './adapters/store/postgres/membership.ts';
import { openPostgresCluster } from './adapters/store/postgres/postgres-cluster.ts';
import { openPostgresStore } from './adapters/store/postgres/postgres-store.ts';
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
import { isPrivate } from './exposure.ts';
import { failedAttemptsOf } from './limits.ts';
import type { Clock } from './ports/clock.ts';
import type { Observer } from './ports/observer.ts';
import type { Ownership } from './ports/ownership.ts';
import type { Store } from './ports/store.ts';
import type { TerminalDriver } from './ports/terminal-driver.ts';
import type { Settings } from './settings.ts';

const JOURNAL_FILE = 'tillgate.db';
/** How often a node tries to join under a name that another has, in ms. */
const NAME_RETRY_MS = 1_000;
/** Built by `npm run build:console`. */
const CONSOLE_FOLDER = join(import.meta.dirname, '../console');

/** Replaces parts of a gateway; everything absent is made from the settings. */
export interface GatewayOptions {
  /** The system's clock if absent. */
  readonly clock?: Clock;
  /** Used instead of the store that the settings name; the gateway closes it. */
  readonly store?: Store;
  /** Which sites this process may run where it shares `store` with other nodes; every site if absent. */
  readonly ownership?: Ownership;
  /** Writes JSON lines to `logTo` if absent. */
  readonly log?: Log;
  /** Takes the lines of the log, stderr if absent. */
  readonly logTo?: { write(line: string): void };
  /** Card machines used instead of the virtual ones. */
  readonly driver?: TerminalDriver;
  /** The versions of the wire that are served, v0 and v1 if absent. */
  readonly dialects?: Dialects;
  /** Folder with the built pages of the console, if they do not lie beside this package. */
  readonly consoleFolder?: string;
}

export interface GatewayContext {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Log and metrics as one. */
  readonly observer: Observer;
  /** About what is refused. */
  readonly warnings: RefusalWarnings;
  /** Entries of the journal that could not be read. */
  readonly damage: JournalDamage;
  readonly store: Store;
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
  readonly consoleFiles: ConsoleFiles;
  /** Exchanges pairing codes of card machines. */
  readonly pairing: PairingDeps;
  readonly operators: OperatorAccess;
  /** The test site and its token, if the gateway has one that it may show. */
  readonly testSite: TestSite | undefined;
  /** The certificate that the gateway starts with; absent where it serves plain ws. */
  readonly tls: TlsPair | undefined;
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
  const clock = options.clock ?? systemClock;
  const log = options.log ?? new Log(settings.logLevel, options.logTo);
  const metrics = new Metrics();
  const membership = membershipIn(settings);
  const { store, ownership, nodeId, cluster } = options.store
    ? { ...alone(options.store), ...(options.ownership && { ownership: options.ownership }) }
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
      clock,
      log,
      metrics,
      observer,
      warnings,
      damage: new JournalDamage((damaged) => observer.fault('journal', damaged)),
      store,
      ownership,
      nodeId,
      cluster,
      counts,
      membership,
      dialects: options.dialects ?? allDialects,
      customDriver: options.driver,
      consoleFiles: consoleFiles(options.consoleFolder ?? CONSOLE_FOLDER),
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
      shutdown: { phase: 'running' },
    };
  } catch (cause) {
    await ownership.close();
    await store.close();
    throw cause;
  }
}

/** Throws if the secret that other nodes prove themselves by is missing or too short. */
function membershipIn({ store, clusterSecret }: Settings): Membership | undefined {
  if (store === undefined) return undefined;
  if (clusterSecret !== undefined) return membershipOf({ secret: clusterSecret });
  throw new Error(
    'A database that nodes share needs --cluster-secret, the same for all of them: at least 32 characters.',
  );
}

/** Where the journal is, in words without a secret. */
export function journalName(settings: Pick<Settings, 'data' | 'store'>): string {
  return settings.store === undefined ? journalFile(settings) : nameOf(configOf(settings.store));
}

/** The file of the journal; "memory" if nothing is kept. */
export function journalFile({ data }: Pick<Settings, 'data'>): string {
  return data === 'memory' ? data : join(data, JOURNAL_FILE);
}

type Storage = Pick<GatewayContext, 'store' | 'ownership' | 'nodeId' | 'cluster'>;

/** Of a process that shares its store with no other gateway. */
function alone(store: Store): Storage {
  const ownership = soleOwnership(store, INCOMPLETE);
  return { store, ownership, nodeId: () => '', cluster: undefined };
}

async function openStorage(
  settings: Settings,
  deps: Pick<GatewayContext, 'clock' | 'metrics' | 'log'>,
): Promise<Storage> {
  if (settings.store === undefined) return alone(await openStore(settings, deps));
  return joinCluster(settings, settings.store, deps);
}

/** Waits for the lease of a node of the same name that was killed a moment ago. */
async function joinCluster(
  { nodeName, nodeHost: host, nodePort: port, nodeLease, clusterSecret: secret }: Settings,
  url: string,
  { clock, metrics, log }: Pick<GatewayContext, 'clock' | 'metrics' | 'log'>,
): Promise<Storage> {
  const name = nodeName ?? `${hostname()}:${port}`;
  const leaseMs = nodeLease * 1000;
  let nodeId = '';
  for (let waitedMs = 0; ; waitedMs += NAME_RETRY_MS) {
    try {
      const opened = await openPostgresCluster({
        ...{ url, clock, leaseMs, secret, incomplete: INCOMPLETE, node: { name, host, port } },
        onMigrated: (message) => log.info(message),
        onWarning: (message) => log.warn(message),
        onCommitted: metrics.observeCommit,
        onNode: (id) => {
          nodeId = id;
          log.info('the node has joined', { node: name });
        },
      });
      const { store, ownership, nodes } = opened;
      return { store, ownership, nodeId: () => nodeId, cluster: { node: name, nodes } };
    } catch (cause) {
      if (!(cause instanceof NameTaken) || waitedMs > leaseMs) throw cause;
      if (waitedMs === 0)
        log.warn('waits for the lease of a node of the same name', { node: name });
      await new Promise<void>((resolve) => {
        clock.after(NAME_RETRY_MS, resolve);
      });
    }
  }
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
export function openJournal(settings: Pick<Settings, 'data' | 'store'>): Promise<Store> {
  const { store: url } = settings;
  if (url !== undefined) return openPostgresStore({ url, clock: systemClock });
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

/** Reads the certificate files, or makes a self-signed certificate; undefined without TLS. */
export async function readTls({ tls, tlsCert, tlsKey }: Settings): Promise<TlsPair | undefined> {
  if (tlsCert && tlsKey) return tlsFromFiles(tlsCert, tlsKey);
  return tls === 'self-signed' ? selfSignedTls() : undefined;
}
