// Which frames belong to one transaction: what tills, waiters and its card machine sent and
// received about it.

import type { api } from '@tillgate/protocol';
import type { JobEvent } from '../../domain/job.ts';
import type { SocketLabel, Traffic } from '../connection/traffic.ts';
import type { TransactionStory } from '../journal/transactions.ts';

/**
 * A request goes out a little before its transaction is begun, a delivery is noted after it came.
 */
const MARGIN_MS = 2000;
/** The end is shown to the till once it is safe on the disk. */
const SHOWING_MS = 500;

export function framesOf(traffic: Traffic, story: TransactionStory): readonly api.Frame[] {
  const { summary, events } = story;
  const { site, tid, startedAt, endedAt = Number.POSITIVE_INFINITY } = summary;
  const lastAt = events.at(-1)?.at ?? startedAt;
  const to = Math.max(lastAt, Number.isFinite(endedAt) ? endedAt : 0) + MARGIN_MS;
  const span = { from: startedAt - MARGIN_MS, to: Number.isFinite(endedAt) ? to : endedAt };
  const frames = traffic.kept({ sites: [site], ...span, about: mayConcern(tid) });
  const about: About = { tid, startedAt, endedAt, requestId: requestIdOf(events[0]) };
  return withAnswers(frames, (message, frame) => speaksOf(message, frame, about));
}

/**
 * A quick look before a message is read: it names the machine, or no machine at all as some
 * answers.
 */
function mayConcern(tid: string) {
  const name = JSON.stringify(tid);
  return (text: string, label: SocketLabel) =>
    label.tid === tid || text.includes(name) || !/"(?:method|tid|tpi)"/.test(text);
}

interface About {
  readonly tid: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Of the till's request; undefined of a table. */
  readonly requestId: unknown;
}

function requestIdOf(first: TransactionStory['events'][number] | undefined): unknown {
  if (first?.kind !== 'started') return undefined;
  return (first as JobEvent & { readonly kind: 'started' }).requestedBy.requestId;
}

interface Message {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
}

/** Those that are about it, and the answers to the requests among them. */
function withAnswers(
  frames: readonly api.Frame[],
  isAbout: (message: Message, frame: api.Frame) => boolean,
): readonly api.Frame[] {
  const asked = new Set<string>();
  const belongs = (message: Message, frame: api.Frame): boolean => {
    const key = (direction: string) => JSON.stringify([frame.connection, direction, message.id]);
    const answers = frame.direction === 'sent' ? 'received' : 'sent';
    const isAnswer = message.method === undefined && message.id !== undefined;
    if (isAnswer && asked.delete(key(answers))) return true;
    if (!isAbout(message, frame)) return false;
    if (message.method !== undefined && message.id !== undefined) asked.add(key(frame.direction));
    return true;
  };
  // Each message of a batch is looked at, for what it asks is answered later [C-3.16].
  return frames.filter(
    (frame) => messagesIn(frame.text).filter((one) => belongs(one, frame)).length > 0,
  );
}

/** Of a batch each of its messages; one that says nothing where nobody can read it. */
function messagesIn(text: string): readonly Message[] {
  try {
    const value: unknown = JSON.parse(text);
    const all = Array.isArray(value) && value.length > 0 ? value : [value];
    return all.map((one) => Object(one) as Message);
  } catch {
    return [{}];
  }
}

function speaksOf(
  { id, method, params, result }: Message,
  frame: api.Frame,
  about: About,
): boolean {
  const at = Date.parse(frame.at);
  const { tid, requestId, startedAt, endedAt } = about;
  const words = Object(params ?? result) as Readonly<Record<string, unknown>>;
  if (frame.tid !== tid && words.tid !== tid && words.tpi !== tid) return false;
  const isOwn = requestId !== undefined && id === requestId;
  if (frame.integration === 'pac' && (method === undefined || at < startedAt)) return isOwn;
  // After the end the machine may already be asked for something else.
  const lastAt = frame.direction === 'sent' ? endedAt + SHOWING_MS : endedAt;
  return isOwn || (at >= startedAt && at <= lastAt);
}
