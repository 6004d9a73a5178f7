// Where a request to the admin API comes from: from this machine, from a browser, from another site of the
// web. Knows headers only.

import type { IncomingMessage } from 'node:http';
import { hostName } from '../../../application/handshake/uri.ts';

/** Headers that a proxy adds: then it is somebody else who asks. */
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/**
 * Whether somebody at this machine asks, under a name that only this machine has: a page from elsewhere
 * whose own name leads here does not (DNS rebinding).
 */
export function isLoopbackRequest({ headers, socket }: IncomingMessage): boolean {
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
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

/** A browser says so in every request that could do harm. */
export function isBrowser({ headers }: IncomingMessage): boolean {
  return headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;
}

/** Whether a page that is not the gateway's own made the browser ask. */
export function isCrossOrigin({ headers }: IncomingMessage, secure: boolean): boolean {
  const { origin, host = '' } = headers;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  return origin !== undefined && origin !== `${secure ? 'https' : 'http'}://${host}`.toLowerCase();
}

/** A browser would not keep the cookie otherwise, and the key would travel in clear. */
export function canKeepSession({ headers }: IncomingMessage, secure: boolean): boolean {
  return secure || isLocalName(headers.host);
}
