// The requests of one till that are not answered yet, over all of its connections: an answer that comes
// on a later connection under an old number finds its request [C-4.40]. Used by `RpcClient`.

import type { Channel, IncomingRequest, Request, Response } from '@tillgate/protocol';
import { Peer } from '@tillgate/protocol';
import { NotSent } from './errors.ts';
import type { RequestNumbers } from './request-numbers.ts';
import type { Warn } from './warning.ts';
import { warnListenerFailed } from './warning.ts';

/** Who sent a request. `onAnswer` is called at most once, perhaps after `onConnectionLost`. */
export interface RequestListener {
  readonly onAnswer: (answer: Response) => void;
  /** The connection broke before the answer. An answer may still come on a later one. */
  readonly onConnectionLost: () => void;
}

export interface RequestRegistryDeps {
  readonly onRequest: (call: IncomingRequest) => unknown;
  readonly onNotification: (message: Request) => void;
  readonly onClosed: (code: number, reason: string) => void;
  /** An answer to nothing this till has asked since it started. */
  readonly onUnclaimed: (answer: Response) => void;
  /** Why there is no connection, if that is known. */
  readonly disconnectCause: () => Error | undefined;
  readonly warn: Warn;
}

export class RequestRegistry {
  readonly #numbers: RequestNumbers;
  readonly #deps: RequestRegistryDeps;
  readonly #open = new Map<unknown, RequestListener>();
  /** Requests whose connection broke, though an answer may still come. */
  readonly #earlier = new Map<unknown, RequestListener>();
  #peer: Peer | undefined;

  constructor(numbers: RequestNumbers, listener: RequestRegistryDeps) {
    this.#numbers = numbers;
    this.#deps = listener;
  }

  /** Sends on this channel from now on. */
  attach(channel: Channel): void {
    const peer = new Peer(
      channel,
      {
        onRequest: this.#deps.onRequest,
        onNotification: this.#deps.onNotification,
        onDiagnostic: (diagnostic) => {
          if (diagnostic.kind === 'unmatchedResponse') this.#handleUnmatched(diagnostic.response);
          if (diagnostic.kind === 'listenerFailed')
            warnListenerFailed(this.#deps.warn, diagnostic.cause);
        },
        onClosed: (code, reason) => {
          if (this.#peer !== peer) return;
          this.handleClosed();
          this.#deps.onClosed(code, reason);
        },
      },
      this.#numbers.last,
    );
    this.#peer = peer;
  }

  /** The connection is gone: `onConnectionLost` is called for every open request, at once. */
  handleClosed(): void {
    this.#peer = undefined;
    const open = [...this.#open];
    this.#open.clear();
    for (const [id, listener] of open) this.#earlier.set(id, listener);
    for (const [, listener] of open) listener.onConnectionLost();
  }

  /** Sends a request and returns its id; throws `NotSent` if there is no connection. */
  request(method: string, params: unknown, listener: RequestListener): number {
    if (!this.#peer) throw new NotSent(method, this.#deps.disconnectCause());
    this.#numbers.reserve();
    const id = this.#peer.sendRequest(method, params, (answer) => {
      // After `handleClosed` the request is among the earlier ones; its channel may still deliver.
      if (this.#open.delete(id) || this.#earlier.delete(id)) listener.onAnswer(answer);
      return true;
    });
    this.#numbers.used(id);
    this.#earlier.delete(id);
    this.#open.set(id, listener);
    return id;
  }

  /** An answer to a request of an earlier connection, or of an earlier run of the till. */
  #handleUnmatched(answer: Response): void {
    const { id } = answer;
    // A result and an error together are no answer at all [C-3.14].
    const hasBoth = Object.hasOwn(answer, 'result') && Object.hasOwn(answer, 'error');
    if (typeof id !== 'number' || hasBoth) {
      this.#warnStray(id);
      return;
    }
    const listener = this.#earlier.get(id);
    this.#earlier.delete(id);
    if (listener) listener.onAnswer(answer);
    else this.#deps.onUnclaimed(answer);
  }

  #warnStray(id: unknown): void {
    const message =
      id === undefined
        ? 'The gateway sent an error about no request of this till.'
        : 'The gateway answered something that was not asked.';
    this.#deps.warn({ warning: 'strayAnswer', message });
  }
}
