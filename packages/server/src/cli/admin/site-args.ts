// The options that describe a site on the command line, validated.

import type { Currency, Version } from '@tillgate/protocol';
import { api, dialects, findViolations, MAX_CASHBACK, virtualTidPattern } from '@tillgate/protocol';
import { localTime } from '../../ports/local-time.ts';
import { readAmount } from '../amount.ts';
import { UsageError } from '../exit-code.ts';
import { clean } from '../output.ts';
import type { Site } from './open-journal.ts';

/** The same name that the admin API takes. */
const NAME_SCHEMA = api.routes.addSite.body.properties.name;
const MAX_TITLE = 64;

export function readSiteName(name: string): string {
  if (findViolations(NAME_SCHEMA, name).length === 0) return name;
  throw new UsageError(
    `"${clean(name)}" is no name for a site: lower-case letters, digits and dashes, 1 to 63, ` +
      'no dash at either end.',
  );
}

/** A line of text for a person. */
export function readTitle(title: string, option = '--title'): string {
  if (title.trim() !== '' && title.length <= MAX_TITLE && clean(title) === title) return title;
  throw new UsageError(`${option}: expected one line of 1 to ${MAX_TITLE} characters.`);
}

export const currencies: readonly Currency[] = ['GBP', 'EUR'];

export function readCurrency(word: string, option = '--currency'): Currency {
  const currency = word.toUpperCase();
  if (currency === 'GBP' || currency === 'EUR') return currency;
  throw new UsageError(`${option}: expected GBP or EUR, got "${clean(word)}".`);
}

export function readZone(zone: string): string {
  try {
    localTime(0, zone);
    return zone;
  } catch (cause) {
    const text = `--time-zone: "${clean(zone)}" is no time zone. Write it like Europe/London.`;
    throw new UsageError(text, { cause });
  }
}

/** Such as `v1` or `v1,v0`. */
export function readVersions(list: string): Site['versions'] {
  const words = [...new Set(list.split(','))];
  const versions = words.filter((word): word is Version => Object.hasOwn(dialects, word));
  if (versions.length === words.length) return versions;
  const known = Object.keys(dialects).join(',');
  throw new UsageError(`--versions: expected some of ${known}, got "${clean(list)}".`);
}

/** `TID[:CURRENCY[:CASHBACK]]` each. */
export function readTerminals(words: readonly string[]): Site['terminals'] {
  const terminals = words.map(readTerminal);
  const tids = terminals.map(([tid]) => tid);
  const twice = tids.find((tid, index) => tids.indexOf(tid) < index);
  if (twice) throw new UsageError(`--terminal: ${twice} was given twice.`);
  return Object.fromEntries(terminals);
}

function readTerminal(word: string): [string, Site['terminals'][string]] {
  const [tid = '', currency, cashback, ...more] = word.split(':');
  if (!virtualTidPattern.test(tid) || more.length > 0) {
    throw new UsageError(
      `--terminal: "${clean(word)}" is not understood. Write TID[:CURRENCY[:CASHBACK]] with the ` +
        'name of a virtual card machine, such as VCM1SIP0 or VCM2SIP0:EUR:10.00.',
    );
  }
  const most = MAX_CASHBACK;
  return [
    tid,
    {
      ...(currency ? { currency: readCurrency(currency, '--terminal') } : {}),
      ...(cashback ? { cashback: readAmount('--terminal', cashback, { least: 0, most }) } : {}),
    },
  ];
}
