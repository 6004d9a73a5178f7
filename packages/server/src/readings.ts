// What the metrics read from a gateway when their page is requested.

import { statfs } from 'node:fs/promises';
import type { Readings } from './adapters/observe/gauges.ts';
import { INCOMPLETE } from './application/journal/journal.ts';
import type { GatewayContext } from './gateway-context.ts';
import type { OpenSite } from './open-site.ts';
import type { OpenSites } from './open-sites.ts';
import { packageVersion } from './package-version.ts';

/** Records that are read to count incomplete activities. */
const MAX_COUNTED = 1_000;

export function readingsOf(
  { settings, store, ownership }: GatewayContext,
  sites: OpenSites<OpenSite>,
  isReady: () => boolean,
): Readings {
  const sessions = () => sites.all.flatMap(({ terminals }) => terminals.allOpened);
  const hasFile = settings.store === undefined && settings.data !== 'memory';
  return {
    version: packageVersion(),
    isReady,
    isHealthy: { journal: () => store.health().ok, node: () => ownership.health().ok },
    openSites: () => sites.all.length,
    terminals: () => {
      const counts = { idle: 0, busy: 0, unavailable: 0 };
      for (const { profile, isIdle } of sessions()) {
        if (profile === undefined) counts.unavailable += 1;
        else counts[isIdle ? 'idle' : 'busy'] += 1;
      }
      return counts;
    },
    openActivities: () => sessions().filter(({ isIdle }) => !isIdle).length,
    incompleteActivities: async () =>
      (await store.list(INCOMPLETE, '', { limit: MAX_COUNTED })).length,
    disk: hasFile ? () => diskOf(settings.data) : undefined,
  };
}

async function diskOf(folder: string) {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, sizeBytes: blocks * bsize };
}
