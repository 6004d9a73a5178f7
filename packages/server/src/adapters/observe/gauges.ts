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
  readonly incompleteActivities: () => Promise<number>;
  /** Of the disk with the journal; absent if there is no file. */
  readonly disk?: (() => Promise<Disk>) | undefined;
}

export interface Disk {
  readonly freeBytes: number;
  readonly sizeBytes: number;
}

export function addGauges(registry: Registry, readings: Readings): void {
  const gauge = (name: string, help: string, read: () => number) =>
    labelled(registry, { name, help }, () => [[{}, read()]]);
  labelled(registry, { name: 'build_info', help: 'Always 1; says what is running.' }, () => [
    [{ version: readings.version, node: process.version }, 1],
  ]);
  gauge('ready', 'Whether new payments are accepted.', () => Number(readings.isReady()));
  labelled(registry, { name: 'healthy', help: 'Whether a part can do its work.' }, () =>
    Object.entries(readings.isHealthy).map(([part, isHealthy]) => [{ part }, Number(isHealthy())]),
  );
  gauge('open_sites', 'Sites that are open in this process.', readings.openSites);
  labelled(registry, { name: 'terminals', help: 'Card machines of open sites, by state.' }, () =>
    Object.entries(readings.terminals()).map(([state, count]) => [{ state }, count]),
  );
  gauge(
    'open_activities',
    'Payments, reports and table sessions that occupy a card machine of this process.',
    readings.openActivities,
  );
  const incomplete = lastRead(readings.incompleteActivities);
  gauge(
    'incomplete_activities',
    'Activities in the store that are open or have something undelivered; counted up to 1000.',
    () => incomplete() ?? Number.NaN,
  );
  if (!readings.disk) return;
  const disk = lastRead(readings.disk);
  const bytes = (key: keyof Disk) => () => disk()?.[key] ?? Number.NaN;
  gauge('disk_free_bytes', 'Free space where the journal is.', bytes('freeBytes'));
  gauge('disk_size_bytes', 'Size of the disk where the journal is.', bytes('sizeBytes'));
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

function labelled(
  registry: Registry,
  { name, help }: { readonly name: string; readonly help: string },
  read: () => readonly Sample[],
): void {
  const [[labels] = [{}]] = read();
  new Gauge({
    name: `tillgate_${name}`,
    help,
    labelNames: Object.keys(labels),
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
