// What every kind of connection is given: the objects of its site, and what its handshake said.

import type { ValidationOptions } from '@tillgate/protocol';
import type { Site } from '../../domain/site.ts';
import type { LinkRegistry } from '../../ports/link.ts';
import type { Observer } from '../../ports/observer.ts';
import type { WaiterAccess } from '../../ports/waiter.ts';
import type { Handshake } from '../handshake/handshake.ts';
import type { PacDeps } from '../pac/pac.ts';
import type { Tills } from '../pac/tills.ts';
import type { PatOutbox } from '../pat/pat-outbox.ts';

export interface ConnectionLimits {
  readonly patRequestLimitMs: number;
  /** For a card machine to answer a request [C-13.17]. */
  readonly terminalAnswerMs: number;
  /** Messages of a card machine in 10 s [C-13.19]. */
  readonly terminalMessages: number;
}

export interface ConnectionDeps extends PacDeps {
  readonly limits: PacDeps['limits'] & ConnectionLimits;
  readonly tills: Tills;
  readonly outbox: PatOutbox;
  /** Undefined where no card machine is virtual. */
  readonly waiters: WaiterAccess | undefined;
  /** Where card machines that link are registered. */
  readonly links: LinkRegistry;
  /** Called at every sign of life of a linked card machine. */
  readonly terminalHeard: (tid: string) => void;
  readonly observer: Observer;
  /** The site as it is now: its settings may change while the socket is open. Undefined once it is removed. */
  readonly site: () => Site | undefined;
}

export interface ConnectionContext {
  readonly deps: ConnectionDeps;
  readonly handshake: Handshake;
  /** The site as it is now: its settings may have changed since the handshake. */
  readonly site: Site;
  /** How its incoming messages are validated, by the settings of the site as they are now [C-3.5]. */
  readonly validation: ValidationOptions;
  /** Notes for the developer of a till what the wire does not say. */
  note(text: string): void;
  close(code: number, reason: string): void;
}
