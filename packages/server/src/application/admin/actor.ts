// Who uses the admin API or the command line, and which sites they may see.

import type { api } from '@tillgate/protocol';
import { AdminRefusal } from './refusal.ts';

export interface Actor {
  readonly name: string;
  /** How they signed in. */
  readonly via: api.AuditEntry['via'];
  /** Network address of the request. */
  readonly from?: string;
  /** The sites they may see; null for all. */
  readonly sites: readonly string[] | null;
}

/** Whoever can open the journal's folder. */
export const commandLine: Actor = { name: 'command-line', via: 'command-line', sites: null };

/** The gateway itself, when it starts. */
export const gatewayStart: Actor = { name: 'gateway', via: 'start', sites: null };

/** Names that are no operator's. */
export const reservedNames: ReadonlySet<string> = new Set(['local', 'command-line', 'gateway']);

export function sees({ sites }: Actor, site: string): boolean {
  return sites === null || sites.includes(site);
}

/** Refuses with `notFound`, so that a site which they may not see seems not to exist. */
export function mustSee(actor: Actor, site: string): void {
  if (!sees(actor, site)) throw noSuchSite();
}

export function mustSeeAll({ sites }: Actor): void {
  if (sites !== null) throw new AdminRefusal('notAllowed', 'Only an operator of all sites may.');
}

export function noSuchSite(): AdminRefusal {
  return new AdminRefusal('notFound', 'There is no such site.');
}
