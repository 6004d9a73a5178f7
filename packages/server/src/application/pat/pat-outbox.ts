// The queue of notices for the till at the table of each site. The newest pat connection gets all
// that is queued, and a notice stays queued until its delivery is proven [C-9.22 - C-9.24].

import type { Currency, TableNotification, TableReply, TableRequest } from '@tillgate/protocol';

/** One open socket of a till at the table. */
export interface TableConnection {
  /** Whether it asked for a final receipt after every payment [C-2.2]. */
  readonly wantsFinalReceipt: boolean;
  /**
   * Asks the till; undefined if it gave no usable answer, for which it got an error. `currency` is that
   * of the card machine.
   */
  ask(question: TableRequest, currency: Currency): Promise<TableReply | undefined>;
  /** `delivered` once the till is known to hold it. */
  notify(notice: TableNotification, delivered: () => void): void;
  /** A newer one has taken over. */
  superseded(): void;
}

/** A notice until the till is known to hold it. */
export interface QueuedNotice {
  /** When it came to be, in milliseconds since 1970. */
  readonly at: number;
  /** The card machine, the activity, and the number of the notice in it. */
  readonly from: {
    readonly stream: string;
    readonly activityId: number;
    readonly number: number;
  };
  readonly notice: TableNotification;
  /** Called once. */
  readonly delivered: () => void;
}

export class PatOutboxes {
  readonly #sites = new Map<string, PatOutbox>();

  of(site: string): PatOutbox {
    const till = this.#sites.get(site) ?? new PatOutbox();
    this.#sites.set(site, till);
    return till;
  }
}

/**
 * Most notices sent on one line before the first of them is proven: a long list must not choke it.
 */
const MAX_IN_FLIGHT = 20;

export class PatOutbox {
  #connection: TableConnection | undefined;
  /** All that is not proven, oldest first. */
  readonly #queue: QueuedNotice[] = [];
  /** What the line has not been sent yet. */
  #unsent: QueuedNotice[] = [];
  #inFlight = 0;

  /** The line to ask on; none until it has got all that was kept [C-9.23]. */
  get connection(): TableConnection | undefined {
    return this.#unsent.length > 0 ? undefined : this.#connection;
  }

  /** Replaces the connection; first of all it gets all queued notices, in their order [C-9.23]. */
  attach(connection: TableConnection): void {
    const older = this.#connection;
    this.#connection = connection;
    this.#unsent = [...this.#queue];
    this.#inFlight = 0;
    this.#send();
    older?.superseded();
  }

  /** The connection has closed; a newer one may have taken over before. */
  detach(connection: TableConnection): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.#unsent = [];
  }

  /** Sends the notice now, and again on every later connection until it is delivered. */
  enqueue(queued: QueuedNotice): void {
    this.#queue.splice(this.#indexFor(queued), 0, queued);
    if (!this.#connection) return;
    this.#unsent.push(queued);
    this.#send();
  }

  /** By time, but never before an earlier notice of its own card machine: clocks may step back. */
  #indexFor({ at, from }: QueuedNotice): number {
    const own = ({ from: other }: QueuedNotice) => other.stream === from.stream;
    const least = this.#queue.findLastIndex((one) => own(one) && isEarlier(one.from, from)) + 1;
    const later = this.#queue.findIndex((one) => own(one) && isEarlier(from, one.from));
    const most = later < 0 ? this.#queue.length : later;
    let place = most;
    while (place > least && (this.#queue[place - 1] as QueuedNotice).at > at) place -= 1;
    return place;
  }

  #send(): void {
    const connection = this.#connection;
    while (connection && this.#inFlight < MAX_IN_FLIGHT) {
      const queued = this.#unsent.shift();
      if (!queued) return;
      this.#inFlight += 1;
      connection.notify(queued.notice, () => this.#delivered(queued, connection));
    }
  }

  #delivered(queued: QueuedNotice, connection: TableConnection): void {
    const place = this.#queue.indexOf(queued);
    if (place >= 0) {
      this.#queue.splice(place, 1);
      queued.delivered();
    }
    if (connection !== this.#connection) return;
    this.#inFlight -= 1;
    this.#send();
  }
}

type Place = QueuedNotice['from'];

function isEarlier(one: Place, other: Place): boolean {
  if (one.activityId !== other.activityId) return one.activityId < other.activityId;
  return one.number < other.number;
}
