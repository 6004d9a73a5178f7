// A waiter at a virtual card machine. When the waiter is closed while the gateway may have a table locked, it
// sends a `leave` request. VirtualTerminal makes one for each call of `waiter()`.

import type { NotificationValue } from '@tillgate/protocol';
import type { TableAnswer, TableRequest } from '../../../ports/terminal-driver.ts';
import type { Waiter } from '../../../ports/waiter.ts';
import type { WaiterRequests } from '../waiter-requests.ts';

/** What the machine provides. */
export interface VirtualWaiterDeps {
  readonly requests: WaiterRequests;
  /** Shows the waiter a value of the machine's screen. */
  showing(value: NotificationValue): void;
  /** Reports a request to the gateway; `answer` takes the gateway's answer. */
  report(request: TableRequest, answer: (answer: TableAnswer) => void): void;
  /** Called once, when the waiter is closed and no request is open: the machine can have another waiter. */
  onClosed(): void;
}

export class VirtualWaiter implements Waiter {
  readonly #deps: VirtualWaiterDeps;
  /** Whether the gateway may have a table session open for this waiter. */
  #hasTable = false;
  #closed = false;

  constructor(deps: VirtualWaiterDeps) {
    this.#deps = deps;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Sends a request; a closed waiter gets `no`. */
  async request(request: TableRequest): Promise<TableAnswer> {
    return this.#closed ? this.#deps.requests.outOfReach() : this.#send(request);
  }

  /** Ends the waiter, after the answer to an open request and a `leave` if a table may be locked. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#deps.requests.areAnswered) this.#finish();
  }

  /** Called by the machine with each value it shows during a table payment. */
  show(value: NotificationValue): void {
    this.#deps.showing(value);
  }

  /** Answers all open requests, because the machine has disconnected. */
  onDisconnected(): void {
    const { requests } = this.#deps;
    if (requests.areAnswered) return;
    requests.onDisconnected();
    if (this.#closed) this.#finish();
  }

  /** Closes the waiter without a `leave`, because the handle of the machine is closed. */
  end(): void {
    this.#closed = true;
    this.#hasTable = false;
    this.onDisconnected();
  }

  #send(request: TableRequest): Promise<TableAnswer> {
    const { requests } = this.#deps;
    return requests.send(request, (answer) => {
      if (request.kind === 'tables' || request.kind === 'lock') this.#hasTable = true;
      this.#deps.report(request, (reply) => {
        if (answer(reply)) this.#onAnswered(reply);
      });
    });
  }

  #onAnswered({ answer }: TableAnswer): void {
    if (answer === 'left') this.#hasTable = false;
    if (this.#closed && this.#deps.requests.areAnswered) this.#finish();
  }

  /** Sends at most one `leave`; it is not repeated, whatever the answer. */
  #finish(): void {
    if (!this.#hasTable) {
      this.#deps.onClosed();
      return;
    }
    this.#hasTable = false;
    void this.#send({ kind: 'leave' });
  }
}
