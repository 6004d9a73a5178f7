// The connections of this page to gateways, open or closed, and the selected one.

import { computed, signal } from '@preact/signals';
import type { GatewayAddress } from './gateway-address.ts';
import { TillConnection } from './till-connection.ts';

export const connections = signal<readonly TillConnection[]>([]);
const selectedId = signal<string | undefined>(undefined);

/** The connection that Compose sends on and the top bar shows. */
export const selectedConnection = computed(
  () =>
    connections.value.find(({ name }) => name.id === selectedId.value) ?? connections.value.at(-1),
);

let lastNumber = 0;

/** Opens a connection, selects it and returns it while it is opening. Refused connections are removed. */
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

/** Closes a connection and removes it from the list; its frames stay. */
export function removeConnection(one: TillConnection): void {
  one.close();
  connections.value = connections.value.filter((other) => other !== one);
}
