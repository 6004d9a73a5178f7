// Tokens of tills as operators keep them: list, make, revoke. Only the answer to `addToken` ever
// holds the token itself.

import { randomUUID } from 'node:crypto';
import { changeRecords } from '../../ports/record-change.ts';
import type { Scope, Token } from '../handshake/access.ts';
import { TOKENS, tokenId, tokenKey } from '../handshake/access.ts';
import type { Actor } from './actor.ts';
import type { AdminDeps } from './audit.ts';
import { changesOf, writeAudited } from './audit.ts';
import { AdminRefusal, unfit } from './refusal.ts';
import { findSite } from './sites.ts';
import { newToken, tokenRecord } from './test-site.ts';
import type { UsedToken } from './token-records.ts';
import { tokenRecords, tokensOf } from './token-records.ts';

/** Oldest first. */
export async function listTokens(
  deps: AdminDeps,
  actor: Actor,
  site: string,
): Promise<readonly UsedToken[]> {
  await findSite(deps, actor, site);
  const tokens = await tokensOf(deps.store, site);
  return tokens.toSorted((one, other) => one.createdAt - other.createdAt);
}

export interface NewToken {
  readonly site: string;
  readonly label?: string;
  readonly scopes?: readonly Scope[];
  /** Milliseconds since 1970; never if absent. */
  readonly expiresAt?: number;
}

/** Gives the token too, this once. */
export function addToken(
  asked: AdminDeps,
  actor: Actor,
  { site, label = '', scopes, expiresAt }: NewToken,
): Promise<{ readonly token: string; readonly kept: Token }> {
  return changeRecords(asked, async (deps) => {
    await findSite(deps, actor, site);
    const { clock } = deps;
    if (expiresAt !== undefined && expiresAt <= clock.now()) {
      throw unfit('/expiresAt', 'a moment to come', new Date(expiresAt).toISOString());
    }
    const token = randomUUID();
    const properties = {
      label,
      ...(scopes === undefined ? {} : { scopes: [...new Set(scopes)] }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
    const kept = newToken(token, { site, clock, ...properties });
    await writeAudited(deps, {
      actor,
      deed: {
        action: 'token.add',
        site,
        subject: tokenId(kept),
        changes: changesOf({}, properties),
      },
      write: { put: [tokenRecord(kept)] },
    });
    return { token, kept };
  });
}

/** `id` as `tokenId` gives it. */
export function revokeToken(
  asked: AdminDeps,
  actor: Actor,
  { site, id }: { readonly site: string; readonly id: string },
): Promise<void> {
  return changeRecords(asked, async (deps) => {
    const tokens = await listTokens(deps, actor, site);
    const found = tokens.filter((token) => tokenId(token) === id);
    // Read by name, so that of two revocations one finds no token.
    const kept = await Promise.all(
      found.map((token) => deps.store.get({ collection: TOKENS, key: tokenKey(token) })),
    );
    if (!kept.some((value) => value !== undefined)) {
      throw new AdminRefusal('notFound', 'There is no such token.');
    }
    await writeAudited(deps, {
      actor,
      deed: { action: 'token.revoke', site, subject: id },
      write: { remove: found.flatMap(tokenRecords) },
    });
  });
}
