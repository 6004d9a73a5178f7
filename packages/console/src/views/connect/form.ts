// What the form of Connect holds; kept in this browser but for the token.

import { computed, effect, signal } from '@preact/signals';
import { readJson, write } from '../../kit/storage.ts';
import type { AddressParts } from '../../socket/gateway-address.ts';
import { faultsOf, startingParts } from '../../socket/gateway-address.ts';

/** Id of what tells of the line that was opened. */
export const CONNECTION_PANEL = 'con-line';

export const form = signal<AddressParts>(begin());
/** Faults are told once somebody has tried to connect, not while he is typing his first letter. */
export const isSubmitted = signal(false);
export const faults = computed(() => faultsOf(form.value));

export function changeForm(change: Partial<AddressParts>): void {
  form.value = { ...form.value, ...change };
}

function begin(): AddressParts {
  const start = startingParts(location);
  const kept = readJson('connect');
  if (typeof kept !== 'object' || kept === null) return start;
  const { softwareHouseId, installerId, eposId, integration, version } = kept as AddressParts;
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
