// The settings and tokens of an open site; tokens are stored as SHA-256 [C-2.4]. Both are held in memory and
// read again after every change, also by another process.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { Integration } from '@tillgate/protocol';
import type { Site } from '../../domain/site.ts';
import type { Cancel, Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';
import { RecordCache } from './record-cache.ts';
import type { SiteChanges } from './site-changes.ts';

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

/** Key of a token's record: all tokens of a site stand together. */
export function tokenKey(token: Pick<Token, 'site' | 'hash'>): string {
  return `${token.site}/${token.hash}`;
}

interface Records {
  readonly site: Site | undefined;
  readonly tokens: readonly Token[];
}

export interface SiteRecordsDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly changes: SiteChanges;
}

export class Access {
  readonly #store: Store;
  readonly #clock: Clock;
  #site: Site | undefined;
  #tokens: readonly Token[] = [];
  readonly #usedAt = new Map<string, number>();
  readonly #cache: RecordCache<Records>;
  #expiry: Cancel | undefined;

  /** Reads what there is of the site of that name and follows it from then on. */
  static async open(name: string, deps: SiteRecordsDeps): Promise<Access> {
    const access = new Access(name, deps);
    await access.#cache.start();
    return access;
  }

  private constructor(name: string, { store, clock, changes }: SiteRecordsDeps) {
    this.#store = store;
    this.#clock = clock;
    this.#cache = new RecordCache({
      clock,
      watch: (changed) => changes.watch(name, changed),
      read: () => readRecords(store, name),
      onRead: (records) => this.#take(records),
    });
  }

  /**
   * Calls `changed` after the site or its tokens have changed or one of them has expired. Returns a function
   * that unsubscribes.
   */
  onChange(changed: () => void): () => void {
    return this.#cache.onChange(changed);
  }

  /** Reads the records again; fulfilled once they count. */
  reload(): Promise<void> {
    return this.#cache.read();
  }

  close(): void {
    this.#cache.close();
    this.#expiry?.();
  }

  /** Undefined once it is removed. */
  get site(): Site | undefined {
    return this.#site;
  }

  /** The token's record if it opens this integration now. */
  tokenFor(token: string, scope: Scope): Token | undefined {
    const found = findByHash(this.#tokens, token);
    return found && this.#isGood(found, scope) ? found : undefined;
  }

  /** Whether a token that let somebody in would still do so. */
  isValid(hash: string, scope: Scope): boolean {
    return this.#tokens.some((token) => token.hash === hash && this.#isGood(token, scope));
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
  hasToken(id: string, scope: Scope): boolean {
    return this.#tokens.some((token) => tokenId(token) === id && this.#isGood(token, scope));
  }

  #isGood(token: Token, scope: Scope): boolean {
    const { expiresAt = Number.POSITIVE_INFINITY } = token;
    return token.scopes.includes(scope) && this.#clock.now() < expiresAt;
  }

  #take({ site, tokens }: Records): void {
    this.#site = site;
    this.#tokens = tokens;
    this.#scheduleExpiry(this.#nextExpiry());
  }

  /** When the next token expires, of those that still do; Infinity if none does. */
  #nextExpiry(): number {
    const now = this.#clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const { expiresAt = next } of this.#tokens) {
      if (expiresAt > now && expiresAt < next) next = expiresAt;
    }
    return next;
  }

  /**
   * The next token to expire closes its sockets by itself. The wall clock is looked at often, since a timer
   * does not notice that it was set or that the machine slept.
   */
  #scheduleExpiry(at: number): void {
    this.#expiry?.();
    this.#expiry = undefined;
    if (!Number.isFinite(at)) return;
    const waitMs = Math.min(Math.max(0, at - this.#clock.now()), MAX_EXPIRY_WAIT_MS);
    this.#expiry = this.#clock.after(waitMs, () => {
      const isOver = at <= this.#clock.now();
      this.#scheduleExpiry(isOver ? this.#nextExpiry() : at);
      if (isOver) this.#cache.notify();
    });
  }
}

async function readRecords(store: Store, name: string): Promise<Records> {
  const [site, tokens] = await Promise.all([readSite(store, name), store.list(TOKENS, `${name}/`)]);
  return { site, tokens: tokens.map(({ value }) => JSON.parse(value) as Token) };
}

/** The settings of a site; undefined if there is none of that name. */
export async function readSite(store: Pick<Store, 'get'>, name: string): Promise<Site | undefined> {
  const value = await store.get({ collection: SITES, key: name });
  return value === undefined ? undefined : (JSON.parse(value) as Site);
}
