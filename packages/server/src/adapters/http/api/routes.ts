// Which declared route a request is for.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { api } from '@tillgate/protocol';
import { AdminRefusal } from '../../../application/admin/admin.ts';

export interface FoundRoute {
  readonly name: api.RouteName;
  readonly route: api.Route;
  /** The path parameters, decoded. */
  readonly segments: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

interface Pattern {
  readonly name: api.RouteName;
  readonly route: api.Route;
  readonly parts: readonly string[];
}

const patterns: readonly Pattern[] = Object.entries(api.routes).map(([name, route]) => ({
  name: name as api.RouteName,
  route,
  parts: route.path.split('/'),
}));

/** Whether a request is for the admin API. */
export function isForApi({ url = '' }: IncomingMessage): boolean {
  return url === api.BASE_PATH || url.startsWith(`${api.BASE_PATH}/`);
}

/** Refuses with `notFound`, or with `wrongMethod` and the list of allowed methods. */
export function findRoute(request: IncomingMessage, response: ServerResponse): FoundRoute {
  const { method = 'GET', url = '' } = request;
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
  const parts = path.slice(api.BASE_PATH.length).split('/').map(decoded);
  const matching = patterns.filter((pattern) => matches(pattern, parts));
  if (matching.length === 0) throw new AdminRefusal('notFound', 'There is no such address.');
  // An answer to HEAD is one to GET without its body (RFC 9110 9.3.2).
  const wanted = method === 'HEAD' ? 'GET' : method;
  const found = matching.find(({ route }) => route.method === wanted);
  if (!found) {
    const methods = matching.map(({ route }) => route.method);
    const allowed = methods.flatMap((one) => (one === 'GET' ? ['GET', 'HEAD'] : [one]));
    response.setHeader('Allow', allowed.join(', '));
    throw new AdminRefusal('wrongMethod');
  }
  const { name, route } = found;
  return { name, route, segments: segmentsOf(found, parts), query };
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

type Parts = readonly (string | undefined)[];

function matches({ parts }: Pattern, given: Parts): boolean {
  return (
    parts.length === given.length &&
    parts.every((part, index) =>
      isParameter(part) ? Boolean(given[index]) : part === given[index],
    )
  );
}

function segmentsOf({ parts }: Pattern, given: Parts): Record<string, string> {
  const named = parts.flatMap((part, index) =>
    isParameter(part) ? [[part.slice(1, -1), given[index] ?? '']] : [],
  );
  return Object.fromEntries(named);
}

function isParameter(part: string): boolean {
  return part.startsWith('{');
}
