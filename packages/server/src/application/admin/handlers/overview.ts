// The overview, once or whenever something happens.

import type { api } from '@tillgate/protocol';
import type { Cancel, Clock } from '../../../ports/clock.ts';
import { readOverview } from '../overview.ts';
import type { ApiDeps, EventStream, Handlers } from './deps.ts';
import type { OpenStreams } from './streams.ts';

const USUAL_SITES = 20;
/** At least so long from one overview of a stream to the next. */
const PAUSE_MS = 1_000;
/** What nobody says on a connection is seen after so long: delivery marks, and what only time changes. */
const REFRESH_MS = 10_000;

export function overviewHandlers(
  deps: ApiDeps,
  streams: OpenStreams,
): Pick<Handlers, 'readOverview' | 'followOverview'> {
  return {
    readOverview: async ({ actor, query: { limit = USUAL_SITES } }) => ({
      body: await readOverview(deps, actor, limit),
    }),
    followOverview: async ({ actor, query: { limit = USUAL_SITES } }) => {
      streams.check(actor);
      return {
        open: (take) => {
          const closed = streams.opened(actor);
          const feed = new OverviewFeed(deps.clock, {
            read: () => readOverview(deps, actor, limit),
            take,
          });
          const unwatch = deps.traffic.watch(actor.sites, () => feed.changed());
          return () => {
            unwatch();
            feed.close();
            closed();
          };
        },
      } satisfies EventStream<api.Overview>;
    },
  };
}

interface FeedDeps {
  readonly read: () => Promise<api.Overview>;
  readonly take: (overview: api.Overview, number: number) => void;
}

/** Reads the overview when something has changed, one at a time and with a pause between two. */
class OverviewFeed {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #deps: FeedDeps;
  #number = 0;
  #state: 'reading' | 'pausing' | 'idle' | 'closed' = 'idle';
  #isDue = false;
  #cancel: Cancel = () => {};

  constructor(clock: Pick<Clock, 'after'>, deps: FeedDeps) {
    this.#clock = clock;
    this.#deps = deps;
    void this.#read();
  }

  changed(): void {
    if (this.#state === 'idle') void this.#read();
    else this.#isDue = true;
  }

  close(): void {
    this.#state = 'closed';
    this.#cancel();
  }

  async #read(): Promise<void> {
    this.#cancel();
    this.#state = 'reading';
    this.#isDue = false;
    // What cannot be read now can perhaps be read next time.
    const overview = await this.#deps.read().catch(() => undefined);
    if (this.#isClosed) return;
    this.#number += 1;
    if (overview) this.#deps.take(overview, this.#number);
    this.#state = 'pausing';
    this.#cancel = this.#clock.after(PAUSE_MS, () => this.#afterPause());
  }

  get #isClosed(): boolean {
    return this.#state === 'closed';
  }

  #afterPause(): void {
    if (this.#isDue) {
      void this.#read();
      return;
    }
    this.#state = 'idle';
    this.#cancel = this.#clock.after(REFRESH_MS - PAUSE_MS, () => void this.#read());
  }
}
