// `tillgate site add`: adds a site. Its tokens are created by `token add`.

import { commandLine } from '../../application/admin/actor.ts';
import { addSite } from '../../application/admin/sites.ts';
import { command as define } from '../command.ts';
import { commandText } from '../command-name.ts';
import { exitCode, UsageError } from '../exit-code.ts';
import { print, printJson } from '../output.ts';
import type { Site } from './open-journal.ts';
import { adminDeps, journalOptions, withJournal } from './open-journal.ts';
import {
  readCurrency,
  readSiteName,
  readTerminals,
  readTitle,
  readVersions,
  readZone,
} from './site-args.ts';

export const command = define({
  usage: 'site add NAME [options]',
  about: [
    'Adds a site: one shop. NAME is also the first label of its host name, such as shop1 of',
    'shop1.pay.example: lower-case letters, digits and dashes. Then make a token: tillgate token add',
  ],
  words: ['NAME'],
  options: {
    title: { type: 'string', value: 'TEXT', about: 'Heads the receipts [NAME].' },
    currency: { type: 'string', value: 'GBP|EUR', about: 'Of its card machines [GBP].' },
    lenient: { type: 'boolean', about: 'Drop keys of a request that nobody knows, do not refuse.' },
    test: { type: 'boolean', about: 'Every well-formed virtual card machine exists here.' },
    'time-zone': { type: 'string', value: 'ZONE', about: 'Of payment times [Europe/London].' },
    'signature-on-timeout': {
      type: 'string',
      value: 'accept|reject',
      about: 'What a signature counts as that nobody judged [accept].',
    },
    terminal: {
      type: 'string',
      multiple: true,
      value: 'TID[:CURRENCY[:CASHBACK]]',
      about: 'A virtual card machine; may be given again. CASHBACK like 10.00.',
    },
    versions: {
      type: 'string',
      value: 'v1,v0',
      about: 'What its tills may speak [v1,v0]; v1 closes it to v0.',
    },
    'pat-reports': {
      type: 'boolean',
      about: 'Tell the till at the table of finished reports too.',
    },
    'final-receipt-method': {
      type: 'string',
      value: 'NAME',
      about: 'finalPosReceiptRequest or finalPOSReceiptRequest, as its till spells it [the first].',
    },
    'strict-cashback': {
      type: 'boolean',
      about: 'Refuse cashback that a card machine does not offer; else the sale goes on without.',
    },
    ...journalOptions,
  },
  run: async (values, [name = '']) => {
    const wanted = { name: readSiteName(name), ...settingsOf(values) };
    const site = await withJournal(
      values,
      (journal) => addSite(adminDeps(journal), commandLine, wanted),
      { createIfMissing: true },
    );
    if (values.json) printJson(site);
    else print(`Site "${name}" was added. Next: ${commandText(`token add --site ${name}`)}`);
    return exitCode.done;
  },
});

interface SiteValues {
  readonly title?: string;
  readonly currency?: string;
  readonly lenient?: boolean;
  readonly test?: boolean;
  readonly 'time-zone'?: string;
  readonly 'signature-on-timeout'?: string;
  readonly terminal?: readonly string[];
  readonly versions?: string;
  readonly 'pat-reports'?: boolean;
  readonly 'strict-cashback'?: boolean;
  readonly 'final-receipt-method'?: string;
}

function settingsOf(given: SiteValues): Partial<Omit<Site, 'name'>> {
  const { title, currency, 'time-zone': zone, 'signature-on-timeout': signature, versions } = given;
  const finalReceipt = given['final-receipt-method'];
  return {
    ...(title === undefined ? {} : { title: readTitle(title) }),
    ...(currency === undefined ? {} : { currency: readCurrency(currency) }),
    ...(zone === undefined ? {} : { timeZone: readZone(zone) }),
    ...(signature === undefined ? {} : { signatureOnTimeout: readSignature(signature) }),
    ...(versions === undefined ? {} : { versions: readVersions(versions) }),
    ...(given.lenient ? { strict: false } : {}),
    ...(given.test ? { test: true } : {}),
    ...(given['pat-reports'] ? { patReports: true } : {}),
    ...(given['strict-cashback'] ? { strictCashback: true } : {}),
    ...(finalReceipt === undefined ? {} : { finalReceiptMethod: readFinalReceipt(finalReceipt) }),
    terminals: readTerminals(given.terminal ?? []),
  };
}

function readFinalReceipt(name: string): NonNullable<Site['finalReceiptMethod']> {
  if (name === 'finalPosReceiptRequest' || name === 'finalPOSReceiptRequest') return name;
  const names = 'finalPosReceiptRequest or finalPOSReceiptRequest';
  throw new UsageError(`--final-receipt-method: expected ${names}.`);
}

function readSignature(word: string): Site['signatureOnTimeout'] {
  if (word === 'accept' || word === 'reject') return word;
  throw new UsageError('--signature-on-timeout: expected accept or reject.');
}
