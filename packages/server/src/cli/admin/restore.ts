// `tillgate restore`: makes the journal of a folder from a backup, before its gateway is started.

import { restore } from '../../gateway-context.ts';
import { command as define } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { print, printJson } from '../output.ts';
import { fileJournalSettings, journalOptions } from './open-journal.ts';

export const command = define({
  usage: 'restore FILE [options]',
  about: [
    'Makes the journal of a folder from a file of `tillgate backup`. A journal that is there is never replaced:',
    'move it away first. Payments after the backup are missing; the card machines have them.',
  ],
  words: ['FILE'],
  options: journalOptions,
  run: async (values, [file = '']) => {
    const journal = await restore(fileJournalSettings(values, { createIfMissing: true }), file);
    if (values.json) printJson({ journal });
    else print(`The journal ${journal} was made from ${file}.`);
    return exitCode.done;
  },
});
