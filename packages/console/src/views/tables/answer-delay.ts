// How fast the till answers a waiter, so that slow and silent tills can be tried [C-9.4].

import { signal } from '@preact/signals';
import type { Tone } from '../../kit/tone.ts';
import { logRequest } from './request-log.ts';

export type AnswerDelay = 'atOnce' | 'slow' | 'late' | 'never';

interface DelayText {
  readonly label: string;
  readonly hint: string;
  readonly afterMs: number;
}

/** The gateway waits 10 s. */
export const answerDelays: Readonly<Record<AnswerDelay, DelayText>> = {
  atOnce: { label: 'At once', hint: 'As a till should.', afterMs: 0 },
  slow: { label: 'After 4 seconds', hint: 'Slow, but in time.', afterMs: 4_000 },
  late: {
    label: 'Too late, after 12 seconds',
    hint: 'The gateway waits 10 seconds; then the waiter is refused.',
    afterMs: 12_000,
  },
  never: {
    label: 'Not at all',
    hint: 'The gateway waits 10 seconds; then the waiter is refused.',
    afterMs: Number.POSITIVE_INFINITY,
  },
};

export const answerDelay = signal<AnswerDelay>('atOnce');

/** A silent till drops a request after this time; the gateway has answered the waiter by then. */
const SILENT_LIMIT_MS = 15_000;

interface TerminalRequest {
  readonly tid: string;
  readonly description: string;
}

interface HandlerAnswer<Answer> {
  readonly answer: Answer;
  /** The answer in words. */
  readonly text: string;
  readonly tone?: Tone;
}

/** Answers a question at the chosen pace; what is true then is answered. Rejects if never. */
export async function answerDelayed<Answer>(
  { tid, description }: TerminalRequest,
  work: () => HandlerAnswer<Answer>,
): Promise<Answer> {
  const { afterMs, label } = answerDelays[answerDelay.peek()];
  if (afterMs > 0)
    logRequest({ tone: 'wait', tid, text: `${begin(description)}: answered ${lower(label)}` });
  await passed(Math.min(afterMs, SILENT_LIMIT_MS));
  if (!Number.isFinite(afterMs)) throw new Error('Not answered, as it was set.');
  const { answer, text, tone = 'plain' } = work();
  logRequest({ tone, tid, text: `${begin(description)}: ${text}` });
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
