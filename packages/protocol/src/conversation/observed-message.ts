// The types of `Conversation`: one message, its assessment, and the side that sent it.

import type { SchemaViolation } from '../rpc/error.ts';

/** The side that sends: the gateway, or its partner: a till, a waiter or a card machine. */
export type Side = 'gateway' | 'partner';

/** One message and its position in its text. */
export interface LocatedValue {
  readonly value: unknown;
  /** Empty, or `/0` in a batch. */
  readonly path: string;
}

/** How a message compares with the published schemas. */
export interface Assessment {
  /** Name of the declared message it was compared with, such as `sale.request`; absent if there is none. */
  readonly message?: string;
  /** Where it violates that schema; paths are JSON Pointers (RFC 6901) from the top of the text. */
  readonly violations: readonly SchemaViolation[];
  /** What else is wrong with it, as a sentence. */
  readonly remark?: string;
}

/** One message that was sent on the connection. */
export interface ObservedMessage extends Assessment {
  /** `error`: the error response to a request, or an error about a message that could not be used. */
  readonly kind: 'request' | 'response' | 'notification' | 'error' | 'invalid';
  /** Its position in the text: empty, or `/0` in a batch. */
  readonly path: string;
  /** Its method; for a response the method of the request. Absent if there is none. */
  readonly method?: string;
  /** As JSON: `7` and `"7"` are two ids. */
  readonly id?: string;
  /** For a response: the object that `follow` returned for the request. */
  readonly inReplyTo?: ObservedMessage;
}
