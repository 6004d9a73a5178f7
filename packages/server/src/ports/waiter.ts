// A waiter at a virtual card machine, as a seam: people and programs may play one.

import type { NotificationValue } from '@tillgate/protocol';
import type { TableAnswer, TableRequest } from './terminal-driver.ts';

/** One waiter at one machine. */
export interface Waiter {
  /** He went away, or the machine did: another has to come. */
  readonly isClosed: boolean;
  /** Tells the gateway what the waiter wants; one at a time, save `leave`. */
  request(wish: TableRequest): Promise<TableAnswer>;
  /** Goes away: a table that is still locked is left. */
  close(): void;
}

export interface WaiterAccess {
  /**
   * A waiter at a machine whose line is open; `showing` gets what its screen shows while a card is
   * paid. Undefined if there is no such machine, or another waiter is at it.
   */
  waiter(
    site: string,
    tid: string,
    showing: (value: NotificationValue) => void,
  ): Waiter | undefined;
}
