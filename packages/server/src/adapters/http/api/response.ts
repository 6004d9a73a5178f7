// The responses of the admin API on the wire: headers, JSON, problem details, the session cookie.

import type { ServerResponse } from 'node:http';
import { api, escapeControls } from '@tillgate/protocol';
import type { AdminRefusal, Reply } from '../../../application/admin/admin.ts';

/** Responses are data, never a page: a browser must not render, frame, cache or forward them. */
export const DATA_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
} as const;

interface Json {
  readonly status: number;
  readonly text: string;
  readonly cookie?: string | undefined;
}

export function sendJson(response: ServerResponse, { status, text, cookie }: Json): void {
  send(response, { status, type: 'application/json', text, cookie });
}

export function sendNoContent(response: ServerResponse, cookie: string | undefined): void {
  response.writeHead(204, { ...DATA_HEADERS, ...cookieHeader(cookie) });
  response.end();
}

export function sendProblem(response: ServerResponse, refusal: AdminRefusal): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { problem, message, extra } = refusal;
  const { status, title } = api.problems[problem];
  const body: api.Problem = {
    type: api.problemType(problem),
    title,
    status,
    ...(message === title ? {} : { detail: message }),
    ...(extra.errors && { errors: [...extra.errors] }),
  };
  if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="tillgate"');
  if (status === 413) response.setHeader('Connection', 'close');
  const { retryAfterS } = extra;
  if (retryAfterS !== undefined) response.setHeader('Retry-After', String(retryAfterS));
  send(response, { status, type: 'application/problem+json', text: JSON.stringify(body) });
}

/** Read at a terminal too, by `curl`, which must not obey it. */
function send(response: ServerResponse, { status, type, text, cookie }: Json & { type: string }) {
  const body = escapeControls(text.endsWith('\n') ? text : `${text}\n`);
  response.writeHead(status, {
    ...DATA_HEADERS,
    'Content-Type': type,
    'Content-Length': String(Buffer.byteLength(body)),
    ...cookieHeader(cookie),
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

function cookieHeader(cookie: string | undefined): Record<string, string> {
  return cookie === undefined ? {} : { 'Set-Cookie': cookie };
}

/** The prefix makes a browser hold the cookie to this host, this path and HTTPS (RFC 6265bis). */
const COOKIE_NAME = '__Host-tillgate';
const COOKIE_ATTRIBUTES = 'Path=/; HttpOnly; Secure; SameSite=Strict';

export function sessionCookie(session: Reply['session'], now: number): string | undefined {
  if (session === undefined) return undefined;
  if (session === 'over') return `${COOKIE_NAME}=; Max-Age=0; ${COOKIE_ATTRIBUTES}`;
  const seconds = Math.max(0, Math.ceil((session.expiresAt - now) / 1000));
  return `${COOKIE_NAME}=${session.secret}; Max-Age=${seconds}; ${COOKIE_ATTRIBUTES}`;
}
