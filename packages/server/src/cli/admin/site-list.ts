// `tillgate site list`: every site in a line.

import { commandLine } from '../../application/admin/actor.ts';
import { listSites } from '../../application/admin/sites.ts';
import { tokensOf } from '../../application/admin/token-records.ts';
import { command as define } from '../command.ts';
import { commandText } from '../command-name.ts';
import { exitCode } from '../exit-code.ts';
import { printJson, printTable } from '../output.ts';
import { adminDeps, journalOptions, withJournal } from './open-journal.ts';

export const command = define({
  usage: 'site list [options]',
  about: ['Lists the sites.'],
  options: journalOptions,
  run: async (values) => {
    const { sites, tokens } = await withJournal(values, async (journal) => ({
      sites: await listSites(adminDeps(journal), commandLine),
      tokens: await tokensOf(journal),
    }));
    const countOf = (name: string) => tokens.filter(({ site }) => site === name).length;
    if (values.json) {
      for (const site of sites) printJson({ ...site, tokens: countOf(site.name) });
      return exitCode.done;
    }
    const rows = sites.map(({ name, title, currency, terminals, test }) => [
      ...[name, title, currency],
      test ? 'any virtual' : String(Object.keys(terminals).length),
      String(countOf(name)),
    ]);
    const heads = ['NAME', 'TITLE', 'CURRENCY', 'TERMINALS', 'TOKENS'];
    printTable(heads, rows, `There is no site yet. Add one: ${commandText('site add NAME')}`);
    return exitCode.done;
  },
});
