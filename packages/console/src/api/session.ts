// The session of the operator. The browser does not store the key itself: it is exchanged for a cookie that no script
// can read.

import { signal } from '@preact/signals';
import type { api } from '@tillgate/protocol';

export type SessionState =
  /** Not read yet. */
  | { readonly state: 'unknown' }
  /** The gateway wants a key; `over` if there was a session before. */
  | { readonly state: 'asked'; readonly over: boolean }
  | { readonly state: 'open'; readonly session: api.Session };

export const session = signal<SessionState>({ state: 'unknown' });

/** Called after a 401: the operator must sign in. */
export function requireSignIn(): void {
  const { state } = session.value;
  if (state !== 'asked') session.value = { state: 'asked', over: state === 'open' };
}

/** Whether the operator may add sites and operators; false if the session is unknown. */
export function mayManageAllSites(): boolean {
  const now = session.value;
  return now.state === 'open' && now.session.operator.sites === null;
}
