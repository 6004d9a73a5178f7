// The address of a gateway [C-2.2] as the fields of a form, the URL made of them, and what is wrong with them. Pure.

export interface GatewayAddress {
  /** `shop1.pay.example`, `localhost:8765`, or with `ws://` or `wss://` before it, or the path of a proxy after it. */
  readonly host: string;
  readonly integration: 'pac' | 'pat';
  readonly token: string;
  readonly version: 'v1' | 'v0';
  readonly softwareHouseId: string;
  readonly installerId: string;
  /** pat and v1 only [C-9.16]. */
  readonly finalReceipt: boolean;
  /** pac only [C-4.39]; empty: none. */
  readonly eposId: string;
}

export type AddressFaults = Partial<Record<keyof GatewayAddress, string>>;

/** The token of the specification's example: a gateway on loopback takes it for its test site. */
export const EXAMPLE_TOKEN = '00000000-0000-0000-0000-000000000000';

const MAX_PARTNER_ID = 128;
const EPOS_ID = /^[A-Za-z0-9._-]{1,64}$/;
const LOOPBACK = /^(localhost|[\w-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/** Whether a host name is that of this computer. */
export function isLoopback(name: string): boolean {
  return LOOPBACK.test(name);
}

/** The fields of `location` that are read. */
interface Page {
  readonly protocol: string;
  readonly host: string;
  readonly hostname: string;
}

/** The initial address on the page at `page`; complete if the gateway is on loopback. */
export function initialAddress(page: Page): GatewayAddress {
  const local = isLoopback(page.hostname);
  const own = `${page.protocol === 'https:' ? 'wss' : 'ws'}://${page.host}`;
  return {
    host: originOf(page.host) === own ? page.host : own,
    integration: 'pac',
    token: local ? EXAMPLE_TOKEN : '',
    version: 'v1',
    softwareHouseId: local ? 'ABC123' : '',
    installerId: local ? '123ABC' : '',
    finalReceipt: false,
    eposId: '',
  };
}

/** The URL, even if fields are still empty; parameters in the order of [C-2.2]. */
export function connectionUrl(parts: GatewayAddress): string {
  const query = queryParameters(parts).map(([name, value]) =>
    value === undefined ? name : `${name}=${encodeURIComponent(value)}`,
  );
  return `${originOf(parts.host)}/${parts.integration}?${query.join('&')}`;
}

/** A new token of a site, and the page on which it was made. */
interface TokenAddress {
  readonly page: Page;
  readonly site: string;
  /** Site of localhost and IP addresses [C-2.2]. */
  readonly defaultSite: string;
  /** Without software-house-id and installer-id, the till adds its own. */
  readonly parts: Pick<GatewayAddress, 'integration' | 'token'> & Partial<GatewayAddress>;
}

/** The URL for a till of a site; undefined if the page was opened at an IP address, which names no other site. */
export function tokenUrl({ page, site, defaultSite, parts }: TokenAddress): string | undefined {
  const host = hostOfSite(page, { site, defaultSite });
  if (host === undefined) return undefined;
  const start = initialAddress(page);
  const url = connectionUrl({ ...start, ...parts, host: originOf(`${page.protocol}//${host}`) });
  return url.replace(/&[\w-]+=(?=&|$)/g, '');
}

/** The first label of a host name names the site [C-2.2]. */
function hostOfSite(
  { host, hostname }: Page,
  { site, defaultSite }: Pick<TokenAddress, 'site' | 'defaultSite'>,
): string | undefined {
  const isAddress = /^(\d{1,3}(\.\d{1,3}){3}|\[.*\])$/.test(hostname);
  const [first = '', ...rest] = hostname.split('.');
  const isDefault = isAddress || hostname === 'localhost';
  if ((isDefault ? defaultSite : first) === site) return host;
  if (isAddress) return undefined;
  const above = isDefault ? hostname : rest.join('.');
  return `${site}.${above}${host.slice(hostname.length)}`;
}

/** Such as `wss://shop1.pay.example`; without a scheme in the host, `ws` is used on loopback only [C-2.3]. */
export function originOf(host: string): string {
  const text = host.trim().replace(/\/+$/, '');
  const given = /^(wss?|https?):\/\/(.*)$/i.exec(text);
  if (given) return `${/^(wss|https)$/i.test(given[1] ?? '') ? 'wss' : 'ws'}://${given[2]}`;
  const name = text.replace(/\/.*$/, '').replace(/:\d*$/, '');
  return `${isLoopback(name) ? 'ws' : 'wss'}://${text}`;
}

type Parameter = readonly [name: string, value: string | undefined];

function queryParameters(parts: GatewayAddress): readonly Parameter[] {
  const { integration, version, softwareHouseId, installerId, eposId, finalReceipt } = parts;
  const query: Parameter[] = [
    ['token', parts.token],
    ['api-version', version],
  ];
  if (softwareHouseId || version === 'v1') query.push(['software-house-id', softwareHouseId]);
  if (installerId || version === 'v1') query.push(['installer-id', installerId]);
  if (integration === 'pat' && version === 'v1' && finalReceipt) {
    query.push(['final-pos-receipt-request', undefined]);
  }
  if (integration === 'pac' && eposId) query.push(['epos-id', eposId]);
  return query;
}

/** The fields that a gateway would refuse, or ignore silently [C-2.5]. */
export function addressFaults(parts: GatewayAddress): AddressFaults {
  const faults: { -readonly [Name in keyof AddressFaults]: string } = {};
  const { host, token, version, integration, eposId } = parts;
  if (!isHostValid(host)) faults.host = 'A host such as shop1.pay.example or localhost:8765.';
  if (token.trim() === '') faults.token = 'The API key of the site.';
  for (const name of ['softwareHouseId', 'installerId'] as const) {
    const { length } = parts[name].trim();
    if (version === 'v1' && length === 0) faults[name] = 'v1 needs it; 1 to 128 characters.';
    if (length > MAX_PARTNER_ID) faults[name] = 'At most 128 characters.';
  }
  if (integration === 'pac' && eposId && !EPOS_ID.test(eposId)) {
    faults.eposId = '1 to 64 of A-Z a-z 0-9 . _ -';
  }
  return faults;
}

function isHostValid(host: string): boolean {
  if (host.trim() === '') return false;
  const uri = URL.parse(originOf(host));
  if (uri === null || uri.hostname === '' || uri.search !== '' || uri.hash !== '') return false;
  return !/\/(pac|pat)$/i.test(uri.pathname);
}

/** `address` with dots in place of the token, to show on a screen. */
export function withoutToken(address: string): string {
  return address.replace(/([?&]token=)[^&]+/, '$1••••••••');
}
