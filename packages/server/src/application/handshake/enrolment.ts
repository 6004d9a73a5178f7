// The enrolled card machines as the running gateway sees them: whose key is good, who may pair, and
// when each was last heard [C-13.1 - C-13.3, C-13.18]. Follows the records, whoever changes them.

import { randomUUID, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { Store, StoredRecord } from '../../ports/store.ts';
import { findByHash, hashOf, siteOfKey } from './access.ts';
import type { EnrolledTerminal, ListedEnrolment } from './enrolled-terminal.ts';
import {
  enrolledTerminal,
  hashOfCode,
  listEnrolled,
  MAX_WRONG_CODES,
  TERMINAL_USES,
  TERMINALS,
  terminalKey,
  terminalRecord,
  WRONG_CODES,
  wrongCodesOf,
} from './enrolled-terminal.ts';
import { RecordCache } from './record-cache.ts';

/** How fresh the kept time is: not every ping is worth a write. */
const HEARD_STEP_MS = 60_000;

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

interface EnrolmentDeps {
  readonly store: Store;
  readonly clock: Clock;
  /** The entry of the audit trail, written together with what it tells. */
  readonly auditEntryOf: (event: PairingEvent) => StoredRecord;
}

export class Enrolment {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #auditEntryOf: EnrolmentDeps['auditEntryOf'];
  readonly #sites = new Map<string, ReadonlyMap<string, EnrolledTerminal>>();
  /** By key of the record. */
  readonly #heardAt = new Map<string, number>();
  readonly #heardKeptAt = new Map<string, number>();
  /** Pairings of one machine come one after the other: a code is good once, and no wrong one is lost count of. */
  readonly #pairings = new Map<string, Promise<unknown>>();
  readonly #cache: RecordCache<readonly ListedEnrolment[]>;

  /** Reads what there is and follows it from then on. */
  static async open(deps: EnrolmentDeps): Promise<Enrolment> {
    const enrolment = new Enrolment(deps);
    await enrolment.#cache.start();
    return enrolment;
  }

  private constructor({ store, clock, auditEntryOf }: EnrolmentDeps) {
    this.#store = store;
    this.#clock = clock;
    this.#auditEntryOf = auditEntryOf;
    this.#cache = new RecordCache({
      store,
      clock,
      collections: [TERMINALS],
      partOf: siteOfKey,
      read: (site) => listEnrolled(store, site),
      onRead: (enrolled, site) => this.#take(enrolled, site),
    });
  }

  /**
   * Calls `changed` after machines of a site have changed, with its name; without one if that may be so of any.
   * Returns a function that unsubscribes.
   */
  onChange(changed: (site?: string) => void): () => void {
    return this.#cache.onChange(changed);
  }

  close(): void {
    this.#cache.close();
  }

  /** The tids of a site that may link, or could once they are paired. */
  enrolled = (site: string): readonly string[] =>
    [...(this.#sites.get(site)?.values() ?? [])]
      .filter((terminal) => terminal.revokedAt === undefined)
      .map((terminal) => terminal.tid);

  /** Whether a machine has a key that is good. */
  isPaired = (site: string, tid: string): boolean =>
    this.#sites.get(site)?.get(tid)?.key !== undefined;

  isKnown = (site: string, tid: string): boolean => this.#sites.get(site)?.has(tid) ?? false;

  /** SHA-256 of the key, if it opens the line of that machine now. */
  keyHash(site: string, tid: string, key: string): string | undefined {
    const known = this.#sites.get(site)?.get(tid)?.key;
    // A key of a machine without one is compared too, so that the time taken reveals nothing.
    const found = findByHash([known ?? { hash: hashOf('') }], key);
    return known && found?.hash;
  }

  /** Whether a key that let a machine in would still do so. */
  isValid(site: string, tid: string, hash: string): boolean {
    return this.#sites.get(site)?.get(tid)?.key?.hash === hash;
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

  /** Notes a sign of life: exactly in memory, and once a minute in the store. */
  markHeard = (site: string, tid: string): void => {
    const now = this.#clock.now();
    const key = terminalKey(site, tid);
    this.#heardAt.set(key, now);
    if (now - (this.#heardKeptAt.get(key) ?? 0) < HEARD_STEP_MS) return;
    this.#heardKeptAt.set(key, now);
    const put = [{ collection: TERMINAL_USES, key, value: String(now) }];
    this.#store.write({ put }).catch(() => {});
  };

  /** Milliseconds since 1970; undefined if it never was. */
  lastHeardAt = (site: string, tid: string): number | undefined =>
    this.#heardAt.get(terminalKey(site, tid));

  async #pair({ site, tid, code }: PairingRequest, from: string): Promise<PairingOutcome> {
    const known = await enrolledTerminal(this.#store, site, tid);
    const given = Buffer.from(hashOfCode(code), 'hex');
    const { hash = hashOf(''), expiresAt = 0 } = known?.pairing ?? {};
    const same = timingSafeEqual(given, Buffer.from(hash, 'hex'));
    const now = this.#clock.now();
    // Without an open code nothing is counted, so that guessing fills no store.
    if (!known?.pairing || expiresAt <= now) return { kind: 'refused' };
    if (!same) return this.#countWrongCode({ site, tid, from }, hash);
    const key = randomUUID();
    const { pairing: _, ...rest } = known;
    const paired = { ...rest, key: { hash: hashOf(key), createdAt: now } };
    const put = [terminalRecord(paired), this.#auditEntryOf({ kind: 'paired', site, tid, from })];
    const remove = [{ collection: WRONG_CODES, key: terminalKey(site, tid) }];
    await this.#store.write({ put, remove });
    await this.#cache.read(site);
    return { kind: 'paired', key };
  }

  /** In the store, so that a restart gives no further tries. */
  async #countWrongCode(
    request: Omit<PairingEvent, 'kind'>,
    hash: string,
  ): Promise<PairingOutcome> {
    const name = { collection: WRONG_CODES, key: terminalKey(request.site, request.tid) };
    const count = wrongCodesOf(await this.#store.get(name), hash) + 1;
    const put = [{ ...name, value: JSON.stringify({ hash, count }) }];
    const isVoid = count >= MAX_WRONG_CODES;
    if (isVoid) put.push(this.#auditEntryOf({ kind: 'voided', ...request }));
    await this.#store.write({ put });
    return { kind: isVoid ? 'voided' : 'refused' };
  }

  #take(enrolled: readonly ListedEnrolment[], site: string | undefined): void {
    if (site === undefined) this.#sites.clear();
    else this.#sites.delete(site);
    for (const [name, some] of Map.groupBy(enrolled, (terminal) => terminal.site)) {
      this.#sites.set(name, new Map(some.map((one) => [one.tid, one])));
    }
    for (const { site: name, tid, lastHeardAt } of enrolled) {
      const key = terminalKey(name, tid);
      const heardAt = Math.max(lastHeardAt ?? 0, this.#heardAt.get(key) ?? 0);
      if (heardAt > 0) this.#heardAt.set(key, heardAt);
    }
  }
}
