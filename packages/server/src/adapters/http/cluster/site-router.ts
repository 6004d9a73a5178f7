// Decides which node answers a request: that of the site which it is for. The HTTP server asks it first, where several
// nodes share a database.

import type { IncomingMessage } from 'node:http';
import { api } from '@tillgate/protocol';
import { integrationOf } from '../../../application/handshake/uri.ts';
import type { Leased, NodeAddress } from '../../../ports/ownership.ts';
import { hostOf } from '../request-target.ts';
import type {
  Forwarder,
  PublicClient,
  PublicRequest,
  PublicUpgrade,
  SiteOwner,
} from './forwarder.ts';
import { passedOnClient } from './passed-on-client.ts';

export interface SiteRouterDeps {
  readonly forwarder: Forwarder;
  /** Where a site is; takes it for this node if no other has it. */
  readonly find: (
    site: string,
  ) => Promise<
    | { readonly kind: 'here' }
    | ({ readonly kind: 'elsewhere'; readonly node: NodeAddress } & Leased)
    | undefined
  >;
  /** Name of the site that a Host header leads to. */
  readonly siteAt: (host: string) => string;
}

/** What a site's own node alone can answer, besides its handshakes: `{site}` is the first group, or in the query. */
const OF_OPEN_SITE = new RegExp(
  `^${api.BASE_PATH}/(?:sites/([^/]+)/(?:terminals|connections|faults)(?:/|$)|transactions/([^/]+)/.|traffic$)`,
);

export class SiteRouter {
  readonly #deps: SiteRouterDeps;
  /** Sites of which the pipes are cut when the lease of their node is over. */
  readonly #watched = new Set<string>();

  constructor(deps: SiteRouterDeps) {
    this.#deps = deps;
  }

  /** The other node that is to answer; undefined if it is this one, or nothing can be known. */
  async ownerOf(request: IncomingMessage): Promise<SiteOwner | undefined> {
    if (passedOnClient(request)) return undefined;
    const site = this.#siteOf(request);
    if (site === undefined) return undefined;
    // What cannot be found is refused by the handshake, which looks again.
    const found = await this.#deps.find(site).catch(() => undefined);
    if (found?.kind !== 'elsewhere') return undefined;
    this.#watch(site, found);
    return { site, ...found.node };
  }

  upgrade(upgrade: PublicUpgrade, client: PublicClient, owner: SiteOwner): void {
    this.#deps.forwarder.upgrade(upgrade, client, owner);
  }

  request(request: PublicRequest, client: PublicClient, owner: SiteOwner): void {
    this.#deps.forwarder.request(request, client, owner);
  }

  /** Cuts all that is passed on. */
  close(): void {
    this.#deps.forwarder.pipes.closeAll();
  }

  #watch(site: string, lease: Leased): void {
    if (this.#watched.has(site)) return;
    this.#watched.add(site);
    lease.onOver(() => {
      this.#watched.delete(site);
      this.#deps.forwarder.pipes.closeSite(site);
    });
  }

  #siteOf(request: IncomingMessage): string | undefined {
    const [path = '', query = ''] = (request.url ?? '/').split('?', 2);
    const ofApi = OF_OPEN_SITE.exec(path);
    if (ofApi)
      return decoded(ofApi[1] ?? ofApi[2]) ?? new URLSearchParams(query).get('site') ?? undefined;
    const isHandshake = integrationOf(path) !== undefined || path.startsWith('/handshake/');
    return isHandshake ? this.#deps.siteAt(hostOf(request)) : undefined;
  }
}

function decoded(part: string | undefined): string | undefined {
  try {
    return part === undefined ? undefined : decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
