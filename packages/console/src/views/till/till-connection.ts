// The till's own connection, by the SDK, and the card machines that it sees. It stays when another view
// is looked at: a payment goes on.

import { signal } from '@preact/signals';
import type { ConnectionState, PacTill, Terminal, Unclaimed } from '@tillgate/client';
import { connect, openSocket } from '@tillgate/client';
import { tillConnectionName } from '../../socket/connection-name.ts';
import { explainRefusal } from '../../socket/explanation.ts';
import type { GatewayAddress } from '../../socket/gateway-address.ts';
import { addressFaults, connectionUrl } from '../../socket/gateway-address.ts';
import { recordFrames } from '../../socket/recorded-socket.ts';
import type { SdkConnectionState } from '../../socket/sdk-connections.ts';
import { setSdkConnection, toSdkConnectionState } from '../../socket/sdk-connections.ts';
import { requestNumbers, tabEposId } from './tab-storage.ts';

export const connectionState = signal<SdkConnectionState>({ state: 'off' });
/** As the gateway listed them last, ordered by TID. */
export const terminals = signal<readonly Terminal[]>([]);
/** When that was, in ms since 1970; undefined before the first time. */
export const listedAt = signal<number | undefined>(undefined);

let till: PacTill | undefined;
let address = '';
/** Tells one opening from the next. */
let opening = 0;

export function currentTill(): PacTill | undefined {
  return till;
}

/** What it connects with: the parts as they were chosen, but at the counter and on v1. */
function tillParts(parts: GatewayAddress): GatewayAddress {
  return { ...parts, integration: 'pac', version: 'v1', eposId: tabEposId() };
}

/** Whether it has tried to connect there, whatever came of it. */
export function hasTried(chosen: GatewayAddress): boolean {
  return connectionUrl(tillParts(chosen)) === address;
}

/** Connects anew. */
export function openConnection(
  chosen: GatewayAddress,
  onUnclaimed: (unclaimed: Unclaimed) => void,
): void {
  const parts = tillParts(chosen);
  const uri = connectionUrl(parts);
  till?.close();
  till = undefined;
  address = uri;
  terminals.value = [];
  listedAt.value = undefined;
  opening += 1;
  const mine = opening;
  const name = tillConnectionName(parts, `till-${mine}`, 'Till');
  const change = (state: SdkConnectionState) => {
    if (mine !== opening) return;
    connectionState.value = state;
    setSdkConnection('till', { label: name.label, state: state.state });
  };
  const [fault] = Object.values(addressFaults(parts));
  if (fault !== undefined) {
    change({
      state: 'ended',
      why: { happened: 'The address is not complete for v1.', todo: fault },
    });
    return;
  }
  const open = recordFrames(openSocket, name);
  const onState = (state: ConnectionState) => {
    change(toSdkConnectionState(state, till !== undefined));
    // What was plugged in or out while the line was down.
    if (mine === opening && state.state === 'connected') void refreshTerminals();
  };
  connect({ uri, open, onState, onUnclaimed, storage: requestNumbers }).then(
    (opened) => {
      if (mine !== opening) {
        opened.close();
        return;
      }
      till = opened;
      void refreshTerminals();
    },
    (cause: unknown) => change({ state: 'ended', why: explainRefusal(cause) }),
  );
}

/**
 * Asks which card machines are there and how they are: when something has happened or somebody wants to
 * know, never by itself, so that Traffic shows what people do.
 */
export async function refreshTerminals(): Promise<void> {
  const asked = till;
  if (connectionState.value.state !== 'open') return;
  try {
    const found = await asked?.terminals();
    if (!found || asked !== till) return;
    terminals.value = found;
    listedAt.value = Date.now();
  } catch {
    // The line dropped, which is told already.
  }
}
