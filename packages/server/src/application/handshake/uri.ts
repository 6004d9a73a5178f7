// What the address of a handshake says [C-2.2], read strictly where it must be. Throws
// `HandshakeError`; the authorizer in handshake.ts calls these functions.

import type { Integration, Version } from '@tillgate/protocol';
import { maskPans, tillParameters } from '@tillgate/protocol';
import type { Scope } from './access.ts';
import { rejectHandshake } from './handshake-error.ts';

const PARAMETERS: ReadonlySet<string> = new Set(tillParameters);
const MAX_PARTNER_ID = 128;
const EPOS_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** An IPv6 address in brackets, with its zone, and a port. */
const BRACKETED = /^\[([\da-f:.]+(?:%[\w.~-]+)?)\](?::\d*)?$/i;
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;
/** Two colons at least: a name may have one, before its port. */
const IPV6 = /^[\da-f]{0,4}(:[\da-f]{0,4}){2,7}(\.\d{1,3}){0,3}(%[\w.~-]+)?$/;

/** Without regard to case; one trailing slash allowed [C-2.2]. */
export function integrationOf(path: string): Integration | undefined {
  const [, name] = /^\/(pac|pat|waiter|terminal)\/?$/.exec(path.toLowerCase()) ?? [];
  return name as Integration | undefined;
}

/** Host without port and without the dot of a complete name, in lower case. */
export function hostName(host: string): string {
  return (BRACKETED.exec(host)?.[1] ?? host.replace(/\.?(:\d*)?$/, '')).toLowerCase();
}

/** Name of the site that a Host header leads to: any IP address and `localhost` lead to the default site [C-2.2]. */
export function siteAt(host: string, defaultSite: string): string {
  const name = hostName(host);
  const isLocal = name === 'localhost' || isAddress(name);
  return isLocal ? defaultSite : (name.split('.')[0] ?? '');
}

function isAddress(name: string): boolean {
  return IPV4.test(name) || IPV6.test(name);
}

export function mustNotRepeat(query: URLSearchParams): void {
  for (const name of PARAMETERS) {
    if (query.getAll(name).length > 1) {
      throw rejectHandshake(
        400,
        'repeated_parameter',
        `The parameter ${name} was given more than once.`,
      );
    }
  }
}

/** Recorded in journals and logs, so card numbers in them are masked [C-12.21]. */
export function partnersOf(query: URLSearchParams, version: Version) {
  const softwareHouseId = (query.get('software-house-id') ?? '').trim();
  const installerId = (query.get('installer-id') ?? '').trim();
  const good = [softwareHouseId, installerId].every(
    (id) => id.length > 0 && id.length <= MAX_PARTNER_ID,
  );
  if (version === 'v1' && !good) {
    throw rejectHandshake(422, 'missing_parameter', 'v1 needs software-house-id and installer-id.');
  }
  return {
    softwareHouseId: maskPans(softwareHouseId).slice(0, MAX_PARTNER_ID),
    installerId: maskPans(installerId).slice(0, MAX_PARTNER_ID),
  };
}

/** What may be wrong without being refused [C-2.5]. */
export function extrasOf(query: URLSearchParams, integration: Scope, version: Version) {
  const warnings: string[] = [];
  for (const name of query.keys()) {
    if (!PARAMETERS.has(name)) warnings.push('an unknown parameter was given');
  }
  const flags = [...query].filter(([name]) => name.includes('final-pos-receipt'));
  const hasEffect = integration === 'pat' && version === 'v1';
  const finalReceipt = hasEffect && flags.some(([, value]) => value === '');
  if (flags.some(([, value]) => value !== '' || !hasEffect)) {
    warnings.push('final-pos-receipt-request has no effect here');
  }
  const given = query.get('epos-id');
  if (given === null) return { eposId: undefined, finalReceipt, warnings };
  if (integration === 'pac' && EPOS_ID.test(given))
    return { eposId: given, finalReceipt, warnings };
  return { eposId: undefined, finalReceipt, warnings: [...warnings, 'epos-id has no effect here'] };
}
