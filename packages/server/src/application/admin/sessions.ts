// Sessions of operators in browsers: kept under the SHA-256 of their secret, so that a restart of
// the gateway signs nobody out and nobody who reads the records can use them.

import { randomBytes } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { Store, Write } from '../../ports/store.ts';
import { hashOf } from '../handshake/access.ts';

const SESSIONS = 'operator-sessions';
/** Sessions of one operator at once; beyond it the oldest are over. */
const MOST_SESSIONS = 20;

interface Session {
  readonly operator: string;
  /** Of the key it was opened with: without that key it is over. */
  readonly keyHash: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly expiresAt: number;
}

export class Sessions {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #lastsMs: number;

  constructor({ store, clock }: { readonly store: Store; readonly clock: Clock }, lastsMs: number) {
    this.#store = store;
    this.#clock = clock;
    this.#lastsMs = lastsMs;
  }

  /** A new one, to be written by the caller; those that are over go with the same write. */
  async begin({ name, hash }: { readonly name: string; readonly hash: string }): Promise<Begun> {
    const secret = randomBytes(32).toString('base64url');
    const now = this.#clock.now();
    const expiresAt = now + this.#lastsMs;
    const session: Session = { operator: name, keyHash: hash, createdAt: now, expiresAt };
    const put = [{ ...recordName(secret), value: JSON.stringify(session) }];
    return { secret, expiresAt, write: { put, remove: await this.#toForget(name, now) } };
  }

  async find(secret: string): Promise<Session | undefined> {
    const value = await this.#store.get(recordName(secret));
    const session = value === undefined ? undefined : (JSON.parse(value) as Session);
    return session && session.expiresAt > this.#clock.now() ? session : undefined;
  }

  end(secret: string): Write {
    return { remove: [recordName(secret)] };
  }

  async #toForget(operator: string, now: number) {
    const records = await this.#store.list(SESSIONS, '');
    const all = records.map(({ collection, key, value }) => ({
      name: { collection, key },
      session: JSON.parse(value) as Session,
    }));
    const own = all
      .filter(({ session }) => session.operator === operator && session.expiresAt > now)
      .sort((one, other) => other.session.createdAt - one.session.createdAt);
    const over = all.filter(({ session }) => session.expiresAt <= now);
    return [...over, ...own.slice(MOST_SESSIONS - 1)].map(({ name }) => name);
  }
}

interface Begun {
  readonly secret: string;
  readonly expiresAt: number;
  readonly write: Write;
}

function recordName(secret: string) {
  return { collection: SESSIONS, key: hashOf(secret) };
}
