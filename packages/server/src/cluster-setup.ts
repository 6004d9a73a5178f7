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
import type { Cancel } from './ports/clock.ts';

/** How often sites without a node are looked for, in ms. */
const ORPHANS_EVERY_MS = 5_000;
/** Most of them that are taken at once, and how long after that the next ones, in ms: other nodes are to get some, too. */
const ORPHANS_AT_ONCE = 50;
const MORE_ORPHANS_AFTER_MS = 100;

export interface Cluster {
  readonly router: SiteRouter;
  /** Takes what other nodes pass on to `server`, and sites without a node. Rejects if the port is in use. */
  listen(server: HttpServer): Promise<void>;
  /** Ends what is passed on; what came from other nodes may end by itself within `graceMs`. */
  close(graceMs: number): Promise<void>;
  /** Ends all at once. */
  cut(): void;
}

/** Undefined where there is no other node. */
export function clusterOf(
  context: GatewayContext,
  sites: OpenSites<OpenSite>,
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
  let cancelOrphans: Cancel = () => {};
  const takeOrphans = async (): Promise<void> => {
    let taken = 0;
    try {
      for (const site of await ownership.orphans(ORPHANS_AT_ONCE)) {
        const found = await sites.find(site).catch((cause) => observer.fault('site', cause));
        if (found) taken += 1;
      }
    } catch {
      // The health of the node says so.
    }
    const delayMs = taken === ORPHANS_AT_ONCE ? MORE_ORPHANS_AFTER_MS : ORPHANS_EVERY_MS;
    if (listener) cancelOrphans = clock.after(delayMs, () => void takeOrphans());
  };
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
      cancelOrphans = clock.after(ORPHANS_EVERY_MS, () => void takeOrphans());
    },
    close: async (graceMs) => {
      cancelOrphans();
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
