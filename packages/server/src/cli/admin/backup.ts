// `tillgate backup`: copies the journal into a file, also while a gateway runs.

import { backUp } from '../../gateway-context.ts';
import { command as define } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { print, printJson } from '../output.ts';
import { fileJournalSettings, journalOptions } from './open-journal.ts';

export const command = define({
  usage: 'backup FILE [options]',
  about: [
    'Copies the journal into a new file, also while a gateway runs: all that was durable at one moment.',
    'It holds receipts and the hashes of tokens; only its owner may read it. For PostgreSQL use pg_dump.',
  ],
  words: ['FILE'],
  options: journalOptions,
  run: async (values, [file = '']) => {
    await backUp(fileJournalSettings(values), file);
    if (values.json) printJson({ file });
    else print(`The journal was copied to ${file}.`);
    return exitCode.done;
  },
});
