// Sites as operators keep them: list, add, change, remove.

import type { Site } from '../../domain/site.ts';
import { localTime } from '../../ports/local-time.ts';
import type { RecordStore } from '../../ports/record-change.ts';
import { changeRecords } from '../../ports/record-change.ts';
import type { RecordName, StoredRecord } from '../../ports/store.ts';
import { readSite, SITES, TOKEN_USES, TOKENS } from '../handshake/access.ts';
import { TERMINAL_USES, TERMINALS, WRONG_CODES } from '../handshake/enrolled-terminal.ts';
import { INCOMPLETE } from '../journal/journal.ts';
import { keyOf } from '../journal/search-keys.ts';
import type { Actor } from './actor.ts';
import { mustSee, mustSeeAll, noSuchSite, sees } from './actor.ts';
import type { AdminDeps } from './audit.ts';
import { changesOf, writeAudited } from './audit.ts';
import { operatorsWithout } from './operators.ts';
import { AdminRefusal, unfit } from './refusal.ts';
import { newSite } from './test-site.ts';
import { tokensOf } from './token-records.ts';

/** When each site was removed whose payments may still be kept, by name. */
export const REMOVED_SITES = 'removed-sites';
/** Collections whose keys begin with the name of a site, and that go with it. */
const SITE_RECORDS = [TOKENS, TOKEN_USES, TERMINALS, TERMINAL_USES, WRONG_CODES, INCOMPLETE];

export type SiteSettings = Partial<Omit<Site, 'name'>>;

/** By name. */
export async function listSites({ store }: AdminDeps, actor: Actor): Promise<readonly Site[]> {
  const records = await store.list(SITES, '');
  return records
    .map(({ value }) => JSON.parse(value) as Site)
    .filter(({ name }) => sees(actor, name));
}

export async function findSite({ store }: AdminDeps, actor: Actor, name: string): Promise<Site> {
  mustSee(actor, name);
  const site = await readSite(store, name);
  if (!site) throw noSuchSite();
  return site;
}

/** `name` and `settings` are well-formed; whether they can be is looked at here. */
export function addSite(
  asked: AdminDeps,
  actor: Actor,
  { name, ...settings }: SiteSettings & Pick<Site, 'name'>,
): Promise<Site> {
  return changeRecords(asked, async (deps) => {
    mustSeeAll(actor);
    mustBePossible(settings);
    if ((await deps.store.get({ collection: SITES, key: name })) !== undefined) {
      throw new AdminRefusal('alreadyThere', `There is a site "${name}" already.`);
    }
    const removedAt = await deps.store.get({ collection: REMOVED_SITES, key: name });
    if (removedAt !== undefined) {
      const when = new Date(Number(removedAt)).toISOString().slice(0, 10);
      throw new AdminRefusal(
        'alreadyThere',
        `A site "${name}" was removed on ${when}. The name is free again when its payments are no longer kept.`,
      );
    }
    const site = newSite(name, settings);
    const { name: _, ...made } = site;
    await writeAudited(deps, {
      actor,
      deed: { action: 'site.add', site: name, changes: changesOf({}, made) },
      // What came while a site of that name was being removed is none of this one.
      write: { put: [siteRecord(site)], remove: await recordsOf(deps.store, name) },
    });
    return site;
  });
}

interface SiteChange extends Omit<SiteSettings, 'title'>, Pick<Site, 'name'> {
  /** null: the name again. */
  readonly title?: string | null;
}

/** What `settings` do not name stays. */
export function changeSite(
  asked: AdminDeps,
  actor: Actor,
  { name, title, ...settings }: SiteChange,
): Promise<Site> {
  return changeRecords(asked, async (deps) => {
    const before = await findSite(deps, actor, name);
    mustBePossible(settings);
    const titled = title === undefined ? {} : { title: title ?? name };
    const site = { ...before, ...settings, ...titled };
    const changes = changesOf(before, site);
    if (changes.length === 0) return site;
    await writeAudited(deps, {
      actor,
      deed: { action: 'site.change', site: name, changes: changes },
      write: { put: [siteRecord(site)] },
    });
    return site;
  });
}

/**
 * Takes its tokens, its card machines and what it owes with it; gives how many tokens there were. If it has
 * payments the name stays closed as long as they are kept, so that nobody inherits them.
 */
export function removeSite(
  asked: AdminDeps,
  actor: Actor,
  name: string,
): Promise<{ readonly tokens: number }> {
  return changeRecords(asked, async (deps) => {
    mustSeeAll(actor);
    await findSite(deps, actor, name);
    const tokens = await tokensOf(deps.store, name);
    const left = await recordsOf(deps.store, name);
    const scoped = await operatorsWithout(deps.store, name);
    await writeAudited(deps, {
      actor,
      deed: { action: 'site.remove', site: name },
      write: {
        put: [
          ...((await hasPayments(deps.store, name)) ? [closedName(name, deps.clock.now())] : []),
          ...scoped,
        ],
        remove: [{ collection: SITES, key: name }, ...left],
      },
    });
    return { tokens: tokens.length };
  });
}

async function hasPayments(store: RecordStore, site: string): Promise<boolean> {
  const { activities } = await store.findActivities({ keys: [keyOf.site(site)], limit: 1 });
  return activities.length > 0;
}

function closedName(key: string, removedAt: number): StoredRecord {
  return { collection: REMOVED_SITES, key, value: String(removedAt) };
}

/** What there is of a site besides its own record: tokens, card machines, and what it owes. */
async function recordsOf(store: RecordStore, site: string): Promise<readonly RecordName[]> {
  const lists = await Promise.all(SITE_RECORDS.map((name) => store.list(name, `${site}/`)));
  return lists.flat();
}

function siteRecord(site: Site) {
  return { collection: SITES, key: site.name, value: JSON.stringify(site) };
}

/** What no schema can say. */
function mustBePossible({ timeZone }: SiteSettings): void {
  if (timeZone === undefined || isZone(timeZone)) return;
  throw unfit('/timeZone', 'a time zone such as Europe/London', JSON.stringify(timeZone));
}

function isZone(zone: string): boolean {
  try {
    localTime(0, zone);
    return true;
  } catch {
    return false;
  }
}
