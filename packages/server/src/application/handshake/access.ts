// Sites and their tokens, stored as SHA-256 [C-2.4]. Both are held in memory and read again after
// every change, also by another process.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { Integration } from '@tillgate/protocol';
import type { Site } from '../../domain/site.ts';
import type { Cancel, Clock } from '../../ports/clock.ts';
import type { Store, StoredRecord } from '../../ports/store.ts';
import { RecordCache } from './record-cache.ts';

export type Scope = 'pac' | 'pat';

/** What a token must be good for: who plays a waiter needs one for the table [C-10.13]. */
export function scopeFor(integration: Exclude<Integration, 'terminal'>): Scope {
  return integration === 'pac' ? 'pac' : 'pat';
}

/** A token as it is kept: everything but the token. */
export interface Token {
  /** Lower case hexadecimal SHA-256 of the token. */
  readonly hash: string;
  readonly site: string;
  readonly label: string;
  readonly scopes: readonly Scope[];
  /** Milliseconds since 1970, as all times here. */
  readonly createdAt: number;
  readonly expiresAt?: number;
}

export const SITES = 'sites';
export const TOKENS = 'tokens';
/**
 * When each token was last used, by its key; apart from it, so that a use never undoes a
 * revocation.
 */
export const TOKEN_USES = 'token-uses';
/** How fresh the last use is kept: not every connection is worth a write. */
const LAST_USED_STEP_MS = 60_000;
/** Longest time in ms until the wall clock is compared with the expiry of a token. */
const MAX_EXPIRY_WAIT_MS = 10_000;

export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/**
 * Whether a token, key or code that was given is one of those kept, by their SHA-256: as it is written,
 * or as the UUID that it is another spelling of (C-2.26). All are compared, so that the time taken reveals
 * nothing.
 */
export function findByHash<T extends { readonly hash: string }>(
  kept: Iterable<T>,
  given: string,
): T | undefined {
  const hashes = [given, asUuid(given) ?? given].map((text) => Buffer.from(hashOf(text), 'hex'));
  let found: T | undefined;
  for (const known of kept) {
    const hash = Buffer.from(known.hash, 'hex');
    for (const one of hashes) if (timingSafeEqual(one, hash)) found = known;
  }
  return found;
}

/**
 * A UUID in the spelling in which the gateway issues them, whatever its case, dashes, braces and blanks;
 * undefined for a text that is no UUID.
 */
function asUuid(text: string): string | undefined {
  const bare = text.replaceAll(/[\s{}()"'-]/g, '').toLowerCase();
  const digits = /^(?:urn:uuid:)?([0-9a-f]{32})$/.exec(bare)?.[1];
  return digits?.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Enough of its SHA-256 to distinguish the tokens of a shop. */
const ID_LENGTH = 12;

/** An id of a token that does not reveal it. */
export function tokenId({ hash }: Pick<Token, 'hash'>): string {
  return hash.slice(0, ID_LENGTH);
}

/** The site that a record of sites, tokens or card machines belongs to. */
export function siteOfKey(key: string): string | undefined {
  return key.split('/', 1)[0];
}

/** Key of a token's record: all tokens of a site stand together. */
export function tokenKey(token: Pick<Token, 'site' | 'hash'>): string {
  return `${token.site}/${token.hash}`;
}

interface Records {
  readonly sites: readonly Site[];
  readonly tokens: readonly Token[];
}

export class Access {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #sites = new Map<string, Site>();
  readonly #tokens = new Map<string, readonly Token[]>();
  /** When the next token of a site expires, of those that do; as far as it is still to come. */
  readonly #expiring = new Map<string, number>();
  readonly #usedAt = new Map<string, number>();
  readonly #cache: RecordCache<Records>;
  #expiry: Cancel | undefined;

  /** Reads what there is and follows it from then on. */
  static async open(store: Store, clock: Clock): Promise<Access> {
    const access = new Access(store, clock);
    await access.#cache.start();
    return access;
  }

  private constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#cache = new RecordCache({
      store,
      clock,
      collections: [SITES, TOKENS],
      partOf: siteOfKey,
      read: (site) => this.#read(site),
      onRead: (records, site) => this.#take(records, site),
    });
  }

  /**
   * Calls `changed` after a site or its tokens have changed or one of them has expired, with the name of the
   * site; without one if that may be so of any. Returns a function that unsubscribes.
   */
  onChange(changed: (site?: string) => void): () => void {
    return this.#cache.onChange(changed);
  }

  close(): void {
    this.#cache.close();
    this.#expiry?.();
  }

  siteNamed = (name: string): Site | undefined => this.#sites.get(name);

  /** The token's record if it opens this integration of this site now. */
  tokenFor(site: string, token: string, scope: Scope): Token | undefined {
    const found = findByHash(this.#tokens.get(site) ?? [], token);
    return found && this.#isGood(found, scope) ? found : undefined;
  }

  /** Whether a token that let somebody in would still do so. */
  isValid(site: string, hash: string, scope: Scope): boolean {
    const token = this.#tokens.get(site)?.find((known) => known.hash === hash);
    return token !== undefined && this.#isGood(token, scope);
  }

  /** Notes that a token was used; in the background, and only once a minute. */
  markUsed(token: Token): void {
    const now = this.#clock.now();
    const key = tokenKey(token);
    if (now - (this.#usedAt.get(key) ?? 0) < LAST_USED_STEP_MS) return;
    this.#usedAt.set(key, now);
    const put = [{ collection: TOKEN_USES, key, value: String(now) }];
    this.#store.write({ put }).catch(() => {});
  }

  /** Whether the token of this id still opens the integration. */
  hasToken(site: string, id: string, scope: Scope): boolean {
    const tokens = this.#tokens.get(site) ?? [];
    return tokens.some((token) => tokenId(token) === id && this.#isGood(token, scope));
  }

  #isGood(token: Token, scope: Scope): boolean {
    const { expiresAt = Number.POSITIVE_INFINITY } = token;
    return token.scopes.includes(scope) && this.#clock.now() < expiresAt;
  }

  async #read(site: string | undefined): Promise<Records> {
    const [sites, tokens] = await Promise.all([
      site === undefined ? this.#store.list(SITES, '') : this.#readSite(site),
      this.#store.list(TOKENS, site === undefined ? '' : `${site}/`),
    ]);
    return { sites: sites.map(parsed<Site>), tokens: tokens.map(parsed<Token>) };
  }

  async #readSite(key: string): Promise<readonly Pick<StoredRecord, 'value'>[]> {
    const value = await this.#store.get({ collection: SITES, key });
    return value === undefined ? [] : [{ value }];
  }

  #take({ sites, tokens }: Records, site: string | undefined): void {
    for (const map of [this.#sites, this.#tokens, this.#expiring]) {
      if (site === undefined) map.clear();
      else map.delete(site);
    }
    for (const one of sites) this.#sites.set(one.name, one);
    for (const [name, some] of Map.groupBy(tokens, (token) => token.site)) {
      this.#tokens.set(name, some);
      this.#noteExpiry(name);
    }
    this.#scheduleExpiry();
  }

  #noteExpiry(site: string): void {
    const now = this.#clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const { expiresAt = next } of this.#tokens.get(site) ?? []) {
      if (expiresAt > now && expiresAt < next) next = expiresAt;
    }
    if (Number.isFinite(next)) this.#expiring.set(site, next);
    else this.#expiring.delete(site);
  }

  #expired(): void {
    const now = this.#clock.now();
    const sites = [...this.#expiring].filter(([, at]) => at <= now).map(([site]) => site);
    for (const site of sites) this.#noteExpiry(site);
    this.#scheduleExpiry();
    for (const site of sites) this.#cache.notify(site);
  }

  /**
   * The next token to expire closes its sockets by itself. The wall clock is looked at often, since a timer
   * does not notice that it was set or that the machine slept.
   */
  #scheduleExpiry(): void {
    this.#expiry?.();
    let next = Number.POSITIVE_INFINITY;
    for (const at of this.#expiring.values()) if (at < next) next = at;
    if (!Number.isFinite(next)) return;
    const waitMs = Math.min(Math.max(0, next - this.#clock.now()), MAX_EXPIRY_WAIT_MS);
    this.#expiry = this.#clock.after(waitMs, () => this.#expired());
  }
}

function parsed<T>({ value }: Pick<StoredRecord, 'value'>): T {
  return JSON.parse(value) as T;
}
