// `tillgate token list`: which tokens there are, not the tokens themselves.

import { tokensOf } from '../../application/admin/token-records.ts';
import { command as define } from '../command.ts';
import { commandText } from '../command-name.ts';
import { exitCode } from '../exit-code.ts';
import { printJson } from '../output.ts';
import { journalOptions, siteNamed, withJournal } from './open-journal.ts';
import { printTokens, tokenJson } from './token-format.ts';

export const command = define({
  usage: 'token list [--site NAME] [options]',
  about: ['Lists tokens by the beginning of their SHA-256, with label, scope and last use.'],
  options: {
    site: { type: 'string', value: 'NAME', about: 'Of this site only.' },
    ...journalOptions,
  },
  run: async (values) => {
    const { site } = values;
    const tokens = await withJournal(values, async (journal) => {
      if (site !== undefined) await siteNamed(journal, site);
      return tokensOf(journal, site);
    });
    if (values.json) for (const token of tokens) printJson(tokenJson(token));
    else
      printTokens(
        tokens,
        `There is no token yet. Make one: ${commandText('token add --site NAME')}`,
      );
    return exitCode.done;
  },
});
