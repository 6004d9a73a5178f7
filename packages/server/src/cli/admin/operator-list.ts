// `tillgate operator list`: the operators of the console and the admin API.

import { commandLine } from '../../application/admin/actor.ts';
import { listOperators } from '../../application/admin/operators.ts';
import { command as define } from '../command.ts';
import { commandText } from '../command-name.ts';
import { dateTimeText } from '../date-time.ts';
import { exitCode } from '../exit-code.ts';
import { printJson, printTable } from '../output.ts';
import { adminDeps, journalOptions, withJournal } from './open-journal.ts';
import { operatorJson } from './operator-format.ts';

export const command = define({
  usage: 'operator list [options]',
  about: ['Lists the operators, not their keys.'],
  options: journalOptions,
  run: async (values) => {
    const operators = await withJournal(values, (journal) =>
      listOperators(adminDeps(journal), commandLine),
    );
    if (values.json) {
      for (const operator of operators) printJson(operatorJson(operator));
      return exitCode.done;
    }
    const rows = operators.map(({ name, sites, createdAt, lastUsedAt }) => [
      ...[name, sites?.join(',') ?? 'all', dateTimeText(createdAt)],
      lastUsedAt === undefined ? 'never' : dateTimeText(lastUsedAt),
    ]);
    const none = `There is no operator yet. Add one: ${commandText('operator add NAME')}`;
    printTable(['NAME', 'SITES', 'CREATED', 'LAST USED'], rows, none);
    return exitCode.done;
  },
});
