// Messages that are stored under a name in this browser.

import { signal } from '@preact/signals';
import { readJson, write } from '../../kit/storage.ts';
import type { TargetApi } from './messages.ts';

export interface Draft extends TargetApi {
  readonly name: string;
  /** Name of the published message, such as `sale.request`. */
  readonly message: string;
  readonly text: string;
}

const NAME = 'drafts';

export const drafts = signal<readonly Draft[]>(kept());

/** In place of one of the same name; false if the browser has no room for it. */
export function saveDraft(draft: Draft): boolean {
  const others = drafts.value.filter(({ name }) => name !== draft.name);
  return store([...others, draft]);
}

export function removeDraft(draft: Draft): void {
  store(drafts.value.filter((other) => other !== draft));
}

function store(all: readonly Draft[]): boolean {
  const sorted = all.toSorted((one, other) => one.name.localeCompare(other.name));
  drafts.value = sorted;
  return write(NAME, JSON.stringify(sorted));
}

function kept(): readonly Draft[] {
  const found = readJson(NAME);
  return Array.isArray(found) ? found.filter(isDraft) : [];
}

function isDraft(value: unknown): value is Draft {
  return isMessage(value) && 'name' in value && typeof value.name === 'string';
}

/** A stored message, with or without a name. */
export function isMessage(value: unknown): value is Omit<Draft, 'name'> {
  const { message, text, integration, version } = Object(value) as Record<string, unknown>;
  return (
    [message, text].every((one) => typeof one === 'string') &&
    (integration === 'pac' || integration === 'pat') &&
    (version === 'v1' || version === 'v0')
  );
}
