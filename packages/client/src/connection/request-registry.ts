// What was asked and is not yet answered, over all lines of one till: an answer that comes on a later
// line under an old number finds its request [C-4.40]. Knows numbers, not meanings.

import type { Channel, IncomingRequest, Request, Response } from '@tillgate/protocol';
import { Peer } from '@tillgate/protocol';
import { NotSent } from './errors.ts';
import type { RequestNumbers } from './request-numbers.ts';
import { tapAnswers } from './tap.ts';
import type { Warn } from './warning.ts';

/** One request that was sent. Told of its answer at most once, even if the line broke before. */
export interface RequestListener {
  readonly onAnswer: (answer: Response) => void;
  /** The line broke first. An answer may still come. */
  readonly onConnectionLost: () => void;
}

export interface RequestRegistryDeps {
  readonly onRequest: (call: IncomingRequest) => unknown;
  readonly onNotification: (message: Request) => void;
  readonly onClosed: (code: number, reason: string) => void;
  /** An answer to nothing this till has asked since it started. */
  readonly onUnclaimed: (answer: Response) => void;
  /** Why there is no line, if that is known. */
  readonly disconnectCause: () => Error | undefined;
  readonly warn: Warn;
}

export class RequestRegistry {
  readonly #numbers: RequestNumbers;
  readonly #deps: RequestRegistryDeps;
  readonly #open = new Map<unknown, RequestListener>();
  /** Given up or lost, though an answer may still come. */
  readonly #earlier = new Map<unknown, RequestListener>();
  #peer: Peer | undefined;

  constructor(numbers: RequestNumbers, listener: RequestRegistryDeps) {
    this.#numbers = numbers;
    this.#deps = listener;
  }

  /** Works on this line from now on. */
  attach(channel: Channel): void {
    const { onRequest, onNotification } = this.#deps;
    const tapped = tapAnswers(channel, (response) => this.#claimLateAnswer(response));
    const peer = new Peer(
      tapped,
      {
        onRequest: onRequest,
        onNotification: onNotification,
        onDiagnostic: (note) => {
          if (note.kind === 'unmatchedResponse') this.#warnStray(note.response.id);
          if (note.kind === 'listenerFailed') this.#warnFault(note.cause);
        },
        onClosed: (code, reason) => {
          if (this.#peer !== peer) return;
          this.loseConnection();
          this.#deps.onClosed(code, reason);
        },
      },
      this.#numbers.last,
    );
    this.#peer = peer;
  }

  /** Gives up the line: every open request is lost, at once. */
  loseConnection(): void {
    this.#peer = undefined;
    const open = [...this.#open];
    this.#open.clear();
    for (const [id, asked] of open) this.#earlier.set(id, asked);
    for (const [, asked] of open) asked.onConnectionLost();
  }

  /** Sends a request and gives its number; throws `NotSent` if there is no line. */
  request(method: string, params: unknown, asked: RequestListener): number {
    if (!this.#peer) throw new NotSent(method, this.#deps.disconnectCause());
    this.#numbers.reserve();
    const id = this.#peer.sendRequest(method, params, (answer) => {
      this.#open.delete(id);
      asked.onAnswer(answer);
      return true;
    });
    this.#numbers.used(id);
    this.#earlier.delete(id);
    this.#open.set(id, asked);
    return id;
  }

  /** An answer of an earlier line; true if it is taken here. */
  #claimLateAnswer(answer: Response): boolean {
    const { id } = answer;
    if (typeof id !== 'number' || this.#open.has(id)) return false;
    const asked = this.#earlier.get(id);
    this.#earlier.delete(id);
    if (asked) asked.onAnswer(answer);
    else this.#deps.onUnclaimed(answer);
    return true;
  }

  #warnFault(cause: unknown): void {
    this.#deps.warn({ warning: 'badMessage', message: 'A message was not dealt with.', cause });
  }

  #warnStray(id: unknown): void {
    const message =
      id === undefined
        ? 'The gateway sent an error about no request of this till.'
        : 'The gateway answered something that was not asked.';
    this.#deps.warn({ warning: 'strayAnswer', message });
  }
}
