// Who works with the console, as the gateway knows them. The key itself is in no store of the browser:
// it is exchanged for a cookie that no script can read.

import { signal } from '@preact/signals';
import type { api } from '@tillgate/protocol';

export type SessionState =
  /** Not asked yet. */
  | { readonly state: 'unknown' }
  /** The gateway wants a key; `over` if there was a session before. */
  | { readonly state: 'asked'; readonly over: boolean }
  | { readonly state: 'open'; readonly session: api.Session };

export const session = signal<SessionState>({ state: 'unknown' });

/** After a 401: whoever works here must sign in, again or for the first time. */
export function requireSignIn(): void {
  const { state } = session.value;
  if (state !== 'asked') session.value = { state: 'asked', over: state === 'open' };
}

/** Whether the operator may add sites and operators; not known means no. */
export function mayManageAllSites(): boolean {
  const now = session.value;
  return now.state === 'open' && now.session.operator.sites === null;
}
