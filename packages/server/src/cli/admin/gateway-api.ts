// Requests of the command line to the admin API of a running gateway.

import { api } from '@tillgate/protocol';
import { localGateway } from '../address.ts';
import { CommandError, exitCode, UsageError } from '../exit-code.ts';
import { clean } from '../output.ts';

/** The options of every command that asks a running gateway. */
export const gatewayOptions = {
  gateway: { type: 'string', value: 'URL', about: `Where the gateway is [${localGateway}].` },
  key: {
    type: 'string',
    value: 'KEY',
    about: 'Of an operator [TILLGATE_KEY]; not needed on the same machine.',
  },
} as const;

export interface GatewayValues {
  readonly gateway?: string;
  readonly key?: string;
}

interface RouteRequest {
  readonly params?: Readonly<Record<string, unknown>>;
  /** What is undefined is left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** JSON as text. */
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
}

/** Asks a route, and gives an answer that is no refusal; throws `UsageError` and `CommandError`. */
export async function requestRoute(
  { gateway = localGateway, key = process.env.TILLGATE_KEY }: GatewayValues,
  name: api.RouteName,
  { params = {}, query = {}, body, signal }: RouteRequest = {},
): Promise<Response> {
  const { method, path }: api.Route = api.routes[name];
  const address = gatewayAddress(gateway, `${api.BASE_PATH}${api.routePath(path, params)}`);
  for (const [part, value] of Object.entries(query)) {
    if (value !== undefined) address.searchParams.set(part, String(value));
  }
  const headers = {
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
  };
  const init = { method, headers, signal: signal ?? null, ...(body !== undefined && { body }) };
  const answer = await fetch(address, init).catch((cause: unknown) => {
    const message = `No gateway answers at ${address.origin}.`;
    throw new CommandError(exitCode.notConnected, message, { cause });
  });
  if (answer.ok) return answer;
  const problem: unknown = await answer.json().catch(() => ({}));
  throw refusedBy(answer.status, problem as Partial<api.Problem>);
}

/** The address of a path of a gateway; throws `UsageError`. */
export function gatewayAddress(gateway: string, path: string): URL {
  const address = URL.parse(`${gateway.replace(/\/+$/, '')}${path}`);
  if (address && /^https?:$/.test(address.protocol)) return address;
  throw new UsageError('--gateway: expected an address such as https://pay.example.');
}

function refusedBy(status: number, { title, detail, errors = [] }: Partial<api.Problem>): Error {
  const message = detail ?? title ?? `The address answered with status ${status}.`;
  const unfit = errors.map(({ path, expected, got }) =>
    clean(`${path}: expected ${expected}, got ${got}`),
  );
  return unfit.length > 0
    ? new UsageError(unfit.join('\n'))
    : new CommandError(exitCode.refused, clean(message));
}
