// Matches responses to requests in both directions: which messages await a response, and which of them a
// response belongs to.

import { errorTable, unusableMessageCodes } from '../rpc/error.ts';
import { ownIdInText } from '../rpc/message.ts';
import type { ObservedMessage, Side } from './observed-message.ts';

/** A message that awaits a response. */
export interface PendingMessage {
  readonly side: Side;
  /** Its id as JSON; absent if the response cannot have one [C-3.19]. */
  readonly id?: string;
  readonly message: ObservedMessage;
}

/** What decides which message a response belongs to. */
export interface ResponseKey {
  readonly id?: string;
  /** The code of an error, null if it has none; absent for a result. */
  readonly code?: unknown;
  /** The id, as JSON, of the gateway's request that an error without id is about [C-4.37]. */
  readonly about?: string;
}

/** Most messages that are kept without a response; then the oldest is dropped. */
const MAX_PENDING = 1000;
/** Most answered requests of the gateway that are kept, in case it rejects the response [C-9.5]. */
const MAX_ANSWERED = 16;

export class RequestTracker {
  readonly #pending: PendingMessage[] = [];
  readonly #answered: PendingMessage[] = [];

  /** The requests of `side` that have no response yet, oldest first. */
  pending(side: Side): readonly ObservedMessage[] {
    const pending = this.#pending.filter(
      (one) => one.side === side && one.message.kind === 'request',
    );
    return pending.map(({ message }) => message);
  }

  /** A message of the gateway without id gets no response; one of the partner may get an error. */
  expect(one: PendingMessage): void {
    if (one.side === 'gateway' && one.id === undefined) return;
    keep(this.#pending, one, MAX_PENDING);
  }

  /** The message that a response of `side` belongs to; of two with the same id the older [C-3.15]. */
  requestFor(side: Side, { id, code, about }: ResponseKey): PendingMessage | undefined {
    const asker = side === 'gateway' ? 'partner' : 'gateway';
    const number = side === 'partner' ? ownIdInText(JSON.parse(id ?? 'null')) : undefined;
    const request = this.#oldest(asker, id) ?? this.#oldest(asker, number?.toString());
    if (request || side === 'partner') return request;
    const asked = id ?? about;
    return asked === undefined
      ? this.#rejectedWithoutId(code)
      : this.#rejectedResponse(asked, code);
  }

  /** Records that a message has its response. */
  settle(one: PendingMessage): void {
    const at = this.#pending.indexOf(one);
    if (at < 0) return;
    this.#pending.splice(at, 1);
    if (one.side === 'gateway') keep(this.#answered, one, MAX_ANSWERED);
  }

  #oldest(side: Side, id: string | undefined): PendingMessage | undefined {
    if (id === undefined) return undefined;
    return this.#pending.find((one) => one.side === side && one.id === id);
  }

  /** The gateway's own request, whose response is missing or invalid [C-9.4, C-9.5]. */
  #rejectedResponse(id: string, code: unknown): PendingMessage | undefined {
    if (code !== errorTable.noAnswer.code) return undefined;
    return this.#oldest('gateway', id) ?? this.#answered.findLast((one) => one.id === id);
  }

  /** The oldest message of the partner that had no usable id. */
  #rejectedWithoutId(code: unknown): PendingMessage | undefined {
    if (code === undefined) return undefined;
    const partners = this.#pending.filter(({ side }) => side === 'partner');
    const unusable = partners.find(({ id }) => id === undefined);
    // Otherwise its id was in use already [C-3.15, C-4.41]: most likely the message that was sent last.
    return unusable ?? (unusableMessageCodes.has(code) ? partners.at(-1) : undefined);
  }
}

function keep(list: PendingMessage[], one: PendingMessage, most: number): void {
  list.push(one);
  if (list.length > most) list.shift();
}
