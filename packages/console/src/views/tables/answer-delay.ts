// How fast the till answers a waiter, so that slow and silent tills can be tried [C-9.4].

import { signal } from '@preact/signals';
import type { Tone } from '../../kit/tone.ts';
import { note } from './request-log.ts';

export type Pace = 'atOnce' | 'slow' | 'late' | 'never';

interface PaceWords {
  readonly label: string;
  readonly hint: string;
  readonly afterMs: number;
}

/** The gateway waits 10 s. */
export const paces: Readonly<Record<Pace, PaceWords>> = {
  atOnce: { label: 'At once', hint: 'As a till should.', afterMs: 0 },
  slow: { label: 'After 4 seconds', hint: 'Slow, but in time.', afterMs: 4_000 },
  late: {
    label: 'Too late, after 12 seconds',
    hint: 'The gateway waits 10 seconds; the waiter is told no.',
    afterMs: 12_000,
  },
  never: {
    label: 'Not at all',
    hint: 'The gateway waits 10 seconds; the waiter is told no.',
    afterMs: Number.POSITIVE_INFINITY,
  },
};

export const pace = signal<Pace>('atOnce');

/** A silent till forgets a question after this long; nobody waits for it any more. */
const FORGOTTEN_MS = 15_000;

interface Question {
  readonly tid: string;
  readonly asks: string;
}

interface Given<Answer> {
  readonly answer: Answer;
  /** The answer in words. */
  readonly said: string;
  readonly tone?: Tone;
}

/** Answers a question at the chosen pace; what is true then is answered. Rejects if never. */
export async function paced<Answer>(
  { tid, asks }: Question,
  work: () => Given<Answer>,
): Promise<Answer> {
  const { afterMs, label } = paces[pace.peek()];
  if (afterMs > 0) note({ tone: 'wait', tid, text: `${begin(asks)}: answered ${lower(label)}` });
  await passed(Math.min(afterMs, FORGOTTEN_MS));
  if (!Number.isFinite(afterMs)) throw new Error('Not answered, as it was set.');
  const { answer, said, tone = 'plain' } = work();
  note({ tone, tid, text: `${begin(asks)}: ${said}` });
  return answer;
}

function passed(ms: number): Promise<void> {
  if (ms === 0) return Promise.resolve();
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function begin(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
