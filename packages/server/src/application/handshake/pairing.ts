// Gives a card machine its key for a pairing code [C-13.2]. Works on the records, whichever gateway has the site
// open; a code is good once.

import { randomUUID, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { Store, StoredRecord } from '../../ports/store.ts';
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
  readonly store: Store;
  readonly clock: Clock;
  /** The entry of the audit trail, written together with what it tells. */
  readonly auditEntryOf: (event: PairingEvent) => StoredRecord;
}

export class Pairing {
  readonly #deps: PairingDeps;
  /** Pairings of one machine come one after the other: a code is good once, and no wrong one is lost count of. */
  readonly #pairings = new Map<string, Promise<unknown>>();

  constructor(deps: PairingDeps) {
    this.#deps = deps;
  }

  /** Exchanges a code for a key [C-13.2]. `from`: network address of the request. */
  pair(request: PairingRequest, from: string): Promise<PairingOutcome> {
    const name = terminalKey(request.site, request.tid);
    const before = this.#pairings.get(name) ?? Promise.resolve();
    const pairing = before.then(
      () => this.#pair(request, from),
      () => this.#pair(request, from),
    );
    this.#pairings.set(name, pairing);
    const over = (): void => {
      if (this.#pairings.get(name) === pairing) this.#pairings.delete(name);
    };
    pairing.then(over, over);
    return pairing;
  }

  async #pair({ site, tid, code }: PairingRequest, from: string): Promise<PairingOutcome> {
    const known = await enrolledTerminal(this.#deps.store, site, tid);
    const given = Buffer.from(hashOfCode(code), 'hex');
    const { hash = hashOf(''), expiresAt = 0 } = known?.pairing ?? {};
    const same = timingSafeEqual(given, Buffer.from(hash, 'hex'));
    const now = this.#deps.clock.now();
    // Without an open code nothing is counted, so that guessing fills no store.
    if (!known?.pairing || expiresAt <= now) return { kind: 'refused' };
    if (!same) return this.#countWrongCode({ site, tid, from }, hash);
    const key = randomUUID();
    const { pairing: _, ...rest } = known;
    const paired = { ...rest, key: { hash: hashOf(key), createdAt: now } };
    const put = [
      terminalRecord(paired),
      this.#deps.auditEntryOf({ kind: 'paired', site, tid, from }),
    ];
    const remove = [{ collection: WRONG_CODES, key: terminalKey(site, tid) }];
    await this.#deps.store.write({ put, remove });
    return { kind: 'paired', key };
  }

  /** In the store, so that a restart gives no further tries. */
  async #countWrongCode(
    request: Omit<PairingEvent, 'kind'>,
    hash: string,
  ): Promise<PairingOutcome> {
    const name = { collection: WRONG_CODES, key: terminalKey(request.site, request.tid) };
    const count = wrongCodesOf(await this.#deps.store.get(name), hash) + 1;
    const put = [{ ...name, value: JSON.stringify({ hash, count }) }];
    const isVoid = count >= MAX_WRONG_CODES;
    if (isVoid) put.push(this.#deps.auditEntryOf({ kind: 'voided', ...request }));
    await this.#deps.store.write({ put });
    return { kind: isVoid ? 'voided' : 'refused' };
  }
}
