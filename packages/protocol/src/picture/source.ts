// What a picture of a payment is made from: the messages on its connections, and its part of the journal. Either
// alone is enough: a till knows its own messages only, and after a restart the gateway knows the journal only.

import type { StoryEvent } from '../api/transactions.ts';
import { replaceControls } from '../rpc/characters.ts';

/** A message as the gateway sees it; `Frame` of the admin API has this shape. */
export interface PictureFrame {
  /** Unique among the frames of one picture. */
  readonly number: number;
  /** ISO 8601. */
  readonly at: string;
  readonly connection: string;
  /** pac, pat, waiter or terminal. */
  readonly integration: string;
  readonly eposId?: string | undefined;
  readonly direction: 'received' | 'sent';
  readonly text: string;
}

/** A connection that opened or closed. */
export interface PictureLine {
  /** ISO 8601. */
  readonly at: string;
  readonly integration: string;
  readonly isOpen: boolean;
  /** What happened, such as `The connection broke. (1006)`. */
  readonly text: string;
}

/** `TransactionStory` of the admin API is one. */
export interface PictureSource {
  readonly frames: readonly PictureFrame[];
  readonly events?: readonly StoryEvent[];
  readonly entries?: readonly { readonly entry: number; readonly writtenAt: string }[];
  /** Only where the end of a connection is known to the moment. */
  readonly lines?: readonly PictureLine[];
}

/** The members of a JSON object, or of a part of a journal event. */
export type Members = Readonly<Record<string, unknown>>;

export function membersOf(value: unknown): Members {
  return Object(value) as Members;
}

/** Characters of a word, such as a method or a table; nobody reads more. */
const MAX_WORD = 60;
/** Characters of a sentence. */
const MAX_SENTENCE = 400;

export function word(text: string): string {
  return harmless(text, MAX_WORD);
}

export function sentence(text: string): string {
  return harmless(text, MAX_SENTENCE);
}

/** Without controls of screen and direction, not longer than `most`, and without halves of characters. */
function harmless(text: string, most: number): string {
  const start = text.length > most ? `${text.slice(0, most - 1)}…` : text;
  return replaceControls(start, '\ufffd').replace(/\p{Surrogate}/gu, '\ufffd');
}

/** The text of a member; undefined of any other value. */
export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? word(value) : undefined;
}
