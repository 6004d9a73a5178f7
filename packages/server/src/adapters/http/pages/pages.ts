// The public pages: schemas [C-3.8], timings [C-11.1], health, metrics, the files of the console, and the
// reason for which a handshake would be refused.

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Dialects } from '@tillgate/protocol';
import { api, publishedDocuments, publishedSchemas, SCHEMA_INDEX_FILE } from '@tillgate/protocol';
import type {
  HandshakeAuthorizer,
  HandshakeSite,
} from '../../../application/handshake/handshake.ts';
import { isForApi } from '../api/routes.ts';
import { upgradeRequestOf } from '../http-server.ts';
import { refusalBody, refusalHeaders } from '../refusal.ts';
import type { ConsoleFiles, Page } from './console-files.ts';
import { PAIRING_PATH, pairingPage } from './pairing.ts';

export interface PagesDeps {
  readonly authorizer: HandshakeAuthorizer<HandshakeSite>;
  readonly behindProxy: boolean;
  /** The versions whose schemas are served. */
  readonly dialects: Dialects;
  /** Setting to seconds, as the gateway enforces them. */
  readonly timings: Readonly<Record<string, number>>;
  /** Whether new transactions are accepted; the reason if not. */
  readonly readiness: () => { readonly ok: boolean; readonly reason?: string };
  /** Number of entries of the journal that could not be read since the start. */
  readonly damagedEntries: () => number;
  readonly metrics: () => Promise<{ readonly type: string; readonly text: string }>;
  /** The console and the other built pages. */
  readonly files: ConsoleFiles;
  /** Everything below `/api/v1`. */
  readonly api: RequestListener;
}

const JSON_TYPE = 'application/json';
const NOT_FOUND = { error: 'not_found', message: 'No such site or path.' };

export function pages(deps: PagesDeps) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    if (isForApi(request)) {
      deps.api(request, response);
      return;
    }
    void answer(deps, request)
      .catch(() => json({ error: 'internal', message: 'Internal error.' }, 500))
      .then((page) => send(request, response, page));
  };
}

async function answer(deps: PagesDeps, request: IncomingMessage): Promise<Page> {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  if (/^\/pa[ct]\/?$/i.test(path)) return rejectedHandshake(deps, request);
  if (path === PAIRING_PATH) return pairingPage(deps, request);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    const body = { error: 'method_not_allowed', message: 'This address is for reading only.' };
    return { ...json(body, 405), headers: { Allow: 'GET, HEAD' } };
  }
  if (path.startsWith('/handshake/')) return handshake(deps, request);
  if (path.startsWith('/schemas')) return schema(deps.dialects, path);
  switch (path) {
    case '/livez':
      return json({ live: true });
    case '/readyz':
      return readiness(deps);
    case '/metrics': {
      const { type, text } = await deps.metrics();
      return { status: 200, type, body: text };
    }
    case '/protocol/timings.json':
      return json(deps.timings);
    default:
      return (await deps.files(path, request)) ?? rejectedHandshake(deps, request);
  }
}

function readiness({ readiness: of, damagedEntries }: PagesDeps): Page {
  const { ok, reason } = of();
  const damaged = damagedEntries();
  const body = {
    ready: ok,
    ...(reason && { reason }),
    ...(damaged > 0 && { damagedEntries: damaged }),
  };
  return json(body, ok ? 200 : 503);
}

/**
 * The answer that a handshake would get now; 204 if it would be accepted. Browsers hide the HTTP response
 * of a failed WebSocket handshake [C-2.22].
 */
async function handshake(
  { authorizer, behindProxy }: PagesDeps,
  request: IncomingMessage,
): Promise<Page> {
  const target = (request.url ?? '').replace(/^\/handshake/, '');
  const admission = await authorizer.authorize(
    upgradeRequestOf(request, { upgrade: true, behindProxy, target }),
  );
  const headers = { 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'no-store' };
  if (admission.accepted) return { status: 204, headers };
  const { refusal } = admission;
  return {
    status: refusal.status,
    headers: { ...headers, ...refusalHeaders(refusal) },
    body: refusalBody(refusal),
  };
}

/** `/pac` and `/pat` without an upgrade, and unknown paths. */
async function rejectedHandshake(
  { authorizer, behindProxy }: PagesDeps,
  request: IncomingMessage,
): Promise<Page> {
  const admission = await authorizer.authorize(
    upgradeRequestOf(request, { upgrade: false, behindProxy }),
  );
  if (admission.accepted) return json(NOT_FOUND, 404);
  const { refusal, attempt } = admission;
  // A proxy that does not pass on the upgrade makes a page of a handshake; other paths are none.
  if (attempt.integration) authorizer.answered(attempt, refusal);
  const headers = { ...refusalHeaders(refusal), ...upgradeHeader(refusal.status, request) };
  return { status: refusal.status, headers, body: refusalBody(refusal) };
}

/** RFC 9110 15.5.22. Node closes the connection as the client asks only if it is said so beside `Upgrade`. */
function upgradeHeader(
  status: number,
  { headers, httpVersion }: IncomingMessage,
): Record<string, string> {
  if (status !== 426) return {};
  const ends = httpVersion === '1.0' || /\bclose\b/i.test(headers.connection ?? '');
  return { Upgrade: 'websocket', Connection: ends ? 'Upgrade, close' : 'Upgrade' };
}

const made = new WeakMap<Dialects, Map<string, string>>();

/** A schema or document by its path below `/schemas`; each is made when it is first requested. */
function schemaText(dialects: Dialects, path: string): string | undefined {
  const texts = made.get(dialects) ?? new Map<string, string>();
  made.set(dialects, texts);
  const text = texts.get(path) ?? madeSchema(dialects, path);
  if (text !== undefined) texts.set(path, text);
  return text;
}

function madeSchema(dialects: Dialects, path: string): string | undefined {
  if (path === api.FAULT_SCHEMA_FILE) return api.faultSchema();
  if (path === api.REHEARSAL_SCHEMA_FILE) return api.rehearsalSchema();
  const document = publishedDocuments(Object.values(dialects)).get(path);
  return document ? document() : publishedSchemas(dialects).get(path);
}

function schema(dialects: Dialects, path: string): Page {
  const body = schemaText(dialects, path.replace(/^\/schemas\/?/, '') || SCHEMA_INDEX_FILE);
  if (body === undefined) return json(NOT_FOUND, 404);
  const type = body.startsWith('{\n  "$schema"') ? 'application/schema+json' : JSON_TYPE;
  return { status: 200, type, body, headers: { 'Access-Control-Allow-Origin': '*' } };
}

function json(value: object, status = 200): Page {
  return { status, type: JSON_TYPE, body: `${JSON.stringify(value)}\n` };
}

function send(request: IncomingMessage, response: ServerResponse, page: Page): void {
  const { status, type, body = '', headers = {} } = page;
  response.writeHead(status, {
    ...(type === undefined ? {} : { 'Content-Type': type }),
    ...(hasBody(status) && { 'Content-Length': String(Buffer.byteLength(body)) }),
    'X-Content-Type-Options': 'nosniff',
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** RFC 9110 15.3.5 and 15.4.5. */
function hasBody(status: number): boolean {
  return status !== 204 && status !== 304;
}
