// Opens the journal beside a running gateway, and closes it whatever happens. The gateway notices changed
// records within half a second.

import { existsSync } from 'node:fs';
import { commandLine } from '../../application/admin/actor.ts';
import type { AdminDeps } from '../../application/admin/audit.ts';
import { listSites } from '../../application/admin/sites.ts';
import { readSite } from '../../application/handshake/access.ts';
import { openJournal } from '../../gateway-context.ts';
import type { Settings } from '../../settings.ts';
import { UsageError } from '../exit-code.ts';
import { readSettings, withFile } from '../read-settings.ts';

export type Journal = Awaited<ReturnType<typeof openJournal>>;
export type Site = NonNullable<Awaited<ReturnType<typeof readSite>>>;

/** The options of every command that works on the journal. */
export const journalOptions = {
  data: { type: 'string', value: 'DIR', about: 'Folder of the journal [.tillgate].' },
  store: { type: 'string', value: 'URL', about: 'PostgreSQL database in place of the folder.' },
  config: { type: 'string', value: 'FILE', about: 'JSON file with settings, as for serve.' },
  json: { type: 'boolean', about: 'Print JSON, one object on a line.' },
} as const;

interface JournalValues {
  readonly data?: string;
  readonly store?: string;
  readonly config?: string;
}

interface Opening {
  /** Make it if there is none. */
  readonly createIfMissing?: boolean;
}

export async function withJournal<T>(
  values: JournalValues,
  work: (journal: Journal) => Promise<T>,
  opening: Opening = {},
): Promise<T> {
  const settings = journalSettings(values, opening);
  const journal = await openJournal(settings);
  try {
    return await work(journal);
  } finally {
    await journal.close();
  }
}

/** The settings of a journal in a folder: a database has backups of its own. */
export function fileJournalSettings(values: JournalValues, opening: Opening = {}): Settings {
  const settings = journalSettings(values, opening);
  if (settings.store === undefined) return settings;
  throw new UsageError('The journal is in PostgreSQL: use pg_dump and pg_restore.');
}

function journalSettings(
  { config, ...given }: JournalValues,
  { createIfMissing = false }: Opening,
): Settings {
  const flags = { data: given.data, store: given.store };
  const settings = readSettings(withFile({ flags, env: process.env }, config));
  if (settings.store === undefined) mustBeFolder(settings.data, createIfMissing);
  return settings;
}

function mustBeFolder(data: string, createIfMissing: boolean): void {
  if (data === 'memory') {
    throw new UsageError('A journal in memory cannot be reached from another process.');
  }
  if (!createIfMissing && !existsSync(data)) {
    throw new UsageError(`There is no journal in ${data}. Name its folder with --data.`);
  }
}

/** The dependencies of the admin functions, beside a running gateway. */
export function adminDeps(store: Journal): AdminDeps {
  return { store, clock: Date };
}

/** Throws `UsageError` naming the sites there are. */
export async function siteNamed(journal: Journal, name: string): Promise<Site> {
  const site = await readSite(journal, name);
  if (site) return site;
  const names = (await listSites(adminDeps(journal), commandLine)).map((one) => one.name);
  const known = names.length > 0 ? `Sites: ${names.join(', ')}.` : 'There is no site yet.';
  throw new UsageError(`There is no site "${name}". ${known}`);
}
