// The virtual card machines that nothing but a request of a till ever named: at a test site every well-formed
// name is a machine [C-10.2].

import type { Page, RecordName, Store } from '../../../ports/store.ts';
import { COLLECTION } from './memory/stored-memory.ts';
import { knownTids } from './scenario/tid.ts';

const PAGE_SIZE = 1000;

/** Settings of a site that declare machines. */
interface Declaring {
  readonly test: boolean;
  /** By tid. */
  readonly terminals: Readonly<Record<string, unknown>>;
}

/** Whether the documentation or the settings of the site name the machine. */
export function isDeclared(settings: Declaring | undefined, tid: string): boolean {
  if (!settings) return false;
  return Object.hasOwn(settings.terminals, tid) || (settings.test && knownTids.includes(tid));
}

/** Site and tid of the key of a machine's record; it is also the machine's stream in the journal. */
export function splitKey(key: string): readonly [site: string, tid: string] {
  const slash = key.indexOf('/');
  return [key.slice(0, slash), key.slice(slash + 1)];
}

/**
 * The records of used machines that nothing declares, of keys that start with `prefix`. `settingsOf` is called once
 * for each site that has records; undefined for one that does not exist.
 */
export async function undeclaredMachines(
  store: Pick<Store, 'list'>,
  settingsOf: (site: string) => Promise<Declaring | undefined> | Declaring | undefined,
  prefix = '',
): Promise<readonly RecordName[]> {
  const found: RecordName[] = [];
  let current: { readonly site: string; readonly settings: Declaring | undefined } | undefined;
  let page: Page = { limit: PAGE_SIZE };
  for (;;) {
    const records = await store.list(COLLECTION, prefix, page);
    for (const { collection, key } of records) {
      const [site, tid] = splitKey(key);
      // Records are in order of key: those of a site follow one another.
      if (current?.site !== site) current = { site, settings: await settingsOf(site) };
      if (!isDeclared(current.settings, tid)) found.push({ collection, key });
    }
    const last = records.at(-1);
    if (records.length < PAGE_SIZE || !last) return found;
    page = { limit: PAGE_SIZE, after: last.key };
  }
}
