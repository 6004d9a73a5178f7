// Which frames of this page belong to one payment of its till, or to the table that its waiter chose last. Pure.

import type { Frame, FrameMessage } from './frame.ts';
import { isAnswer } from './frame.ts';

export interface PaymentMark {
  /** The id that its request went out under. */
  readonly requestId: number;
  readonly tid: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A clock of the page that is rounded may be before that of the frames. */
const MARGIN_MS = 50;
const CANCEL = 'cancelTransaction';

/** Of the till's connections: from the request to its answer, or to the newest frame while there is none. */
export function framesOfPayment(
  frames: readonly Frame[],
  { requestId, tid, at }: PaymentMark,
): readonly Frame[] {
  const id = String(requestId);
  const first = frames.findIndex(
    (frame) => frame.at >= at - MARGIN_MS && frame.direction === 'sent' && hasRequest(frame, id),
  );
  if (first < 0) return [];
  const request = frames[first] as Frame;
  const about = aboutTerminal(tid);
  const found = belonging(frames.slice(first), (frame, part) => {
    if (frame === request) return true;
    if (frame.direction === 'sent') return part.method === CANCEL && about(frame);
    return about(frame);
  });
  const end = found.findIndex(({ messages }) =>
    messages.some((part) => isAnswer(part) && part.counterpart?.seq === request.seq),
  );
  return end < 0 ? found : found.slice(0, end + 1);
}

/** Of the till at the table and of the waiter: from the newest lock on. */
export function framesOfTable(frames: readonly Frame[]): readonly Frame[] {
  const asked = frames.findLastIndex((frame) => hasMethod(frame, 'tableLockRequest'));
  const chosen = frames.findLastIndex((frame) => hasMethod(frame, 'lock'));
  if (asked < 0 && chosen < 0) return [];
  const tid = terminalOf(frames[asked]);
  const isWaiters = tid === undefined || (frames[chosen]?.connection.label.endsWith(tid) ?? false);
  const lock = isWaiters ? frames[chosen] : undefined;
  const about = aboutTerminal(tid ?? '');
  const first = lock ? chosen : asked;
  const found = belonging(
    frames.slice(first),
    (frame) =>
      frame.connection.id === lock?.connection.id ||
      (frame.connection.integration === 'pat' && tid !== undefined && about(frame)),
  );
  // Putting the card machine down is no part of it.
  const end = found.findLastIndex(({ direction }) => direction !== 'line');
  return found.slice(0, end + 1);
}

function hasRequest({ messages }: Frame, id: string): boolean {
  return messages.some((part) => part.kind === 'request' && part.id === id);
}

function hasMethod({ messages }: Frame, method: string): boolean {
  return messages.some((part) => part.method === method && !isAnswer(part));
}

function aboutTerminal(tid: string): (frame: Frame) => boolean {
  const name = JSON.stringify(tid);
  return ({ text }) => text.includes(name);
}

function terminalOf(frame: Frame | undefined): string | undefined {
  const { params } = Object(JSON.parse(frame?.text ?? '{}')) as { params?: { tid?: unknown } };
  return typeof params?.tid === 'string' ? params.tid : undefined;
}

/** Those of a kind, the answers to them, and what happened to their connections. */
function belonging(
  frames: readonly Frame[],
  isOwn: (frame: Frame, part: FrameMessage) => boolean,
): readonly Frame[] {
  const own = new Set<number>();
  const scopes = new Set<string>();
  return frames.filter((frame) => {
    if (frame.direction === 'line') return scopes.has(frame.connection.scope);
    const belongs = frame.messages.some((part) =>
      isAnswer(part) && part.counterpart ? own.has(part.counterpart.seq) : isOwn(frame, part),
    );
    if (!belongs) return false;
    own.add(frame.seq);
    scopes.add(frame.connection.scope);
    return true;
  });
}
