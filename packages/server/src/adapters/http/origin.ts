// The origin of a request to the admin API, by its headers: this machine, a browser, or a page of another
// origin.

import type { IncomingMessage } from 'node:http';
import { hostName } from '../../application/handshake/uri.ts';
import { addressIn } from './client-address.ts';

/** Headers that a proxy adds: the request then comes from elsewhere. */
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/**
 * Whether a request comes from this machine and names it by a loopback name. A page of another host whose
 * name resolves to loopback (DNS rebinding) does not.
 */
export function isLoopbackRequest({ headers, socket }: IncomingMessage): boolean {
  const address = addressIn(socket.remoteAddress ?? '') ?? '';
  const near = address === '::1' || address.startsWith('127.');
  return near && isLocalName(headers.host) && !PROXY_HEADERS.some((name) => name in headers);
}

function isLocalName(host = ''): boolean {
  const name = hostName(host);
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '::1' ||
    /^127(\.\d{1,3}){3}$/.test(name)
  );
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
