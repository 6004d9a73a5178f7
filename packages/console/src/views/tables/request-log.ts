// Requests and notifications of card machines with the till's answers, newest first. Bounded, and lost with the page.

import { signal } from '@preact/signals';
import type { Tone } from '../../kit/tone.ts';

export interface LogEntry {
  readonly key: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly tone: Tone;
  readonly tid?: string | undefined;
  readonly text: string;
}

const MAX_ENTRIES = 50;

export const requestLog = signal<readonly LogEntry[]>([]);

export function logRequest(said: Omit<LogEntry, 'key' | 'at'>): void {
  const key = (requestLog.peek()[0]?.key ?? 0) + 1;
  requestLog.value = [{ key, at: Date.now(), ...said }, ...requestLog.peek()].slice(0, MAX_ENTRIES);
}
