// Card machines that link as operators keep them: list, enrol, revoke. Only the answer to
// `enrolTerminal` ever holds the pairing code.

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
import type { Actor } from './actor.ts';
import type { AdminDeps } from './audit.ts';
import { changesOf, writeAudited } from './audit.ts';
import { AdminRefusal, unfit } from './refusal.ts';
import { findSite } from './sites.ts';

/** By tid; those revoked too. */
export async function listLinked(
  world: AdminDeps,
  actor: Actor,
  site: string,
): Promise<readonly ListedEnrolment[]> {
  await findSite(world, actor, site);
  return listEnrolled(world.store, site);
}

/** Enrols a machine, or gives a known one a new pairing code, told this once. */
export async function enrolTerminal(
  world: AdminDeps,
  actor: Actor,
  wish: EnrolmentRequest,
): Promise<ReturnType<typeof enrolled>> {
  const { site, tid, label } = wish;
  const found = await findSite(world, actor, site);
  if (!mayEnrol(found, tid)) throw unfit('/tid', ENROLLABLE, JSON.stringify(tid));
  const before = await enrolledTerminal(world.store, site, tid);
  const made = enrolled(before, wish, world.clock.now());
  const changes = changesOf({}, label === undefined ? {} : { label });
  await writeAudited(world, {
    actor,
    deed: { action: 'terminal.add', site, subject: tid, changes },
    write: { put: [terminalRecord(made.terminal)] },
  });
  return made;
}

/** Takes key and code away: its connection is closed within half a second. */
export async function revokeTerminal(
  world: AdminDeps,
  actor: Actor,
  { site, tid }: EnrolmentRequest,
): Promise<EnrolledTerminal> {
  await findSite(world, actor, site);
  const before = await enrolledTerminal(world.store, site, tid);
  if (!before || before.revokedAt !== undefined) {
    throw new AdminRefusal('notFound', 'There is no such card machine.');
  }
  const terminal = revoked(before, world.clock.now());
  await writeAudited(world, {
    actor,
    deed: { action: 'terminal.revoke', site, subject: tid },
    write: { put: [terminalRecord(terminal)] },
  });
  return terminal;
}
