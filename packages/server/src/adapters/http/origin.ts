// Where a request comes from, by its headers: this machine, a browser, or a page of another origin. For the
// admin API and for the public test token.

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { hostName } from '../../application/handshake/uri.ts';
import { addressIn } from './client-address.ts';
import { passedOnClient } from './cluster/passed-on-client.ts';

/** Headers that a proxy adds: the request then comes from elsewhere. */
const PROXY_HEADER = /^(forwarded|via|x-real-ip|x-forwarded-.*)$/;
/** Of this machine alone: localhost, names below it, loopback addresses. */
const LOCAL_NAME = /^(([\w-]+\.)*localhost|::1|127(\.\d{1,3}){3})$/;
/** The Origin of a page from a file; older browsers name the scheme. */
const FILE_ORIGINS: readonly string[] = ['null', 'file://'];

/**
 * Whether a request comes from this machine and names it by a loopback name. A page of another host whose
 * name resolves to loopback (DNS rebinding) does not.
 */
export function isLoopbackRequest(request: IncomingMessage): boolean {
  const { headers, socket } = request;
  const address = passedOnClient(request)?.address ?? addressIn(socket.remoteAddress ?? '') ?? '';
  const near = address === '::1' || address.startsWith('127.');
  return near && isLocalName(headers.host) && !isForwarded(headers);
}

/**
 * Whether a program of this machine or a page of it in a browser sent the request, as far as its headers say
 * [C-2.30]. A page in a sandbox has the same Origin as one from a file.
 */
export function isOwnRequest({ headers }: IncomingMessage): boolean {
  const { origin } = headers;
  return !isForwarded(headers) && (origin === undefined || isLocalOrigin(origin));
}

function isLocalOrigin(origin: string): boolean {
  if (FILE_ORIGINS.includes(origin)) return true;
  return URL.canParse(origin) && isLocalName(new URL(origin).host);
}

function isForwarded(headers: IncomingHttpHeaders): boolean {
  return Object.keys(headers).some((name) => PROXY_HEADER.test(name));
}

function isLocalName(host = ''): boolean {
  return LOCAL_NAME.test(hostName(host));
}

/** Browsers send these headers with every request that can change something. */
export function isBrowser({ headers }: IncomingMessage): boolean {
  return headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;
}

/** Whether a page of another origin caused the request. */
export function isCrossOrigin({ headers }: IncomingMessage, secure: boolean): boolean {
  const { origin, host = '' } = headers;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const own = `${secure ? 'https' : 'http'}://${host}`;
  // A Host may name the default port and have capitals; an Origin never does.
  return origin !== undefined && (!URL.canParse(own) || origin !== new URL(own).origin);
}

/** A browser stores the cookie only then, and the key would otherwise be sent in clear. */
export function canKeepSession({ headers }: IncomingMessage, secure: boolean): boolean {
  return secure || isLocalName(headers.host);
}
