// `tillgate site remove`: removes a site and its tokens. Its transactions stay.

import { commandLine } from '../../application/admin/actor.ts';
import { removeSite } from '../../application/admin/sites.ts';
import { command as define } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { print, printJson } from '../output.ts';
import { adminDeps, journalOptions, siteNamed, withJournal } from './open-journal.ts';

export const command = define({
  usage: 'site remove NAME [options]',
  about: [
    'Removes a site and its tokens; a running gateway closes its connections within a second.',
    'Transactions stay in the journal as long as all others.',
  ],
  words: ['NAME'],
  options: journalOptions,
  run: async (values, [name = '']) => {
    const { tokens } = await withJournal(values, async (journal) => {
      await siteNamed(journal, name);
      return removeSite(adminDeps(journal), commandLine, name);
    });
    if (values.json) printJson({ removed: name, tokens });
    else print(`Site "${name}" was removed, and its tokens: ${tokens}.`);
    return exitCode.done;
  },
});
