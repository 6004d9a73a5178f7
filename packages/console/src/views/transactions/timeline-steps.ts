// One transaction as a timeline: what tills sent and got, what was decided and reported, and
// each write to the journal, in the order in which they happened. Pure.

import type { api } from '@tillgate/protocol';
import { durationText } from '../../kit/time-format.ts';

export type TimelineStep = { readonly at: number; readonly key: string } & (
  | { readonly kind: 'frame'; readonly frame: api.Frame }
  | { readonly kind: 'event'; readonly event: api.StoryEvent }
  | { readonly kind: 'write'; readonly entry: number }
);

/** What comes first of what happened in the same millisecond: cause, effect, disk, then the word. */
const ORDER = { received: 0, event: 1, write: 2, sent: 3 } as const;

export function stepsOf({
  events,
  entries,
  frames,
}: api.TransactionStory): readonly TimelineStep[] {
  const steps: TimelineStep[] = [
    ...frames.map((frame) => {
      return { kind: 'frame' as const, key: `f${frame.number}`, at: Date.parse(frame.at), frame };
    }),
    ...events.map((event, index) => {
      return { kind: 'event' as const, key: `e${index}`, at: Date.parse(event.at), event };
    }),
    ...entries.map(({ entry, writtenAt }) => {
      return { kind: 'write' as const, key: `w${entry}`, at: Date.parse(writtenAt), entry };
    }),
  ];
  return steps.sort((one, other) => one.at - other.at || rank(one) - rank(other));
}

function rank(step: TimelineStep): number {
  return ORDER[step.kind === 'frame' ? step.frame.direction : step.kind];
}

/** Ms since the step before; undefined at the first. */
export function gapOf(steps: readonly TimelineStep[], index: number): number | undefined {
  const before = steps[index - 1];
  const step = steps[index];
  return before && step ? step.at - before.at : undefined;
}

/** `+0 ms`, `+3.20 s`: moments of the journal are whole milliseconds. */
export function gapText(ms: number): string {
  return ms < 1000 ? `+${ms} ms` : `+${durationText(ms)}`;
}

const sides: Readonly<Record<string, string>> = {
  pac: 'The till',
  pat: 'The till at the table',
  waiter: 'The waiter’s line',
  terminal: 'The card machine',
};

/** `The till asked: sale`, `Told the till: terminalNotification`, `Sent an answer to the till`. */
export function frameText({ direction, integration, text }: api.Frame): string {
  const side = sides[integration] ?? integration;
  const inside = side.charAt(0).toLowerCase() + side.slice(1);
  const { asks, said } = headOf(text);
  if (direction === 'received') {
    if (asks === undefined) return `${side} sent ${said}`;
    return `${side} ${asks ? 'asked' : 'told'}: ${said}`;
  }
  if (asks === undefined) return `Sent ${said} to ${inside}`;
  return `${asks ? 'Asked' : 'Told'} ${inside}: ${said}`;
}

interface Head {
  /** Whether an answer is wanted; undefined of what is neither a request nor a notification. */
  readonly asks?: boolean;
  readonly said: string;
}

function headOf(text: string): Head {
  try {
    const message: unknown = JSON.parse(text);
    if (Array.isArray(message)) return { said: `a batch of ${message.length}` };
    const { method, id, error, params } = Object(message);
    // Serializers may write what is absent as null, such as the error beside a result.
    if (method == null) return { said: error == null ? 'an answer' : 'an error' };
    // What a notification shows, such as PRESENT_CARD.
    const value = params?.notificationValue;
    const shows = typeof value === 'string' ? ` ${value}` : '';
    return { asks: id !== undefined, said: `${method}${shows}` };
  } catch {
    return { said: 'something that is not JSON' };
  }
}
