// What card machines asked and told, newest first: bounded, and gone with the page.

import { signal } from '@preact/signals';
import type { Tone } from '../../kit/tone.ts';

export interface Note {
  readonly key: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly tone: Tone;
  readonly tid?: string | undefined;
  readonly text: string;
}

const MOST = 50;

export const log = signal<readonly Note[]>([]);

export function note(said: Omit<Note, 'key' | 'at'>): void {
  const key = (log.peek()[0]?.key ?? 0) + 1;
  log.value = [{ key, at: Date.now(), ...said }, ...log.peek()].slice(0, MOST);
}
