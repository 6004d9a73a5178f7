// The messages that were sent from Compose, the newest first. They stay for this tab, also after a reload, but a message
// with a token or a card number in it only until then.

import { signal } from '@preact/signals';
import { maskFrame } from '@tillgate/protocol';
import { readJson, write } from '../../kit/storage.ts';
import type { Draft } from './drafts.ts';
import { isMessage } from './drafts.ts';

export type SentMessage = Omit<Draft, 'name'>;

/** The most that are kept. */
export const MOST_SENT = 50;
/** A longer message is not stored, in characters. */
const LONGEST_STORED = 20_000;
const NAME = 'sent';

export const sentMessages = signal<readonly SentMessage[]>(stored());

/** A message that is there already but for its ids moves to the top. */
export function rememberSent(sent: SentMessage): void {
  const others = sentMessages.peek().filter((other) => keyOf(other) !== keyOf(sent));
  keep([sent, ...others].slice(0, MOST_SENT));
}

export function forgetSent(): void {
  keep([]);
}

/** Ids count on from one sending to the next. */
function keyOf({ integration, version, text }: SentMessage): string {
  return `${integration} ${version} ${text.replace(/"id"\s*:\s*\d+/g, '"id":0')}`;
}

function keep(all: readonly SentMessage[]): void {
  sentMessages.value = all;
  write(NAME, JSON.stringify(all.filter(mayStore)), 'tab');
}

function mayStore({ text }: SentMessage): boolean {
  return text.length <= LONGEST_STORED && maskFrame(text) === text;
}

function stored(): readonly SentMessage[] {
  const found = readJson(NAME, 'tab');
  return Array.isArray(found) ? found.filter(isMessage).slice(0, MOST_SENT) : [];
}
