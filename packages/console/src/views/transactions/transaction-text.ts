// Transactions as operators read them: what kind, how it ended, who did a step. Pure.

import type { PictureStep } from '@tillgate/protocol';
import { api, outcomes } from '@tillgate/protocol';

type Result = api.TransactionSummary['result'];

/** In the order of the search form; the empty one is any. */
export const resultChoices: readonly { readonly value: Result | ''; readonly label: string }[] = [
  { value: '', label: 'Any' },
  ...api.transactionResults.map((value) => ({ value, label: outcomes[value].word })),
];

/** `END_OF_DAY` as `End of day`. */
export function typeText(type: string): string {
  const text = type.toLowerCase().replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Whether delivery of the result to its till is confirmed. */
export function deliveryText({ result, delivered }: api.TransactionSummary): string {
  if (delivered) return 'Delivery confirmed';
  return result === 'OPEN' ? 'Not ended yet' : 'Delivery not confirmed';
}

const actors: Readonly<Record<api.StoryEvent['by'], string>> = {
  till: 'Till',
  terminal: 'Card machine',
  waiter: 'Waiter',
  gateway: 'Gateway',
};

/** Who did a step that the journal knows. */
export function actorOf(step: PictureStep): api.StoryEvent['by'] {
  if (step.kind === 'message' && step.from === 'gateway') return 'gateway';
  return step.event?.by ?? 'gateway';
}

export function actorText(by: api.StoryEvent['by']): string {
  return actors[by];
}
