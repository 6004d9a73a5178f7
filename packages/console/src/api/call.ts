// Calls the admin API by the declarations of its routes, which give the types and the URLs. Changes carry the CSRF
// token; a 401 leads to signing in.

import { api } from '@tillgate/protocol';
import { ApiFailure, failureOf } from './failure.ts';
import { routeUrl } from './route-url.ts';
import { requireSignIn, session } from './session.ts';

type Part<Name extends string, Value> = undefined extends Value
  ? unknown
  : Record<never, never> extends Value
    ? { readonly [Key in Name]?: Value }
    : { readonly [Key in Name]: Value };

/** The path parameters, query and body of a route. */
export type RouteRequest<Name extends api.RouteName> = Part<'params', api.ParamsOf<Name>> &
  Part<'query', api.QueryOf<Name>> &
  Part<'body', api.BodyOf<Name>>;

interface AnyRequest {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** Rejects with an ApiFailure, also if the gateway does not answer. */
export async function call<Name extends api.RouteName>(
  name: Name,
  ask: RouteRequest<Name>,
): Promise<api.AnswerOf<Name>> {
  try {
    return (await send(name, ask as AnyRequest)) as api.AnswerOf<Name>;
  } catch (cause) {
    // A restarted gateway has new CSRF tokens.
    if (!(cause instanceof ApiFailure) || cause.code !== 'noCsrfToken') throw cause;
    await readSession();
    return (await send(name, ask as AnyRequest)) as api.AnswerOf<Name>;
  }
}

/** Reads the session; on loopback it needs no key. */
export async function readSession(): Promise<void> {
  const found = (await send('readSession', {})) as api.Session;
  session.value = { state: 'open', session: found };
}

async function send(name: api.RouteName, { params, query, body }: AnyRequest): Promise<unknown> {
  const { method, path } = api.routes[name];
  const base = new URL(`..${api.BASE_PATH}`, document.baseURI).href;
  const address = routeUrl(base, path, { ...(params && { params }), ...(query && { query }) });
  const response = await fetchOrFail(address, {
    method,
    headers: headersOf(method, body),
    ...bodyOf(body),
  });
  const answer = await read(response);
  if (response.ok) return answer;
  const failure = failureOf(response.status, answer);
  if (failure.code === 'notSignedIn' || failure.code === 'wrongKey') requireSignIn();
  throw failure;
}

function headersOf(method: string, body: unknown): Record<string, string> {
  const now = session.value;
  return {
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(method !== 'GET' && now.state === 'open' ? { 'X-CSRF-Token': now.session.csrf } : {}),
  };
}

function bodyOf(body: unknown): { body?: string } {
  return body === undefined ? {} : { body: JSON.stringify(body) };
}

async function fetchOrFail(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, { ...init, cache: 'no-store', credentials: 'same-origin' });
  } catch (cause) {
    throw new ApiFailure('unreachable', { cause });
  }
}

/** Undefined if there is no body, or none that is JSON. */
async function read(response: Response): Promise<unknown> {
  const text = await response.text().catch(() => '');
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
