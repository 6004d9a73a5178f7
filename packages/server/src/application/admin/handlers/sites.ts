// Sites and tokens, as the API has them.

import type { api } from '@tillgate/protocol';
import type { Site } from '../../../domain/site.ts';
import type { Token } from '../../handshake/access.ts';
import { tokenId } from '../../handshake/access.ts';
import { moment } from '../moment.ts';
import { addSite, changeSite, findSite, listSites, removeSite } from '../sites.ts';
import type { UsedToken } from '../token-records.ts';
import { tokensOf } from '../token-records.ts';
import { addToken, listTokens, revokeToken } from '../tokens.ts';
import type { ApiDeps, Handlers } from './deps.ts';

type SiteNames = 'listSites' | 'addSite' | 'readSite' | 'changeSite' | 'removeSite';
type TokenNames = 'listTokens' | 'addToken' | 'revokeToken';

export function siteHandlers(deps: ApiDeps): Pick<Handlers, SiteNames | TokenNames> {
  const shown = async (site: Site) =>
    shownSite(site, (await tokensOf(deps.store, site.name)).length);
  return {
    listSites: async ({ actor }) => {
      const sites = await listSites(deps, actor);
      return { body: { sites: await Promise.all(sites.map(shown)) } };
    },
    addSite: async ({ actor, body }) => {
      const site = await addSite(deps, actor, body);
      return { body: shownSite(site, 0) };
    },
    readSite: async ({ actor, params }) => ({
      body: await shown(await findSite(deps, actor, params.site)),
    }),
    changeSite: async ({ actor, params, body }) => {
      const change = { ...body, name: params.site };
      return { body: await shown(await changeSite(deps, actor, change)) };
    },
    removeSite: async ({ actor, params }) => {
      await removeSite(deps, actor, params.site);
      return { body: undefined };
    },
    ...tokenHandlers(deps),
  };
}

function tokenHandlers(deps: ApiDeps): Pick<Handlers, TokenNames> {
  const { clock } = deps;
  return {
    listTokens: async ({ actor, params }) => {
      const tokens = await listTokens(deps, actor, params.site);
      return { body: { tokens: tokens.map((token) => shownToken(token, clock.now())) } };
    },
    addToken: async ({ actor, params, body }) => {
      const { expiresAt, ...rest } = body;
      const request = { ...rest, ...(expiresAt === undefined ? {} : { expiresAt: at(expiresAt) }) };
      const { token, kept } = await addToken(deps, actor, { site: params.site, ...request });
      return { body: { ...shownToken(kept, clock.now()), token } };
    },
    revokeToken: async ({ actor, params }) => {
      await revokeToken(deps, actor, params);
      return { body: undefined };
    },
  };
}

function at(text: string): number {
  return Date.parse(text);
}

function shownSite({ versions, terminals, ...site }: Site, tokens: number): api.Site {
  const absent = {
    patReports: false,
    strictCashback: false,
    finalReceiptMethod: 'finalPosReceiptRequest',
  } as const;
  return { ...absent, ...site, terminals: { ...terminals }, versions: [...versions], tokens };
}

function shownToken(token: UsedToken | Token, now: number): api.Token {
  const { site, label, scopes, createdAt, expiresAt } = token;
  const lastUsedAt = 'lastUsedAt' in token ? token.lastUsedAt : undefined;
  return {
    id: tokenId(token),
    site,
    label,
    scopes: [...scopes],
    createdAt: moment(createdAt),
    ...(expiresAt === undefined ? {} : { expiresAt: moment(expiresAt) }),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt: moment(lastUsedAt) }),
    expired: expiresAt !== undefined && expiresAt <= now,
  };
}
