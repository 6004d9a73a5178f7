// A waiter at a virtual card machine: has one request open at a time and leaves no table locked. The
// machine makes one for each `waiter()`.

import type { NotificationValue } from '@tillgate/protocol';
import type { TableAnswer, TableRequest } from '../../../ports/terminal-driver.ts';
import type { Waiter } from '../../../ports/waiter.ts';
import type { WaiterRequests } from '../waiter-requests.ts';

/** What a machine does for the waiter at it. */
export interface VirtualWaiterDeps {
  readonly requests: WaiterRequests;
  showing(value: NotificationValue): void;
  report(request: TableRequest, answer: (answer: TableAnswer) => void): void;
  /** The waiter has gone, and nothing is open: another may come. */
  onClosed(): void;
}

export class VirtualWaiter implements Waiter {
  readonly #deps: VirtualWaiterDeps;
  /** Whether the gateway may have something open for this waiter. */
  #hasTable = false;
  #closed = false;

  constructor(deps: VirtualWaiterDeps) {
    this.#deps = deps;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  async request(request: TableRequest): Promise<TableAnswer> {
    return this.#closed ? this.#deps.requests.outOfReach() : this.#send(request);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#deps.requests.areAnswered) this.#goAway();
  }

  show(value: NotificationValue): void {
    this.#deps.showing(value);
  }

  /** The machine was out of reach: no answer comes to what was requested before. */
  onDisconnected(): void {
    const { requests } = this.#deps;
    if (requests.areAnswered) return;
    requests.onDisconnected();
    if (this.#closed) this.#goAway();
  }

  /** The machine is closed. */
  end(): void {
    this.#closed = true;
    this.#hasTable = false;
    this.onDisconnected();
  }

  #send(request: TableRequest): Promise<TableAnswer> {
    const { requests } = this.#deps;
    return requests.send(request, (answer) => {
      if (request.kind === 'tables' || request.kind === 'lock') this.#hasTable = true;
      this.#deps.report(request, (given) => {
        if (answer(given)) this.#onAnswered(given);
      });
    });
  }

  #onAnswered({ answer }: TableAnswer): void {
    if (answer === 'left') this.#hasTable = false;
    if (this.#closed && this.#deps.requests.areAnswered) this.#goAway();
  }

  /** Leaves once; whatever the answer, nobody is here to try again. */
  #goAway(): void {
    if (!this.#hasTable) {
      this.#deps.onClosed();
      return;
    }
    this.#hasTable = false;
    void this.#send({ kind: 'leave' });
  }
}
