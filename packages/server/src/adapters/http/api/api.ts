// The admin API over HTTP: finds the declared route, lets in who may ask, checks what comes against the
// declaration, and tells what goes wrong as problem details (RFC 9457). What is done is not its business.

import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { api } from '@tillgate/protocol';
import type { AdminApi, Credentials, Identity } from '../../../application/admin/admin.ts';
import { AdminRefusal } from '../../../application/admin/admin.ts';
import type { Clock } from '../../../ports/clock.ts';
import { knockOf } from '../http-server.ts';
import { sendEvents } from './event-stream.ts';
import { isBrowser, isForeign, isFromHere, mayKeepSession } from './origin.ts';
import { fittingBody, fittingParams, fittingQuery } from './request.ts';
import { cookieOf, sendJson, sendNothing, sendProblem } from './response.ts';
import type { FoundRoute } from './routes.ts';
import { findRoute } from './routes.ts';

export interface ApiOptions {
  readonly admin: AdminApi;
  readonly clock: Clock;
  readonly behindProxy: boolean;
  /** Nobody but this machine can reach the gateway, and that is to be enough. */
  readonly openOnLoopback: boolean;
  /** Hears what broke. */
  readonly fault: (where: string, cause: unknown) => void;
}

export function apiListener(options: ApiOptions) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    answer(options, request, response).catch((cause: unknown) => {
      if (cause instanceof AdminRefusal) return sendProblem(response, cause);
      options.fault('api', cause);
      return sendProblem(response, new AdminRefusal('internal'));
    });
  };
}

/** A request on its way to its route. */
interface Visit extends FoundRoute {
  readonly options: ApiOptions;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly secure: boolean;
  readonly from: string;
}

async function answer(
  options: ApiOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const found = findRoute(request, response);
  const { secure, from } = knockOf(request, { upgrade: false, behindProxy: options.behindProxy });
  const visit = { ...found, options, request, response, secure, from };
  if (found.name === 'readOpenApi') return sendJson(response, { status: 200, text: api.openApi() });
  if (isForeign(request, secure)) throw new AdminRefusal('foreignOrigin');
  return found.name === 'openSession' ? signIn(visit) : serve(visit, found.name);
}

async function signIn({ options, request, response, route, secure, from }: Visit): Promise<void> {
  if (!mayKeepSession(request, secure)) throw new AdminRefusal('notSecure');
  const body = (await fittingBody(request, route)) as api.BodyOf<'openSession'>;
  const reply = await options.admin.handlers.openSession({ body, from });
  const cookie = cookieOf(reply.session, options.clock.now());
  sendJson(response, { status: 201, text: JSON.stringify(reply.body), cookie });
}

async function serve(
  visit: Visit,
  name: Exclude<api.RouteName, 'readOpenApi' | 'openSession'>,
): Promise<void> {
  const { options, request, response, route } = visit;
  const credentials = credentialsOf(visit);
  const identity = await options.admin.identify(credentials);
  mustBeAllowed(visit, identity);
  const ask = {
    identity,
    actor: identity.actor,
    params: fittingParams(visit),
    query: fittingQuery(visit),
    body: route.body && (await fittingBody(request, route)),
    ...lastEventOf(request),
  };
  if (name === 'followTraffic') {
    const stream = await options.admin.handlers[name](ask as never);
    const sites = identity.actor.sites;
    const stillGood = async () =>
      sameSites(sites, (await options.admin.identify(credentials)).actor.sites);
    sendEvents({ response, stream, clock: options.clock, stillGood });
    return;
  }
  const reply = await options.admin.handlers[name](ask as never);
  const cookie = cookieOf(reply.session, options.clock.now());
  const { status } = route.answer;
  if (status === 204) sendNothing(response, cookie);
  else sendJson(response, { status, text: JSON.stringify(reply.body), cookie });
}

function credentialsOf({ options, request, from }: Visit): Credentials {
  const { authorization, cookie = '' } = request.headers;
  const session = /(?:^|; *)__Host-tillgate=([^;]*)/.exec(cookie)?.[1];
  return {
    ...(authorization === undefined ? {} : { authorization }),
    ...(session === undefined ? {} : { session }),
    local: options.openOnLoopback && isFromHere(request),
    from,
  };
}

/** A change by a browser must bring the token that only the console's own pages can have read. */
function mustBeAllowed({ route, request }: Visit, { actor, csrf }: Identity): void {
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
  const told = String(headers['last-event-id'] ?? '');
  return /^\d{1,15}$/.test(told) ? { lastEvent: Number(told) } : {};
}

function sameSites(before: readonly string[] | null, now: readonly string[] | null): boolean {
  return JSON.stringify(before) === JSON.stringify(now);
}
