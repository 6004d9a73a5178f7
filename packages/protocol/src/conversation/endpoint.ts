// What is spoken on a connection, read from its address [C-2.2]. Whether anybody lets it in is not
// asked here.

/** An integration and its version; also such as nobody knows. */
export interface Endpoint {
  readonly integration: string;
  /** Only tills name one; what others speak is published with v1 [C-10.14, C-13.4]. */
  readonly version: string;
  /** Of a till that takes up its open requests after a drop [C-4.40]. */
  readonly eposId?: string;
}

/** As much of a `URL` as is needed. */
interface Address {
  readonly pathname: string;
  readonly searchParams: { get(name: string): string | null };
}

/** What is spoken at `wss://shop1.pay.example/pac?token=…&api-version=v1`: v0 if a till does not say. */
export function parseEndpoint({ pathname, searchParams }: Address): Endpoint {
  const integration = pathname.toLowerCase().replaceAll('/', '');
  const isTill = integration === 'pac' || integration === 'pat';
  const eposId = integration === 'pac' ? searchParams.get('epos-id') : null;
  return {
    integration,
    version: isTill ? (searchParams.get('api-version') ?? 'v0') : 'v1',
    ...(eposId !== null && { eposId }),
  };
}
