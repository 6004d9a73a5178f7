// Which operator is asking: by key, by session, or as "local" where nobody but this machine can
// ask. Follows the records, also when another process changes them.

import { createHash } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { Observer } from '../../ports/observer.ts';
import type { Store } from '../../ports/store.ts';
import { findByHash } from '../handshake/access.ts';
import type { ClientAddress } from '../handshake/handshake.ts';
import { RateLimit } from '../handshake/rate-limit.ts';
import { RecordCache } from '../handshake/record-cache.ts';
import type { Actor } from './actor.ts';
import { writeAudited } from './audit.ts';
import type { Operator } from './operators.ts';
import { OPERATOR_USES, OPERATORS, operatorsIn } from './operators.ts';
import { AdminRefusal } from './refusal.ts';
import { Sessions } from './sessions.ts';

export interface OperatorDeps {
  readonly store: Store;
  readonly clock: Clock;
  /** How long a session lasts. */
  readonly sessionMs: number;
  readonly observer: Observer;
  readonly failedAttempts: { readonly most: number; readonly withinMs: number };
  /** What the CSRF token of somebody who needs no key follows from: the same on all nodes. */
  readonly localSecret: string;
}

/** What a request brings to say who asks. */
export interface Credentials {
  /** The Authorization header. */
  readonly authorization?: string;
  /** The secret in the session cookie. */
  readonly session?: string;
  /** Whether it can only come from somebody at this machine who needs no key. */
  readonly local: boolean;
  readonly from: ClientAddress;
}

/** Who asks, and what he must show to change something. */
export interface Identity {
  readonly actor: Actor;
  readonly csrf: string;
  /** When he must sign in again. */
  readonly expiresAt?: number;
  /** Of his session. */
  readonly secret?: string;
}

/** One who has a session. */
type SignedIn = Identity & { readonly secret: string; readonly expiresAt: number };

/** How fresh the last use of a key is kept. */
const LAST_USED_STEP_MS = 60_000;

export class OperatorAccess {
  readonly #deps: OperatorDeps;
  readonly #sessions: Sessions;
  readonly #failed: RateLimit;
  readonly #usedAt = new Map<string, number>();
  #operators: readonly Operator[] = [];
  readonly #cache: RecordCache<readonly Operator[]>;

  /** Reads the operators and follows them from then on. */
  static async open(deps: OperatorDeps): Promise<OperatorAccess> {
    const access = new OperatorAccess(deps);
    await access.#cache.start();
    return access;
  }

  private constructor(deps: OperatorDeps) {
    this.#deps = deps;
    this.#sessions = new Sessions(deps, deps.sessionMs);
    this.#failed = new RateLimit(deps.clock, deps.failedAttempts);
    this.#cache = new RecordCache({
      clock: deps.clock,
      watch: (changed) => deps.store.watch(OPERATORS, changed),
      read: () => operatorsIn(deps.store),
      onRead: (operators) => {
        this.#operators = operators;
      },
    });
  }

  close(): void {
    this.#cache.close();
  }

  /** Refuses with `notSignedIn`, `wrongKey` or `tooManyAttempts`. */
  async identify({ authorization, session, local, from }: Credentials): Promise<Identity> {
    if (authorization !== undefined) {
      const operator = this.#operatorFor(/^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '', from);
      const { name, sites, hash } = operator;
      return { actor: { name, via: 'key', from: from.address, sites }, csrf: csrfOf(hash) };
    }
    const known = session === undefined ? undefined : await this.#inSession(session, from);
    if (known) return known;
    if (!local) throw new AdminRefusal('notSignedIn');
    const actor = { name: 'local', via: 'loopback', from: from.address, sites: null } as const;
    return { actor, csrf: csrfOf(this.#deps.localSecret) };
  }

  /** Opens a session; gives its secret, for the cookie and nothing else. */
  async signIn(key: string, from: ClientAddress): Promise<SignedIn> {
    const { name, hash, sites } = this.#operatorFor(key, from);
    const { secret, expiresAt, write } = await this.#sessions.begin({ name, hash });
    const actor: Actor = { name, via: 'session', from: from.address, sites };
    await writeAudited(this.#deps, { actor, deed: { action: 'session.open' }, write });
    return { actor, csrf: csrfOf(secret), expiresAt, secret };
  }

  /** Ends a session; of one who came without there is nothing to end. */
  async signOut({ actor, secret }: Identity): Promise<void> {
    if (secret === undefined) return;
    const write = this.#sessions.end(secret);
    await writeAudited(this.#deps, { actor, deed: { action: 'session.close' }, write });
  }

  async #inSession(secret: string, from: ClientAddress): Promise<Identity | undefined> {
    const session = await this.#sessions.find(secret);
    const operator = this.#operators.find(({ name }) => name === session?.operator);
    // Somebody else may have got the name since.
    if (!session || operator?.hash !== session.keyHash) return undefined;
    const { name, sites } = operator;
    const actor: Actor = { name, via: 'session', from: from.address, sites };
    return { actor, csrf: csrfOf(secret), expiresAt: session.expiresAt, secret };
  }

  #operatorFor(key: string, from: ClientAddress): Operator {
    const found = findByHash(this.#operators, key);
    if (found) {
      this.#used(found.name);
      return found;
    }
    this.#deps.observer.refused('operatorKey', from.network);
    const retryAfterS = this.#failed.count(from.network);
    if (retryAfterS === 0) throw new AdminRefusal('wrongKey');
    const detail = `Try again in ${retryAfterS} seconds.`;
    throw new AdminRefusal('tooManyAttempts', detail, { retryAfterS });
  }

  /** In the background, and only once a minute. */
  #used(name: string): void {
    const { clock, store } = this.#deps;
    const now = clock.now();
    if (now - (this.#usedAt.get(name) ?? 0) < LAST_USED_STEP_MS) return;
    this.#usedAt.set(name, now);
    const put = [{ collection: OPERATOR_USES, key: name, value: String(now) }];
    store.write({ put }).catch(() => {});
  }
}

/** Follows from a secret and does not lead back to it. */
function csrfOf(secret: string): string {
  return createHash('sha256').update(`csrf ${secret}`).digest('base64url');
}
