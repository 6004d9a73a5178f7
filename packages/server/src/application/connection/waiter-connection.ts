// A program that plays the waiter at a virtual card machine, on one socket [C-10.13 - C-10.20]: its
// wishes go to the machine, and what the machine shows comes back.

import type { Call, NotificationValue, Peer, WaiterWish } from '@tillgate/protocol';
import { readRequest, showingText, waiterRequests } from '@tillgate/protocol';
import type { TableAnswer } from '../../ports/terminal-driver.ts';
import type { Waiter } from '../../ports/waiter.ts';
import type { LineParts } from './context.ts';

const ANOTHER: TableAnswer = {
  answer: 'no',
  message: 'Another waiter is at this card machine.',
};

export class WaiterLine {
  readonly #parts: LineParts;
  readonly #show: (value: NotificationValue) => void;
  /** Comes to the machine with the first wish, and again with the next if he could not stay. */
  #waiter: Waiter | undefined;
  #isGone = false;

  constructor(parts: LineParts, peer: Peer) {
    this.#parts = parts;
    this.#show = (value) => {
      parts.world.observer.messageSent('showing');
      peer.tell(showingText(value));
    };
  }

  answer(call: Call): Promise<TableAnswer> {
    const { world, handshake } = this.#parts;
    const { site, dialect, schemas } = handshake;
    const { row, wish } = readRequest(waiterRequests, call.message, {
      strict: (world.siteNamed(site.name) ?? site).strict,
      schemas: `${schemas}/${dialect.version}/waiter`,
      dropped: (method) => this.#parts.note(`keys that ${method} does not have were dropped`),
    });
    world.observer.messageReceived(row.method);
    world.observer.messageSent(row.method);
    return this.#fulfil(wish);
  }

  closed(): void {
    this.#isGone = true;
    this.#waiter?.close();
  }

  async #fulfil(wish: WaiterWish): Promise<TableAnswer> {
    const { world, handshake } = this.#parts;
    const { site, tid = '' } = handshake;
    // The machine's session hears the wish, so it must be there first.
    await world.terminals.connected(site.name, tid);
    if (!this.#isGone && (this.#waiter?.isGone ?? true)) {
      this.#waiter = world.hall?.waiter(site.name, tid, this.#show);
    }
    return this.#waiter ? this.#waiter.wish(wish) : ANOTHER;
  }
}
