// Gives a card machine its key for a pairing code [C-13.2]. Works on the records, whichever gateway has the site
// open; a code is good once.

import { randomUUID, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { RecordStore } from '../../ports/record-change.ts';
import { changeRecords } from '../../ports/record-change.ts';
import type { StoredRecord } from '../../ports/store.ts';
import { hashOf } from './access.ts';
import {
  enrolledTerminal,
  hashOfCode,
  MAX_WRONG_CODES,
  terminalKey,
  terminalRecord,
  WRONG_CODES,
  wrongCodesOf,
} from './enrolled-terminal.ts';

export interface PairingRequest {
  readonly site: string;
  readonly tid: string;
  readonly code: string;
}

/** What the audit trail is told: a machine got its key, or its code has become void. */
export interface PairingEvent {
  readonly kind: 'paired' | 'voided';
  readonly site: string;
  readonly tid: string;
  /** Network address of the request. */
  readonly from: string;
}

export type PairingOutcome =
  /** The machine's new key; it is never shown again. */
  | { readonly kind: 'paired'; readonly key: string }
  /** The code is wrong, used, void or too old. */
  | { readonly kind: 'refused' }
  /** The same, and this try made the code of the machine void. */
  | { readonly kind: 'voided' };

export interface PairingDeps {
  readonly store: RecordStore;
  readonly clock: Clock;
  /** The entry of the audit trail, written together with what it tells. */
  readonly auditEntryOf: (event: PairingEvent) => StoredRecord;
}

/** Exchanges a code for a key [C-13.2]. `from`: network address of the request. */
export function pair(
  deps: PairingDeps,
  { site, tid, code }: PairingRequest,
  from: string,
): Promise<PairingOutcome> {
  return changeRecords(deps, async ({ store, clock, auditEntryOf }) => {
    const known = await enrolledTerminal(store, site, tid);
    const given = Buffer.from(hashOfCode(code), 'hex');
    const { hash = hashOf(''), expiresAt = 0 } = known?.pairing ?? {};
    const same = timingSafeEqual(given, Buffer.from(hash, 'hex'));
    const now = clock.now();
    // Without an open code nothing is counted, so that guessing fills no store.
    if (!known?.pairing || expiresAt <= now) return { kind: 'refused' };
    const wrongCodes = { collection: WRONG_CODES, key: terminalKey(site, tid) };
    if (same) {
      const key = randomUUID();
      const { pairing: _, ...rest } = known;
      const paired = { ...rest, key: { hash: hashOf(key), createdAt: now } };
      const entry = auditEntryOf({ kind: 'paired', site, tid, from });
      await store.write({ put: [terminalRecord(paired), entry], remove: [wrongCodes] });
      return { kind: 'paired', key };
    }
    // In the store, so that a restart gives no further tries.
    const count = wrongCodesOf(await store.get(wrongCodes), hash) + 1;
    const put = [{ ...wrongCodes, value: JSON.stringify({ hash, count }) }];
    const isVoid = count >= MAX_WRONG_CODES;
    if (isVoid) put.push(auditEntryOf({ kind: 'voided', site, tid, from }));
    await store.write({ put });
    return { kind: isVoid ? 'voided' : 'refused' };
  });
}
