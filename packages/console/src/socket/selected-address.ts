// The address that every view works with: that of the line that is looked at in Connect or, where the
// gateway is on this very machine, the one that is ready from the start.

import { computed } from '@preact/signals';
import { selectedConnection } from './connections.ts';
import type { GatewayAddress } from './gateway-address.ts';
import { addressFaults, initialAddress } from './gateway-address.ts';

const start = initialAddress(location);

/** Undefined until somebody has connected; then it is complete but for what another version needs. */
export const selectedAddress = computed<GatewayAddress | undefined>(() => {
  const parts = selectedConnection.value?.address ?? start;
  return Object.keys(addressFaults(parts)).length === 0 ? parts : undefined;
});
