// What tills, waiters and card machines have in common on their sockets: where they came in, and the world behind.

import type { Dialect, Integration } from '@tillgate/protocol';
import type { Site } from '../../domain/site.ts';
import type { LinkRegistry } from '../../ports/link.ts';
import type { Observer } from '../../ports/observer.ts';
import type { WaiterAccess } from '../../ports/waiter.ts';
import type { PacDeps } from '../pac/pac.ts';
import type { Tills } from '../pac/tills.ts';
import type { PatOutboxes } from '../pat/pat-outbox.ts';

/** What the address of the socket told [C-2.2]. */
export interface Handshake {
  readonly site: Site;
  readonly integration: Integration;
  readonly dialect: Dialect;
  /** Names the token, without telling it. */
  readonly tokenHash: string;
  readonly softwareHouseId: string;
  readonly installerId: string;
  readonly eposId: string | undefined;
  /** Whether final-pos-receipt-request was passed, where it has an effect. */
  readonly finalReceipt: boolean;
  /** Card machine of a waiter [C-10.13], or that this is [C-13.1]; absent for a till. */
  readonly tid?: string;
  /** Where the raw schemas are served, such as `https://shop1.pay.example/schemas`. */
  readonly schemas: string;
}

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
  readonly patOutboxes: PatOutboxes;
  /** Where waiters stand; absent where no card machine is virtual. */
  readonly waiters: WaiterAccess | undefined;
  /** Where card machines come in that link. */
  readonly links: LinkRegistry;
  /** A linked card machine has given a sign of life. */
  readonly terminalHeard: (site: string, tid: string) => void;
  readonly observer: Observer;
  /** The site as it is now: its settings may change while the socket is open. */
  readonly siteNamed: (name: string) => Site | undefined;
}

export interface ConnectionContext {
  readonly deps: ConnectionDeps;
  readonly handshake: Handshake;
  /** Tells a developer what the wire does not say. */
  note(text: string): void;
  close(code: number, reason: string): void;
}
