// The till's connection to its gateway, and the card machines that the gateway lists. It stays open while other
// views are shown, so that a payment goes on.

import { signal } from '@preact/signals';
import type { PacTill, Terminal, Unclaimed } from '@tillgate/client';
import { connect } from '@tillgate/client';
import { refreshTidsByHand } from '../../api/by-hand.ts';
import type { GatewayAddress } from '../../socket/gateway-address.ts';
import { connectionUrl } from '../../socket/gateway-address.ts';
import { ViewClient } from '../../socket/view-client.ts';
import { requestNumbers, tabEposId } from './tab-storage.ts';

export const till = new ViewClient<PacTill>('till', 'Till');
/** As the gateway listed them last, ordered by TID. */
export const terminals = signal<readonly Terminal[]>([]);
/** When that was, in ms since 1970; undefined before the first time. */
export const listedAt = signal<number | undefined>(undefined);

/** The address as it was chosen, but for pay at counter and v1. */
function tillAddress(chosen: GatewayAddress): GatewayAddress {
  return { ...chosen, integration: 'pac', version: 'v1', eposId: tabEposId() };
}

/** Whether the till was last opened to this address, whatever came of it. */
export function hasTried(chosen: GatewayAddress): boolean {
  return connectionUrl(tillAddress(chosen)) === till.url;
}

export function openConnection(
  chosen: GatewayAddress,
  onUnclaimed: (unclaimed: Unclaimed) => void,
): void {
  terminals.value = [];
  listedAt.value = undefined;
  void till.open(tillAddress(chosen), {
    connect: (options) => connect({ ...options, onUnclaimed, storage: requestNumbers }),
    // Card machines may have come and gone while the connection was down.
    onConnected: () => void refreshTerminals(),
  });
}

/**
 * Asks the gateway for its card machines and their states. Called when something has happened or somebody
 * wants to know, never by a timer, so that Traffic shows what people do.
 */
export async function refreshTerminals(): Promise<void> {
  const { client } = till;
  if (till.state.value.state !== 'connected') return;
  void refreshTidsByHand(new URL(till.url).hostname);
  try {
    const found = await client?.terminals();
    if (!found || client !== till.client) return;
    terminals.value = found;
    listedAt.value = Date.now();
  } catch {
    // The connection dropped, which its state says already.
  }
}
