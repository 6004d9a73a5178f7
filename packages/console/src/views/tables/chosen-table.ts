// The table whose bill is looked at.

import { computed, signal } from '@preact/signals';
import { restaurant } from './restaurant-store.ts';

const chosenId = signal('12');

/** The first where the chosen one is closed; undefined where all are. */
export const chosenTable = computed(() => {
  const { tables } = restaurant.value;
  return tables.find(({ tableId }) => tableId === chosenId.value) ?? tables[0];
});

export function chooseTable(tableId: string): void {
  chosenId.value = tableId;
}
