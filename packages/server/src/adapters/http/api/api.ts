// The admin API over HTTP: finds the declared route, authenticates, validates the request against the
// declaration, calls the handler, and answers failures as problem details (RFC 9457).

import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { api } from '@tillgate/protocol';
import type {
  AdminApi,
  Ask,
  AskName,
  Credentials,
  EventStream,
  Identity,
  JsonHandlers,
  Reply,
  StreamHandlers,
} from '../../../application/admin/admin.ts';
import { AdminRefusal, streamNames } from '../../../application/admin/admin.ts';
import type { ClientAddress } from '../../../application/handshake/handshake.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { FaultPlace } from '../../../ports/observer.ts';
import { upgradeRequestOf } from '../http-server.ts';
import { canKeepSession, isBrowser, isCrossOrigin, isLoopbackRequest } from '../origin.ts';
import { sendEvents } from './event-stream.ts';
import { readBodyOf, readParams, readQuery } from './request.ts';
import { sendJson, sendNoContent, sendProblem, sessionCookie } from './response.ts';
import type { FoundRoute } from './routes.ts';
import { findRoute } from './routes.ts';

export interface ApiDeps {
  readonly admin: AdminApi;
  readonly clock: Clock;
  readonly behindProxy: boolean;
  /** Skips authentication for loopback requests. */
  readonly openOnLoopback: boolean;
  /** Called for each request of a page of another origin. */
  readonly onForeignOrigin: (from: ClientAddress) => void;
  /** Called for each failure of the gateway itself. */
  readonly onFault: (where: FaultPlace, cause: unknown) => void;
}

export function apiListener(deps: ApiDeps) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    answer(deps, request, response).catch((cause: unknown) => {
      if (cause instanceof AdminRefusal) return sendProblem(response, cause);
      deps.onFault('api', cause);
      return sendProblem(response, new AdminRefusal('internal'));
    });
  };
}

/** A request and the route that it matched. */
interface ApiRequest extends FoundRoute {
  readonly deps: ApiDeps;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly secure: boolean;
  readonly from: ClientAddress;
}

async function answer(
  deps: ApiDeps,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const found = findRoute(request, response);
  const { secure, address, network } = upgradeRequestOf(request, {
    upgrade: false,
    behindProxy: deps.behindProxy,
  });
  const from = { address, network };
  const apiRequest = { ...found, deps, request, response, secure, from };
  if (found.name === 'readOpenApi') return sendJson(response, { status: 200, text: api.openApi() });
  if (isCrossOrigin(request, secure)) {
    deps.onForeignOrigin(from);
    throw new AdminRefusal('foreignOrigin');
  }
  return found.name === 'openSession' ? signIn(apiRequest) : serve(apiRequest, found.name);
}

async function signIn({ deps, request, response, route, secure, from }: ApiRequest): Promise<void> {
  if (!canKeepSession(request, secure)) throw new AdminRefusal('notSecure');
  const body = (await readBodyOf(request, route)) as api.BodyOf<'openSession'>;
  const reply = await deps.admin.handlers.openSession({ body, from });
  const cookie = sessionCookie(reply.session, deps.clock.now());
  sendJson(response, { status: 201, text: JSON.stringify(reply.body), cookie });
}

async function serve(
  apiRequest: ApiRequest,
  name: Exclude<api.RouteName, 'readOpenApi' | 'openSession'>,
): Promise<void> {
  const { deps, response, route } = apiRequest;
  const credentials = credentialsOf(apiRequest);
  const identity = await deps.admin.identify(credentials);
  checkPermission(apiRequest, identity);
  if (isStream(name)) {
    const ask = await askOf(apiRequest, identity);
    const stream = await callStream(deps.admin.handlers, name, ask);
    const sites = identity.actor.sites;
    const isStillAuthorised = async () =>
      sameSites(sites, (await deps.admin.identify(credentials)).actor.sites);
    sendEvents({ response, stream, clock: deps.clock, isStillAuthorised });
    return;
  }
  const reply = await callHandler(deps.admin.handlers, name, await askOf(apiRequest, identity));
  const cookie = sessionCookie(reply.session, deps.clock.now());
  const { status } = route.answer;
  if (status === 204) sendNoContent(response, cookie);
  else sendJson(response, { status, text: JSON.stringify(reply.body), cookie });
}

/** The request for a handler: each part is validated against the declaration of its type. */
async function askOf<N extends AskName>(
  apiRequest: ApiRequest,
  identity: Identity,
): Promise<Ask<N>> {
  const { request, route } = apiRequest;
  return {
    identity,
    actor: identity.actor,
    params: readParams(apiRequest) as api.ParamsOf<N>,
    query: readQuery(apiRequest) as api.QueryOf<N>,
    body: (route.body && (await readBodyOf(request, route))) as api.BodyOf<N>,
    ...lastEventOf(request),
  };
}

function isStream(name: api.RouteName): name is keyof StreamHandlers {
  return streamNames.some((one) => one === name);
}

function callStream<N extends keyof StreamHandlers>(
  handlers: StreamHandlers,
  name: N,
  ask: Ask<N>,
): Promise<EventStream> {
  return handlers[name](ask);
}

function callHandler<N extends keyof JsonHandlers>(
  handlers: JsonHandlers,
  name: N,
  ask: Ask<N>,
): Promise<Reply<N>> {
  return handlers[name](ask);
}

function credentialsOf({ deps, request, from }: ApiRequest): Credentials {
  const { authorization, cookie = '' } = request.headers;
  const session = /(?:^|; *)__Host-tillgate=([^;]*)/.exec(cookie)?.[1];
  return {
    ...(authorization === undefined ? {} : { authorization }),
    ...(session === undefined ? {} : { session }),
    local: deps.openOnLoopback && isLoopbackRequest(request),
    from,
  };
}

/** A change by a browser needs the CSRF token, which only the console's own pages can read. */
function checkPermission({ route, request }: ApiRequest, { actor, csrf }: Identity): void {
  if (route.access === 'operator of all sites' && actor.sites !== null) {
    throw new AdminRefusal('notAllowed', 'Only an operator of all sites may.');
  }
  if (route.method === 'GET' || actor.via === 'key') return;
  if (actor.via === 'loopback' && !isBrowser(request)) return;
  const given = Buffer.from(String(request.headers['x-csrf-token'] ?? ''));
  const wanted = Buffer.from(csrf);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    throw new AdminRefusal('noCsrfToken');
  }
}

function lastEventOf({ headers }: IncomingMessage) {
  const lastEventId = String(headers['last-event-id'] ?? '');
  return /^\d{1,15}$/.test(lastEventId) ? { lastEvent: Number(lastEventId) } : {};
}

function sameSites(before: readonly string[] | null, now: readonly string[] | null): boolean {
  return JSON.stringify(before) === JSON.stringify(now);
}
