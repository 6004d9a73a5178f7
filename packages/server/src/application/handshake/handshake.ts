// The door: whether a handshake is let in, in the order of checks of [C-2.9]. Knows an address and a
// host name, no HTTP library and no socket.

import type { Dialect, Dialects, Integration } from '@tillgate/protocol';
import { v1 } from '@tillgate/protocol';
import type { Site } from '../../domain/site.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Access, Scope } from './access.ts';
import { hashOf, scopeFor } from './access.ts';
import type { Enrolment, PairingRequest } from './enrolment.ts';
import { FailedAttempts } from './failed-attempts.ts';
import type { HandshakeRefusal } from './handshake-error.ts';
import { HandshakeError, rejectHandshake } from './handshake-error.ts';
import {
  extrasOf,
  hostName,
  integrationOf,
  isAddress,
  mustNotRepeat,
  partnersOf,
  splitTarget,
} from './uri.ts';

/** The token of the specification's example: public, so good only on loopback. */
export const EXAMPLE_TOKEN = '00000000-0000-0000-0000-000000000000';
const EXAMPLE_HASH = hashOf(EXAMPLE_TOKEN);

export interface HandshakeDeps {
  readonly access: Access;
  readonly enrolment: Enrolment;
  readonly clock: Clock;
  readonly dialects: Dialects;
  /** The site that any IP address and `localhost` lead to [C-2.2]. */
  readonly defaultSite: string;
  /** Whether the gateway listens on loopback only. */
  readonly loopbackOnly: boolean;
  readonly maxPacConnections: number;
  readonly failedAttempts: { readonly most: number; readonly withinMs: number };
  readonly isDraining: () => boolean;
  readonly countPac: (site: string) => number;
  /** Whether a waiter could stand at that card machine [C-10.13]. */
  readonly hasWaiters: (site: string, tid: string) => boolean;
}

/** A request at the door. */
export interface UpgradeRequest {
  /** The Host header. */
  readonly host: string;
  /** Path and query, as they came. */
  readonly target: string;
  /** Whether it asks for a WebSocket. */
  readonly upgrade: boolean;
  readonly secure: boolean;
  /** Where it comes from, for counting failures. */
  readonly from: string;
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
  /** The card machine: of a waiter [C-10.13], or the one that connects [C-13.1]; absent for a till. */
  readonly tid?: string;
  /** Where the raw schemas are served, such as `https://shop1.pay.example/schemas`. */
  readonly schemas: string;
}

export type PairingResult =
  /** The machine's key, told this once. */
  | { readonly admitted: true; readonly token: string }
  | { readonly admitted: false; readonly refusal: HandshakeRefusal };

export type HandshakeResult =
  | { readonly admitted: true; readonly handshake: Handshake; readonly warnings: readonly string[] }
  | { readonly admitted: false; readonly refusal: HandshakeRefusal };

/** What only tills tell; the others have no version, and their messages are published with v1. */
const nonTillDefaults = {
  dialect: v1,
  softwareHouseId: '',
  installerId: '',
  eposId: undefined,
  finalReceipt: false,
} as const;

const notFound = () => rejectHandshake(404, 'not_found', 'No such site or path.');

export class HandshakeAuthorizer {
  readonly #deps: HandshakeDeps;
  readonly #failed: FailedAttempts;
  #schemas = '';

  constructor(world: HandshakeDeps) {
    this.#deps = world;
    this.#failed = new FailedAttempts(world.clock, world.failedAttempts);
  }

  /** Lets a handshake in or says why not. */
  authorize(knock: UpgradeRequest): HandshakeResult {
    try {
      return this.#authorizeOrThrow(knock);
    } catch (refused) {
      if (refused instanceof HandshakeError) return { admitted: false, refusal: refused.refusal };
      throw refused;
    }
  }

  /** Gives a card machine its key for a pairing code, or says why not [C-13.2]. */
  async pair({ from }: UpgradeRequest, wish: PairingRequest): Promise<PairingResult> {
    try {
      this.#mustBeOpen();
      const token = await this.#deps.enrolment.pair(wish);
      if (token !== undefined) return { admitted: true, token };
      throw this.#wrong(from, 'pairing code', 'The pairing code is wrong, used or too old.');
    } catch (refused) {
      if (refused instanceof HandshakeError) return { admitted: false, refusal: refused.refusal };
      throw refused;
    }
  }

  #authorizeOrThrow(knock: UpgradeRequest): HandshakeResult {
    const { path, query } = splitTarget(knock.target);
    this.#mustBeOpen();
    const site = this.#siteOf(knock.host);
    const integration = integrationOf(path);
    if (!site || !integration) throw notFound();
    if (!knock.upgrade) {
      throw rejectHandshake(426, 'upgrade_required', 'This address speaks WebSocket only.');
    }
    const schemas = this.#schemasAt(knock);
    if (integration === 'terminal') {
      const machine = this.#authoriseMachine(site, query, knock.from);
      return {
        admitted: true,
        handshake: { ...nonTillDefaults, integration, site, schemas, ...machine },
        warnings: [],
      };
    }
    const scope = scopeFor(integration);
    const tokenHash = this.#authorise({ site, query, scope, from: knock.from });
    if (integration === 'waiter') {
      const tid = this.#tidOf(site, query);
      const handshake = { ...nonTillDefaults, integration, site, tokenHash, schemas, tid };
      return { admitted: true, handshake, warnings: [] };
    }
    mustNotRepeat(query);
    const dialect = this.#dialectOf(site, query);
    const partners = partnersOf(query, dialect.version);
    this.#mustHaveRoom(site, integration);
    const { eposId, finalReceipt, warnings } = extrasOf(query, integration, dialect.version);
    const { softwareHouseId, installerId } = partners;
    const handshake: Handshake = {
      ...{ site, integration, dialect, tokenHash, softwareHouseId, installerId },
      ...{ eposId, finalReceipt, schemas },
    };
    return { admitted: true, handshake, warnings };
  }

  #mustBeOpen(): void {
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

  #siteOf(host: string): Site | undefined {
    const name = hostName(host);
    const isLocal = name === 'localhost' || isAddress(name);
    const label = isLocal ? this.#deps.defaultSite : (name.split('.')[0] ?? '');
    return this.#deps.access.siteNamed(label);
  }

  /** One and the same answer, whatever is wrong with the token [C-2.14]. */
  #authorise({ site, query, scope, from }: Authorising): string {
    const given = query.getAll('token');
    const { access, loopbackOnly } = this.#deps;
    const token =
      given.length === 1 && given[0] ? access.tokenFor(site.name, given[0], scope) : undefined;
    const isPublic = token?.hash === EXAMPLE_HASH && !loopbackOnly;
    if (token && !isPublic) {
      access.markUsed(token);
      return token.hash;
    }
    throw this.#wrong(from, 'token', 'The token is missing or wrong.');
  }

  /** The key is the machine's own; whatever is wrong has the same answer [C-13.1]. */
  #authoriseMachine(site: Site, query: URLSearchParams, from: string) {
    const keys = query.getAll('token');
    const tids = query.getAll('tid');
    const [key = ''] = keys;
    const [tid = ''] = tids;
    const single = keys.length === 1 && tids.length === 1;
    const tokenHash = single ? this.#deps.enrolment.keyHash(site.name, tid, key) : undefined;
    if (tokenHash !== undefined) return { tokenHash, tid };
    throw this.#wrong(from, 'token', 'The token is missing or wrong.');
  }

  /** Too often wrong is told to wait; a right one is let in all the same [C-2.20]. */
  #wrong(from: string, what: string, message: string): HandshakeError {
    const waitS = this.#failed.count(from);
    if (waitS === 0) return rejectHandshake(401, 'unauthorized', message);
    const wait = `Too many attempts with a wrong ${what}. Try again in ${waitS} seconds.`;
    return rejectHandshake(429, 'too_many_attempts', wait, waitS);
  }

  #tidOf(site: Site, query: URLSearchParams): string {
    const [tid = '', ...others] = query.getAll('tid');
    if (others.length > 0 || !this.#deps.hasWaiters(site.name, tid)) throw notFound();
    return tid;
  }

  /** A missing api-version means v0 [C-2.2]. */
  #dialectOf(site: Site, query: URLSearchParams): Dialect {
    const version = query.get('api-version') ?? 'v0';
    if (version !== 'v1' && version !== 'v0') {
      throw rejectHandshake(400, 'unknown_api_version', 'api-version must be v1 or v0.');
    }
    const dialect = site.versions.includes(version) ? this.#deps.dialects[version] : undefined;
    if (dialect) return dialect;
    if (version === 'v1') throw rejectHandshake(403, 'v1_closed', 'This site does not accept v1.');
    const message = 'This site no longer accepts v0. Connect with api-version=v1.';
    throw rejectHandshake(403, 'v0_closed', message);
  }

  #mustHaveRoom(site: Site, integration: Scope): void {
    if (integration !== 'pac') return;
    const open = this.#deps.countPac(site.name);
    if (open < this.#deps.maxPacConnections) return;
    throw rejectHandshake(
      429,
      'too_many_connections',
      `This site already has ${open} connections.`,
    );
  }
}

interface Authorising {
  readonly site: Site;
  readonly query: URLSearchParams;
  readonly scope: Scope;
  readonly from: string;
}
