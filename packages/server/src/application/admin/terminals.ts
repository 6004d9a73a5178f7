// The card machines of a site as operators see them, virtual and linked, and what they may do with
// them.

import type { api } from '@tillgate/protocol';
import type { VirtualBehaviour } from '../../ports/virtual-machines.ts';
import type { ListedEnrolment } from '../handshake/enrolled-terminal.ts';
import { listEnrolled } from '../handshake/enrolled-terminal.ts';
import type { Actor } from './actor.ts';
import type { AdminDeps } from './audit.ts';
import { changesOf, writeAudited } from './audit.ts';
import { moment } from './moment.ts';
import { AdminRefusal } from './refusal.ts';
import type { AdminSite, SiteAccessDeps } from './site-access.ts';
import { inSite } from './site-access.ts';

/** By tid. */
export async function listTerminals(
  deps: SiteAccessDeps,
  actor: Actor,
  name: string,
): Promise<api.Terminal[]> {
  return inSite(deps, { actor, name }, (site) => terminalsOf(deps, site, name));
}

/** As they are now, by tid. */
export async function terminalsOf(
  deps: AdminDeps,
  site: AdminSite,
  name: string,
): Promise<api.Terminal[]> {
  const [sessions, enrolled] = await Promise.all([
    site.terminals.allConnected(),
    listEnrolled(deps.store, name),
  ]);
  const links = new Map(enrolled.filter(isLinked).map((one) => [one.tid, one]));
  const connected = new Map(sessions.map((session) => [session.tid, session]));
  const tids = new Set([...site.known(), ...connected.keys(), ...links.keys()]);
  return [...tids].toSorted().map((tid) => {
    const session = connected.get(tid);
    const link = links.get(tid);
    const behaviour = site.virtual?.behaviour(name, tid);
    return {
      tid,
      kind: behaviour ? 'virtual' : 'link',
      connected: session !== undefined,
      ...(session?.profile && {
        status: session.isFree ? 'AVAILABLE' : 'BUSY',
        currency: session.profile.currency,
      }),
      ...behaviour,
      ...(link && linkPart(link, site.enrolment.lastHeardAt(tid), deps.clock.now())),
    };
  });
}

function isLinked({ revokedAt }: ListedEnrolment): boolean {
  return revokedAt === undefined;
}

function linkPart(link: ListedEnrolment, heardSinceAt: number | undefined, now: number) {
  const { label, key, pairing } = link;
  const heardAt = heardSinceAt ?? link.lastHeardAt;
  return {
    paired: key !== undefined,
    ...(key && { pairedAt: moment(key.createdAt) }),
    ...(label === undefined ? {} : { label }),
    ...(heardAt === undefined ? {} : { lastHeardAt: moment(heardAt) }),
    ...(pairing && pairing.expiresAt > now && { pairingUntil: moment(pairing.expiresAt) }),
  };
}

export interface MachineName {
  readonly site: string;
  readonly tid: string;
}

/** Changes how a virtual card machine behaves; null restores the default, an absent key changes nothing. */
export async function changeTerminal(
  deps: SiteAccessDeps,
  actor: Actor,
  { site: name, tid, ...change }: MachineName & api.TerminalChange,
): Promise<api.Terminal> {
  return inSite(deps, { actor, name }, async (site) => {
    const { virtual } = site;
    const before = virtual?.behaviour(name, tid);
    if (!virtual || !before) {
      const links = await listEnrolled(deps.store, name);
      if (!links.some((link) => link.tid === tid)) throw noSuchTerminal();
      throw new AdminRefusal(
        'notPossible',
        'Only the behaviour of a virtual card machine can be changed.',
      );
    }
    const changes = changesOf(before, changed(before, change));
    const deed = { action: 'terminal.change', site: name, subject: tid, changes } as const;
    if (changes.length > 0) await writeAudited(deps, { actor, deed, write: {} });
    // It may have been changed meanwhile.
    const after = changed(virtual.behaviour(name, tid) ?? before, change);
    virtual.behave(name, tid, after);
    const terminal = (await terminalsOf(deps, site, name)).find((one) => one.tid === tid);
    // At a test site a machine may be changed before it was ever used.
    return terminal ?? { tid, kind: 'virtual', connected: false, ...after };
  });
}

function changed(before: VirtualBehaviour, change: api.TerminalChange): VirtualBehaviour {
  const { pace, nextOutcome, scenario }: api.TerminalChange = { ...before, ...change };
  return {
    ...(pace === null || pace === undefined ? {} : { pace }),
    ...(nextOutcome === null || nextOutcome === undefined ? {} : { nextOutcome }),
    ...(scenario === null || scenario === undefined ? {} : { scenario }),
  };
}

export function noSuchTerminal(): AdminRefusal {
  return new AdminRefusal('notFound', 'There is no such card machine.');
}
