// What was asked and is not yet answered, over all lines of one till: an answer that comes on a later
// line under an old number finds its request [C-4.40]. Knows numbers, not meanings.

import type { Channel, IncomingRequest, Request, Response } from '@tillgate/protocol';
import { Peer } from '@tillgate/protocol';
import { NotSent } from './errors.ts';
import type { RequestNumbers } from './request-numbers.ts';
import { tapAnswers } from './tap.ts';
import type { Warn } from './warning.ts';

/** One request that was sent. Told of its answer at most once, even if the line broke before. */
export interface Asked {
  readonly answered: (answer: Response) => void;
  /** The line broke first. An answer may still come. */
  readonly lost: () => void;
}

export interface DeskListener {
  readonly answer: (call: IncomingRequest) => unknown;
  readonly notified: (message: Request) => void;
  readonly closed: (code: number, reason: string) => void;
  /** An answer to nothing this till has asked since it started. */
  readonly unclaimed: (answer: Response) => void;
  /** Why there is no line, if that is known. */
  readonly why: () => Error | undefined;
  readonly warn: Warn;
}

export class Desk {
  readonly #numbers: RequestNumbers;
  readonly #listener: DeskListener;
  readonly #open = new Map<unknown, Asked>();
  /** Given up or lost, though an answer may still come. */
  readonly #earlier = new Map<unknown, Asked>();
  #peer: Peer | undefined;

  constructor(numbers: RequestNumbers, listener: DeskListener) {
    this.#numbers = numbers;
    this.#listener = listener;
  }

  /** Works on this line from now on. */
  attach(channel: Channel): void {
    const { answer, notified } = this.#listener;
    const tapped = tapAnswers(channel, (response) => this.#takeLate(response));
    const peer = new Peer(
      tapped,
      {
        onRequest: answer,
        onNotification: notified,
        onDiagnostic: (note) => {
          if (note.kind === 'unmatchedResponse') this.#warnStray(note.response.id);
          if (note.kind === 'listenerFailed') this.#warnFault(note.cause);
        },
        onClosed: (code, reason) => {
          if (this.#peer !== peer) return;
          this.drop();
          this.#listener.closed(code, reason);
        },
      },
      this.#numbers.last,
    );
    this.#peer = peer;
  }

  /** Gives up the line: every open request is lost, at once. */
  drop(): void {
    this.#peer = undefined;
    const open = [...this.#open];
    this.#open.clear();
    for (const [id, asked] of open) this.#earlier.set(id, asked);
    for (const [, asked] of open) asked.lost();
  }

  /** Sends a request and gives its number; throws `NotSent` if there is no line. */
  ask(method: string, params: unknown, asked: Asked): number {
    if (!this.#peer) throw new NotSent(method, this.#listener.why());
    this.#numbers.reserve();
    const id = this.#peer.sendRequest(method, params, (answer) => {
      this.#open.delete(id);
      asked.answered(answer);
      return true;
    });
    this.#numbers.used(id);
    this.#earlier.delete(id);
    this.#open.set(id, asked);
    return id;
  }

  /** An answer of an earlier line; true if it is taken here. */
  #takeLate(answer: Response): boolean {
    const { id } = answer;
    if (typeof id !== 'number' || this.#open.has(id)) return false;
    const asked = this.#earlier.get(id);
    this.#earlier.delete(id);
    if (asked) asked.answered(answer);
    else this.#listener.unclaimed(answer);
    return true;
  }

  #warnFault(cause: unknown): void {
    this.#listener.warn({ warning: 'badMessage', message: 'A message was not dealt with.', cause });
  }

  #warnStray(id: unknown): void {
    const message =
      id === undefined
        ? 'The gateway sent an error about no request of this till.'
        : 'The gateway answered something that was not asked.';
    this.#listener.warn({ warning: 'strayAnswer', message });
  }
}
