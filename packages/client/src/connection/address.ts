// The address of a gateway as a till writes it [C-2.2]: from its parts, or whole as the gateway
// prints it. Says what is wrong with it before anything is sent, and never repeats a token.

import { splitAddress } from '@tillgate/protocol';

type Integration = 'pac' | 'pat';

/** The parts of the address, as the till's configuration has them. */
export interface AddressParts {
  /**
   * Such as `wss://shop1.pay.example` or `ws://localhost:8080`; `wss://` if no scheme is given. A path, such as
   * that of a proxy in `wss://pay.example/shop1`, is kept before the path of the gateway.
   */
  readonly host: string;
  /** The site's API key. */
  readonly token: string;
  /** Maker of the till software, 1..128 characters; the same for all its customers. */
  readonly softwareHouseId: string;
  /** Who installed the till, 1..128 characters; may equal softwareHouseId. */
  readonly installerId: string;
  /** `pac`: pay at counter, for `connect`; `pat`: pay at table, for `serveTables`. */
  readonly integration?: Integration;
}

/** The whole address, with `token` and the other parameters in it, as the gateway prints it. */
export interface WholeAddress {
  /** Such as `wss://shop1.pay.example/pac?token=…&software-house-id=SH1001&installer-id=I1`. */
  readonly uri: string;
}

/** Where a till connects: the address in its parts, or whole. */
export type Address = AddressParts | WholeAddress;

const VERSION = 'v1';
/** Asks for final receipts; its presence counts, not its value [C-9.16]. */
const FINAL_RECEIPT = 'final-pos-receipt-request';
const FINAL_RECEIPT_SPELLINGS = [FINAL_RECEIPT, `[${FINAL_RECEIPT}]`, 'final-pos-receipt'];
const MAX_ID_LENGTH = 128;
const EPOS_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** An address in its parts. It is no `URL`, because that of React Native cannot take `wss://` apart. */
export interface Uri {
  readonly isSecure: boolean;
  /** With its port, and with `user:password@` if there is one. */
  readonly authority: string;
  /** Begins with `/`. */
  readonly path: string;
  readonly parameters: URLSearchParams;
}

/** Whether each scheme is one of TLS. */
const SCHEMES = new Map([
  ['ws', false],
  ['http', false],
  ['wss', true],
  ['https', true],
]);

/** The scheme, the authority, the path and the query. */
const PARTS = /^(\w+):\/\/([^\s/?]+)(\/[^\s?]*)?(?:\?(.*))?$/;

/**
 * The URI to open at the counter. Throws TypeError if it cannot be one. `eposId` wins over one in
 * the URI; false takes it out.
 */
export function addressUri(address: Address, eposId?: string | false): string {
  const uri = readAddress(address, 'pac');
  if (eposId === false) uri.parameters.delete('epos-id');
  else if (eposId !== undefined) uri.parameters.set('epos-id', eposId);
  checkEposId(uri.parameters.get('epos-id'));
  return uriText(uri);
}

/** The URI to open at the table. Throws TypeError if it cannot be one. */
export function tableUri(address: Address, finalReceipt: boolean): string {
  const uri = readAddress(address, 'pat');
  for (const name of FINAL_RECEIPT_SPELLINGS) uri.parameters.delete(name);
  if (finalReceipt) uri.parameters.set(FINAL_RECEIPT, '');
  uri.parameters.delete('epos-id');
  return uriText(uri);
}

/** The epos-id that a whole address already has. */
export function eposIdOf(address: Address): string | undefined {
  if (!('uri' in address)) return undefined;
  return wholeUri(address.uri, 'pac').parameters.get('epos-id') ?? undefined;
}

function readAddress(address: Address, integration: Integration): Uri {
  return 'uri' in address ? wholeUri(address.uri, integration) : uriOfParts(address, integration);
}

function wholeUri(text: string, integration: Integration): Uri {
  const uri = parseAddress('uri', text);
  if (!new RegExp(`/${integration}/?$`, 'i').test(uri.path)) {
    throw new TypeError(`uri: expected the path /${integration} at the end.`);
  }
  const version = uri.parameters.get('api-version');
  if (version === null) uri.parameters.set('api-version', VERSION);
  else if (version !== VERSION) throw new TypeError(`uri: expected api-version=${VERSION}.`);
  return uri;
}

function uriOfParts(parts: AddressParts, integration: Integration): Uri {
  if (parts.integration !== undefined && parts.integration !== integration) {
    throw new TypeError(`integration: expected ${integration}.`);
  }
  return parseHost(parts.host, `/${integration}`, {
    token: text('token', parts.token),
    'api-version': VERSION,
    'software-house-id': text('softwareHouseId', parts.softwareHouseId),
    'installer-id': text('installerId', parts.installerId),
  });
}

/** A path of the gateway with which a host may end. */
const GATEWAY_PATH = /\/(pac|pat|terminal)$/i;

/** The address of `path` on a host, below the host's own path. Throws TypeError, without repeating it. */
export function parseHost(
  host: unknown,
  path: string,
  parameters: Readonly<Record<string, string>> = {},
): Uri {
  const uri = parseAddress('host', /^\w+:\/\//.test(String(host)) ? host : `wss://${host}`);
  return {
    ...uri,
    path: uri.path.replace(/\/+$/, '').replace(GATEWAY_PATH, '') + path,
    parameters: new URLSearchParams(parameters),
  };
}

/** An address of a gateway, as a WebSocket's. Throws TypeError, without repeating it. */
export function parseAddress(name: string, value: unknown): Uri {
  const address = normalized(spelledOut(typeof value === 'string' ? value.trim() : ''));
  const [, scheme = '', authority = '', path = '/', query] = PARTS.exec(address) ?? [];
  if (!scheme) throw new TypeError(`${name}: expected an address such as wss://shop1.pay.example.`);
  const isSecure = SCHEMES.get(scheme.toLowerCase());
  if (isSecure === undefined) {
    throw new TypeError(`${name}: expected wss:// or ws://, got ${scheme}://`);
  }
  return { isSecure, authority, path, parameters: new URLSearchParams(query) };
}

/** Names of parameters in the spelling of the contract, as the gateway reads them [C-2.27]; without a fragment. */
function spelledOut(address: string): string {
  const { path, query } = splitAddress(address);
  return query === '' ? path : `${path}?${query}`;
}

/** As the built-in `URL` writes it; empty if that refuses it. Its error would repeat the address. */
function normalized(address: string): string {
  try {
    return new URL(address).href;
  } catch {
    return '';
  }
}

/** The text of an address, as that of a WebSocket unless `scheme` is `http`. */
export function uriText(uri: Uri, scheme: 'ws' | 'http' = 'ws'): string {
  const { isSecure, authority, path, parameters } = uri;
  const query = parameters.toString();
  return `${scheme}${isSecure ? 's' : ''}://${authority}${path}${query && `?${query}`}`;
}

/** The host of an address and its port, for messages. */
export function hostOf({ authority }: Uri): string {
  return authority.replace(/^.*@/, '');
}

function text(name: string, value: unknown): string {
  if (typeof value !== 'string' || value.trim() === '' || value.length > MAX_ID_LENGTH) {
    throw new TypeError(`${name}: expected string, 1..${MAX_ID_LENGTH} characters.`);
  }
  return value;
}

/** The gateway would ignore a malformed one silently [C-2.5]; here it is a TypeError. */
function checkEposId(value: string | null): void {
  if (value !== null && !EPOS_ID.test(value)) {
    throw new TypeError('eposId: expected 1..64 of A-Z a-z 0-9 . _ -');
  }
}
