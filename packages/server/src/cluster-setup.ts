// What a gateway has besides when it shares its database with other nodes: it passes on what is for sites of other
// nodes, takes what they pass on, and takes over sites whose node has died.

import { Forwarder } from './adapters/http/cluster/forwarder.ts';
import { InternalListener } from './adapters/http/cluster/internal-listener.ts';
import { SiteRouter } from './adapters/http/cluster/site-router.ts';
import type { HttpServer } from './adapters/http/http-server.ts';
import { siteAt } from './application/handshake/uri.ts';
import type { GatewayContext } from './gateway-context.ts';
import { forwardLimits, internalLimits } from './limits.ts';
import type { OpenSite } from './open-site.ts';
import type { OpenSites } from './open-sites.ts';
import type { OrphanSearchDeps } from './orphan-search.ts';
import { startOrphanSearch } from './orphan-search.ts';
import type { Cancel } from './ports/clock.ts';

export interface Cluster {
  readonly router: SiteRouter;
  /** Takes what other nodes pass on to `server`, and sites without a node. Rejects if the port is in use. */
  listen(server: HttpServer): Promise<void>;
  /** Ends what is passed on; what came from other nodes may end by itself within `graceMs`. */
  close(graceMs: number): Promise<void>;
  /** Ends all at once. */
  cut(): void;
}

interface ClusterDeps extends Pick<OrphanSearchDeps, 'takeUp'> {
  readonly sites: OpenSites<OpenSite>;
}

/** Undefined where there is no other node. */
export function clusterOf(
  context: GatewayContext,
  { sites, takeUp }: ClusterDeps,
): Cluster | undefined {
  const { settings, clock, log, observer, ownership, membership } = context;
  if (!membership) return undefined;
  const forwarder = new Forwarder({
    membership,
    clock,
    limits: forwardLimits(settings),
    onFailed: ({ site, host, port }, cause) =>
      log.warn('a node cannot be reached', {
        ...{ site, node: `${host}:${port}` },
        reason: cause instanceof Error ? cause.message : String(cause),
      }),
  });
  const router = new SiteRouter({
    forwarder,
    find: (site) => sites.find(site),
    siteAt: (host) => siteAt(host, settings.defaultSite),
  });
  let listener: InternalListener | undefined;
  let stopOrphanSearch: Cancel = () => {};
  return {
    router,
    listen: async (server) => {
      const { nodeHost: host, nodePort: port } = settings;
      listener = new InternalListener({
        ...{ membership, clock, nodeId: context.nodeId, limits: internalLimits(settings) },
        onUpgrade: server.onUpgrade,
        onRequest: server.onRequest,
        onRefused: (_, address) => observer.refused('node', address),
      });
      try {
        await listener.listen(host, port);
      } catch (cause) {
        const { message } = cause as Error;
        throw new Error(`Cannot listen for other nodes on port ${port} of ${host}: ${message}.`, {
          cause,
        });
      }
      stopOrphanSearch = startOrphanSearch({
        ...{ clock, ownership },
        takeUp,
      });
    },
    close: async (graceMs) => {
      stopOrphanSearch();
      router.close();
      const closing = listener?.close(graceMs);
      listener = undefined;
      await closing;
    },
    cut: () => {
      router.close();
      listener?.cut();
    },
  };
}
