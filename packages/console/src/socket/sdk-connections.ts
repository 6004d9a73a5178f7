// The connections that views open by the SDK or to the event stream, beside those of the view Connect: their state, by
// the names of the vocabulary, and their label for the top bar.

import { signal } from '@preact/signals';
import type { ConnectionState } from '@tillgate/client';
import { Discontinued } from '@tillgate/client';
import type { ConnectionStateName } from '@tillgate/protocol';
import { CloseCode, connectionStateName } from '@tillgate/protocol';
import type { Explanation } from './explanation.ts';
import { explainClose, explainRefusal } from './explanation.ts';

/** By the names of the vocabulary. */
export type SdkConnectionState =
  | { readonly state: 'closed' | 'connecting' | 'connected' | 'waiting' }
  /** The SDK does not reconnect. */
  | { readonly state: 'refused' | 'stopped'; readonly why: Explanation };

export interface SdkConnection {
  /** Such as `localhost:8765 · pac v1 · Till`. */
  readonly label: string;
  readonly state: ConnectionStateName;
}

/** Keyed by the name of the view. */
export const sdkConnections = signal<Readonly<Record<string, SdkConnection>>>({});

/** `undefined` removes the connection of the view. */
export function setSdkConnection(view: string, connection: SdkConnection | undefined): void {
  const { [view]: _, ...others } = sdkConnections.peek();
  sdkConnections.value = connection ? { ...others, [view]: connection } : others;
}

export function toSdkConnectionState(state: ConnectionState): SdkConnectionState {
  if (state.state === 'stopped') return endOf(state.cause);
  return { state: connectionStateName(state) } as SdkConnectionState;
}

/** Why the SDK does not go on, or could not begin. */
export function endOf(cause: unknown): SdkConnectionState {
  if (!(cause instanceof Discontinued)) return { state: 'refused', why: explainRefusal(cause) };
  const { superseded, tokenRevoked } = CloseCode;
  const code = cause.reason === 'takenOver' ? superseded : tokenRevoked;
  return { state: 'stopped', why: explainClose(code, '') };
}
