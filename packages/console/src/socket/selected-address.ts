// The gateway address that all views use: that of the selected connection or, if the gateway is on this computer, the
// initial address of the form.

import { computed } from '@preact/signals';
import { selectedConnection } from './connections.ts';
import type { GatewayAddress } from './gateway-address.ts';
import { addressFaults, initialAddress } from './gateway-address.ts';

const start = initialAddress(location);

/** Undefined until it is complete; another version may need more fields. */
export const selectedAddress = computed<GatewayAddress | undefined>(() => {
  const parts = selectedConnection.value?.address ?? start;
  return Object.keys(addressFaults(parts)).length === 0 ? parts : undefined;
});
