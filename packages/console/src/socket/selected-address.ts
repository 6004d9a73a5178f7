// The address that every view works with: that of the line that is looked at in Connect or, where the
// gateway is on this very machine, the one that is ready from the start.

import { computed } from '@preact/signals';
import { line } from './connections.ts';
import type { AddressParts } from './gateway-address.ts';
import { faultsOf, startingParts } from './gateway-address.ts';

const start = startingParts(location);

/** Undefined until somebody has connected; then it is complete but for what another version needs. */
export const chosenParts = computed<AddressParts | undefined>(() => {
  const parts = line.value?.parts ?? start;
  return Object.keys(faultsOf(parts)).length === 0 ? parts : undefined;
});
