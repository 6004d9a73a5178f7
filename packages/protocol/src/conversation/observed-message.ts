// What is found out about one message of a conversation.

import type { SchemaViolation } from '../rpc/error.ts';

/** Who says it: the gateway, or whoever is at the other end: a till, a waiter, a card machine. */
export type Side = 'gateway' | 'partner';

/** One message as it stands in its frame. */
export interface LocatedValue {
  readonly value: unknown;
  /** Empty, or `/0` in a batch. */
  readonly path: string;
}

/** How a message stands to the published schemas. */
export interface Assessment {
  /** Name of the message it was held against, such as `sale.request`; absent if there is none. */
  readonly message?: string;
  /** Where it departs from that; paths are JSON Pointers (RFC 6901) from the top of the frame. */
  readonly violations: readonly SchemaViolation[];
  /** What else is wrong with it, as a sentence. */
  readonly remark?: string;
}

/** One message of a conversation. */
export interface ObservedMessage extends Assessment {
  /** `error`: an answer that says no, or a complaint about what could not be used. */
  readonly kind: 'request' | 'response' | 'notification' | 'error' | 'invalid';
  /** Where it stands in its frame: empty, or `/0` in a batch. */
  readonly path: string;
  /** Of an answer that of its request; absent if there is none. */
  readonly method?: string;
  /** As JSON: `7` and `"7"` are two ids. */
  readonly id?: string;
  /** What it answers: the very object that `follow` gave for that message. */
  readonly inReplyTo?: ObservedMessage;
}
