// Values of the Connect form; stored in this browser except for the token.

import { computed, effect, signal } from '@preact/signals';
import { readJson, write } from '../../kit/storage.ts';
import type { GatewayAddress } from '../../socket/gateway-address.ts';
import { addressFaults, initialAddress } from '../../socket/gateway-address.ts';

/** Id of the panel that shows the opened connection. */
export const CONNECTION_PANEL = 'con-line';

export const form = signal<GatewayAddress>(begin());
/** Faults are shown only after the form has been submitted, not at the first letter. */
export const isSubmitted = signal(false);
export const faults = computed(() => addressFaults(form.value));

export function changeForm(change: Partial<GatewayAddress>): void {
  form.value = { ...form.value, ...change };
}

function begin(): GatewayAddress {
  const start = initialAddress(location);
  const kept = readJson('connect');
  if (typeof kept !== 'object' || kept === null) return start;
  const { softwareHouseId, installerId, eposId, integration, version } = kept as GatewayAddress;
  return {
    ...start,
    ...(isText(softwareHouseId) && { softwareHouseId }),
    ...(isText(installerId) && { installerId }),
    ...(isText(eposId) && { eposId }),
    ...(integration === 'pat' && { integration }),
    ...(version === 'v0' && { version }),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

effect(() => {
  const { token: _, host: __, ...kept } = form.value;
  write('connect', JSON.stringify(kept));
});
