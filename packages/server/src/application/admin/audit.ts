// The trail of what was changed from outside the wire: written in one write with the change itself,
// so that neither is there without the other. Holds no secret.

import { randomInt } from 'node:crypto';
import type { api } from '@tillgate/protocol';
import type { Clock } from '../../ports/clock.ts';
import type { RecordStore } from '../../ports/record-change.ts';
import type { Store, StoredRecord, Write } from '../../ports/store.ts';
import type { Actor } from './actor.ts';
import { sees } from './actor.ts';

export const AUDIT = 'audit';

export interface AdminDeps {
  readonly store: RecordStore;
  readonly clock: Pick<Clock, 'now'>;
}

/** What was done, without who and when. */
export interface AuditedAction extends Pick<api.AuditEntry, 'action' | 'site' | 'subject'> {
  readonly changes?: readonly api.Change[];
}

/** Writes a change and its entry in the trail, both or neither. */
export async function writeAudited(
  { store, clock }: AdminDeps,
  {
    actor,
    deed,
    write,
  }: { readonly actor: Actor; readonly deed: AuditedAction; readonly write: Write },
): Promise<void> {
  const entry = auditRecord(actor, deed, clock.now());
  await store.write({ ...write, put: [...(write.put ?? []), entry] });
}

/** The entry of an action, for a write of its own making. */
export function auditRecord(
  { name: by, via, from }: Actor,
  deed: AuditedAction,
  at: number,
): StoredRecord {
  const { changes = [], ...rest } = deed;
  const entry = {
    at,
    by,
    via,
    ...(from === undefined ? {} : { from }),
    ...rest,
    ...(changes.length === 0 ? {} : { changes }),
  };
  return { collection: AUDIT, key: keyAt(at), value: JSON.stringify(entry) };
}

/** Last moment that a key can hold: in the year 2286. */
const LAST_MS = 9_999_999_999_999;
const CHANCES = 10_000;
let written = 0;

/**
 * Later keys are smaller, so that a list begins with the newest; a random part keeps processes
 * apart.
 */
function keyAt(at: number): string {
  written = (written + 1) % 1000;
  return `${pastKey(at)}${pad(999 - written, 3)}${pad(randomInt(CHANCES), 4)}`;
}

function pastKey(at: number): string {
  return pad(LAST_MS - at, 13);
}

function pad(number: number, digits: number): string {
  return String(number).padStart(digits, '0');
}

interface Wanted {
  readonly site?: string;
  readonly limit: number;
  /** Only what is older than the entry of this id. */
  readonly before?: string;
}

interface AuditPage {
  readonly entries: readonly api.AuditEntry[];
  /** Where to go on; absent at the end. */
  readonly next?: string;
}

/** Entries looked at for one page, so that a rare site does not keep the gateway busy. */
const MOST_LOOKED_AT = 5000;
const PORTION = 500;

/**
 * Newest first, as far as the actor may see them; a page may be short and still have a next one.
 */
export async function listAudit(
  { store }: Pick<AdminDeps, 'store'>,
  actor: Actor,
  { site, limit, before }: Wanted,
): Promise<AuditPage> {
  const entries: api.AuditEntry[] = [];
  let next = before;
  for (let looked = 0; looked < MOST_LOOKED_AT; looked += PORTION) {
    const page = { limit: PORTION, ...(next === undefined ? {} : { after: next }) };
    const records = await store.list(AUDIT, '', page);
    for (const { key, value } of records) {
      next = key;
      const { at, ...rest } = JSON.parse(value) as StoredAuditEntry;
      if (!concerns(actor, rest.site, site)) continue;
      entries.push({ id: key, at: new Date(at).toISOString(), ...rest });
      if (entries.length === limit) return { entries, next: key };
    }
    if (records.length < PORTION) return { entries };
  }
  return { entries, ...(next === undefined ? {} : { next }) };
}

/** As it is stored, under its id. */
type StoredAuditEntry = Omit<api.AuditEntry, 'at' | 'id'> & { readonly at: number };

function concerns(actor: Actor, site: string | undefined, wanted: string | undefined): boolean {
  if (wanted !== undefined && site !== wanted) return false;
  return site === undefined ? actor.sites === null : sees(actor, site);
}

/** Removes what is older than `time`; in portions, so that no write is large. */
export async function purgeAudit(store: Store, time: number): Promise<void> {
  for (;;) {
    const old = await store.list(AUDIT, '', { after: `${pastKey(time)}9999999`, limit: 500 });
    if (old.length === 0) return;
    await store.write({ remove: old.map(({ collection, key }) => ({ collection, key })) });
  }
}

/** What is other in `after` than in `before`, field by field. */
export function changesOf(before: object, after: object): readonly api.Change[] {
  const from = before as Readonly<Record<string, unknown>>;
  const to = after as Readonly<Record<string, unknown>>;
  return [...new Set([...Object.keys(from), ...Object.keys(to)])]
    .filter((field) => JSON.stringify(from[field]) !== JSON.stringify(to[field]))
    .map((field) => ({
      field,
      ...(from[field] === undefined ? {} : { before: from[field] }),
      ...(to[field] === undefined ? {} : { after: to[field] }),
    }));
}
