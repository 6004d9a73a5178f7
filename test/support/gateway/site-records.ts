// Sites and tokens as the store holds them, for tests that need others than the test site.

import { createHash } from 'node:crypto';

export interface SiteRecord {
  readonly name: string;
  readonly title: string;
  readonly currency: 'GBP' | 'EUR';
  readonly strict: boolean;
  readonly versions: readonly string[];
  readonly test: boolean;
  readonly timeZone: string;
  readonly signatureOnTimeout: 'accept' | 'reject';
  readonly patReports?: boolean;
  readonly strictCashback?: boolean;
  readonly finalReceiptMethod?: string;
  readonly terminals: Readonly<Record<string, object>>;
}

/** A site with virtual machines of every name, unless the options say otherwise. */
export function siteRecord(name: string, more: Partial<SiteRecord> = {}) {
  const site: SiteRecord = {
    name,
    title: `Shop ${name}`,
    currency: 'GBP',
    strict: true,
    versions: ['v1', 'v0'],
    test: true,
    timeZone: 'Europe/London',
    signatureOnTimeout: 'accept',
    terminals: {},
    ...more,
  };
  return { collection: 'sites', key: name, value: JSON.stringify(site) };
}

interface TokenDetails {
  readonly scopes?: readonly ('pac' | 'pat')[];
  readonly expiresAt?: number;
}

/** A token that opens a site [C-2.4]. */
export function tokenRecord(site: string, token: string, details: TokenDetails = {}) {
  const hash = createHash('sha256').update(token).digest('hex');
  const value = { hash, site, label: 'test', scopes: ['pac', 'pat'], createdAt: 0, ...details };
  return { collection: 'tokens', key: `${site}/${hash}`, value: JSON.stringify(value) };
}
