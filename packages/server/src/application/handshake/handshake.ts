// Who may connect: `HandshakeAuthorizer` checks an upgrade request step by step, in the order of
// [C-2.9], and answers with the handshake or with an HTTP refusal. The HTTP adapter calls it.

import type { Dialect, Dialects, Integration } from '@tillgate/protocol';
import { splitAddress, v1 } from '@tillgate/protocol';
import type { Site } from '../../domain/site.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Observer } from '../../ports/observer.ts';
import type { Access, Scope } from './access.ts';
import { hashOf, scopeFor } from './access.ts';
import type { Enrolment } from './enrolment.ts';
import type { HandshakeRefusal } from './handshake-error.ts';
import { BAD_HOST, HandshakeError, MOVING, rejectHandshake } from './handshake-error.ts';
import type { HandshakeAnswer, HandshakeAttempt } from './handshake-report.ts';
import { HandshakeReporter } from './handshake-report.ts';
import type { PairingDeps, PairingRequest } from './pairing.ts';
import { pair } from './pairing.ts';
import { RateLimit } from './rate-limit.ts';
import { extrasOf, integrationOf, mustNotRepeat, partnersOf, siteAt } from './uri.ts';

export type { HandshakeAttempt } from './handshake-report.ts';

/** The token of the specification's example: public, so good only on this machine [C-2.23, C-2.30]. */
export const EXAMPLE_TOKEN = '00000000-0000-0000-0000-000000000000';
const EXAMPLE_HASH = hashOf(EXAMPLE_TOKEN);

/** What a handshake needs of an open site. */
export interface HandshakeSite {
  readonly access: Access;
  readonly enrolment: Enrolment;
  /** The pac connections that leave no place to this one [C-2.25]; below `most` not counted exactly. */
  countPac(newcomer: Handshake, most: number): number;
  /** Whether a waiter could stand at that card machine [C-10.13]. */
  hasWaiters(tid: string): boolean;
}

type FoundSite<OpenSite> =
  | { readonly kind: 'here'; readonly site: OpenSite }
  | { readonly kind: 'elsewhere' }
  | undefined;

export interface HandshakeDeps<OpenSite extends HandshakeSite> {
  /** Finds the site of that name and opens it here, unless another node has it; undefined if there is none. */
  readonly findSite: (name: string) => Promise<FoundSite<OpenSite>>;
  readonly pairing: PairingDeps;
  readonly clock: Clock;
  readonly dialects: Dialects;
  /** The site that any IP address and `localhost` lead to [C-2.2]. */
  readonly defaultSite: string;
  /** Whether the gateway listens on loopback only. */
  readonly loopbackOnly: boolean;
  readonly maxPacConnections: number;
  readonly failedAttempts: { readonly most: number; readonly withinMs: number };
  readonly refusalLines: { readonly most: number; readonly withinMs: number };
  readonly observer: Observer;
  readonly isDraining: () => boolean;
}

export interface ClientAddress {
  /** The IP address in its shortest spelling (RFC 5952), without port and zone; empty if unknown. */
  readonly address: string;
  /**
   * What failures are counted by: an IPv4 address as it is, an IPv6 address by its first 64 bits, since one
   * customer has them all [C-2.20].
   */
  readonly network: string;
}

/** A request to connect, as HTTP brings it. */
export interface UpgradeRequest extends ClientAddress {
  /** The Host header, or the address that was connected to. */
  readonly host: string;
  /** Whether there is no doubt about it [C-2.31]. */
  readonly hasOneHost: boolean;
  /** Path and query, as they came. */
  readonly target: string;
  /** Whether it asks for a WebSocket. */
  readonly upgrade: boolean;
  readonly secure: boolean;
  /** Whether a program or a page of this machine sent it, as far as can be seen [C-2.30]. */
  readonly own: boolean;
}

/** What an accepted handshake said [C-2.2]. */
export interface Handshake {
  readonly site: Site;
  readonly integration: Integration;
  readonly dialect: Dialect;
  /** SHA-256 of the token, or of the card machine's key. */
  readonly tokenHash: string;
  readonly softwareHouseId: string;
  readonly installerId: string;
  readonly eposId: string | undefined;
  /** Whether final-pos-receipt-request was passed, where it has an effect. */
  readonly finalReceipt: boolean;
  /**
   * The card machine: of a waiter [C-10.13], or the one that connects [C-13.1]; absent for a till.
   */
  readonly tid?: string;
  /** Where the raw schemas are served, such as `https://shop1.pay.example/schemas`. */
  readonly schemas: string;
}

export type PairingResult =
  /** The card machine's key; it is never shown again. */
  | { readonly accepted: true; readonly token: string }
  | { readonly accepted: false; readonly refusal: HandshakeRefusal };

export type HandshakeResult<OpenSite> = { readonly attempt: HandshakeAttempt } & (
  | {
      readonly accepted: true;
      /** It is open in the turn in which the result is known. */
      readonly openSite: OpenSite;
      readonly handshake: Handshake;
      readonly warnings: readonly string[];
    }
  | { readonly accepted: false; readonly refusal: HandshakeRefusal }
);

/**
 * What only tills say. Waiters and card machines have no version; their schemas lie with those of
 * v1.
 */
const nonTillDefaults = {
  dialect: v1,
  softwareHouseId: '',
  installerId: '',
  eposId: undefined,
  finalReceipt: false,
} as const;

const notFound = () => rejectHandshake(404, 'not_found', 'No such site or path.');

/** A handshake while it is checked; each step fills in what it read. */
interface Draft {
  readonly openSite: HandshakeSite;
  readonly request: UpgradeRequest;
  readonly query: URLSearchParams;
  readonly handshake: { -readonly [K in keyof Handshake]: Handshake[K] };
  warnings: readonly string[];
}

/** Throws a `HandshakeError` if the check fails. */
type Step = (draft: Draft) => void | Promise<void>;

/** What a handshake proves itself by, in the words of its refusal. */
const secretNames = { token: 'token', terminalKey: 'token', pairingCode: 'pairing code' } as const;

export class HandshakeAuthorizer<OpenSite extends HandshakeSite> {
  readonly #deps: HandshakeDeps<OpenSite>;
  readonly #failed: RateLimit;
  readonly #reporter: HandshakeReporter;
  #schemas = '';

  /**
   * What is checked once site, path and upgrade are known, in this order; the first that fails
   * answers.
   */
  readonly #steps: Readonly<Record<Integration, readonly Step[]>> = {
    pac: [
      (draft) => this.#checkToken(draft), // C-2.14, C-2.20, C-2.30
      refuseRepeatedParameters, // C-2.15
      (draft) => this.#chooseDialect(draft), // C-2.16, C-2.17, C-2.21
      readPartnerIds, // C-2.18
      readOptions, // C-2.5
      (draft) => this.#limitConnections(draft), // C-2.19
    ],
    pat: [
      (draft) => this.#checkToken(draft),
      refuseRepeatedParameters,
      (draft) => this.#chooseDialect(draft),
      readPartnerIds,
      readOptions,
    ],
    waiter: [
      (draft) => this.#checkToken(draft),
      findTerminalOfWaiter, // C-10.13
    ],
    terminal: [(draft) => this.#checkKey(draft)], // C-13.1
  };

  constructor(deps: HandshakeDeps<OpenSite>) {
    this.#deps = deps;
    this.#failed = new RateLimit(deps.clock, deps.failedAttempts);
    this.#reporter = new HandshakeReporter(deps);
  }

  /** Accepts a handshake, or says why not. */
  async authorize(request: UpgradeRequest): Promise<HandshakeResult<OpenSite>> {
    const { path, query: given, misspelt } = splitAddress(request.target);
    const query = new URLSearchParams(given);
    const integration = integrationOf(path);
    const { host, address, network } = request;
    const name = siteAt(host, this.#deps.defaultSite);
    const attempt = { integration, host, site: undefined, query, address, network };
    let site: string | undefined;
    try {
      if (!request.hasOneHost) throw new HandshakeError(BAD_HOST); // C-2.31
      this.#refuseWhileDraining(); // C-2.10
      const found = await this.#find(name);
      // A handshake for a site of another node is passed on before; what still comes here has to wait.
      if (found?.kind === 'elsewhere' && integration) throw new HandshakeError(MOVING); // C-2.33
      const openSite = found?.kind === 'here' ? found.site : undefined;
      site = openSite?.access.site?.name;
      if (!openSite?.access.site || !integration) throw notFound(); // C-2.11, C-2.12
      requireUpgrade(request); // C-2.13
      const schemas = this.#schemasAt(request);
      const handshake = {
        ...nonTillDefaults,
        site: openSite.access.site,
        integration,
        tokenHash: '',
        schemas,
      };
      const warnings = misspelt.map((word) => `${word} was spelt in another way`);
      const draft: Draft = { openSite, request, query, handshake, warnings };
      for (const step of this.#steps[integration]) await step(draft);
      const accepted = { accepted: true, openSite, handshake: draft.handshake } as const;
      return { ...accepted, warnings: draft.warnings, attempt: { ...attempt, site } };
    } catch (refused) {
      if (!(refused instanceof HandshakeError)) throw refused;
      return { accepted: false, refusal: refused.refusal, attempt: { ...attempt, site } };
    }
  }

  /** To be called once for each handshake that was answered, with its status or its refusal. */
  answered(attempt: HandshakeAttempt, answer: HandshakeAnswer): void {
    this.#reporter.answered(attempt, answer);
  }

  /** Gives a card machine its key for a pairing code, or says why not [C-13.2]. */
  async pair(from: UpgradeRequest, request: PairingRequest): Promise<PairingResult> {
    const { host, address, network } = from;
    const { site, tid } = request;
    let openSite: OpenSite | undefined;
    try {
      this.#refuseWhileDraining();
      const found = await this.#find(site);
      // Where another node has it open, that one reads the key from the records when it needs it.
      openSite = found?.kind === 'here' ? found.site : undefined;
      const outcome = await pair(this.#deps.pairing, request, address);
      if (outcome.kind === 'paired') {
        await openSite?.enrolment.reload();
        return { accepted: true, token: outcome.key };
      }
      if (outcome.kind === 'voided') this.#deps.observer.refused('voidPairingCode', site);
      throw this.#wrong(network, 'pairingCode', 'The pairing code is wrong, used or too old.');
    } catch (refused) {
      if (!(refused instanceof HandshakeError)) throw refused;
      // The code is a credential, also where it stands in the place of a name: only known names are logged.
      const query = new URLSearchParams(openSite?.enrolment.isKnown(tid) ? { tid } : {});
      const known = openSite?.access.site?.name;
      const attempt = {
        integration: 'terminal',
        host,
        site: known,
        query,
        address,
        network,
      } as const;
      this.#reporter.refused(attempt, refused.refusal);
      return { accepted: false, refusal: refused.refusal };
    }
  }

  #refuseWhileDraining(): void {
    if (!this.#deps.isDraining()) return;
    const message = 'The gateway is shutting down. Connect again in a few seconds.';
    throw rejectHandshake(503, 'shutting_down', message, 5);
  }

  /** Most tills of a gateway use one name for it: they share one text. */
  #schemasAt({ secure, host }: UpgradeRequest): string {
    const schemas = `${secure ? 'https' : 'http'}://${host}/schemas`;
    if (schemas !== this.#schemas) this.#schemas = schemas;
    return this.#schemas;
  }

  async #find(name: string): Promise<FoundSite<OpenSite>> {
    try {
      return await this.#deps.findSite(name);
    } catch (cause) {
      this.#deps.observer.fault('site', cause);
      const message = 'The gateway cannot read this site now. Connect again in a few seconds.';
      throw rejectHandshake(503, 'unavailable', message, 2);
    }
  }

  /** One and the same answer, whatever is wrong with the token [C-2.14]. */
  async #checkToken({ openSite: { access }, request, query, handshake }: Draft): Promise<void> {
    const { loopbackOnly } = this.#deps;
    const { site, integration } = handshake;
    const [given = '', ...others] = query.getAll('token');
    const scope = scopeFor(integration as Exclude<Integration, 'terminal'>);
    const single = given !== '' && others.length === 0;
    const find = () => (single ? access.tokenFor(given, scope) : undefined);
    const token = find() ?? (await this.#findAgain(request.network, access, find));
    const isPublic = token?.hash === EXAMPLE_HASH;
    if (!token || (isPublic && !loopbackOnly)) {
      throw this.#wrong(request.network, 'token', 'The token is missing or wrong.');
    }
    if (isPublic && !request.own) throw this.#foreign(request, site);
    access.markUsed(token);
    handshake.tokenHash = token.hash;
  }

  /** The key is the card machine's own; whatever is wrong has the same answer [C-13.1]. */
  async #checkKey({ openSite: { enrolment }, request, query, handshake }: Draft): Promise<void> {
    const [key = '', ...otherKeys] = query.getAll('token');
    const [tid = '', ...otherTids] = query.getAll('tid');
    const single =
      query.has('token') && query.has('tid') && otherKeys.length + otherTids.length === 0;
    const find = () => (single ? enrolment.keyHash(tid, key) : undefined);
    const hash = find() ?? (await this.#findAgain(request.network, enrolment, find));
    if (hash === undefined) {
      throw this.#wrong(request.network, 'terminalKey', 'The token is missing or wrong.');
    }
    handshake.tokenHash = hash;
    handshake.tid = tid;
  }

  /** What another process has just added may not be in memory yet; somebody who guesses too often reads nothing. */
  async #findAgain<T>(
    network: string,
    records: { reload(): Promise<void> },
    find: () => T | undefined,
  ): Promise<T | undefined> {
    if (this.#failed.isReached(network)) return undefined;
    await records.reload().catch(() => {});
    return find();
  }

  /**
   * After too many failures the answer is to wait; a valid token is accepted all the same [C-2.20].
   */
  #wrong(network: string, kind: keyof typeof secretNames, message: string): HandshakeError {
    this.#deps.observer.refused(kind, network);
    const waitS = this.#failed.count(network);
    if (waitS === 0) return rejectHandshake(401, 'unauthorized', message);
    const wait = `Too many attempts with a wrong ${secretNames[kind]}. Try again in ${waitS} seconds.`;
    return rejectHandshake(429, 'too_many_attempts', wait, waitS);
  }

  /** The public test token from elsewhere [C-2.30]. */
  #foreign({ network }: UpgradeRequest, { name }: Site): HandshakeError {
    this.#deps.observer.refused('origin', network);
    const message =
      'The public test token is for programs and pages of this machine. Create a token of your own: ' +
      `tillgate token add --site ${name}.`;
    return rejectHandshake(403, 'foreign_origin', message);
  }

  /** A missing api-version means v0 [C-2.2]. */
  #chooseDialect({ query, handshake }: Draft): void {
    const version = query.get('api-version') ?? 'v0';
    if (version !== 'v1' && version !== 'v0') {
      throw rejectHandshake(400, 'unknown_api_version', 'api-version must be v1 or v0.');
    }
    const isOpen = handshake.site.versions.includes(version);
    const dialect = isOpen ? this.#deps.dialects[version] : undefined;
    if (dialect) {
      handshake.dialect = dialect;
      return;
    }
    if (version === 'v1') throw rejectHandshake(403, 'v1_closed', 'This site does not accept v1.');
    const message = 'This site no longer accepts v0. Connect with api-version=v1.';
    throw rejectHandshake(403, 'v0_closed', message);
  }

  #limitConnections({ openSite, handshake }: Draft): void {
    const { maxPacConnections } = this.#deps;
    const open = openSite.countPac(handshake, maxPacConnections);
    if (open < maxPacConnections) return;
    throw rejectHandshake(
      429,
      'too_many_connections',
      `This site already has ${open} connections.`,
    );
  }
}

function requireUpgrade({ upgrade }: UpgradeRequest): void {
  if (upgrade) return;
  throw rejectHandshake(426, 'upgrade_required', 'This address speaks WebSocket only.');
}

function findTerminalOfWaiter({ openSite, query, handshake }: Draft): void {
  const [tid = '', ...others] = query.getAll('tid');
  if (others.length > 0 || !openSite.hasWaiters(tid)) throw notFound();
  handshake.tid = tid;
}

function refuseRepeatedParameters({ query }: Draft): void {
  mustNotRepeat(query);
}

function readPartnerIds({ query, handshake }: Draft): void {
  const { softwareHouseId, installerId } = partnersOf(query, handshake.dialect.version);
  handshake.softwareHouseId = softwareHouseId;
  handshake.installerId = installerId;
}

function readOptions(draft: Draft): void {
  const { query, handshake } = draft;
  const { integration, dialect } = handshake;
  const extras = extrasOf(query, integration as Scope, dialect.version);
  handshake.eposId = extras.eposId;
  handshake.finalReceipt = extras.finalReceipt;
  draft.warnings = [...draft.warnings, ...extras.warnings];
}
