// The settings of a site as the form holds them, and what it sends of them. Pure.

import type { api, Currency } from '@tillgate/protocol';
import { MAX_AMOUNT, MAX_CASHBACK, virtualTidPattern } from '@tillgate/protocol';
import { amountFault, amountIn, plainAmount } from '../../kit/money.ts';

/** A virtual card machine; rows that are still empty are left out. */
export interface MachineRow {
  /** Tells rows apart while their names are typed. */
  readonly key: number;
  readonly tid: string;
  /** Empty: that of the site. */
  readonly currency: Currency | '';
  /** Amounts as typed; empty for none. */
  readonly cashback: string;
  readonly gratuity: string;
}

export const versionChoices = [
  { value: 'v1,v0', label: 'v1 and v0' },
  { value: 'v1', label: 'v1' },
  { value: 'v0', label: 'v0' },
] as const;

/** Both spellings of the request for the final receipt [C-9.2]. */
export const finalReceiptChoices = [
  { value: 'finalPosReceiptRequest', label: 'finalPos…' },
  { value: 'finalPOSReceiptRequest', label: 'finalPOS…' },
] as const;

export interface SiteFormData {
  readonly name: string;
  /** Empty: the name. */
  readonly title: string;
  readonly currency: Currency;
  readonly timeZone: string;
  readonly strict: boolean;
  readonly patReports: boolean;
  readonly strictCashback: boolean;
  readonly finalReceiptMethod: api.Site['finalReceiptMethod'];
  readonly versions: (typeof versionChoices)[number]['value'];
  readonly signatureOnTimeout: 'accept' | 'reject';
  readonly machines: readonly MachineRow[];
}

export function siteFormOf(site: api.Site | undefined): SiteFormData {
  const { name = '', title = '', versions = ['v1', 'v0'] } = site ?? {};
  const spoken = (['v1', 'v0'] as const).filter((version) => versions.includes(version));
  return {
    name,
    title: title === name ? '' : title,
    currency: site?.currency ?? 'GBP',
    timeZone: site?.timeZone ?? 'Europe/London',
    strict: site?.strict ?? true,
    patReports: site?.patReports ?? false,
    strictCashback: site?.strictCashback ?? false,
    finalReceiptMethod: site?.finalReceiptMethod ?? 'finalPosReceiptRequest',
    versions: spoken.join(',') as SiteFormData['versions'],
    signatureOnTimeout: site?.signatureOnTimeout ?? 'accept',
    machines: Object.entries(site?.terminals ?? {}).map(rowOf),
  };
}

function rowOf([tid, settings]: [string, api.Site['terminals'][string]], key: number): MachineRow {
  const { currency = '', cashback, gratuity } = settings;
  return { key, tid, currency, cashback: textOf(cashback), gratuity: textOf(gratuity) };
}

function textOf(amount: number | undefined): string {
  return amount === undefined ? '' : plainAmount(amount);
}

export function emptyRow(rows: readonly MachineRow[]): MachineRow {
  const key = Math.max(-1, ...rows.map((row) => row.key)) + 1;
  return { key, tid: '', currency: '', cashback: '', gratuity: '' };
}

/** The most that customers of a virtual card machine can be given or can give, minor units. */
export const maxExtras = { cashback: MAX_CASHBACK, gratuity: MAX_AMOUNT } as const;

/** Whether the amounts of every row can be sent; their fields say what is wrong. */
export function hasValidAmounts(rows: readonly MachineRow[]): boolean {
  const names = ['cashback', 'gratuity'] as const;
  return rows.every((row) => names.every((name) => !amountFault(row[name], maxExtras[name])));
}

/** What is wrong with the names, by the key of the row. */
export function rowFaults(rows: readonly MachineRow[]): Readonly<Record<number, string>> {
  const faults: Record<number, string> = {};
  for (const [at, { key, tid }] of rows.entries()) {
    const name = tid.trim();
    const isTwice = rows.slice(0, at).some((other) => other.tid.trim() === name);
    if (name === '') continue;
    if (!virtualTidPattern.test(name)) faults[key] = 'VCM, a label, three letters and 0, 1 or 2.';
    else if (isTwice) faults[key] = 'It is in the list already.';
  }
  return faults;
}

/** All but the name and the title, which the requests for a new site and for a change hold differently. */
export function settingsOf(draft: SiteFormData): Omit<api.SiteChange, 'title'> {
  const { currency, timeZone, strict, patReports, strictCashback } = draft;
  const { signatureOnTimeout, finalReceiptMethod, versions } = draft;
  return {
    ...{ currency, timeZone: timeZone.trim(), strict, patReports, strictCashback },
    ...{ signatureOnTimeout, finalReceiptMethod },
    versions: versions.split(',') as api.Site['versions'],
    terminals: Object.fromEntries(draft.machines.flatMap(entryOf)),
  };
}

function entryOf({ tid, currency, ...texts }: MachineRow) {
  if (tid.trim() === '') return [];
  const cashback = amountIn(texts.cashback) ?? 0;
  const gratuity = amountIn(texts.gratuity) ?? 0;
  const settings: api.Site['terminals'][string] = {
    ...(currency && { currency }),
    ...(cashback > 0 && { cashback }),
    ...(gratuity > 0 && { gratuity }),
  };
  return [[tid.trim(), settings] as const];
}
