// The connections that views open by the SDK, beside those of the view Connect: their state, reduced to a few kinds,
// and their label for the top bar.

import { signal } from '@preact/signals';
import type { ConnectionState } from '@tillgate/client';
import { Discontinued } from '@tillgate/client';
import { CloseCode } from '@tillgate/protocol';
import type { Explanation } from './explanation.ts';
import { explainClose, explainRefusal } from './explanation.ts';

export type SdkConnectionState =
  | { readonly state: 'off' | 'opening' | 'open' }
  /** The connection dropped; the SDK reconnects. */
  | { readonly state: 'waiting' }
  /** The SDK does not reconnect. */
  | { readonly state: 'ended'; readonly why: Explanation };

export interface SdkConnection {
  /** Such as `localhost:8765 · pac v1 · Till`. */
  readonly label: string;
  readonly state: SdkConnectionState['state'];
}

/** Keyed by the name of the view. */
export const sdkConnections = signal<Readonly<Record<string, SdkConnection>>>({});

/** `undefined` removes the connection of the view. */
export function setSdkConnection(view: string, connection: SdkConnection | undefined): void {
  const { [view]: _, ...others } = sdkConnections.peek();
  sdkConnections.value = connection ? { ...others, [view]: connection } : others;
}

/** `wasOpen` says whether this connection has been open before. */
export function toSdkConnectionState(state: ConnectionState, wasOpen: boolean): SdkConnectionState {
  switch (state.state) {
    case 'connecting':
      return { state: wasOpen ? 'waiting' : 'opening' };
    case 'connected':
      return { state: 'open' };
    case 'waiting':
      return { state: 'waiting' };
    case 'stopped':
      return { state: 'ended', why: explainStop(state.cause) };
    case 'closed':
      return { state: 'off' };
  }
}

function explainStop(cause: Error): Explanation {
  if (!(cause instanceof Discontinued)) return explainRefusal(cause);
  return explainClose(
    cause.reason === 'takenOver' ? CloseCode.superseded : CloseCode.tokenRevoked,
    '',
  );
}
