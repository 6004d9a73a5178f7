// The integration and version of a connection, read from its address [C-2.2].

/** The integration and version of a connection; they may be unknown ones. */
export interface Endpoint {
  readonly integration: string;
  /** Only tills name one; for waiters and card machines it is v1 [C-10.14, C-13.4]. */
  readonly version: string;
  /** The epos-id of a till that resumes its pending requests after a reconnect [C-4.40]. */
  readonly eposId?: string;
}

/** As much of a `URL` as is needed. */
interface Address {
  readonly pathname: string;
  readonly searchParams: { get(name: string): string | null };
}

/**
 * Reads an address such as `wss://shop1.pay.example/pac?token=…&api-version=v1`. The version is v0 if a till
 * names none. A path before the last part, such as that of a proxy, is ignored. Nothing is checked.
 */
export function parseEndpoint({ pathname, searchParams }: Address): Endpoint {
  const integration = pathname.toLowerCase().split('/').findLast(Boolean) ?? '';
  const isTill = integration === 'pac' || integration === 'pat';
  const eposId = integration === 'pac' ? searchParams.get('epos-id') : null;
  return {
    integration,
    version: isTill ? (searchParams.get('api-version') ?? 'v0') : 'v1',
    ...(eposId !== null && { eposId }),
  };
}
