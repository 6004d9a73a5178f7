// The output of tokens: never the token, only the beginning of its SHA-256.

import type { UsedToken } from '../../application/admin/token-records.ts';
import { tokenId } from '../../application/handshake/access.ts';
import { dateTimeText } from '../date-time.ts';
import { printTable } from '../output.ts';

/** The object that `--json` prints. */
export function tokenJson(token: UsedToken) {
  const { site, label, scopes, createdAt, expiresAt, lastUsedAt } = token;
  return {
    id: tokenId(token),
    site,
    label,
    scopes,
    createdAt: iso(createdAt),
    ...(expiresAt === undefined ? {} : { expiresAt: iso(expiresAt) }),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt: iso(lastUsedAt) }),
    expired: isExpired(token),
  };
}

export function printTokens(tokens: readonly UsedToken[], none: string): void {
  const rows = tokens.map((token) => [
    ...[tokenId(token), token.site, token.label || '-', token.scopes.join(',')],
    dateTimeText(token.createdAt),
    token.lastUsedAt === undefined ? 'never' : dateTimeText(token.lastUsedAt),
    expiryText(token),
  ]);
  printTable(['ID', 'SITE', 'LABEL', 'SCOPE', 'CREATED', 'LAST USED', 'EXPIRES'], rows, none);
}

function expiryText(token: UsedToken): string {
  if (token.expiresAt === undefined) return 'never';
  return `${dateTimeText(token.expiresAt)}${isExpired(token) ? ' (over)' : ''}`;
}

function isExpired({ expiresAt = Number.POSITIVE_INFINITY }: UsedToken): boolean {
  return expiresAt <= Date.now();
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
