// One text on a line, and what it turned out to be.

import type { Fault, Version } from '@tillgate/protocol';
import { parseMessage } from '@tillgate/protocol';

/** The line a frame went over, as far as reading it asks for. */
export interface LineName {
  /** Unlike that of any other line, open or closed. */
  readonly id: string;
  /** For people: `testhost · pac v1`. */
  readonly label: string;
  readonly integration: 'pac' | 'pat';
  readonly version: Version;
  /** Lines of one scope share their open requests: those of one epos-id [C-4.40]. */
  readonly scope: string;
}

/** `line`: not a message, but what became of the line itself. */
export type Direction = 'sent' | 'received' | 'line';

/** As it is recorded. */
export interface RawFrame {
  readonly line: LineName;
  /** Milliseconds since 1970, with fractions. */
  readonly at: number;
  readonly direction: Direction;
  readonly text: string;
}

export interface Frame extends RawFrame {
  /** Counts from 1. */
  readonly seq: number;
  /** One, or one for each item of a batch. */
  readonly parts: readonly Part[];
}

export interface Part {
  readonly kind: 'request' | 'answer' | 'notification' | 'unreadable' | 'line';
  /** Of an answer that of its request; absent if there is none. */
  readonly method?: string;
  /** As JSON: `7` and `"7"` are two ids. */
  readonly id?: string;
  /** Of an answer: whether it says no. */
  readonly isError?: boolean;
  /** Name of the published message it was held against, such as `sale.request`. */
  readonly message?: string;
  /** Where it departs from that, by path from the top of the frame. */
  readonly faults: readonly Fault[];
  /** What else is wrong with it, as a sentence. */
  readonly remark?: string;
  /** The request of an answer, or the answer of a request. */
  readonly partner?: PartAt;
  /** From the request to its answer; on both of them. */
  readonly latencyMs?: number;
}

export interface PartAt {
  readonly seq: number;
  readonly part: number;
}

/** Its text as a value; undefined if it is not JSON. Not kept: ten thousand of them are many. */
export function messageOf({ direction, text }: Pick<RawFrame, 'direction' | 'text'>): unknown {
  if (direction === 'line') return undefined;
  try {
    return parseMessage(text);
  } catch {
    return undefined;
  }
}

/** Whether anything is wrong with it. */
export function isFaulty({ parts }: Frame): boolean {
  return parts.some(({ faults, remark }) => faults.length > 0 || remark !== undefined);
}
