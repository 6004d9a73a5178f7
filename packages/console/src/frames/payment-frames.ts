// Which frames belong to one payment of a till, or to the table that the waiter of this page chose last. Pure.

import type { Frame, FrameMessage } from './frame.ts';
import { isAnswer, messageOf } from './frame.ts';

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

/** From the request of a till to its answer, or to the newest frame while there is none. */
export function framesOfPayment(frames: readonly Frame[], mark: PaymentMark): readonly Frame[] {
  const id = String(mark.requestId);
  const request = frames.find(
    (frame) =>
      frame.at >= mark.at - MARGIN_MS &&
      frame.messages.some((part) => part.kind === 'request' && part.id === id) &&
      isPaymentRequest(frame) &&
      terminalOf(frame) === mark.tid,
  );
  return request ? framesOfRequest(frames, request) : [];
}

/** Those of the till that sent the request, over all its connections, and those of the card machine. */
export function framesOfRequest(frames: readonly Frame[], request: Frame): readonly Frame[] {
  const tid = terminalOf(request) ?? '';
  const about = aboutTerminal(tid);
  const { scope } = request.connection;
  const found = belonging(frames.slice(frames.indexOf(request)), (frame, part) => {
    const { integration, label, scope: own } = frame.connection;
    if (frame === request) return true;
    if (integration === 'terminal') return machineIn(label) === tid;
    if (own !== scope) return false;
    return about(frame) && (frame.direction !== 'sent' || part.method === CANCEL);
  });
  const end = found.findIndex(({ messages }) =>
    messages.some((part) => isAnswer(part) && part.counterpart?.seq === request.seq),
  );
  return end < 0 ? found : found.slice(0, end + 1);
}

/** The card machine of a waiter's or a machine's own connection: `shop1 · waiter · 12345678 (2) (file)`. */
function machineIn(label: string): string | undefined {
  return label.replace(/( \([^)]*\))+$/, '').split(' · ')[2];
}

/** Whether a till asks for a payment: only such requests name a card machine and a currency. */
export function isPaymentRequest({ direction, connection, text, messages }: Frame): boolean {
  if (direction !== 'sent' || connection.integration !== 'pac') return false;
  // Looked for first: of thousands of messages few are parsed.
  if (!text.includes('"currency"')) return false;
  if (!messages.some(({ kind }) => kind === 'request')) return false;
  const { params } = Object(messageOf({ direction, text })) as { params?: unknown };
  const { tid, tpi, currency } = Object(params) as Record<string, unknown>;
  return currency !== undefined && (tid ?? tpi) !== undefined;
}

/** Of the till at the table and of the waiter: from the newest lock on. */
export function framesOfTable(frames: readonly Frame[]): readonly Frame[] {
  const asked = frames.findLastIndex((frame) => hasMethod(frame, 'tableLockRequest'));
  const chosen = frames.findLastIndex((frame) => hasMethod(frame, 'lock'));
  if (asked < 0 && chosen < 0) return [];
  const tid = terminalOf(frames[asked]);
  const isWaiters = tid === undefined || machineIn(frames[chosen]?.connection.label ?? '') === tid;
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

function hasMethod({ messages }: Frame, method: string): boolean {
  return messages.some((part) => part.method === method && !isAnswer(part));
}

function aboutTerminal(tid: string): (frame: Frame) => boolean {
  const name = JSON.stringify(tid);
  return ({ text }) => text.includes(name);
}

/** Of a request that names its card machine. */
function terminalOf(frame: Frame | undefined): string | undefined {
  const { params } = Object(frame && messageOf(frame)) as { params?: unknown };
  const { tid, tpi } = Object(params) as Record<string, unknown>;
  const name = tid ?? tpi;
  return typeof name === 'string' ? name : undefined;
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
