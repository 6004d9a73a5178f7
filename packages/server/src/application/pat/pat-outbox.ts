// The queue of notices for the till at the table of a site. The newest pat connection gets all
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
  /** `onWritten` once it is handed to the network, `onDelivered` once the till is known to hold it. */
  notify(notice: TableNotification, onWritten: () => void, onDelivered: () => void): void;
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

/** Notices of a connection that wait for the network at once: a long queue must not look like a slow till. */
const MAX_UNWRITTEN = 20;

export class PatOutbox {
  #connection: TableConnection | undefined;
  /** All that is not proven, oldest first. */
  readonly #queue: QueuedNotice[] = [];
  /** What the connection has not been sent yet. */
  #unsent: QueuedNotice[] = [];
  #unwritten = 0;
  /** Called as soon as the connection has been sent everything. */
  #onAllSent: (() => void)[] = [];

  get connection(): TableConnection | undefined {
    return this.#connection;
  }

  /** Calls `then` once the connection has been sent all queued notices, which come first [C-9.23]. */
  afterNotices(connection: TableConnection, then: () => void): void {
    if (this.#connection !== connection) return;
    if (this.#unsent.length === 0) then();
    else this.#onAllSent.push(then);
  }

  /** Replaces the connection; first of all it gets all queued notices, in their order [C-9.23]. */
  attach(connection: TableConnection): void {
    const older = this.#connection;
    this.#connection = connection;
    this.#unsent = [...this.#queue];
    this.#unwritten = 0;
    this.#onAllSent = [];
    this.#send();
    older?.superseded();
  }

  /** The connection has closed; a newer one may have taken over before. */
  detach(connection: TableConnection): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.#unsent = [];
    this.#onAllSent = [];
  }

  /** Sends the notice now, and again on every later connection until it is delivered. */
  enqueue(queued: QueuedNotice): void {
    this.#queue.splice(this.#indexFor(queued), 0, queued);
    if (!this.#connection) return;
    this.#unsent.push(queued);
    this.#send();
  }

  /** Forgets what is queued. */
  clear(): void {
    this.#queue.length = 0;
    this.#unsent = [];
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
    if (!connection) return;
    while (this.#unwritten < MAX_UNWRITTEN) {
      const queued = this.#unsent.shift();
      if (!queued) break;
      this.#unwritten += 1;
      const onWritten = () => this.#written(connection);
      connection.notify(queued.notice, onWritten, () => this.#delivered(queued));
    }
    if (this.#unsent.length === 0) for (const then of this.#onAllSent.splice(0)) then();
  }

  #written(connection: TableConnection): void {
    if (connection !== this.#connection) return;
    this.#unwritten -= 1;
    if (this.#unsent.length > 0) this.#send();
  }

  #delivered(queued: QueuedNotice): void {
    const index = this.#queue.indexOf(queued);
    if (index < 0) return;
    this.#queue.splice(index, 1);
    queued.delivered();
  }
}

type Place = QueuedNotice['from'];

function isEarlier(one: Place, other: Place): boolean {
  if (one.activityId !== other.activityId) return one.activityId < other.activityId;
  return one.number < other.number;
}
