// `tillgate trigger`: a payment of a named kind on a virtual card machine of a running gateway, for till developers.

import { MAX_AMOUNT } from '@tillgate/client';
import { readAmount } from '../amount.ts';
import { command as define, nearest } from '../command.ts';
import { commandText } from '../command-name.ts';
import { exitCode, UsageError } from '../exit-code.ts';
import { layTerms } from '../layout.ts';
import { clean, columnsOfStream, print, printJson } from '../output.ts';
import { connectionOptions, readTid } from '../till/till-options.ts';
import { waiterOptions } from '../waiter/waiter-options.ts';
import { kinds } from './kinds.ts';

/** In pence or cents. */
const USUAL_AMOUNT = 1250;
/** Of a virtual card machine; the letters of the kind follow. */
const TID_LABEL = 'VCMTRIGGER';
/** Longest name of a kind that has its explanation beside it. */
const MAX_KIND = 20;

const { uri, insecure, json } = connectionOptions;

export const command = define({
  usage: 'trigger [KIND] [options]',
  about: [
    'Makes a payment of a KIND happen on a virtual card machine of a running gateway and shows it; without',
    'KIND it lists them. At the counter it takes the part of the till, too. At the table it is the',
    'waiter, and your till gets the requests: connect it first.',
    'Exit code: ended as the kind says 0, otherwise not approved or refused 1, wrong use 2, outcome unknown 3, not',
    'connected 4.',
  ],
  words: ['[KIND]'],
  choices: Object.keys(kinds),
  options: {
    amount: {
      type: 'string',
      value: 'AMOUNT',
      about: 'At the counter [12.50]; at the table this part only [all that is to pay].',
    },
    table: { type: 'string', value: 'ID', about: 'The table [the first one that the till lists].' },
    waiter: waiterOptions.waiter,
    tid: {
      type: 'string',
      value: 'TID',
      about: 'A virtual card machine of the site; its letters decide the result [one of the kind].',
    },
    uri,
    insecure,
    json,
  },
  run: async (values, [name]) => {
    if (name === undefined) return list(values.json ?? false);
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (!kind) throw new UsageError(unknown(name));
    const { amount } = values;
    const asked =
      amount === undefined ? {} : { part: readAmount('--amount', amount, { most: MAX_AMOUNT }) };
    return kind.run({
      ...{ values, ...asked },
      amount: asked.part ?? USUAL_AMOUNT,
      tid: values.tid === undefined ? `${TID_LABEL}${kind.letters}` : readTid(values.tid),
    });
  },
});

function list(asJson: boolean): number {
  const terms = Object.entries(kinds).map(([name, { about }]) => [name, about] as const);
  if (asJson) for (const [kind, about] of terms) printJson({ kind, about });
  else
    print(layTerms(terms, { most: MAX_KIND, width: columnsOfStream(process.stdout) }).join('\n'));
  return exitCode.done;
}

function unknown(name: string): string {
  const near = nearest(name, Object.keys(kinds));
  const meant = near ? ` Did you mean "${near}"?` : '';
  return `Unknown kind "${clean(name)}".${meant}\nKinds: ${commandText('trigger')}`;
}
