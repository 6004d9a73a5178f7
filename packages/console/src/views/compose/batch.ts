// A text as a batch of messages [C-3.16], and which message each of them should be. Pure.

import { readJson } from './json-text.ts';
import type { MessageOption } from './messages.ts';
import { messageNamed } from './messages.ts';

/** Undefined where the text is one message, or unfinished. */
export function batchItems(text: string): readonly unknown[] | undefined {
  if (!isBatch(text)) return undefined;
  const read = readJson(text);
  return read.ok ? (read.value as readonly unknown[]) : undefined;
}

/** Also of an unfinished text. */
export function isBatch(text: string): boolean {
  return text.trimStart().startsWith('[');
}

/** What a message of a batch should be: named by its method; of an answer the first that it fits, if any. */
export function messageIn(
  item: unknown,
  choices: readonly MessageOption[],
  chosen: MessageOption,
): MessageOption {
  const { method, result } = Object(item) as { method?: unknown; result?: unknown };
  if (typeof method === 'string') return messageNamed(choices, method) ?? chosen;
  if (result === undefined || chosen.name.endsWith('.response')) return chosen;
  return choices.find(({ name }) => name.endsWith('.response')) ?? chosen;
}

/** The method of the item with this index in a text that may be unfinished. */
export function methodAt(text: string, index: number): string | undefined {
  return [...text.matchAll(/"method"\s*:\s*"(\w+)"/g)][index]?.[1];
}
