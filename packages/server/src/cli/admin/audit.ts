// `tillgate audit`: who changed what, newest last.

import type { api } from '@tillgate/protocol';
import { commandLine } from '../../application/admin/actor.ts';
import { listAudit } from '../../application/admin/audit.ts';
import { command as define } from '../command.ts';
import { dateTimeText } from '../date-time.ts';
import { exitCode } from '../exit-code.ts';
import { printJson, printTable } from '../output.ts';
import { readLimit } from './limit.ts';
import { journalOptions, withJournal } from './open-journal.ts';

const DEFAULT_LIMIT = 50;

export const command = define({
  usage: 'audit [options]',
  about: [
    'Lists what operators and the command line have changed. How long it is kept is the setting',
    '--audit-retention of serve.',
  ],
  options: {
    site: { type: 'string', value: 'NAME', about: 'Of this site only.' },
    limit: { type: 'string', value: 'N', about: `Only the last N [${DEFAULT_LIMIT}].` },
    ...journalOptions,
  },
  run: async (values) => {
    const { site } = values;
    const limit = readLimit(values.limit, DEFAULT_LIMIT);
    const wanted = { limit, ...(site === undefined ? {} : { site }) };
    const { entries } = await withJournal(values, (store) =>
      listAudit({ store }, commandLine, wanted),
    );
    const shown = entries.toReversed();
    if (values.json) for (const entry of shown) printJson(entry);
    else printTable(HEADS, shown.map(rowOf), 'Nothing has been changed yet.');
    return exitCode.done;
  },
});

const HEADS = ['WHEN', 'WHO', 'VIA', 'WHAT', 'SITE', 'WHICH', 'CHANGES'];

function rowOf({ at, by, via, action, site, subject, changes = [] }: api.AuditEntry) {
  return [
    ...[dateTimeText(Date.parse(at)), by, via, action, site ?? '-', subject ?? '-'],
    changes.map(({ field, after }) => `${field}=${JSON.stringify(after) ?? ''}`).join(' '),
  ];
}
