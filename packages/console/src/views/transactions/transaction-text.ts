// Transactions as operators read them: what kind, how it ended, who did a step. Pure.

import type { api } from '@tillgate/protocol';
import { moneyText } from '../../kit/money.ts';
import type { Tone } from '../../kit/tone.ts';

type Result = api.TransactionSummary['result'];

const results: Readonly<Record<Result, readonly [Tone, string]>> = {
  OPEN: ['wait', 'Open'],
  SUCCESSFUL: ['good', 'Successful'],
  DECLINED: ['bad', 'Declined'],
  VOID: ['bad', 'Void'],
  UNSUCCESSFUL: ['bad', 'Unsuccessful'],
  CANCELLED: ['plain', 'Cancelled'],
  TIMED_OUT: ['bad', 'Timed out'],
  COMPLETE: ['good', 'Complete'],
  PAID: ['good', 'Paid'],
  PART_PAID: ['wait', 'Part paid'],
  NOT_PAID: ['plain', 'Not paid'],
};

export function resultBadge(result: Result): readonly [Tone, string] {
  return results[result];
}

/** In the order of the search form; the empty one is any. */
export const resultChoices: readonly { readonly value: Result | ''; readonly label: string }[] = [
  { value: '', label: 'Any' },
  ...(Object.keys(results) as Result[]).map((value) => ({ value, label: results[value][1] })),
];

/** `END_OF_DAY` as `End of day`. */
export function typeText(type: string): string {
  const text = type.toLowerCase().replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `£12.50`; a dash where there is no amount, as of a report. */
export function amountOf({ amountTotal, currency }: api.TransactionSummary): string {
  return amountTotal === undefined || !currency ? '–' : moneyText(amountTotal, currency);
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

export function actorText(by: api.StoryEvent['by']): string {
  return actors[by];
}
