// Which message answers which, of both directions: what is due an answer, and what an answer is about.

import { errorTable, unusableMessageCodes } from '../rpc/error.ts';
import type { ObservedMessage, Side } from './observed-message.ts';

/** Something that is due an answer. */
export interface PendingMessage {
  readonly side: Side;
  /** Its id as JSON; absent if it can only be answered without one [C-3.19]. */
  readonly id?: string;
  readonly said: ObservedMessage;
}

/** As much of an answer as tells what it is about. */
export interface ResponseKey {
  readonly id?: string;
  /** Of an error; null if it has none. */
  readonly code?: unknown;
}

/** Most messages remembered until they are answered; then the oldest is forgotten. */
const MOST_OPEN = 1000;
/** Most answered questions of the gateway remembered, in case it cannot use the answer [C-9.5]. */
const MOST_ANSWERED = 16;

export class RequestTracker {
  readonly #open: PendingMessage[] = [];
  readonly #answered: PendingMessage[] = [];

  /** The requests of `side` that have no answer yet, oldest first. */
  waiting(side: Side): readonly ObservedMessage[] {
    const open = this.#open.filter((one) => one.side === side && one.said.kind === 'request');
    return open.map(({ said }) => said);
  }

  /** Only what the partner says may be answered without an id: the gateway says nothing unusable. */
  expect(one: PendingMessage): void {
    if (one.side === 'gateway' && one.id === undefined) return;
    keep(this.#open, one, MOST_OPEN);
  }

  /** What `side` answers; under an id that is open twice the newer [C-3.15]. */
  answeredBy(side: Side, { id, code }: ResponseKey): PendingMessage | undefined {
    const asked = this.#newest(side === 'gateway' ? 'partner' : 'gateway', id);
    if (asked || side === 'partner') return asked;
    return id === undefined ? this.#refusedWithout(code) : this.#refusedAnswer(id, code);
  }

  /** It has its answer. */
  settle(one: PendingMessage): void {
    const at = this.#open.indexOf(one);
    if (at < 0) return;
    this.#open.splice(at, 1);
    if (one.side === 'gateway') keep(this.#answered, one, MOST_ANSWERED);
  }

  #newest(side: Side, id: string | undefined): PendingMessage | undefined {
    if (id === undefined) return undefined;
    return this.#open.findLast((one) => one.side === side && one.id === id);
  }

  /** The gateway's own question, if its answer is missing or cannot be used [C-9.4, C-9.5]. */
  #refusedAnswer(id: string, code: unknown): PendingMessage | undefined {
    if (code !== errorTable.noAnswer.code) return undefined;
    return this.#newest('gateway', id) ?? this.#answered.findLast((one) => one.id === id);
  }

  /** What was unusable, in the order in which it came. */
  #refusedWithout(code: unknown): PendingMessage | undefined {
    if (code === undefined) return undefined;
    const partners = this.#open.filter(({ side }) => side === 'partner');
    const unusable = partners.find(({ id }) => id === undefined);
    // Otherwise good, but for an id that is taken [C-4.41]: most likely what was sent last.
    return unusable ?? (unusableMessageCodes.has(code) ? partners.at(-1) : undefined);
  }
}

function keep(list: PendingMessage[], one: PendingMessage, most: number): void {
  list.push(one);
  if (list.length > most) list.shift();
}
