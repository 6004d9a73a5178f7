// `tillgate terminal add`: enrols a card machine and prints its pairing code once.

import { commandLine } from '../../application/admin/actor.ts';
import { enrolTerminal } from '../../application/admin/linked-terminals.ts';
import { command as define } from '../command.ts';
import { dateTimeText } from '../date-time.ts';
import { exitCode, UsageError } from '../exit-code.ts';
import { note, print, printJson } from '../output.ts';
import { adminDeps, journalOptions, siteNamed, withJournal } from './open-journal.ts';
import { readTitle } from './site-args.ts';
import { readTid } from './terminal-format.ts';

export const command = define({
  usage: 'terminal add --site NAME --tid TID [options]',
  about: [
    'Enrols a card machine that links over the wire, and prints the pairing code to type into it:',
    'good once, for 15 minutes. For a machine that is enrolled already: a new code; the key it has',
    'is good until the code is used. A virtual card machine can be enrolled too: whoever uses the',
    'code operates it by hand, until terminal revoke; then the gateway plays it again.',
  ],
  options: {
    site: { type: 'string', value: 'NAME', about: 'The site it stands at.' },
    tid: { type: 'string', value: 'TID', about: 'Its name, such as 12345678.' },
    label: { type: 'string', value: 'TEXT', about: 'To know it by, such as "bar".' },
    ...journalOptions,
  },
  run: async (values) => {
    const { site, tid, label } = values;
    if (site === undefined) throw new UsageError('--site is missing: the site it stands at.');
    if (tid === undefined) throw new UsageError('--tid is missing: the name of the card machine.');
    const labelled = label === undefined ? {} : { label: readTitle(label, '--label') };
    const { code, terminal } = await withJournal(values, async (journal) => {
      const enrolment = { site, tid: readTid(await siteNamed(journal, site), tid), ...labelled };
      return enrolTerminal(adminDeps(journal), commandLine, enrolment);
    });
    const { expiresAt } = terminal.pairing;
    if (values.json) {
      printJson({ site, tid, pairingCode: code, expiresAt: new Date(expiresAt).toISOString() });
    } else {
      print(code);
      note(
        `Type this code into card machine ${tid} by ${dateTimeText(expiresAt)}. It is good once.`,
      );
    }
    return exitCode.done;
  },
});
