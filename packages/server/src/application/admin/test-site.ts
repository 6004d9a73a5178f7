// The site a newcomer finds ready: virtual card machines, and the token of the specification's
// example while nobody else can reach it.

import { randomUUID } from 'node:crypto';
import type { Site } from '../../domain/site.ts';
import { changeRecords } from '../../ports/record-change.ts';
import type { StoredRecord } from '../../ports/store.ts';
import type { Token } from '../handshake/access.ts';
import { hashOf, SITES, TOKENS, tokenId, tokenKey } from '../handshake/access.ts';
import { EXAMPLE_TOKEN } from '../handshake/handshake.ts';
import { gatewayStart } from './actor.ts';
import type { AdminDeps } from './audit.ts';
import { auditRecord, changesOf } from './audit.ts';

export const TEST_SITE = 'testhost';

export interface TestSite {
  readonly name: string;
  /** In clear only when it is the public one, or was made just now. */
  readonly token: string;
}

/** The defaults of a site. */
export function newSite(name: string, settings: Partial<Omit<Site, 'name'>> = {}): Site {
  return {
    name,
    title: name,
    currency: 'GBP',
    strict: true,
    versions: ['v1', 'v0'],
    test: false,
    timeZone: 'Europe/London',
    signatureOnTimeout: 'accept',
    terminals: {},
    ...settings,
  };
}

/**
 * Makes the test site if there is no site at all. On loopback its token is the one of the
 * specification's example; elsewhere that token is refused, and a secret one is made and shown once.
 * A token that was revoked is not made again.
 */
export function makeTestSite(deps: AdminDeps, onLoopback: boolean): Promise<TestSite | undefined> {
  return changeRecords(deps, async ({ store, clock }) => {
    const sites = await store.list(SITES, '', { limit: 1 });
    const known = await store.get({ collection: SITES, key: TEST_SITE });
    if (sites.length > 0 && known === undefined) return undefined;
    const tokens = await store.list(TOKENS, `${TEST_SITE}/`);
    const isExample = (key: string) => key.endsWith(hashOf(EXAMPLE_TOKEN));
    if (onLoopback && known && tokens.some(({ key }) => isExample(key))) {
      return { name: TEST_SITE, token: EXAMPLE_TOKEN };
    }
    const hasOnlyExample = tokens.length > 0 && tokens.every(({ key }) => isExample(key));
    if (known && (onLoopback || !hasOnlyExample)) return undefined;
    const token = onLoopback ? EXAMPLE_TOKEN : randomUUID();
    const put = [...(known ? [] : newSiteRecords(clock)), ...newTokenRecords(token, clock)];
    await store.write({ put });
    return { name: TEST_SITE, token };
  });
}

/** The test site and its entry in the audit trail. */
function newSiteRecords(clock: AdminDeps['clock']): readonly StoredRecord[] {
  const { name, ...settings } = newSite(TEST_SITE, { title: 'Tillgate test shop', test: true });
  const deed = { action: 'site.add', site: name, changes: changesOf({}, settings) } as const;
  return [
    { collection: SITES, key: name, value: JSON.stringify({ name, ...settings }) },
    auditRecord(gatewayStart, deed, clock.now()),
  ];
}

/** Its token and the entry of that. */
function newTokenRecords(token: string, clock: AdminDeps['clock']): readonly StoredRecord[] {
  const site = TEST_SITE;
  const label = 'test site';
  const kept = newToken(token, { site, label, clock });
  const changes = changesOf({}, { label });
  const deed = { action: 'token.add', site, subject: tokenId(kept), changes } as const;
  return [tokenRecord(kept), auditRecord(gatewayStart, deed, clock.now())];
}

interface TokenDetails extends Partial<Pick<Token, 'scopes' | 'expiresAt'>> {
  readonly site: string;
  readonly label: string;
  readonly clock: AdminDeps['clock'];
}

/** A token's record, without the token. */
export function newToken(token: string, { clock, ...details }: TokenDetails): Token {
  return { scopes: ['pac', 'pat'], ...details, hash: hashOf(token), createdAt: clock.now() };
}

export function tokenRecord(token: Token) {
  return { collection: TOKENS, key: tokenKey(token), value: JSON.stringify(token) };
}
