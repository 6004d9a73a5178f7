// The URL of a route of the admin API: its path with parameters, and its query. Pure.

import { api } from '@tillgate/protocol';

type Values = Readonly<Record<string, unknown>>;

/** `path` such as `/sites/{site}`; `base` without a slash at its end. */
export function routeUrl(
  base: string,
  path: string,
  { params = {}, query = {} }: { readonly params?: Values; readonly query?: Values } = {},
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  const text = String(search);
  return `${base}${api.routePath(path, params)}${text && `?${text}`}`;
}
