// Metrics that are read from the gateway when the page is requested. The page does not wait for the store or the disk: what
// comes from there was read after the request before.

import type { Registry } from 'prom-client';
import { Gauge } from 'prom-client';

/** What a gateway is asked for; `undefined` where it is not known. */
export interface Readings {
  readonly version: string;
  /** Whether new payments are accepted. */
  readonly isReady: () => boolean;
  readonly isHealthy: Readonly<Record<'journal' | 'node', () => boolean>>;
  readonly openSites: () => number;
  /** Card machines of open sites, by state. */
  readonly terminals: () => Readonly<Record<'idle' | 'busy' | 'unavailable', number>>;
  readonly openActivities: () => number;
  /** In the whole store, up to a limit: what is open or has something undelivered, and how much of it has ended. */
  readonly incomplete: () => Promise<Incomplete>;
  /** In the whole store, up to a limit: payments of the last day whose outcome nobody knows. */
  readonly unknownResults: () => Promise<number>;
  /** Of the disk with the journal; absent if there is no file. */
  readonly disk?: (() => Promise<Disk>) | undefined;
}

interface Incomplete {
  readonly incomplete: number;
  readonly undelivered: number;
}

export interface Disk {
  readonly freeBytes: number;
  readonly sizeBytes: number;
}

export function addGauges(registry: Registry, readings: Readings): void {
  addOfProcess(registry, readings);
  addOfStore(registry, readings);
  if (readings.disk) addOfDisk(registry, readings.disk);
}

function addOfProcess(registry: Registry, readings: Readings): void {
  labelled(registry, ['build_info', 'Always 1; says what is running.', 'version', 'node'], () => [
    [{ version: readings.version, node: process.version }, 1],
  ]);
  plain(registry, ['ready', 'Whether new payments are accepted.'], () =>
    Number(readings.isReady()),
  );
  labelled(registry, ['healthy', 'Whether a part can do its work.', 'part'], () =>
    Object.entries(readings.isHealthy).map(([part, isHealthy]) => [{ part }, Number(isHealthy())]),
  );
  plain(registry, ['open_sites', 'Sites that are open in this process.'], readings.openSites);
  labelled(registry, ['terminals', 'Card machines of open sites, by state.', 'state'], () =>
    Object.entries(readings.terminals()).map(([state, count]) => [{ state }, count]),
  );
  plain(
    registry,
    [
      'open_activities',
      'Payments, reports and table sessions that occupy a card machine of this process.',
    ],
    readings.openActivities,
  );
}

/** Each of several nodes gives the same figure. */
function addOfStore(registry: Registry, readings: Readings): void {
  const counts = lastRead(readings.incomplete);
  const count = (key: keyof Incomplete) => () => counts()?.[key] ?? Number.NaN;
  plain(
    registry,
    [
      'incomplete_activities',
      'Activities in the store that are open or have something undelivered; counted up to 1000.',
    ],
    count('incomplete'),
  );
  plain(
    registry,
    ['undelivered_results', 'Activities in the store that ended, and a till has not got that yet.'],
    count('undelivered'),
  );
  const unknown = lastRead(readings.unknownResults);
  plain(
    registry,
    [
      'unknown_results',
      'Payments of the last day in the store of which nobody knows whether money was taken.',
    ],
    () => unknown() ?? Number.NaN,
  );
}

function addOfDisk(registry: Registry, read: () => Promise<Disk>): void {
  const disk = lastRead(read);
  const bytes = (key: keyof Disk) => () => disk()?.[key] ?? Number.NaN;
  plain(registry, ['disk_free_bytes', 'Free space where the journal is.'], bytes('freeBytes'));
  plain(
    registry,
    ['disk_size_bytes', 'Size of the disk where the journal is.'],
    bytes('sizeBytes'),
  );
}

type GaugeName = readonly [name: string, help: string, ...labels: string[]];
type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

function plain(registry: Registry, name: GaugeName, read: () => number): void {
  labelled(registry, name, () => [[{}, read()]]);
}

function labelled(
  registry: Registry,
  [name, help, ...labelNames]: GaugeName,
  read: () => readonly Sample[],
): void {
  new Gauge({
    name: `tillgate_${name}`,
    help,
    labelNames,
    registers: [registry],
    collect() {
      for (const [some, value] of read()) this.set(some, value);
    },
  });
}

/** Gives what was read last, and reads again, unless that is going on; undefined if it could not be read. */
function lastRead<T>(read: () => Promise<T>): () => T | undefined {
  let last: T | undefined;
  let isReading = false;
  return () => {
    if (!isReading) {
      isReading = true;
      void read()
        .catch(() => undefined)
        .then((value) => {
          last = value;
          isReading = false;
        });
    }
    return last;
  };
}
