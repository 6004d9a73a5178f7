// `tillgate site show`: all about one site.

import { tokensOf } from '../../application/admin/token-records.ts';
import { listEnrolled } from '../../application/handshake/enrolled-terminal.ts';
import { amountText } from '../../application/journal/money-text.ts';
import { command as define } from '../command.ts';
import { commandText } from '../command-name.ts';
import { exitCode } from '../exit-code.ts';
import { print, printFacts, printJson } from '../output.ts';
import type { Site } from './open-journal.ts';
import { journalOptions, siteNamed, withJournal } from './open-journal.ts';
import { printTerminals, terminalJson } from './terminal-format.ts';
import { printTokens, tokenJson } from './token-format.ts';

export const command = define({
  usage: 'site show NAME [options]',
  about: ['Shows the settings, card machines and tokens of a site.'],
  words: ['NAME'],
  options: journalOptions,
  run: async (values, [name = '']) => {
    const { site, linked, tokens } = await withJournal(values, async (journal) => ({
      site: await siteNamed(journal, name),
      linked: await listEnrolled(journal, name),
      tokens: await tokensOf(journal, name),
    }));
    if (values.json) {
      const lists = { linked: linked.map(terminalJson), tokens: tokens.map(tokenJson) };
      printJson({ ...site, ...lists });
      return exitCode.done;
    }
    printFacts(rowsOf(site));
    print();
    if (linked.length > 0) {
      printTerminals(linked);
      print();
    }
    printTokens(tokens, `No token yet. Make one: ${commandText(`token add --site ${name}`)}`);
    return exitCode.done;
  },
});

function rowsOf(site: Site): readonly (readonly [string, string])[] {
  const { test, terminals } = site;
  const machines = Object.entries(terminals).map(([tid, { currency, cashback = 0 }]) =>
    [
      tid,
      currency ?? site.currency,
      ...(cashback ? [`cashback ${amountText(cashback)}`] : []),
    ].join(' '),
  );
  if (test) machines.push('every well-formed virtual one');
  return [
    ['Name', site.name],
    ['Title', site.title],
    ['Currency', site.currency],
    ['Time zone', site.timeZone],
    ['Versions', site.versions.join(', ')],
    ['Unknown keys', site.strict ? 'refused' : 'dropped'],
    ['Signature unjudged', site.signatureOnTimeout],
    ['Reports at the table', site.patReports ? 'sent' : 'not sent'],
    ['Final receipt', site.finalReceiptMethod ?? 'finalPosReceiptRequest'],
    ['Cashback not offered', site.strictCashback ? 'refused' : 'left out'],
    ['Virtual machines', machines.join(', ') || 'none'],
  ];
}
