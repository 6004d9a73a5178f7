// How tokens are shown: never the token, only as much of its SHA-256 as names it.

import { momentText } from '../moments.ts';
import { printTable } from '../output.ts';
import type { Token } from './journal.ts';

/** Enough to tell the tokens of a shop apart. */
const PREFIX = 12;

export function prefixOf({ hash }: Pick<Token, 'hash'>): string {
  return hash.slice(0, PREFIX);
}

/** As `--json` prints it. */
export function shownToken(token: Token) {
  const { site, label, scopes, createdAt, expiresAt, lastUsedAt } = token;
  return {
    id: prefixOf(token),
    site,
    label,
    scopes,
    createdAt: iso(createdAt),
    ...(expiresAt === undefined ? {} : { expiresAt: iso(expiresAt) }),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt: iso(lastUsedAt) }),
    expired: isOver(token),
  };
}

export function printTokens(tokens: readonly Token[], none: string): void {
  const rows = tokens.map((token) => [
    ...[prefixOf(token), token.site, token.label || '-', token.scopes.join(',')],
    momentText(token.createdAt),
    token.lastUsedAt === undefined ? 'never' : momentText(token.lastUsedAt),
    expiryText(token),
  ]);
  printTable(['ID', 'SITE', 'LABEL', 'SCOPE', 'CREATED', 'LAST USED', 'EXPIRES'], rows, none);
}

function expiryText(token: Token): string {
  if (token.expiresAt === undefined) return 'never';
  return `${momentText(token.expiresAt)}${isOver(token) ? ' (over)' : ''}`;
}

function isOver({ expiresAt = Number.POSITIVE_INFINITY }: Token): boolean {
  return expiresAt <= Date.now();
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
