// One transaction as one line of time: what tills sent and got, what was decided and reported, and
// each write to the journal, in the order in which they happened. Pure.

import type { api } from '@tillgate/protocol';
import { duration } from '../../kit/format.ts';

export type Step = { readonly at: number; readonly key: string } & (
  | { readonly kind: 'frame'; readonly frame: api.Frame }
  | { readonly kind: 'event'; readonly event: api.StoryEvent }
  | { readonly kind: 'write'; readonly entry: number }
);

/** What comes first of what happened in the same millisecond: cause, effect, disk, then the word. */
const ORDER = { received: 0, event: 1, write: 2, sent: 3 } as const;

export function stepsOf({ events, entries, frames }: api.TransactionStory): readonly Step[] {
  const steps: Step[] = [
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

function rank(step: Step): number {
  return ORDER[step.kind === 'frame' ? step.frame.direction : step.kind];
}

/** Ms since the step before; undefined at the first. */
export function gapOf(steps: readonly Step[], index: number): number | undefined {
  const before = steps[index - 1];
  const step = steps[index];
  return before && step ? step.at - before.at : undefined;
}

/** `+0 ms`, `+3.20 s`: moments of the journal are whole milliseconds. */
export function gapText(ms: number): string {
  return ms < 1000 ? `+${ms} ms` : `+${duration(ms)}`;
}

const sides: Readonly<Record<string, string>> = {
  pac: 'The till',
  pat: 'The till at the table',
  waiter: 'The waiter’s line',
  terminal: 'The card machine',
};

/** `The till asked: sale`, `Told the till: terminalNotification`. */
export function frameText({ direction, integration, text }: api.Frame): string {
  const side = sides[integration] ?? integration;
  const inside = side.charAt(0).toLowerCase() + side.slice(1);
  const { method, isRequest, value } = headOf(text);
  const said = `${method}${value && ` ${value}`}`;
  if (direction === 'received') {
    if (method === 'answer' || method === 'error') return `${side} sent an ${method}`;
    return `${side} ${isRequest ? 'asked' : 'told'}: ${said}`;
  }
  if (method === 'answer' || method === 'error') return `Sent an ${method} to ${inside}`;
  return `${isRequest ? 'Asked' : 'Told'} ${inside}: ${said}`;
}

interface Head {
  readonly method: string;
  readonly isRequest: boolean;
  /** What a notification shows, such as PRESENT_CARD. */
  readonly value: string;
}

function headOf(text: string): Head {
  try {
    const { method, id, error, params } = JSON.parse(text) ?? {};
    const value = typeof params?.notificationValue === 'string' ? params.notificationValue : '';
    const answer = error === undefined ? 'answer' : 'error';
    return { method: String(method ?? answer), isRequest: id !== undefined, value };
  } catch {
    return { method: 'something that is not JSON', isRequest: false, value: '' };
  }
}
