// What a frame is called in few words. Pure.

import type { Direction, Frame, FrameMessage } from '../../frames/frame.ts';
import { errorCodeOf, isFaulty, messageOf } from '../../frames/frame.ts';

export function directionOf(direction: Direction): string {
  return { sent: 'sent', received: 'received', line: 'connection' }[direction];
}

export function titleOf({ direction, text, messages }: Frame): string {
  if (direction === 'line') return text;
  const [first] = messages;
  if (!first) return 'Empty';
  const rest = messages.length > 1 ? ` and ${messages.length - 1} more` : '';
  return `${partTitle(first)}${rest}`;
}

export function partTitle({ kind, method }: FrameMessage): string {
  if (kind === 'invalid') return 'Not a message';
  if (kind === 'request' || kind === 'notification') return method ?? 'No method';
  const word = kind === 'response' ? 'answer' : kind;
  return method === undefined ? word : `${method} · ${word}`;
}

/** `fits`, how much is wrong, or the code of an error such as `refused -32070`. */
export function verdictOf(frame: Frame): string {
  const faults = frame.messages.reduce(
    (sum, part) => sum + part.violations.length + (part.remark ? 1 : 0),
    0,
  );
  if (faults === 0)
    return isFaulty(frame) ? `refused ${errorCodeOf(frame) ?? ''}`.trimEnd() : 'fits';
  return faults === 1 ? '1 fault' : `${faults} faults`;
}

/** Longest excerpt worth making: a row shows less. */
const EXCERPT = 160;

/** What it says, without the envelope around it; as it is where it is no message. */
export function excerptOf(frame: Frame): string {
  if (frame.direction === 'line') return frame.connection.label;
  const message = messageOf(frame);
  const { params, result, error } = Object(message) as Record<string, unknown>;
  const { notificationValue } = Object(params) as { notificationValue?: unknown };
  if (typeof notificationValue === 'string') return notificationValue;
  const { message: errorText } = Object(error) as { message?: unknown };
  if (typeof errorText === 'string') return errorText;
  const said = params ?? result;
  if (said === undefined) return message === undefined ? frame.text.slice(0, EXCERPT) : '';
  return JSON.stringify(said).slice(0, EXCERPT);
}
