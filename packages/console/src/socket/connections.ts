// The lines of this page to gateways, open or ended, and the one that is looked at.

import { computed, signal } from '@preact/signals';
import type { AddressParts } from './gateway-address.ts';
import { TillLine } from './till-connection.ts';

export const lines = signal<readonly TillLine[]>([]);
const chosenId = signal<string | undefined>(undefined);

/** What Compose sends on and the top bar shows. */
export const line = computed(
  () => lines.value.find(({ name }) => name.id === chosenId.value) ?? lines.value.at(-1),
);

let last = 0;

/**
 * Opens a line beside the others and looks at it; gives it at once, opening. One that was refused
 * has done its work by then.
 */
export function openLine(parts: AddressParts): TillLine {
  last += 1;
  const opened = new TillLine(parts, `line-${last}`);
  const others = lines.value.filter(({ state }) => state.value.state !== 'refused');
  lines.value = [...others, opened];
  chosenId.value = opened.name.id;
  void opened.open();
  return opened;
}

export function choose(id: string): void {
  chosenId.value = id;
}

/** Ends it, if it has not ended, and forgets it; its frames stay. */
export function remove(one: TillLine): void {
  one.close();
  lines.value = lines.value.filter((other) => other !== one);
}
