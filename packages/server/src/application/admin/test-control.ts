// What a program that tests a till does to the whole gateway: it moves the clock on, and clears up after a test. Only
// where the setting `testControl` allows it, and every site is a test site.

import type { ClockMover } from '../../ports/clock.ts';
import type { Actor } from './actor.ts';
import type { AdminDeps } from './audit.ts';
import { takeAway } from './faults.ts';
import { AdminRefusal } from './refusal.ts';
import type { AdminSite, UseSite } from './site-access.ts';
import { listSites } from './sites.ts';

interface TestControlDeps extends AdminDeps {
  readonly useSite: UseSite;
  readonly clockMover: ClockMover | undefined;
}

/** Where it is allowed. */
interface TestControl extends TestControlDeps {
  readonly clockMover: ClockMover;
  /** Names of all. */
  readonly sites: readonly string[];
}

/** Moves the clock on by `seconds`, 0 or more. Refuses with `notPossible`. */
export async function advanceClock(
  deps: TestControlDeps,
  actor: Actor,
  seconds: number,
): Promise<void> {
  const { clockMover } = await testControl(deps, actor);
  await clockMover.advance(Math.round(seconds * 1000));
}

/**
 * Removes all faults, gives the virtual card machines their usual behaviour, moves the clock on until no card machine
 * has anything in progress, and drops what no till has got yet. Refuses with `notPossible`, also if that is not so within an hour.
 */
export async function resetAfterTest(deps: TestControlDeps, actor: Actor): Promise<void> {
  const control = await testControl(deps, actor);
  for (const name of control.sites) {
    await control.useSite(name, async (site) => {
      if (site) await clearUp(control, actor, site);
    });
  }
}

async function clearUp(control: TestControl, actor: Actor, site: AdminSite): Promise<void> {
  const { name, faults, terminals, virtual } = site;
  for (const fault of faults.all) await takeAway(control, { actor, name }, { faults, fault });
  const opened = terminals.allOpened.map(({ tid }) => tid);
  for (const tid of new Set([...site.known(), ...opened])) {
    if (virtual?.behaviour(name, tid)) virtual.behave(name, tid, {});
  }
  const isIdle = () => terminals.allOpened.every(({ isAtRest }) => isAtRest);
  if (!(await control.clockMover.advanceUntil(isIdle))) {
    throw new AdminRefusal('notPossible', `A card machine of "${name}" is still at work.`);
  }
  await site.dropUndelivered();
}

async function testControl(deps: TestControlDeps, actor: Actor): Promise<TestControl> {
  const { clockMover } = deps;
  if (!clockMover) {
    throw new AdminRefusal('notPossible', 'Only a gateway with --test-control can do that.');
  }
  const sites = await listSites(deps, actor);
  const other = sites.find(({ test }) => !test);
  if (other) {
    const detail = `"${other.name}" is no test site, so the clock is not moved.`;
    throw new AdminRefusal('notPossible', detail);
  }
  return { ...deps, clockMover, sites: sites.map(({ name }) => name) };
}
