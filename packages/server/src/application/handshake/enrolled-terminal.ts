// Which card machines may link [C-13.2]: their records, and the changes that an
// operator makes to one. The admin API and the command line use it.

import { randomInt } from 'node:crypto';
import { virtualTidPattern } from '@tillgate/protocol';
import type { Site } from '../../domain/site.ts';
import type { Store, StoredRecord } from '../../ports/store.ts';
import { hashOf } from './access.ts';

export const TERMINALS = 'terminals';
/** When each was last heard, by its key; apart, so that an update never undoes a revocation. */
export const TERMINAL_USES = 'terminal-uses';
/**
 * The wrong codes that a machine with an open code was given, by its key; apart, so that counting one
 * never undoes a revocation or brings an older code back.
 */
export const WRONG_CODES = 'wrong-codes';

/** How long a pairing code is good [C-13.2]. */
const PAIRING_MS = 15 * 60_000;
/** Wrong codes for one machine after which its code is void, from whatever addresses they come [C-13.2]. */
export const MAX_WRONG_CODES = 20;
const CODE_LENGTH = 8;
/** Without 0 and O, 1, I and L, U and V. */
const CODE_LETTERS = '23456789ABCDEFGHJKMNPQRSTWXYZ';
const TID = /^(?!VCM)[A-Za-z0-9._-]{1,32}$/;

/** What a tid must be to be enrolled, in words for whoever asks. */
export const ENROLLABLE =
  '1..32 of A-Z a-z 0-9 . _ -; one beginning with VCM is a virtual card machine of the site';

/** A card machine as it is kept: of its code and its key only the SHA-256. */
export interface EnrolledTerminal {
  readonly site: string;
  readonly tid: string;
  readonly label?: string;
  /** Milliseconds since 1970, as all times here. */
  readonly enrolledAt: number;
  /** Absent as read if its code is void. */
  readonly pairing?: { readonly hash: string; readonly expiresAt: number };
  readonly key?: { readonly hash: string; readonly createdAt: number };
  /** It may not link; its record stays, for what it left open. */
  readonly revokedAt?: number;
}

/** With what is known of it besides. */
export type ListedEnrolment = EnrolledTerminal & { readonly lastHeardAt?: number };

/**
 * Whether the site may enrol a card machine of that name: one that links, or a virtual one that it has,
 * for somebody to operate by hand [C-10.22].
 */
export function mayEnrol({ test, terminals }: Site, tid: string): boolean {
  if (!virtualTidPattern.test(tid)) return TID.test(tid);
  return test || Object.hasOwn(terminals, tid);
}

/** Key of its record: all card machines of a site stand together. */
export function terminalKey(site: string, tid: string): string {
  return `${site}/${tid}`;
}

/** A pairing code as it was typed, as it was given: case, spaces and dashes do not matter. */
export function hashOfCode(code: string): string {
  return hashOf(code.toUpperCase().replaceAll(/[\s-]/g, ''));
}

export interface EnrolmentRequest {
  readonly site: string;
  readonly tid: string;
  readonly label?: string;
}

/**
 * A machine that may pair: a new one, or a known one with a new code. The key it has stays good until
 * the code is used. The code is never shown again.
 */
export function enrolled(
  before: EnrolledTerminal | undefined,
  { site, tid, label }: EnrolmentRequest,
  now: number,
): { readonly code: string; readonly terminal: MayPair } {
  const { revokedAt: _, ...known } = before ?? { site, tid, enrolledAt: now };
  const code = newCode();
  const terminal = {
    ...known,
    ...(label === undefined ? {} : { label }),
    pairing: { hash: hashOf(code), expiresAt: now + PAIRING_MS },
  };
  return { code, terminal };
}
type MayPair = EnrolledTerminal & Required<Pick<EnrolledTerminal, 'pairing'>>;

/** Without key and code. */
export function revoked(before: EnrolledTerminal, now: number): EnrolledTerminal {
  const { pairing: _, key: __, ...rest } = before;
  return { ...rest, revokedAt: now };
}

export async function enrolledTerminal(
  store: Pick<Store, 'get'>,
  site: string,
  tid: string,
): Promise<EnrolledTerminal | undefined> {
  const key = terminalKey(site, tid);
  const [value, wrong] = await Promise.all(
    [TERMINALS, WRONG_CODES].map((collection) => store.get({ collection, key })),
  );
  return value === undefined ? undefined : withoutVoidCode(value, wrong);
}

/** Of one site, or of all, ordered by site and tid. */
export async function listEnrolled(
  store: Pick<Store, 'list'>,
  site?: string,
): Promise<readonly ListedEnrolment[]> {
  const prefix = site === undefined ? '' : `${site}/`;
  const [records = [], heard = [], wrong = []] = await Promise.all(
    [TERMINALS, TERMINAL_USES, WRONG_CODES].map((collection) => store.list(collection, prefix)),
  );
  const heardAt = new Map(heard.map(({ key, value }) => [key, Number(value)]));
  const wrongCodes = new Map(wrong.map(({ key, value }) => [key, value]));
  return records.map(({ key, value }) => {
    const lastHeardAt = heardAt.get(key);
    const terminal = withoutVoidCode(value, wrongCodes.get(key));
    return lastHeardAt === undefined ? terminal : { ...terminal, lastHeardAt };
  });
}

/** How often a wrong code was given for the open code of this SHA-256. */
export function wrongCodesOf(value: string | undefined, hash: string): number {
  const counted = JSON.parse(value ?? '{}') as { readonly hash?: string; readonly count?: number };
  // A count of an older code says nothing about this one.
  return counted.hash === hash ? (counted.count ?? 0) : 0;
}

function withoutVoidCode(value: string, wrong: string | undefined): EnrolledTerminal {
  const terminal = JSON.parse(value) as EnrolledTerminal;
  const { pairing, ...rest } = terminal;
  return pairing && wrongCodesOf(wrong, pairing.hash) >= MAX_WRONG_CODES ? rest : terminal;
}

export function terminalRecord(terminal: EnrolledTerminal): StoredRecord {
  const key = terminalKey(terminal.site, terminal.tid);
  return { collection: TERMINALS, key, value: JSON.stringify(terminal) };
}

function newCode(): string {
  const letters = Array.from(
    { length: CODE_LENGTH },
    () => CODE_LETTERS[randomInt(CODE_LETTERS.length)],
  );
  return letters.join('');
}
