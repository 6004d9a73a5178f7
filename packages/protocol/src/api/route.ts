// What a route of the admin API is: one declaration from which the gateway validates requests, the console
// takes its types, and the OpenAPI document is generated.

import type { TObject, TSchema } from '../schema/type.ts';
import { Type } from '../schema/type.ts';
import type { ProblemName } from './problem.ts';

/** The declaration of a route. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`, such as `/sites/{site}`; each `{name}` is one of `params`. */
  readonly path: string;
  /** The tag by which the document groups it. */
  readonly tag: string;
  readonly summary: string;
  /** Who may call it. An operator of some sites sees only those. */
  readonly access: 'anybody' | 'operator' | 'operator of all sites';
  readonly params: TObject;
  readonly query: TObject;
  /** JSON of the request; absent where there is none. */
  readonly body?: TSchema;
  readonly answer: Answer;
  /** Problems beyond those that every route may answer. */
  readonly problems: readonly ProblemName[];
}

/** The response of a successful request. */
export type Answer =
  | { readonly status: 200 | 201; readonly description: string; readonly body: TSchema }
  | { readonly status: 204; readonly description: string }
  /** Server-sent events; `body` is the JSON in the data of each. */
  | { readonly status: 200; readonly description: string; readonly events: TSchema };

const nothing = Type.Object({}, { additionalProperties: false });

type Left = 'params' | 'query' | 'problems';

/** Fills in what a declaration leaves out: no parameters, no query, no problems of its own. */
export function route<const R extends Omit<Route, Left> & Partial<Pick<Route, Left>>>(declared: R) {
  return { params: nothing, query: nothing, problems: [], ...declared } as Filled<R>;
}

type Filled<R> = R & {
  readonly [Name in Exclude<Left, keyof R>]: Name extends 'problems' ? readonly [] : typeof nothing;
};

/**
 * The problems that a route may answer with: those it declares, and those that follow from its access, method and
 * schemas.
 */
export function problemsOf({ access, method, path, params, query, body, problems }: Route) {
  const isOpen = access === 'anybody';
  const changes = method !== 'GET';
  const isChecked = body ?? [params, query].some((one) => Object.keys(one.properties).length > 0);
  const all: readonly (ProblemName | false)[] = [
    ...problems,
    ...(isOpen ? [] : (['notSignedIn', 'wrongKey', 'tooManyAttempts'] as const)),
    ...(body ? (['notJson', 'tooLarge', 'wrongType'] as const) : []),
    isChecked ? 'unfit' : false,
    access === 'operator of all sites' && 'notAllowed',
    changes && !isOpen && 'noCsrfToken',
    path !== '/openapi.json' && 'foreignOrigin',
    'internal',
  ];
  return [...new Set(all.filter((name) => name !== false))];
}

/** The path of a route, such as `/sites/{site}`, with each parameter in its place. */
export function routePath(path: string, params: Readonly<Record<string, unknown>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
}
