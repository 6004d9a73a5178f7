// The lines of this page to gateways, open or ended, and the one that is looked at.

import { computed, signal } from '@preact/signals';
import type { GatewayAddress } from './gateway-address.ts';
import { TillConnection } from './till-connection.ts';

export const connections = signal<readonly TillConnection[]>([]);
const selectedId = signal<string | undefined>(undefined);

/** What Compose sends on and the top bar shows. */
export const selectedConnection = computed(
  () =>
    connections.value.find(({ name }) => name.id === selectedId.value) ?? connections.value.at(-1),
);

let lastNumber = 0;

/**
 * Opens a line beside the others and looks at it; gives it at once, opening. One that was refused
 * has done its work by then.
 */
export function openConnection(parts: GatewayAddress): TillConnection {
  lastNumber += 1;
  const opened = new TillConnection(parts, `line-${lastNumber}`);
  const others = connections.value.filter(({ state }) => state.value.state !== 'refused');
  connections.value = [...others, opened];
  selectedId.value = opened.name.id;
  void opened.open();
  return opened;
}

export function selectConnection(id: string): void {
  selectedId.value = id;
}

/** Ends it, if it has not ended, and forgets it; its frames stay. */
export function removeConnection(one: TillConnection): void {
  one.close();
  connections.value = connections.value.filter((other) => other !== one);
}
