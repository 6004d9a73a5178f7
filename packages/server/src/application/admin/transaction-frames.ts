// Which frames belong to a transaction: what tills, waiters and its card machine sent and received
// about it. Those of many transactions of a site are found in one pass over its frames.

import { backgroundTurn } from '../../ports/background-turn.ts';
import type { NotedFrame, Traffic } from '../connection/traffic.ts';
import type { TransactionSpan } from '../journal/transaction-span.ts';
import { siteAndTid } from '../journal/transaction-summary.ts';

/**
 * A request goes out a little before its transaction is begun, a delivery is noted after it came.
 */
export const MARGIN_MS = 2000;
/** Frames that are read in one turn of the event loop, or more if they are of one socket: half a millisecond of work. */
const FRAMES_PER_TURN = 50;
/** The end is shown to the till once it is safe on the disk. */
const SHOWING_MS = 500;
/** The card machines that a message names. */
const TIDS = /"(?:tid|tpi)"\s*:\s*"([^"\\]+)"/g;
/** Without these it may be the answer to a request that names one. */
const NO_ANSWER = /"(?:method|tid|tpi)"/;

export interface SpanFrames {
  readonly span: TransactionSpan;
  /** Oldest first. */
  readonly frames: readonly NotedFrame[];
}

/** The frames of each of these transactions of one site that are still in memory. */
export async function framesOf(
  traffic: Traffic,
  spans: readonly TransactionSpan[],
): Promise<readonly SpanFrames[]> {
  const [first] = spans;
  if (!first) return [];
  const abouts = spans.map(aboutOf);
  const found = abouts.map((): NotedFrame[] => []);
  const ofTid = Map.groupBy(abouts.keys(), (index) => abouts[index]?.tid ?? '');
  const from = Math.min(...abouts.map((about) => about.from));
  let read = 0;
  for (const frames of traffic.socketsOf(siteAndTid(first.id).site, from)) {
    for (const [index, some] of candidates(frames, { abouts, ofTid })) {
      const about = abouts[index];
      if (about) found[index]?.push(...withAnswers(some, about));
    }
    read += frames.length;
    if (read < FRAMES_PER_TURN) continue;
    read = 0;
    await backgroundTurn();
  }
  return spans.map((span, index) => {
    const frames = (found[index] ?? []).sort((a, b) => a.number - b.number);
    return { span, frames };
  });
}

interface About {
  readonly tid: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Nothing before and nothing after may belong to it. */
  readonly from: number;
  readonly to: number;
  readonly requestId: unknown;
}

function aboutOf(span: TransactionSpan): About {
  const { id, startedAt, endedAt = Number.POSITIVE_INFINITY, lastAt, requestId } = span;
  const { tid } = siteAndTid(id.slice(0, id.lastIndexOf('/')));
  const from = startedAt - MARGIN_MS;
  const to = Math.max(lastAt, endedAt) + MARGIN_MS;
  return { tid, startedAt, endedAt, from, to, requestId };
}

interface Wanted {
  readonly abouts: readonly About[];
  /** The places of those of one card machine. */
  readonly ofTid: ReadonlyMap<string, readonly number[]>;
}

/** The frames of one socket that may belong to each transaction, by its place. */
function candidates(
  frames: readonly NotedFrame[],
  { abouts, ofTid }: Wanted,
): ReadonlyMap<number, readonly NotedFrame[]> {
  const found = new Map<number, NotedFrame[]>();
  const add = (index: number, frame: NotedFrame): void => {
    const about = abouts[index];
    if (!about || frame.at < about.from || frame.at > about.to) return;
    const some = found.get(index);
    if (some) some.push(frame);
    else found.set(index, [frame]);
  };
  for (const frame of frames) {
    const tids = tidsOf(frame);
    // An answer without a card machine may belong to a request that went before it.
    if (!tids) for (const index of found.keys()) add(index, frame);
    else for (const tid of tids) for (const index of ofTid.get(tid) ?? []) add(index, frame);
  }
  return found;
}

/** The card machines that a frame names, or whose socket it is; undefined if it may be an answer that names none. */
function tidsOf({ text, socket }: NotedFrame): readonly string[] | undefined {
  const { tid: own } = socket.label;
  const tids = own === undefined ? [] : [own];
  for (const [, tid = ''] of text.matchAll(TIDS)) if (!tids.includes(tid)) tids.push(tid);
  return tids.length === 0 && !NO_ANSWER.test(text) ? undefined : tids;
}

interface Message {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
}

/** Those of one socket that are about it, and the answers to the requests among them. */
function withAnswers(frames: readonly NotedFrame[], about: About): readonly NotedFrame[] {
  const asked = new Set<string>();
  const belongs = (message: Message, frame: NotedFrame): boolean => {
    const key = (sent: boolean) => JSON.stringify([sent, message.id]);
    const isAnswer = message.method === undefined && message.id !== undefined;
    if (isAnswer && asked.delete(key(!frame.sent))) return true;
    if (!speaksOf(message, frame, about)) return false;
    if (message.method !== undefined && message.id !== undefined) asked.add(key(frame.sent));
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
  { at, sent, socket: { label } }: NotedFrame,
  { tid, requestId, startedAt, endedAt }: About,
): boolean {
  const words = Object(params ?? result) as Readonly<Record<string, unknown>>;
  if (label.tid !== tid && words.tid !== tid && words.tpi !== tid) return false;
  const isOwn = requestId !== undefined && id === requestId;
  if (label.integration === 'pac' && (method === undefined || at < startedAt)) return isOwn;
  // After the end the machine may already be asked for something else.
  const lastAt = sent ? endedAt + SHOWING_MS : endedAt;
  return isOwn || (at >= startedAt && at <= lastAt);
}
