// A program that plays the waiter at a virtual card machine, on one socket [C-10.13 - C-10.20]: its
// wishes go to the machine, and what the machine shows comes back.

import type { IncomingRequest, NotificationValue, Peer, WaiterRequest } from '@tillgate/protocol';
import { decodeRequest, encodeShowing, waiterMethods } from '@tillgate/protocol';
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
      peer.send(encodeShowing(value));
    };
  }

  answer(call: IncomingRequest): Promise<TableAnswer> {
    const { world, handshake } = this.#parts;
    const { site, dialect, schemas } = handshake;
    const { codec, decoded } = decodeRequest(waiterMethods, call.message, {
      strict: (world.siteNamed(site.name) ?? site).strict,
      schemaUrl: `${schemas}/${dialect.version}/waiter`,
      onKeysDropped: (method) => this.#parts.note(`keys that ${method} does not have were dropped`),
    });
    world.observer.messageReceived(codec.method);
    world.observer.messageSent(codec.method);
    return this.#fulfil(decoded);
  }

  closed(): void {
    this.#isGone = true;
    this.#waiter?.close();
  }

  async #fulfil(wish: WaiterRequest): Promise<TableAnswer> {
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
