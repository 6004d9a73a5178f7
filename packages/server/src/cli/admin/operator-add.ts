// `tillgate operator add`: adds an operator of the console and the admin API; the key is printed once.

import { api, findViolations } from '@tillgate/protocol';
import { commandLine } from '../../application/admin/actor.ts';
import { addOperator } from '../../application/admin/operators.ts';
import { command as define } from '../command.ts';
import { exitCode, UsageError } from '../exit-code.ts';
import { clean, note, print, printJson } from '../output.ts';
import { adminDeps, journalOptions, withJournal } from './open-journal.ts';
import { operatorJson } from './operator-format.ts';

export const command = define({
  usage: 'operator add NAME [options]',
  about: [
    'Adds an operator and prints the key for the console and the admin API, this once: only its',
    'SHA-256 is kept. While only this machine can reach the gateway none is needed.',
  ],
  words: ['NAME'],
  options: {
    site: {
      type: 'string',
      multiple: true,
      value: 'NAME',
      about: 'Only this site; may be given again [all sites, also those to come].',
    },
    ...journalOptions,
  },
  run: async (values, [name = '']) => {
    const sites = values.site ?? null;
    const wanted = { name: readName(name), sites };
    const { key, operator } = await withJournal(
      values,
      (journal) => addOperator(adminDeps(journal), commandLine, wanted),
      { createIfMissing: true },
    );
    if (values.json) printJson({ key, ...operatorJson(operator) });
    else {
      print(key);
      note(`Key of operator "${name}". It is not shown again: write it down now.`);
    }
    return exitCode.done;
  },
});

function readName(name: string): string {
  const shape = api.routes.addOperator.body.properties.name;
  if (findViolations(shape, name).length === 0) return name;
  throw new UsageError(
    `"${clean(name)}" is no name for an operator: lower-case letters, digits, dots, dashes and ` +
      'underscores, 1 to 63, beginning and ending with a letter or digit.',
  );
}
