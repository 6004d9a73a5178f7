// The words of the overview: what somebody should look at, amounts, and the text twin of the charts. Pure.

import type { api } from '@tillgate/protocol';
import { outcomes, paymentResults } from '@tillgate/protocol';
import type { Tone } from '../../kit/tone.ts';

interface AttentionWords {
  readonly word: string;
  readonly tone: Tone;
  readonly about: string;
}

export const attentionWords: Readonly<Record<api.AttentionItem['why'], AttentionWords>> = {
  unknown: { ...outcomes.TIMED_OUT, about: outcomes.TIMED_OUT.advice },
  undelivered: {
    ...{ word: 'Not delivered', tone: 'wait' },
    about: 'Its till may not know how it ended.',
  },
};

export function countOf({ results }: api.PaymentCounts): number {
  return Object.values(results).reduce((sum, count) => sum + count, 0);
}

const hour = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** `14:00`, in the browser's time zone. */
export function hourText(startsAt: string): string {
  return hour.format(Date.parse(startsAt));
}

/** `3 approved, 1 declined`; what there is none of is left out. */
export function resultsText({ results }: api.PaymentCounts): string {
  const parts = paymentResults
    .filter((result) => results[result] > 0)
    .map((result) => `${results[result]} ${outcomes[result].word.toLowerCase()}`);
  return parts.length === 0 ? 'no payment' : parts.join(', ');
}

/** `8.2 s`, `1 min 20 s`. */
export function secondsText(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 1) return `${seconds.toFixed(2)} s`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
