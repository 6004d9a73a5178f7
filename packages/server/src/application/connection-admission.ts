// The door: whether a handshake is let in, in the order of checks of [C-2.9]. Knows an address and a
// host name, no HTTP library and no socket.

import type { Dialect, Dialects, Version } from '@tillgate/protocol';
import { v1 } from '@tillgate/protocol';
import type { Site } from '../domain/site.ts';
import type { Clock } from '../ports/clock.ts';
import type { Access, Scope } from './access.ts';
import { hashOf, scopeFor } from './access.ts';
import type { Handshake } from './connection-line.ts';
import { FailedAttempts } from './failed-attempts.ts';

/** The token of the specification's example: public, so good only on loopback. */
export const EXAMPLE_TOKEN = '00000000-0000-0000-0000-000000000000';
const EXAMPLE_HASH = hashOf(EXAMPLE_TOKEN);

export interface AdmissionWorld {
  readonly access: Access;
  readonly clock: Clock;
  readonly dialects: Dialects;
  /** The site that any IP address and `localhost` lead to [C-2.2]. */
  readonly defaultSite: string;
  /** Whether the gateway listens on loopback only. */
  readonly loopbackOnly: boolean;
  readonly mostPacConnections: number;
  readonly failedAttempts: { readonly most: number; readonly withinMs: number };
  readonly isDraining: () => boolean;
  readonly countPac: (site: string) => number;
  /** Whether a waiter could stand at that card machine [C-10.13]. */
  readonly hasWaiters: (site: string, tid: string) => boolean;
}

/** A request at the door. */
export interface Knock {
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

/** The HTTP answer to a handshake that is not let in; the body is exactly `{error, message}`. */
export interface HandshakeRefusal {
  readonly status: number;
  readonly error: string;
  readonly message: string;
  readonly retryAfterS?: number;
}

export type Admission =
  | { readonly admitted: true; readonly handshake: Handshake; readonly warnings: readonly string[] }
  | { readonly admitted: false; readonly refusal: HandshakeRefusal };

const PARAMETERS = new Set([
  'token',
  'api-version',
  'software-house-id',
  'installer-id',
  'final-pos-receipt-request',
  '[final-pos-receipt-request]',
  'final-pos-receipt',
  'epos-id',
]);
const MAX_PARTNER_ID = 128;
const EPOS_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** What only tills tell; a waiter has no version, and his messages are published with v1. */
const noTill = {
  integration: 'waiter',
  dialect: v1,
  softwareHouseId: '',
  installerId: '',
  eposId: undefined,
  finalReceipt: false,
} as const;

const notFound = () => no(404, 'not_found', 'No such site or path.');

export class Door {
  readonly #world: AdmissionWorld;
  readonly #failed: FailedAttempts;
  #schemas = '';

  constructor(world: AdmissionWorld) {
    this.#world = world;
    this.#failed = new FailedAttempts(world.clock, world.failedAttempts);
  }

  /** Lets a handshake in or says why not. */
  admit(knock: Knock): Admission {
    try {
      return this.#admit(knock);
    } catch (refused) {
      if (refused instanceof NotAdmitted) return { admitted: false, refusal: refused.refusal };
      throw refused;
    }
  }

  #admit(knock: Knock): Admission {
    const { path, query } = splitTarget(knock.target);
    if (this.#world.isDraining()) {
      const message = 'The gateway is shutting down. Connect again in a few seconds.';
      throw no(503, 'shutting_down', message, 5);
    }
    const site = this.#siteOf(knock.host);
    const integration = integrationOf(path);
    if (!site || !integration) throw notFound();
    if (!knock.upgrade) {
      throw no(426, 'upgrade_required', 'This address speaks WebSocket only.');
    }
    const scope = scopeFor(integration);
    const tokenHash = this.#authorise({ site, query, scope, from: knock.from });
    const schemas = this.#schemasAt(knock);
    if (integration === 'waiter') {
      const handshake = { ...noTill, site, tokenHash, schemas, tid: this.#tidOf(site, query) };
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

  /** Most tills of a gateway use one name for it: they share one text. */
  #schemasAt({ secure, host }: Knock): string {
    const schemas = `${secure ? 'https' : 'http'}://${host}/schemas`;
    if (schemas !== this.#schemas) this.#schemas = schemas;
    return this.#schemas;
  }

  #siteOf(host: string): Site | undefined {
    const name = hostName(host);
    const isLocal = name === 'localhost' || isAddress(name);
    const label = isLocal ? this.#world.defaultSite : (name.split('.')[0] ?? '');
    return this.#world.access.siteNamed(label);
  }

  /** One and the same answer, whatever is wrong with the token [C-2.14]. */
  #authorise({ site, query, scope, from }: Authorising): string {
    const given = query.getAll('token');
    const { access, loopbackOnly } = this.#world;
    const token =
      given.length === 1 && given[0] ? access.tokenFor(site.name, given[0], scope) : undefined;
    const isPublic = token?.hash === EXAMPLE_HASH && !loopbackOnly;
    if (token && !isPublic) {
      access.used(token);
      return token.hash;
    }
    const waitS = this.#failed.count(from);
    if (waitS > 0) {
      const message = `Too many attempts with a wrong token. Try again in ${waitS} seconds.`;
      throw no(429, 'too_many_attempts', message, waitS);
    }
    throw no(401, 'unauthorized', 'The token is missing or wrong.');
  }

  #tidOf(site: Site, query: URLSearchParams): string {
    const [tid = '', ...others] = query.getAll('tid');
    if (others.length > 0 || !this.#world.hasWaiters(site.name, tid)) throw notFound();
    return tid;
  }

  /** A missing api-version means v0 [C-2.2]. */
  #dialectOf(site: Site, query: URLSearchParams): Dialect {
    const version = query.get('api-version') ?? 'v0';
    if (version !== 'v1' && version !== 'v0') {
      throw no(400, 'unknown_api_version', 'api-version must be v1 or v0.');
    }
    const dialect = site.versions.includes(version) ? this.#world.dialects[version] : undefined;
    if (dialect) return dialect;
    if (version === 'v1') throw no(403, 'v1_closed', 'This site does not accept v1.');
    const message = 'This site no longer accepts v0. Connect with api-version=v1.';
    throw no(403, 'v0_closed', message);
  }

  #mustHaveRoom(site: Site, integration: Scope): void {
    if (integration !== 'pac') return;
    const open = this.#world.countPac(site.name);
    if (open < this.#world.mostPacConnections) return;
    throw no(429, 'too_many_connections', `This site already has ${open} connections.`);
  }
}

interface Authorising {
  readonly site: Site;
  readonly query: URLSearchParams;
  readonly scope: Scope;
  readonly from: string;
}

class NotAdmitted extends Error {
  readonly refusal: HandshakeRefusal;

  constructor(refusal: HandshakeRefusal) {
    super(refusal.message);
    this.name = 'NotAdmitted';
    this.refusal = refusal;
  }
}

function no(status: number, error: string, ...rest: readonly [string, number?]): NotAdmitted {
  const [message, retryAfterS] = rest;
  const wait = retryAfterS === undefined ? {} : { retryAfterS };
  return new NotAdmitted({ status, error, message, ...wait });
}

function splitTarget(target: string): { path: string; query: URLSearchParams } {
  const mark = target.indexOf('?');
  if (mark < 0) return { path: target, query: new URLSearchParams() };
  return { path: target.slice(0, mark), query: new URLSearchParams(target.slice(mark + 1)) };
}

/** Without regard to case; one trailing slash allowed [C-2.2]. */
function integrationOf(path: string): Handshake['integration'] | undefined {
  const [, name] = /^\/(pac|pat|waiter)\/?$/.exec(path.toLowerCase()) ?? [];
  return name as Handshake['integration'] | undefined;
}

/** Host without port, in lower case. */
function hostName(host: string): string {
  const bracketed = /^\[([^\]]*)\]/.exec(host);
  return (bracketed?.[1] ?? host.replace(/:\d*$/, '')).toLowerCase();
}

function isAddress(name: string): boolean {
  return name.includes(':') || /^\d{1,3}(\.\d{1,3}){3}$/.test(name);
}

function mustNotRepeat(query: URLSearchParams): void {
  for (const name of PARAMETERS) {
    if (query.getAll(name).length > 1) {
      throw no(400, 'repeated_parameter', `The parameter ${name} was given more than once.`);
    }
  }
}

function partnersOf(query: URLSearchParams, version: Version) {
  const softwareHouseId = (query.get('software-house-id') ?? '').trim();
  const installerId = (query.get('installer-id') ?? '').trim();
  const good = [softwareHouseId, installerId].every(
    (id) => id.length > 0 && id.length <= MAX_PARTNER_ID,
  );
  if (version === 'v1' && !good) {
    throw no(422, 'missing_parameter', 'v1 needs software-house-id and installer-id.');
  }
  return {
    softwareHouseId: softwareHouseId.slice(0, MAX_PARTNER_ID),
    installerId: installerId.slice(0, MAX_PARTNER_ID),
  };
}

/** What may be wrong without being refused [C-2.5]. */
function extrasOf(query: URLSearchParams, integration: Scope, version: Version) {
  const warnings: string[] = [];
  for (const name of query.keys()) {
    if (!PARAMETERS.has(name)) warnings.push('a parameter nobody knows was given');
  }
  const flags = [...query].filter(([name]) => name.includes('final-pos-receipt'));
  const hasEffect = integration === 'pat' && version === 'v1';
  const finalReceipt = hasEffect && flags.some(([, value]) => value === '');
  if (flags.some(([, value]) => value !== '' || !hasEffect)) {
    warnings.push('final-pos-receipt-request has no effect here');
  }
  const given = query.get('epos-id');
  if (given === null) return { eposId: undefined, finalReceipt, warnings };
  if (integration === 'pac' && EPOS_ID.test(given))
    return { eposId: given, finalReceipt, warnings };
  return { eposId: undefined, finalReceipt, warnings: [...warnings, 'epos-id has no effect here'] };
}
