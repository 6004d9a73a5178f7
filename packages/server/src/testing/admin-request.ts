// A request of a test to the admin API of its gateway, which checks it as it checks those of other programs.

import { api } from '@tillgate/protocol';

/** The parts of a request that its route declares. */
export interface AdminRequest<Name extends api.RouteName> {
  readonly params?: api.ParamsOf<Name>;
  readonly query?: api.QueryOf<Name>;
  readonly body?: api.BodyOf<Name>;
}

/** The admin API has refused a request of a test. */
export class RefusedByGateway extends Error {
  /** Its name in docs/admin-routes.md, such as `unfit` or `notPossible`. */
  readonly problem: string;
  /** What does not fit, by path, if `problem` is `unfit`. */
  readonly errors: readonly api.UnfitPart[];

  constructor({ type, title, detail, errors = [] }: api.Problem) {
    const parts = errors.map(
      ({ path, expected, got }) => `${path}: expected ${expected}, got ${got}`,
    );
    super([detail ?? title, ...parts].join(' '));
    this.name = 'RefusedByGateway';
    this.problem = type.replace(/^.*:/, '');
    this.errors = errors;
  }
}

/** Asks one route of the gateway at `httpUrl` as a program of this machine; rejects with `RefusedByGateway`. */
export async function adminRequest<Name extends api.RouteName>(
  httpUrl: string,
  name: Name,
  { params, query, body }: AdminRequest<Name>,
): Promise<api.AnswerOf<Name>> {
  const { method, path }: api.Route = api.routes[name];
  const address = new URL(`${api.BASE_PATH}${api.routePath(path, { ...params })}`, httpUrl);
  for (const [key, value] of Object.entries({ ...query })) {
    if (value !== undefined) address.searchParams.append(key, String(value));
  }
  const response = await fetch(address, {
    method,
    ...(body !== undefined && {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  const text = await response.text();
  const answer = text === '' ? undefined : JSON.parse(text);
  if (!response.ok) throw new RefusedByGateway(answer);
  return answer;
}
