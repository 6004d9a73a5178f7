// One text on a line, and what it turned out to be.

import type { Integration, ObservedMessage, Version } from '@tillgate/protocol';
import { parseMessage } from '@tillgate/protocol';

/** The line a frame went over, as far as reading it asks for. */
export interface ConnectionName {
  /** Unlike that of any other line, open or closed. */
  readonly id: string;
  /** For people: `testhost · pac v1`. */
  readonly label: string;
  readonly integration: Integration;
  readonly version: Version;
  /** Lines of one scope share their open requests: those of one epos-id [C-4.40]. */
  readonly scope: string;
}

/** The line of a till: the kind on which messages can be written by hand. */
export interface TillConnectionName extends ConnectionName {
  readonly integration: 'pac' | 'pat';
}

/** `line`: not a message, but what became of the line itself. */
export type Direction = 'sent' | 'received' | 'line';

/** As it is recorded. */
export interface RawFrame {
  readonly connection: ConnectionName;
  /** Milliseconds since 1970, with fractions. */
  readonly at: number;
  readonly direction: Direction;
  readonly text: string;
}

export interface Frame extends RawFrame {
  /** Counts from 1. */
  readonly seq: number;
  /** One, or one for each item of a batch; none of what became of the line. */
  readonly messages: readonly FrameMessage[];
}

/** One message of it. */
export interface FrameMessage extends Omit<ObservedMessage, 'answers'> {
  /** The request of an answer, or the answer of a request. */
  readonly counterpart?: MessagePosition;
  /** From the request to its answer; on both of them. */
  readonly latencyMs?: number;
}

export interface MessagePosition {
  readonly seq: number;
  readonly index: number;
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

export function isTillConnection(line: ConnectionName): line is TillConnectionName {
  return line.integration === 'pac' || line.integration === 'pat';
}

/** Whether it answers something, be it with a no. */
export function isAnswer({ kind }: FrameMessage): boolean {
  return kind === 'response' || kind === 'error';
}

/** Whether anything is wrong with it. */
export function isFaulty({ messages }: Frame): boolean {
  return messages.some(({ violations, remark }) => violations.length > 0 || remark !== undefined);
}
