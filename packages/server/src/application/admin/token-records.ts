// Tokens as they are kept: reading them, naming them, removing them. Decides nothing.

import type { Store } from '../../ports/store.ts';
import type { Token } from '../handshake/access.ts';
import { TOKEN_USES, TOKENS, tokenKey } from '../handshake/access.ts';

export interface UsedToken extends Token {
  /** Milliseconds since 1970, to the minute. */
  readonly lastUsedAt?: number;
}

/** Of one site, or of all. */
export async function tokensOf(
  store: Pick<Store, 'list'>,
  site?: string,
): Promise<readonly UsedToken[]> {
  const prefix = site === undefined ? '' : `${site}/`;
  const uses = await store.list(TOKEN_USES, prefix);
  const usedAt = new Map(uses.map(({ key, value }) => [key, Number(value)]));
  const records = await store.list(TOKENS, prefix);
  return records.map(({ key, value }) => {
    const lastUsedAt = usedAt.get(key);
    return { ...(JSON.parse(value) as Token), ...(lastUsedAt === undefined ? {} : { lastUsedAt }) };
  });
}

/** The records that keep a token, to be removed together. */
export function tokenRecords(token: Token) {
  const key = tokenKey(token);
  return [
    { collection: TOKENS, key },
    { collection: TOKEN_USES, key },
  ];
}
