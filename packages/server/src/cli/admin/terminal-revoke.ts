// `tillgate terminal revoke`: revokes the key of a linked card machine.

import { commandLine } from '../../application/admin/actor.ts';
import { listLinked, revokeTerminal } from '../../application/admin/linked-terminals.ts';
import { command as define } from '../command.ts';
import { exitCode, UsageError } from '../exit-code.ts';
import { clean, print, printJson } from '../output.ts';
import type { Journal } from './open-journal.ts';
import { adminDeps, journalOptions, siteNamed, withJournal } from './open-journal.ts';
import { terminalJson } from './terminal-format.ts';

export const command = define({
  usage: 'terminal revoke TID --site NAME [options]',
  about: [
    'Revokes the key and the pairing code of a card machine. A running gateway closes its',
    'connection within a second. terminal add lets it in again, with a new code.',
  ],
  words: ['TID'],
  options: {
    site: { type: 'string', value: 'NAME', about: 'The site it stands at.' },
    ...journalOptions,
  },
  run: async (values, [tid = '']) => {
    const { site } = values;
    if (site === undefined) throw new UsageError('--site is missing: the site it stands at.');
    const terminal = await withJournal(values, async (journal) => {
      await siteNamed(journal, site);
      await mustBeEnrolled(journal, site, tid);
      return revokeTerminal(adminDeps(journal), commandLine, { site, tid });
    });
    if (values.json) printJson({ revoked: terminalJson(terminal) });
    else print(`Card machine ${tid} of site "${site}" was revoked.`);
    return exitCode.done;
  },
});

async function mustBeEnrolled(journal: Journal, site: string, tid: string): Promise<void> {
  const all = await listLinked(adminDeps(journal), commandLine, site);
  const tids = all.filter(({ revokedAt }) => revokedAt === undefined).map((one) => one.tid);
  if (tids.includes(tid)) return;
  const known = tids.length > 0 ? `Card machines: ${tids.join(', ')}.` : 'The site has none.';
  throw new UsageError(`No card machine "${clean(tid)}" links at "${site}". ${known}`);
}
