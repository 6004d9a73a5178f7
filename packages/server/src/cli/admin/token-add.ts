// `tillgate token add`: creates a token and prints it once.

import { commandLine } from '../../application/admin/actor.ts';
import { addToken } from '../../application/admin/tokens.ts';
import type { Scope } from '../../application/handshake/access.ts';
import { tokenId } from '../../application/handshake/access.ts';
import { command as define } from '../command.ts';
import { readExpiry } from '../date-time.ts';
import { exitCode, UsageError } from '../exit-code.ts';
import { note, print, printJson } from '../output.ts';
import { adminDeps, journalOptions, siteNamed, withJournal } from './open-journal.ts';
import { readTitle } from './site-args.ts';
import { tokenJson } from './token-format.ts';

export const command = define({
  usage: 'token add --site NAME [options]',
  about: [
    'Makes a token and prints it, this once: only its SHA-256 is kept. A running gateway takes it',
    'within a second.',
  ],
  options: {
    site: { type: 'string', value: 'NAME', about: 'The site it opens.' },
    label: { type: 'string', value: 'TEXT', about: 'To know it by, such as "till 3".' },
    expires: {
      type: 'string',
      value: 'WHEN',
      about: '30d, 12h, or a date such as 2026-12-31 (to its end) [never].',
    },
    scope: { type: 'string', value: 'pac,pat', about: 'What it may open [pac,pat].' },
    ...journalOptions,
  },
  run: async (values) => {
    const { site, label = '', expires, scope } = values;
    if (site === undefined) throw new UsageError('--site is missing: the site that it opens.');
    const wanted = {
      site,
      label: label === '' ? '' : readTitle(label, '--label'),
      ...(expires === undefined ? {} : { expiresAt: readExpiry(expires, Date.now()) }),
      ...(scope === undefined ? {} : { scopes: readScopes(scope) }),
    };
    const { token, kept } = await withJournal(values, async (journal) => {
      await siteNamed(journal, site);
      return addToken(adminDeps(journal), commandLine, wanted);
    });
    if (values.json) printJson({ token, ...tokenJson(kept) });
    else {
      print(token);
      note(`Token ${tokenId(kept)} of site "${site}". It is not shown again: write it down now.`);
    }
    return exitCode.done;
  },
});

function readScopes(text: string): readonly Scope[] {
  const words = text.split(',').map((word) => word.trim());
  const scopes = words.filter((word): word is Scope => word === 'pac' || word === 'pat');
  if (scopes.length !== words.length)
    throw new UsageError('--scope: expected pac, pat or pac,pat.');
  return [...new Set(scopes)];
}
