// From the entries of the journal to events. Entries that cannot be read are left out, counted and named;
// what they hold is quoted nowhere.

import { keepDigits } from '@tillgate/protocol';
import type { ActivityEvent } from '../../domain/activity.ts';
import type { Entry } from '../../ports/store.ts';

export type EntryName = Pick<Entry, 'stream' | 'version'>;
export type OnDamaged = (entry: EntryName) => void;

/** The id of a till's request may be a number that no double can hold [C-3.9]. */
const LONG_ID = /"requestId":-?[\d.eE+-]{15,}/;
const keepIds = keepDigits('requestId');
/** Damaged entries that are told apart; beyond it each one counts whenever it is read. */
const MAX_NAMED = 1_000;

/** As `site/tid/version`. */
export function nameOf({ stream, version }: EntryName): string {
  return `${stream}/${version}`;
}

export class DamagedEntry extends Error {
  constructor({ stream, version }: EntryName) {
    super(`Entry ${version} of ${stream} in the journal cannot be read and is left out.`);
    this.name = 'DamagedEntry';
  }
}

/** The damaged entries that were met since the start, each reported once. */
export class JournalDamage {
  readonly #report: (damage: DamagedEntry) => void;
  readonly #names = new Set<string>();

  constructor(report: (damage: DamagedEntry) => void) {
    this.#report = report;
  }

  get count(): number {
    return this.#names.size;
  }

  readonly note: OnDamaged = (entry) => {
    const name = nameOf(entry);
    if (this.#names.has(name)) return;
    if (this.#names.size < MAX_NAMED) this.#names.add(name);
    this.#report(new DamagedEntry(entry));
  };
}

/** The state after the events of the entries, without those that cannot be read or applied. */
export function foldEntries<State>(
  entries: readonly Entry[],
  next: (state: State | undefined, event: ActivityEvent, entry: Entry) => State | undefined,
  onDamaged: OnDamaged,
): State | undefined {
  let state: State | undefined;
  for (const entry of entries) {
    try {
      let after = state;
      for (const event of eventsOf(entry)) after = next(after, event, entry);
      state = after;
    } catch {
      onDamaged(entry);
    }
  }
  return state;
}

/** Throws if the body of the entry is no list of events. */
export function eventsOf({ body }: Entry): readonly ActivityEvent[] {
  const events: unknown = JSON.parse(body, LONG_ID.test(body) ? keepIds : undefined);
  if (Array.isArray(events) && events.every(isEvent)) return events;
  throw new TypeError('An entry of the journal is no list of events.');
}

function isEvent(value: unknown): value is ActivityEvent {
  return typeof (value as { kind?: unknown } | null)?.kind === 'string';
}
