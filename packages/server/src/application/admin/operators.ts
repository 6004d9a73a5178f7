// Operators: who may use the console and the admin API, each with a key of which only the SHA-256
// is kept. Changing the records; who is let in is the business of operator-access.ts.

import { randomUUID } from 'node:crypto';
import { changeRecords } from '../../ports/record-change.ts';
import type { Store, StoredRecord } from '../../ports/store.ts';
import { hashOf, SITES } from '../handshake/access.ts';
import type { Actor } from './actor.ts';
import { mustSeeAll, reservedNames } from './actor.ts';
import type { AdminDeps } from './audit.ts';
import { changesOf, writeAudited } from './audit.ts';
import { AdminRefusal, unfit } from './refusal.ts';

export const OPERATORS = 'operators';
/** When each key was last used, by name; apart, so that a use never brings a removed one back. */
export const OPERATOR_USES = 'operator-uses';

/** An operator as he is kept: everything but the key. */
export interface Operator {
  readonly name: string;
  /** Lower case hexadecimal SHA-256 of the key. */
  readonly hash: string;
  /** The sites he may see; null for all, also those to come. */
  readonly sites: readonly string[] | null;
  /** Milliseconds since 1970, as all times here. */
  readonly createdAt: number;
}

export interface UsedOperator extends Operator {
  /** To the minute. */
  readonly lastUsedAt?: number;
}

/** By name. */
export async function listOperators(
  { store }: Pick<AdminDeps, 'store'>,
  actor: Actor,
): Promise<readonly UsedOperator[]> {
  mustSeeAll(actor);
  const uses = await store.list(OPERATOR_USES, '');
  const usedAt = new Map(uses.map(({ key, value }) => [key, Number(value)]));
  const operators = await operatorsIn(store);
  return operators.map((operator) => {
    const lastUsedAt = usedAt.get(operator.name);
    return { ...operator, ...(lastUsedAt === undefined ? {} : { lastUsedAt }) };
  });
}

export async function operatorsIn(store: Pick<Store, 'list'>): Promise<readonly Operator[]> {
  const records = await store.list(OPERATORS, '');
  return records.map(({ value }) => JSON.parse(value) as Operator);
}

/** The records of the operators who may see the site by name, without it. */
export async function operatorsWithout(
  store: Pick<Store, 'get' | 'list'>,
  site: string,
): Promise<readonly StoredRecord[]> {
  const scoped = (await operatorsIn(store)).filter(({ sites }) => sites?.includes(site));
  const records = scoped.map(async ({ name }) => {
    const record = { collection: OPERATORS, key: name };
    // Read by name, so that one removed or changed meanwhile does not come back as he was.
    const value = await store.get(record);
    if (value === undefined) return [];
    const operator = JSON.parse(value) as Operator;
    const sites = operator.sites?.filter((each) => each !== site) ?? null;
    return [{ ...record, value: JSON.stringify({ ...operator, sites }) }];
  });
  return (await Promise.all(records)).flat();
}

/** Gives the key too, this once. */
export function addOperator(
  asked: AdminDeps,
  actor: Actor,
  { name, sites = null }: Pick<Operator, 'name'> & Partial<Pick<Operator, 'sites'>>,
): Promise<{ readonly key: string; readonly operator: Operator }> {
  return changeRecords(asked, async (deps) => {
    mustSeeAll(actor);
    if (reservedNames.has(name)) throw unfit('/name', 'another name', JSON.stringify(name));
    await mustBeSites(deps.store, sites);
    if ((await deps.store.get({ collection: OPERATORS, key: name })) !== undefined) {
      throw new AdminRefusal('alreadyThere', `There is an operator "${name}" already.`);
    }
    const key = randomUUID();
    const createdAt = deps.clock.now();
    const operator = { name, hash: hashOf(key), sites: sites && [...new Set(sites)], createdAt };
    await writeAudited(deps, {
      actor,
      deed: { action: 'operator.add', subject: name, changes: changesOf({}, { sites }) },
      write: { put: [{ collection: OPERATORS, key: name, value: JSON.stringify(operator) }] },
    });
    return { key, operator };
  });
}

/** His sessions are over with it: they are good only with the key they were opened with. */
export function removeOperator(asked: AdminDeps, actor: Actor, name: string): Promise<void> {
  return changeRecords(asked, async (deps) => {
    mustSeeAll(actor);
    if ((await deps.store.get({ collection: OPERATORS, key: name })) === undefined) {
      throw new AdminRefusal('notFound', 'There is no such operator.');
    }
    const remove = [OPERATORS, OPERATOR_USES].map((collection) => ({ collection, key: name }));
    await writeAudited(deps, {
      actor,
      deed: { action: 'operator.remove', subject: name },
      write: { remove },
    });
  });
}

/** A name that is no site's is a slip. */
async function mustBeSites(
  store: Pick<Store, 'get'>,
  sites: readonly string[] | null,
): Promise<void> {
  for (const [index, site] of (sites ?? []).entries()) {
    if ((await store.get({ collection: SITES, key: site })) === undefined) {
      throw unfit(`/sites/${index}`, 'name of a site', JSON.stringify(site));
    }
  }
}
