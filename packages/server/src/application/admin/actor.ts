// Who does something to the gateway from outside its wire, and what he may see. Knows no key and no
// session.

import type { api } from '@tillgate/protocol';
import { AdminRefusal } from './refusal.ts';

export interface Actor {
  readonly name: string;
  /** How he was known. */
  readonly via: api.AuditEntry['via'];
  /** Network address he comes from. */
  readonly from?: string;
  /** The sites he may see; null for all. */
  readonly sites: readonly string[] | null;
}

/** Whoever can open the journal's folder. */
export const commandLine: Actor = { name: 'command-line', via: 'command-line', sites: null };

/** Names that are no operator's. */
export const reservedNames: ReadonlySet<string> = new Set(['local', 'command-line']);

export function sees({ sites }: Actor, site: string): boolean {
  return sites === null || sites.includes(site);
}

/** A site that he may not see is not there for him. */
export function mustSee(actor: Actor, site: string): void {
  if (!sees(actor, site)) throw noSuchSite();
}

export function mustSeeAll({ sites }: Actor): void {
  if (sites !== null) throw new AdminRefusal('notAllowed', 'Only an operator of all sites may.');
}

export function noSuchSite(): AdminRefusal {
  return new AdminRefusal('notFound', 'There is no such site.');
}
