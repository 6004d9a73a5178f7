// What the metrics read from a gateway when their page is requested.

import { statfs } from 'node:fs/promises';
import type { Readings } from './adapters/observe/gauges.ts';
import { AttentionCounts } from './application/admin/attention-counts.ts';
import { openActivities } from './application/admin/site-access.ts';
import type { GatewayContext } from './gateway-context.ts';
import type { OpenSite } from './open-site.ts';
import type { OpenSites } from './open-sites.ts';
import { packageVersion } from './package-version.ts';

export function readingsOf(
  { settings, store, ownership, clock, damage }: GatewayContext,
  sites: OpenSites<OpenSite>,
  isReady: () => boolean,
): Readings {
  const sessions = () => sites.all.flatMap(({ terminals }) => terminals.allOpened);
  const counts = new AttentionCounts({
    ...{ store, clock, onDamaged: damage.note },
    openHere: () => new Set(sites.all.flatMap(openActivities)),
  });
  const hasFile = settings.store === undefined && settings.data !== 'memory';
  return {
    version: packageVersion(),
    isReady,
    isHealthy: { journal: () => store.health().ok, node: () => ownership.health().ok },
    openSites: () => sites.all.length,
    terminals: () => {
      const found = { idle: 0, busy: 0, unavailable: 0 };
      for (const site of sites.all) for (const state of site.terminalStates()) found[state] += 1;
      return found;
    },
    openActivities: () => sessions().filter(({ isIdle }) => !isIdle).length,
    incomplete: () => counts.incomplete(),
    unknownResults: () => counts.unknown(),
    disk: hasFile ? () => diskOf(settings.data) : undefined,
  };
}

async function diskOf(folder: string) {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, sizeBytes: blocks * bsize };
}
