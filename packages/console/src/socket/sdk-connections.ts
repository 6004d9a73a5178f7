// The connections that views keep for themselves by the SDK, beside the lines of Connect: how one is,
// in few states, and a word of it for the top bar.

import { signal } from '@preact/signals';
import type { ConnectionState } from '@tillgate/client';
import { Discontinued } from '@tillgate/client';
import type { Explanation } from './explanation.ts';
import { explainClose, explainRefusal } from './explanation.ts';

export type SdkConnectionState =
  | { readonly state: 'off' | 'opening' | 'open' }
  /** The line dropped; the SDK tries again by itself. */
  | { readonly state: 'waiting' }
  /** For good, until somebody connects again. */
  | { readonly state: 'ended'; readonly why: Explanation };

export interface SdkConnection {
  /** Such as `localhost:8765 · pac v1 · Till`. */
  readonly label: string;
  readonly state: SdkConnectionState['state'];
}

/** By the name of its view. */
export const sdkConnections = signal<Readonly<Record<string, SdkConnection>>>({});

/** Without a line the view has none any more. */
export function setSdkConnection(view: string, line: SdkConnection | undefined): void {
  const { [view]: _, ...others } = sdkConnections.peek();
  sdkConnections.value = line ? { ...others, [view]: line } : others;
}

/** `wasOpen`: it has been connected before. */
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
  return explainClose(cause.reason === 'takenOver' ? 4001 : 4003, '');
}
