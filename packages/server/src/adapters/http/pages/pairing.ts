// Where a card machine exchanges its pairing code for its key [C-13.2]: the one page that takes a body from
// anybody.

import type { IncomingMessage } from 'node:http';
import type { HandshakeAuthorizer } from '../../../application/handshake/handshake.ts';
import { knockOf, refusalBody, refusalHeaders } from '../http-server.ts';

export const PAIRING_PATH = '/terminal/pair';

const MOST_BYTES = 4_096;
/** Longest word that is looked up at all. */
const MOST_LETTERS = 128;

interface PairingPage {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Desk {
  readonly door: HandshakeAuthorizer;
  readonly behindProxy: boolean;
}

const JSON_PAGE = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };

export async function pairingPage(
  { door, behindProxy }: Desk,
  request: IncomingMessage,
): Promise<PairingPage> {
  if (request.method !== 'POST') {
    const body = { error: 'method_not_allowed', message: 'This address takes POST only.' };
    return page(405, body, { Allow: 'POST' });
  }
  const wish = wishOf(await readBody(request));
  if (!wish) {
    const message = 'The body must be a JSON object with site, tid and code, all of them text.';
    return page(400, { error: 'bad_request', message });
  }
  const pairing = await door.pair(knockOf(request, { upgrade: false, behindProxy }), wish);
  if (pairing.admitted) return page(201, { token: pairing.token });
  const { refusal } = pairing;
  const headers = { ...JSON_PAGE, ...refusalHeaders(refusal) };
  return { status: refusal.status, headers, body: refusalBody(refusal) };
}

/** Undefined if it is longer than any that could be meant; read to its end, so that it is answered. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length <= MOST_BYTES) parts.push(part);
  }
  return length > MOST_BYTES ? undefined : Buffer.concat(parts).toString();
}

function wishOf(text: string | undefined) {
  const { site, tid, code } = parsed(text);
  if (!isWord(site) || !isWord(tid) || !isWord(code)) return undefined;
  return { site, tid, code };
}

function parsed(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text ?? 'null')) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MOST_LETTERS;
}

function page(status: number, body: object, headers: Readonly<Record<string, string>> = {}) {
  return { status, body: JSON.stringify(body), headers: { ...JSON_PAGE, ...headers } };
}
