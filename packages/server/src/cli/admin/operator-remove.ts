// `tillgate operator remove`: removes an operator of the console and the admin API.

import { commandLine } from '../../application/admin/actor.ts';
import { listOperators, removeOperator } from '../../application/admin/operators.ts';
import { command as define } from '../command.ts';
import { exitCode, UsageError } from '../exit-code.ts';
import { clean, print, printJson } from '../output.ts';
import type { Journal } from './open-journal.ts';
import { adminDeps, journalOptions, withJournal } from './open-journal.ts';

export const command = define({
  usage: 'operator remove NAME [options]',
  about: ['Removes an operator; the key and its sessions are no good within a second.'],
  words: ['NAME'],
  options: journalOptions,
  run: async (values, [name = '']) => {
    await withJournal(values, async (journal) => {
      await mustExist(journal, name);
      await removeOperator(adminDeps(journal), commandLine, name);
    });
    if (values.json) printJson({ removed: name });
    else print(`Operator "${name}" was removed.`);
    return exitCode.done;
  },
});

async function mustExist(journal: Journal, name: string): Promise<void> {
  const names = (await listOperators(adminDeps(journal), commandLine)).map((one) => one.name);
  if (names.includes(name)) return;
  const known = names.length > 0 ? `Operators: ${names.join(', ')}.` : 'There is none yet.';
  throw new UsageError(`There is no operator "${clean(name)}". ${known}`);
}
