// `tillgate till`: simulates a restaurant till, for people who build card machines.

import type { ConnectionState, TableTill, TableTillOptions, Warning } from '@tillgate/client';
import { serveTables } from '@tillgate/client';
import { mask } from '@tillgate/protocol';
import { command as define } from '../command.ts';
import { exitCode, UsageError } from '../exit-code.ts';
import { clean, hint, note } from '../output.ts';
import { onInterrupt } from '../signals.ts';
import { connectionOptions, uriOf } from '../till/till-options.ts';
import { Bills } from './bills.ts';
import { showExchange } from './exchange.ts';
import { fileHelp, readTables, writeTables } from './tables-file.ts';

const { uri, insecure, json } = connectionOptions;

export const command = define({
  usage: 'till --tables FILE [options]',
  about: [
    'Plays a restaurant till: answers card machines from the tables of a file, books what they took,',
    'and prints each exchange. A site has one such till: a newer one takes over from it.',
    'Ends with Ctrl-C. A bill that is paid is no longer listed.',
    '',
    ...fileHelp,
  ],
  options: {
    tables: { type: 'string', value: 'FILE', about: 'The tables and their bills.' },
    save: { type: 'boolean', about: 'Write what was paid back into FILE.' },
    'without-receipt': { type: 'boolean', about: 'Print no receipt after payment.' },
    uri,
    insecure,
    json,
  },
  run: async (values) => {
    const { tables: file, save = false, json: asJson = false, insecure: trustAny = false } = values;
    if (file === undefined) throw new UsageError('--tables is missing: a JSON file. See --help.');
    const tables = readTables(file);
    const bills = new Bills({
      tables,
      onExchange: showExchange(asJson, tables.currency),
      save: (changed) => {
        if (save) writeTables(file, changed);
      },
    });
    await served(bills, {
      uri: tableUriOf(uriOf(values)),
      currency: tables.currency,
      seen: bills,
      finalReceipt: !values['without-receipt'],
      tls: { rejectUnauthorized: !trustAny },
      onWarning,
      onState: stateNotes(),
    });
    return exitCode.done;
  },
});

/** Runs until Ctrl-C; rejects when the gateway ends the connection for good. */
async function served(bills: Bills, options: TableTillOptions): Promise<void> {
  let till: TableTill;
  try {
    till = await serveTables(options, bills);
  } catch (cause) {
    // The SDK rejects invalid options with these errors.
    if (cause instanceof TypeError) throw new UsageError(mask(cause.message), { cause });
    throw cause;
  }
  onInterrupt(() => till.close());
  await till.closed;
}

/** An address of a till at the counter is accepted, for its host and token. */
function tableUriOf(text: string): string {
  const uri = URL.parse(text);
  if (!uri) return text;
  uri.pathname = uri.pathname.replace(/\/pac\/?$/i, '/pat');
  return uri.href;
}

/** The first attempt is not reported: it connects, or ends the command. */
function stateNotes(): (state: ConnectionState) => void {
  let was = false;
  return (state) => {
    if (state.state === 'connected') hint('Connected. Ctrl-C ends.');
    if (state.state === 'waiting' && was) note(`${clean(mask(state.cause.message))} Trying again.`);
    was ||= state.state === 'connected';
  };
}

function onWarning({ message }: Warning): void {
  note(clean(mask(message)));
}
