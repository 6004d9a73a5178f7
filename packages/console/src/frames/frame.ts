// One frame of a connection, and the messages in it.

import type { Integration, ObservedMessage, Version } from '@tillgate/protocol';
import { parseMessage } from '@tillgate/protocol';

/** The connection of a frame, with what is needed to read the frame. */
export interface ConnectionName {
  /** Unique among all connections, open or closed. */
  readonly id: string;
  /** Such as `testhost · pac v1`. */
  readonly label: string;
  readonly integration: Integration;
  readonly version: Version;
  /** Connections of one scope, which are those of one epos-id, share their open requests [C-4.40]. */
  readonly scope: string;
  /** Its site and epos-id, as the gateway names them; absent on connections of this page. */
  readonly till?: { readonly site: string; readonly eposId?: string };
}

/** The connection of a till; only on these can messages be written by hand. */
export interface TillConnectionName extends ConnectionName {
  readonly integration: 'pac' | 'pat';
}

/** `line` is no frame but an event of the connection itself: opened or closed. Exported files have this word. */
export type Direction = 'sent' | 'received' | 'line';

/** The text of a `line` that opened. */
export const CONNECTED = 'Connected.';

/** A frame as it is recorded. */
export interface RawFrame {
  readonly connection: ConnectionName;
  /** Milliseconds since 1970, with fractions. */
  readonly at: number;
  readonly direction: Direction;
  readonly text: string;
}

export interface Frame extends RawFrame {
  /** Sequence number, from 1. */
  readonly seq: number;
  /** One message, or one for each item of a batch; none for an event of the connection. */
  readonly messages: readonly FrameMessage[];
}

/** One message of a frame. */
export interface FrameMessage extends Omit<ObservedMessage, 'answers'> {
  /** The request of an answer, or the answer of a request. */
  readonly counterpart?: MessagePosition;
  /** Time from the request to its answer, in ms; both messages have it. */
  readonly latencyMs?: number;
}

export interface MessagePosition {
  readonly seq: number;
  readonly index: number;
}

/** The text of a frame as a value; undefined if it is not JSON. Not stored, because a history has up to 10,000 frames. */
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

/** Whether a message is the answer to a request, also an error. */
export function isAnswer({ kind }: FrameMessage): boolean {
  return kind === 'response' || kind === 'error';
}

/** Whether a message of the frame violates its schema or the protocol. */
export function isViolation({ messages }: Frame): boolean {
  return messages.some(({ violations, remark }) => violations.length > 0 || remark !== undefined);
}

/** Whether a message of the frame is an error, or violates its schema or the protocol. */
export function isFaulty(frame: Frame): boolean {
  return isViolation(frame) || frame.messages.some(({ kind }) => kind === 'error');
}

/** The code of the first error in it; undefined if there is none that has one. */
export function errorCodeOf(frame: Frame): number | undefined {
  const message = messageOf(frame);
  const all: readonly unknown[] = Array.isArray(message) ? message : [message];
  for (const one of all) {
    const { code } = Object(Object(one).error) as { code?: unknown };
    if (typeof code === 'number') return code;
  }
  return undefined;
}
