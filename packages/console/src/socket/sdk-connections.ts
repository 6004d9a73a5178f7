// The connections that views keep for themselves by the SDK, beside the lines of Connect: how one is,
// in few states, and a word of it for the top bar.

import { signal } from '@preact/signals';
import type { ConnectionState } from '@tillgate/client';
import { Discontinued } from '@tillgate/client';
import type { Why } from './explanation.ts';
import { whyClosed, whyRefused } from './explanation.ts';

export type OwnState =
  | { readonly state: 'off' | 'opening' | 'open' }
  /** The line dropped; the SDK tries again by itself. */
  | { readonly state: 'waiting' }
  /** For good, until somebody connects again. */
  | { readonly state: 'ended'; readonly why: Why };

export interface OwnLine {
  /** Such as `localhost:8765 · pac v1 · Till`. */
  readonly label: string;
  readonly state: OwnState['state'];
}

/** By the name of its view. */
export const ownLines = signal<Readonly<Record<string, OwnLine>>>({});

/** Without a line the view has none any more. */
export function tellOwn(view: string, line: OwnLine | undefined): void {
  const { [view]: _, ...others } = ownLines.peek();
  ownLines.value = line ? { ...others, [view]: line } : others;
}

/** `wasOpen`: it has been connected before. */
export function ownState(state: ConnectionState, wasOpen: boolean): OwnState {
  switch (state.state) {
    case 'connecting':
      return { state: wasOpen ? 'waiting' : 'opening' };
    case 'connected':
      return { state: 'open' };
    case 'waiting':
      return { state: 'waiting' };
    case 'stopped':
      return { state: 'ended', why: whyStopped(state.cause) };
    case 'closed':
      return { state: 'off' };
  }
}

function whyStopped(cause: Error): Why {
  if (!(cause instanceof Discontinued)) return whyRefused(cause);
  return whyClosed(cause.reason === 'takenOver' ? 4001 : 4003, '');
}
