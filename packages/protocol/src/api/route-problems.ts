// The problems that a route may answer with: those it declares, and those that follow from its kind.

import type { ProblemName } from './problem.ts';
import type { Route } from './route.ts';

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
