// The connections of this page to gateways, open or closed, and the selected one.

import { computed, signal } from '@preact/signals';
import type { TillConnection } from './till-connection.ts';

export const connections = signal<readonly TillConnection[]>([]);
const selectedId = signal<string | undefined>(undefined);

/** The connection that Compose sends on and the top bar shows. */
export const selectedConnection = computed(
  () =>
    connections.value.find(({ name }) => name.id === selectedId.value) ?? connections.value.at(-1),
);

/** Adds a connection and selects it. Refused connections are removed. */
export function addConnection(added: TillConnection): void {
  const others = connections.value.filter(({ state }) => state.value.state !== 'refused');
  connections.value = [...others, added];
  selectedId.value = added.name.id;
}

export function selectConnection(id: string): void {
  selectedId.value = id;
}

/** Closes a connection and removes it from the list; its frames stay. */
export function removeConnection(one: TillConnection): void {
  one.close();
  connections.value = connections.value.filter((other) => other !== one);
}
