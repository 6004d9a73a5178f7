// The fault that happens when a message like this one goes over a connection again. Pure.

import { api } from '@tillgate/protocol';
import type { Frame } from '../../frames/frame.ts';
import { isAnswer, messageOf } from '../../frames/frame.ts';

type MessageTrigger = Extract<api.FaultTrigger, { kind: 'message' }>;

/** Undefined if the frame is not one message of a known method. */
export function triggerLike(frame: Frame): MessageTrigger | undefined {
  const [part, more] = frame.messages;
  if (frame.direction === 'line' || !part || more || part.kind === 'invalid') return undefined;
  const { method, kind } = part;
  if (method === undefined) return undefined;
  const value = valueIn(frame);
  const { eposId } = frame.connection.till ?? {};
  return {
    kind: 'message',
    // The gateway's side: what the other end sent it received.
    direction: frame.direction === 'sent' ? 'received' : 'sent',
    method,
    ...(isAnswer(part) && (kind === 'response' || kind === 'error') && { part: kind }),
    ...(value !== undefined && { value }),
    ...(eposId !== undefined && { till: { eposId } }),
  };
}

function valueIn(frame: Frame): string | undefined {
  const { params, result } = Object(messageOf(frame)) as Record<string, unknown>;
  const { notificationValue, transactionResult } = Object(params ?? result) as {
    notificationValue?: unknown;
    transactionResult?: unknown;
  };
  const value = notificationValue ?? transactionResult;
  return typeof value === 'string' ? value : undefined;
}

export interface NextFault {
  /** What the button says. */
  readonly title: string;
  readonly action: api.FaultAction;
}

/** Seconds that a message is held. */
const HOLD_SECONDS = 30;

/** What may go wrong with such a message. */
export function nextFaults({ direction, method, part, value }: MessageTrigger): NextFault[] {
  const isOrdered = value !== undefined && api.orderedValues.includes(value);
  const mayChange = direction === 'sent' && part === undefined && !isOrdered;
  return [
    { title: 'Cut here next time', action: { kind: 'cut' } },
    {
      title: `Hold it ${HOLD_SECONDS} s next time`,
      action: { kind: 'hold', seconds: HOLD_SECONDS },
    },
    ...(mayChange && api.losableMethods.includes(method)
      ? [{ title: 'Drop it next time', action: { kind: 'drop' } as const }]
      : []),
    ...(mayChange && api.repeatableMethods.includes(method)
      ? [{ title: 'Double it next time', action: { kind: 'double' } as const }]
      : []),
  ];
}
