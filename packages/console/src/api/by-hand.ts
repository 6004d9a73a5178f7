// Which virtual card machines of a site are operated by hand [C-10.22]. Tills do not learn it from the gateway, so
// Till and Tables ask the admin API where this page may without a key.

import { signal } from '@preact/signals';
import { isOperatedByHand } from '@tillgate/protocol';
import { siteAt } from '../kit/default-site.ts';
import { call, readSession } from './call.ts';
import { session } from './session.ts';

/** As they were listed last; empty where this page may not know. */
export const tidsByHand = signal<ReadonlySet<string>>(new Set());

/** `hostname` is that of the gateway. Never rejects: without an answer nothing is called so. */
export async function refreshTidsByHand(hostname: string): Promise<void> {
  const site = siteAt(hostname);
  try {
    if (session.peek().state === 'unknown' && site === 'testhost') await readSession();
    if (session.peek().state !== 'open') return;
    const { terminals } = await call('listTerminals', { params: { site } });
    const tids = terminals.filter(isOperatedByHand).map(({ tid }) => tid);
    tidsByHand.value = new Set(tids);
  } catch {
    tidsByHand.value = new Set();
  }
}
