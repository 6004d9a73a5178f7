// A program that plays the waiter at a virtual card machine, on one socket [C-10.13 - C-10.20]: its
// requests go to the machine, and what the machine shows comes back.

import type { IncomingRequest, NotificationValue, Peer, WaiterRequest } from '@tillgate/protocol';
import { decodeRequest, encodeShowing, waiterMethods } from '@tillgate/protocol';
import type { TableAnswer } from '../../ports/terminal-driver.ts';
import type { Waiter } from '../../ports/waiter.ts';
import type { ConnectionContext } from './context.ts';

const OCCUPIED: TableAnswer = {
  answer: 'no',
  message: 'Another waiter is at this card machine.',
};
const BY_HAND: TableAnswer = {
  answer: 'no',
  message: 'This card machine is operated by hand. Take the table on its own screen.',
};

export class WaiterConnection {
  readonly #context: ConnectionContext;
  readonly #show: (value: NotificationValue) => void;
  /** Made with the first request, and again with the next if it was closed. */
  #waiter: Waiter | undefined;
  #isClosed = false;

  constructor(context: ConnectionContext, peer: Peer) {
    this.#context = context;
    this.#show = (value) => {
      context.deps.observer.messageSent('showing');
      peer.send(encodeShowing(value));
    };
  }

  answer(call: IncomingRequest): Promise<TableAnswer> {
    const { deps, validation } = this.#context;
    const { codec, decoded } = decodeRequest(waiterMethods, call.message, validation);
    deps.observer.messageReceived(codec.method);
    deps.observer.messageSent(codec.method);
    return this.#forward(decoded);
  }

  onClosed(): void {
    this.#isClosed = true;
    this.#waiter?.close();
  }

  async #forward(request: WaiterRequest): Promise<TableAnswer> {
    const { deps, handshake } = this.#context;
    const { site, tid = '' } = handshake;
    // The terminal's session handles the request, so it must be open first.
    await deps.terminals.connected(tid);
    if (!this.#isClosed && (this.#waiter?.isClosed ?? true)) {
      this.#waiter = deps.waiters?.waiter(site.name, tid, this.#show);
    }
    if (this.#waiter) return this.#waiter.request(request);
    return deps.waiters?.simulates(site.name, tid) ? OCCUPIED : BY_HAND;
  }
}
