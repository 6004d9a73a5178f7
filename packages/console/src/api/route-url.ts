// The URL of a route of the admin API: its path with parameters, and its query. Pure.

type Values = Readonly<Record<string, unknown>>;

/** `path` such as `/sites/{site}`; `base` without a slash at its end. */
export function routeUrl(
  base: string,
  path: string,
  { params = {}, query = {} }: { readonly params?: Values; readonly query?: Values } = {},
): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(params[name])),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  const text = String(search);
  return `${base}${filled}${text && `?${text}`}`;
}
