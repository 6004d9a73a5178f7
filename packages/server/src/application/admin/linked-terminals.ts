// Card machines that link as operators keep them: list, enrol, revoke, and the audit entries of
// pairing. Only the answer to `enrolTerminal` ever holds the pairing code.

import type { api } from '@tillgate/protocol';
import { changeRecords } from '../../ports/record-change.ts';
import type { StoredRecord } from '../../ports/store.ts';
import type {
  EnrolledTerminal,
  EnrolmentRequest,
  ListedEnrolment,
} from '../handshake/enrolled-terminal.ts';
import {
  ENROLLABLE,
  enrolled,
  enrolledTerminal,
  listEnrolled,
  mayEnrol,
  revoked,
  terminalRecord,
} from '../handshake/enrolled-terminal.ts';
import type { PairingEvent } from '../handshake/pairing.ts';
import type { Actor } from './actor.ts';
import type { AdminDeps } from './audit.ts';
import { auditRecord, changesOf, writeAudited } from './audit.ts';
import { AdminRefusal, unfit } from './refusal.ts';
import { findSite } from './sites.ts';

/** By tid; those revoked too. */
export async function listLinked(
  deps: AdminDeps,
  actor: Actor,
  site: string,
): Promise<readonly ListedEnrolment[]> {
  await findSite(deps, actor, site);
  return listEnrolled(deps.store, site);
}

/** Enrols a machine, or gives a known one a new pairing code; the code is never shown again. */
export function enrolTerminal(
  asked: AdminDeps,
  actor: Actor,
  request: EnrolmentRequest,
): Promise<ReturnType<typeof enrolled>> {
  return changeRecords(asked, async (deps) => {
    const { site, tid, label } = request;
    const found = await findSite(deps, actor, site);
    if (!mayEnrol(found, tid)) throw unfit('/tid', ENROLLABLE, JSON.stringify(tid));
    const before = await enrolledTerminal(deps.store, site, tid);
    const made = enrolled(before, request, deps.clock.now());
    const changes = changesOf({}, label === undefined ? {} : { label });
    await writeAudited(deps, {
      actor,
      deed: { action: 'terminal.add', site, subject: tid, changes },
      write: { put: [terminalRecord(made.terminal)] },
    });
    return made;
  });
}

/** The audit entry of a machine that exchanged its code for a key, or of a code that has become void. */
export function pairingEntry({ kind, site, tid, from }: PairingEvent, now: number): StoredRecord {
  const sites = [site];
  // Who guesses a code is not the machine.
  const [actor, action]: [Actor, api.AuditAction] =
    kind === 'paired'
      ? [{ name: tid, via: 'pairing-code', from, sites }, 'terminal.pair']
      : [{ name: 'gateway', via: 'wrong-codes', from, sites }, 'terminal.voidCode'];
  return auditRecord(actor, { action, site, subject: tid }, now);
}

/** Takes key and code away: its connection is closed within half a second. */
export function revokeTerminal(
  asked: AdminDeps,
  actor: Actor,
  { site, tid }: EnrolmentRequest,
): Promise<EnrolledTerminal> {
  return changeRecords(asked, async (deps) => {
    await findSite(deps, actor, site);
    const before = await enrolledTerminal(deps.store, site, tid);
    if (!before || before.revokedAt !== undefined) {
      throw new AdminRefusal('notFound', 'There is no such card machine.');
    }
    const terminal = revoked(before, deps.clock.now());
    await writeAudited(deps, {
      actor,
      deed: { action: 'terminal.revoke', site, subject: tid },
      write: { put: [terminalRecord(terminal)] },
    });
    return terminal;
  });
}
