// `tillgate terminal list`: which card machines may link, and when each last sent something.

import { commandLine } from '../../application/admin/actor.ts';
import { listLinked } from '../../application/admin/linked-terminals.ts';
import { listSites } from '../../application/admin/sites.ts';
import { command as define } from '../command.ts';
import { commandText } from '../command-name.ts';
import { exitCode } from '../exit-code.ts';
import { printJson } from '../output.ts';
import { adminDeps, journalOptions, siteNamed, withJournal } from './open-journal.ts';
import { printTerminals, terminalJson } from './terminal-format.ts';

export const command = define({
  usage: 'terminal list [--site NAME] [options]',
  about: [
    'Lists the card machines that link over the wire. When one last sent something is shown to the',
    'minute. Of virtual ones only those that are operated by hand: see site show.',
  ],
  options: {
    site: { type: 'string', value: 'NAME', about: 'Of this site only.' },
    ...journalOptions,
  },
  run: async (values) => {
    const { site } = values;
    const terminals = await withJournal(values, async (journal) => {
      const world = adminDeps(journal);
      if (site !== undefined) await siteNamed(journal, site);
      const sites = site === undefined ? await listSites(world, commandLine) : [{ name: site }];
      const lists = sites.map(({ name }) => listLinked(world, commandLine, name));
      return (await Promise.all(lists)).flat();
    });
    if (values.json) for (const terminal of terminals) printJson(terminalJson(terminal));
    else
      printTerminals(terminals, `None yet. Enrol one: ${commandText('terminal add --site NAME')}`);
    return exitCode.done;
  },
});
