// What kind of message each frame holds, and which request an answer belongs to.

import type { Members, PictureFrame } from './source.ts';
import { membersOf } from './source.ts';
import { isCurrency } from './words.ts';

export interface MessageHead {
  readonly kind: 'request' | 'notification' | 'answer' | 'error' | 'batch' | 'unreadable';
  /** Of an answer or error that of its request; undefined where that is not known. */
  readonly method?: string;
  /** Params, result or error; of a batch its messages. */
  readonly value: unknown;
  /** Of its amounts: its own, or that of a message before. */
  readonly currency?: unknown;
}

/** The heads of frames, in the order of the frames. */
export function readHeads(frames: readonly PictureFrame[]): readonly MessageHead[] {
  // A till that comes back gets its answers on another connection, so that the connection is no part of the key.
  const methods = new Map<string, string>();
  let currency: unknown;
  return frames.map((frame) => {
    const head = headOf(frame, methods);
    currency = currencyIn(head) ?? currency;
    return { ...head, currency };
  });
}

/** `methods` has those of the requests before, and gets that of this one. */
function headOf(
  { integration, eposId, connection, direction, text }: PictureFrame,
  methods: Map<string, string>,
): MessageHead {
  const scope = eposId ?? (integration === 'terminal' ? '' : connection);
  const keyOf = (asked: string, id: unknown) => JSON.stringify([integration, scope, asked, id]);
  const message = parsed(text);
  if (message === undefined) return { kind: 'unreadable', value: undefined };
  if (Array.isArray(message)) return { kind: 'batch', value: message };
  const members = membersOf(message);
  const { method, id } = members;
  // Serializers may write what is absent as null, such as the error beside a result.
  if (method == null) {
    const asked = direction === 'sent' ? 'received' : 'sent';
    return answerHead(members, methods.get(keyOf(asked, id)));
  }
  const name = String(method);
  if (id === undefined) return { kind: 'notification', method: name, value: members.params };
  methods.set(keyOf(direction, id), name);
  return { kind: 'request', method: name, value: members.params };
}

function currencyIn({ value }: MessageHead): unknown {
  const members = membersOf(value);
  return [members, membersOf(members.order)].map((one) => one.currency).find(isCurrency);
}

function answerHead({ result, error }: Members, method: string | undefined): MessageHead {
  const of = method === undefined ? {} : { method };
  return error == null
    ? { kind: 'answer', ...of, value: result }
    : { kind: 'error', ...of, value: error };
}

/** Undefined if it is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
