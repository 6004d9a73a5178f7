// The session that hears of records which other processes have changed. It is always there: notifications
// that come while it is not are lost, so that after a gap any record may have changed.

import type { ClientConfig } from 'pg';
import type { Cancel, Clock } from '../../../ports/clock.ts';
import type { CollectionWatchers } from '../collection-watchers.ts';
import { NOTICE_CHANNEL } from './batch.ts';
import type { Session } from './client.ts';
import { connect } from './client.ts';

/** Time until a database that is away is tried again, in ms; the first time it is tried at once. */
const RETRY_MS = 500;
/** How often the session is tried, in ms: nothing else would show that a silent server is gone. */
const TRIAL_MS = 10_000;

export interface ChangeListenerDeps {
  readonly config: ClientConfig;
  readonly clock: Clock;
  /** The mark of notifications that are this store's own. */
  readonly origin: string;
  readonly watchers: CollectionWatchers;
}

export class ChangeListener {
  readonly #deps: ChangeListenerDeps;
  #session: Session | undefined;
  #opening: Promise<void> | undefined;
  #cancelTimer: Cancel | undefined;
  #closed = false;

  constructor(deps: ChangeListenerDeps) {
    this.#deps = deps;
  }

  /** Rejects if there can be no session. */
  async open(): Promise<void> {
    let opened: Session | undefined;
    const session = await connect(this.#deps.config, () => {
      // The end of a session that was not yet open is the failure of `open`.
      if (opened && this.#session === opened) this.#reopen();
    });
    session.client.on('notification', ({ payload }) => this.#hear(payload));
    try {
      await session.client.query(`LISTEN ${NOTICE_CHANNEL}`);
    } catch (error) {
      session.cut();
      throw error;
    }
    opened = session;
    this.#session = session;
    this.#tryLater(session);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelTimer?.();
    await this.#opening;
    await this.#session?.close();
  }

  #reopen(): void {
    this.#session = undefined;
    this.#cancelTimer?.();
    if (this.#closed) return;
    this.#opening = this.open().then(
      () => this.#deps.watchers.notifyAll(),
      () => {
        if (!this.#closed)
          this.#cancelTimer = this.#deps.clock.after(RETRY_MS, () => this.#reopen());
      },
    );
  }

  #tryLater(session: Session): void {
    if (this.#closed) return;
    this.#cancelTimer = this.#deps.clock.after(TRIAL_MS, () => {
      session.client.query('SELECT').then(
        () => {
          if (this.#session === session) this.#tryLater(session);
        },
        () => session.cut(),
      );
    });
  }

  #hear(payload = '[]'): void {
    const [origin, collection, key] = JSON.parse(payload) as string[];
    if (collection === undefined || origin === this.#deps.origin) return;
    this.#deps.watchers.notify(collection, key);
  }
}
