// Session storage of this till, so that a reloaded page is the same till: its epos-id, the number of its last
// request [C-4.41], and its payments. Never a token.

import type { NumberStorage } from '@tillgate/client';
import type { PaymentEntry } from './payment-history.ts';
import { restorePayments } from './payment-history.ts';

const PREFIX = 'tillgate.till.';

function read(name: string): string | undefined {
  try {
    return sessionStorage.getItem(PREFIX + name) ?? undefined;
  } catch {
    return undefined;
  }
}

/** A browser without storage is no fault: then nothing is stored. */
function write(name: string, value: string): void {
  try {
    sessionStorage.setItem(PREFIX + name, value);
  } catch {
    // It has no room, or does not allow it.
  }
}

/** The epos-id of this tab: results of a payment that it has missed come to it [C-4.40]. */
export function tabEposId(): string {
  const kept = read('name');
  if (kept) return kept;
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  const made = `console-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  write('name', made);
  return made;
}

export const requestNumbers: NumberStorage = {
  load: () => {
    const kept = read('request');
    return kept === undefined ? undefined : Number(kept);
  },
  save: (number) => write('request', String(number)),
};

export function loadPayments(): readonly PaymentEntry[] {
  try {
    return restorePayments(JSON.parse(read('payments') ?? '[]'));
  } catch {
    return [];
  }
}

export function savePayments(entries: readonly PaymentEntry[]): void {
  write('payments', JSON.stringify(entries));
}
