// The port for playing the waiter at a virtual card machine: the console and programs do.

import type { NotificationValue } from '@tillgate/protocol';
import type { TableAnswer, TableRequest } from './terminal-driver.ts';

/** One waiter at one machine. */
export interface Waiter {
  /** Whether the waiter has left or the machine was closed: then a new one is needed. */
  readonly isClosed: boolean;
  /** Sends a request of the waiter to the gateway; one at a time, except `leave`. */
  request(request: TableRequest): Promise<TableAnswer>;
  /** The waiter goes: a table that is still locked is left. */
  close(): void;
}

export interface WaiterAccess {
  /** Whether the gateway simulates a machine whose line is open; otherwise it is operated by hand [C-10.22]. */
  simulates(site: string, tid: string): boolean;
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
