// `tillgate token revoke`: revokes a token.

import { commandLine } from '../../application/admin/actor.ts';
import type { UsedToken } from '../../application/admin/token-records.ts';
import { listTokens, revokeToken } from '../../application/admin/tokens.ts';
import { tokenId } from '../../application/handshake/access.ts';
import { command as define } from '../command.ts';
import { exitCode, UsageError } from '../exit-code.ts';
import { print, printJson } from '../output.ts';
import { adminDeps, journalOptions, siteNamed, withJournal } from './open-journal.ts';
import { tokenJson } from './token-format.ts';

/** Shortest prefix of a hash that names a token. */
const SHORTEST_PREFIX = 4;

export const command = define({
  usage: 'token revoke ID|LABEL --site NAME [options]',
  about: [
    'Revokes a token, named by the beginning of its ID (4 characters or more, see token list) or',
    'by its label. A running gateway closes the connections that use it within a second.',
  ],
  words: ['ID|LABEL'],
  options: {
    site: { type: 'string', value: 'NAME', about: 'The site it opens.' },
    ...journalOptions,
  },
  run: async (values, [word = '']) => {
    const { site } = values;
    if (site === undefined) throw new UsageError('--site is missing: the site that it opens.');
    const token = await withJournal(values, async (journal) => {
      await siteNamed(journal, site);
      const world = adminDeps(journal);
      const found = theOne(await listTokens(world, commandLine, site), word);
      await revokeToken(world, commandLine, { site, id: tokenId(found) });
      return found;
    });
    if (values.json) printJson({ revoked: tokenJson(token) });
    else print(`Token ${nameOf(token)} of site "${site}" was revoked.`);
    return exitCode.done;
  },
});

function theOne(tokens: readonly UsedToken[], word: string): UsedToken {
  const found = tokens.filter((token) => isNamed(token, word));
  const [first] = found;
  const known = tokens.map(nameOf).join(', ');
  if (!first) {
    const rest = known ? `Tokens: ${known}.` : 'The site has no token.';
    throw new UsageError(`No token is named by that. ${rest}`);
  }
  if (found.length === 1) return first;
  const names = found.map(nameOf).join(', ');
  throw new UsageError(
    `"${word}" names several tokens: ${names}. Use the ID. Nothing was changed.`,
  );
}

function isNamed({ hash, label }: UsedToken, word: string): boolean {
  const prefix = word.toLowerCase();
  return (
    (word !== '' && label === word) || (prefix.length >= SHORTEST_PREFIX && hash.startsWith(prefix))
  );
}

function nameOf(token: UsedToken): string {
  return token.label ? `${tokenId(token)} ("${token.label}")` : tokenId(token);
}
